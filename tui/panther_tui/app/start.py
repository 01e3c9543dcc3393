"""Opens the app on a checkout: the engine first, so that it works while all else is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from panther_engine import EngineProcess, collect_from_now_on

if TYPE_CHECKING:
    from panther_engine import PatSettings, Place, SessionOptions
    from panther_engine.model import Diagnostic
    from panther_tui.settings.settings import Config

from panther_tui.app.app_request import AppRequest
from panther_tui.triage.beginning import Beginning

FRAMES = "120"
"""A second: half the wait of Textual's 60 for what follows soon upon another picture."""


def session_options(
    path: Path,
    config: Config,
    settings: PatSettings,
    python: str | None = None,
    on_broken: Callable[[str], None] = lambda said: None,
) -> SessionOptions:
    """How the engine is to watch the checkout that holds `path`.

    `python` takes the place of the setting; `on_broken` is told of environments that would have
    come first and cannot be used. Raises InterpreterError if the Python asked for is not there.
    """
    from panther_engine import Limits, Sandbox, SessionOptions, find_python, find_root

    root = find_root(path)
    chosen = find_python(root, python, config.python)
    for said in chosen.broken:
        on_broken(said)
    return SessionOptions(
        root=root,
        python=chosen.path,
        python_reason=chosen.reason,
        settings=settings,
        limits=Limits(
            config.timeout,
            config.memory << 20,
            config.network,
            sandbox=Sandbox(config.sandbox),
            read=config.read,
            write=config.write,
        ),
        places=config.workers or None,
        destinations=settings.available_destination,
        allowed_variables=config.environment,
        minimum_tests=settings.minimum_tests,
        poll=config.poll is True,
        ignores=config.ignores,
        mappings=config.mappings,
    )


def open_app(places: Sequence[Place], request: AppRequest) -> int:
    """Open the app with the cursor at the first of the places; returns the process's exit code.

    Raises:
        SelectionError: the places lie in several repositories, or there is no such theme.
        InterpreterError: the Python asked for is not there.
    """
    # Textual paints on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        print("panther-tui: the app needs a terminal; `panther-tui test` does not", file=sys.stderr)
        return 2
    engine = EngineProcess()
    try:
        from panther_engine import InterpreterError, find_root, load_pat_settings
        from panther_tui.settings.config import load_config

        root = find_root(places[0].path)
        beginning = _beginning(root, places, request)
        config, problems = load_config(root, trust=request.trust)
        config = cast("Callable[..., Config]", replace)(config, **request.settings)
        settings = load_pat_settings(root)
        broken: list[str] = []
        options = session_options(places[0].path, config, settings, request.python, broken.append)
        problems = (*problems, *_broken_environments(broken))
        if request.theme is not None:
            _check_theme(request.theme)
        engine.begin(options)

        def restart() -> EngineProcess:
            """Another engine, as the settings want it now. Raises OSError."""
            config, _ = load_config(root, trust=request.trust)
            config = cast("Callable[..., Config]", replace)(config, **request.settings)
            try:
                options = session_options(places[0].path, config, settings, request.python)
            except InterpreterError as error:
                raise OSError(str(error)) from error
            another = EngineProcess()
            try:
                another.begin(options)
            except OSError:
                another.close()
                raise
            return another

        return _run(engine, config, problems, beginning, request, restart)
    finally:
        engine.close()


def _run(
    engine: EngineProcess,
    config: Config,
    problems: tuple[Diagnostic, ...],
    beginning: Beginning,
    request: AppRequest,
    restart: Callable[[], EngineProcess],
) -> int:
    # Textual waits for the next frame before it paints, and reads this when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)

    from panther_tui.app.app import PantherApp

    app = PantherApp(
        engine,
        beginning=beginning,
        config=config,
        asked=request.settings,
        trust=request.trust,
        problems=problems,
        hint=True,
        begun=partial(collect_from_now_on, tidy=True),
        restart=restart,
    )
    app.run(mouse=config.mouse)
    return app.return_code or 0


def _broken_environments(said: Sequence[str]) -> tuple[Diagnostic, ...]:
    from panther_engine.model import Diagnostic, Level

    return tuple(Diagnostic(".", 0, 0, Level.WARNING, "broken-environment", text) for text in said)


def _beginning(root: Path, places: Sequence[Place], request: AppRequest) -> Beginning:
    """How the screen is to begin."""
    starts = tuple(filter(None, (_start_of(root, place) for place in places)))
    return Beginning(starts, " ".join(request.filters), request.failed)


def _start_of(root: Path, place: Place) -> str:
    """The place as the app takes it: relative to the root, empty for the root itself."""
    from panther_engine import SelectionError, find_root

    if (own := find_root(place.path)) != root:
        raise SelectionError(f"{place.typed} lies in another repository, {own}: open it there")
    relative = Path(os.path.abspath(place.path)).relative_to(root).as_posix()
    if relative == ".":
        return ""
    return relative if place.line is None else f"{relative}:{place.line}"


def _check_theme(name: str) -> None:
    """Raise SelectionError if there is no such theme."""
    from textual.theme import BUILTIN_THEMES

    from panther_engine import SelectionError, nearest_names
    from panther_tui.settings.config import user_folder
    from panther_tui.style.theme import load_themes

    own = [theme.name for theme in load_themes(user_folder() / "themes")[0]]
    if name not in (*own, *BUILTIN_THEMES):
        near = nearest_names(name, (*own, *BUILTIN_THEMES)) or f"; there are {', '.join(own)}"
        raise SelectionError(f"--theme: there is no theme {name}{near}")
