"""`panther-tui`, and `python -m panther_tui`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line that the process was started with; returns the exit code."""
    try:
        args = sys.argv[1:]
        if args in (["--version"], ["-V"]):
            from panther_tui import __version__

            print(f"panther-tui {__version__}")
            return 0
        from panther_tui.tui.cli import run

        return run(args)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
