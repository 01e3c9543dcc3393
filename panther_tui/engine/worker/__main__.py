"""Start of a worker: `python __main__.py fork FD` or `python __main__.py once`.

The package is loaded under a private name and this folder leaves `sys.path`, so that a policy's
own modules called `zygote`, `child` or `engine` are found and ours are not.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "_panther_tui_worker"


def _load() -> None:
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    package = type(sys)(NAME)
    package.__path__ = [HERE]
    sys.modules[NAME] = package


if __name__ == "__main__":
    _load()
    if sys.argv[1] == "fork":
        from _panther_tui_worker.zygote import serve  # type: ignore[import-not-found]

        serve(int(sys.argv[2]))
    else:
        from _panther_tui_worker.once import run_once  # type: ignore[import-not-found]

        run_once()
