"""Runs the requested tests again and again as files change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from panther_engine.headless.chosen_run import note_broken
from panther_engine.headless.narrow import narrow
from panther_engine.headless.remembered.last_failed import failed_file
from panther_engine.headless.request import Asked
from panther_engine.headless.watch_lines import WatchLines, tell_session
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.storage.gc_pause import collect_from_now_on
from panther_engine.report.text.findings import note_lines
from panther_engine.report.text.paint import Paint
from panther_engine.session.options import SessionOptions


def watch_tests(
    asked: Asked, paint: Paint, write: Callable[[str], None], *, poll: bool = False
) -> WatchLines:
    """Run tests as files change until the process is interrupted; what was told last.

    Args:
        asked: which tests, and how.
        paint: colours of what is told.
        write: takes each text that is told.
        poll: look for changes on the disk instead of being told.

    Raises SelectionError if there is nothing to run.
    """
    request, selection = asked.request, asked.selection
    settings = asked.settings
    repository = load_repository(selection.root, selection.scopes, settings)
    memory = failed_file(str(selection.root))
    choice = narrow(asked, repository, memory)
    notes = (*choice.notes, *note_broken(asked.python))
    write("".join(f"{line}\n" for line in note_lines(notes, paint)))
    collect_from_now_on()
    narrowed = asked.filters or request.names or request.tests or request.failed or settings.filters
    files = any((selection.root / target.path).is_file() for target in selection.targets)
    lines = WatchLines(paint, write)
    live = SessionOptions.of(
        selection.root,
        asked.python,
        settings,
        asked.options,
        scopes=selection.scopes,
        poll=poll,
        only=frozenset(choice.policies) if narrowed or files else None,
    )
    asyncio.run(tell_session(live, lines))
    return lines
