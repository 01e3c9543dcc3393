"""panther-tui: the watch-mode test tool for Panther cloud policies."""

from panther_engine import __version__ as __version__
