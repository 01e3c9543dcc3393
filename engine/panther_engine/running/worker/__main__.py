"""Entry point of a worker: `__main__.py fork FD`, `once`, `debug FILE` or `version`.

The package is loaded under a private name and this folder is removed from `sys.path`, so that a
policy imports its own `zygote`, `child` or `engine` and never ours.

Any Python can parse this file, so that one that is too old can say so.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "_panther_tui_worker"
OLDEST = (3, 9)
TOO_OLD = 78
"""Exit code of an interpreter that cannot run policies (EX_CONFIG)."""


def _load():  # type: ignore[no-untyped-def]
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    package = type(sys)(NAME)
    package.__path__ = [HERE]
    sys.modules[NAME] = package


def _hide():  # type: ignore[no-untyped-def]
    from _panther_tui_worker.imports.own_modules import hide  # type: ignore[import-not-found]

    hide(NAME)


def _start(mode):  # type: ignore[no-untyped-def]
    if mode == "fork":
        from _panther_tui_worker.zygote import serve  # type: ignore[import-not-found]

        _hide()  # type: ignore[no-untyped-call]
        serve(int(sys.argv[2]))
    elif mode == "debug":
        from _panther_tui_worker.debug import debug  # type: ignore[import-not-found]

        _hide()  # type: ignore[no-untyped-call]
        sys.exit(debug(sys.argv[2]))
    else:
        from _panther_tui_worker.once import run_once  # type: ignore[import-not-found]

        _hide()  # type: ignore[no-untyped-call]
        run_once()


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.stderr.write(
            "%s is Python %s; panther-tui runs policies with Python 3.9 or later\n"
            % (sys.executable, sys.version.split()[0])
        )
        sys.exit(TOO_OLD)
    _load()  # type: ignore[no-untyped-call]
    if sys.argv[1] == "version":
        sys.stdout.write(sys.version.split()[0])
    else:
        _start(sys.argv[1])  # type: ignore[no-untyped-call]
