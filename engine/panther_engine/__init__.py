"""The engine: finds policies, runs their tests, watches for changes. No screen in here."""
