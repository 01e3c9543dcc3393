"""panther-tui: the watch-mode test tool for Panther cloud policies."""

__version__ = "0.1.0"
