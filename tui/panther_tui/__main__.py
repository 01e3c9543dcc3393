"""`panther-tui`, and `python -m panther_tui`."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn


def main() -> int:
    """Run the command line that the process was started with; returns the exit code."""
    try:
        args = sys.argv[1:]
        if args in (["--version"], ["-V"]):
            from panther_tui import __version__

            print(f"panther-tui {__version__}")
            return 0
        from panther_tui.cli.commands import run

        return run(args)
    except KeyboardInterrupt:
        return 130


def leave() -> NoReturn:
    """Run the command line and end the process at once.

    Nothing is left to be done by then, and taking the interpreter apart would add 30 ms to a run.
    """
    from panther_engine import stop_collecting

    stop_collecting()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    leave()
