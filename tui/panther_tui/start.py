"""Opens the app on a checkout: the engine first, so that it works while all else is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from panther_engine.session.remote import EngineProcess
from panther_engine.storage.gc_pause import collect_from_now_on

if TYPE_CHECKING:
    from panther_engine.model import Diagnostic
    from panther_engine.reading.repository.pat_settings import PatSettings
    from panther_engine.session.options import SessionOptions
    from panther_tui.settings.settings import Config


FRAMES = "120"
"""A second: half the wait of Textual's 60 for what follows soon upon another picture."""


def session_options(path: Path, config: Config, settings: PatSettings) -> SessionOptions:
    """How the engine is to watch the checkout that holds `path`.

    Raises InterpreterError if the settings ask for a Python that is not there.
    """
    from panther_engine.reading.repository.discover import find_root
    from panther_engine.running.interpreter.choose import choose_interpreter
    from panther_engine.running.processes.job import Limits
    from panther_engine.session.options import SessionOptions

    root = find_root(path)
    chosen = choose_interpreter(root, None, config.python, os.environ)
    return SessionOptions(
        root=root,
        python=chosen.path,
        python_reason=chosen.reason,
        settings=settings,
        limits=Limits(config.timeout, config.memory << 20, config.network),
        places=config.workers or None,
        destinations=settings.available_destination,
        allowed_variables=config.environment,
        minimum_tests=settings.minimum_tests,
        poll=config.poll is True,
    )


def open_app(path: Path, line: int | None) -> int:
    """Open the app with the cursor at `path` and `line`; returns the process's exit code.

    Raises InterpreterError if the settings ask for a Python that is not there.
    """
    # Textual paints on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        print("panther-tui: the app needs a terminal; `panther-tui test` does not", file=sys.stderr)
        return 2
    engine = EngineProcess()
    try:
        from panther_engine.reading.repository.discover import find_root
        from panther_engine.reading.repository.pat_settings import load_pat_settings
        from panther_tui.settings.config import load_config

        root = find_root(path)
        config, problems = load_config(root)
        options = session_options(path, config, load_pat_settings(root))
        engine.begin(options)

        def restart() -> EngineProcess:
            another = EngineProcess()
            try:
                another.begin(options)
            except OSError:
                another.close()
                raise
            return another

        return _run(engine, config, problems, _start_of(root, path, line), restart)
    finally:
        engine.close()


def _run(
    engine: EngineProcess,
    config: Config,
    problems: tuple[Diagnostic, ...],
    start: str,
    restart: Callable[[], EngineProcess],
) -> int:
    # Textual waits for the next frame before it paints, and reads this when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)

    from panther_tui.app import PantherApp

    app = PantherApp(
        engine,
        start=start,
        config=config,
        problems=problems,
        hint=True,
        begun=partial(collect_from_now_on, tidy=True),
        restart=restart,
    )
    app.run(mouse=config.mouse)
    return app.return_code or 0


def _start_of(root: Path, path: Path, line: int | None) -> str:
    """The place as the app takes it: relative to the root, empty for the root itself."""
    relative = Path(os.path.abspath(path)).relative_to(root).as_posix()
    if relative == ".":
        return ""
    return relative if line is None else f"{relative}:{line}"
