"""The engine: reads a checkout, runs its tests, watches for changes. No screen in here."""

__version__ = "0.1.0"
