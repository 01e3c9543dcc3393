"""`panther-tui test --watch`: runs what is asked for again and again, as files change."""

from __future__ import annotations

import sys

from panther_engine.headless import last_failed
from panther_engine.reading.repository.load import load_repository
from panther_engine.report.findings import note_lines
from panther_engine.report.paint import Paint
from panther_engine.running.processes.job import Limits
from panther_engine.session.options import SessionOptions
from panther_engine.storage.gc_pause import collect_from_now_on
from panther_tui.cli.narrow import narrow
from panther_tui.cli.run_request import Asked
from panther_tui.cli.streams import say, wants_colour
from panther_tui.cli.watch_lines import watch


def run_watched(asked: Asked) -> int:
    """Watch until it is interrupted; returns the exit code. Raises SelectionError."""
    request, selection = asked.request, asked.selection
    settings, options = asked.settings, asked.options
    repository = load_repository(selection.root, selection.scopes, settings)
    memory = last_failed.memory_path(str(selection.root))
    choice = narrow(asked, repository, memory)
    paint = Paint(wants_colour(sys.stdout))
    say("".join(f"{line}\n" for line in note_lines(choice.notes, paint)))
    collect_from_now_on()
    narrowed = asked.filters or request.names or request.tests or request.failed or settings.filters
    files = any((selection.root / target.path).is_file() for target in selection.targets)
    return watch(
        SessionOptions(
            root=selection.root,
            python=asked.python.path,
            python_reason=asked.python.reason,
            scopes=selection.scopes,
            settings=settings,
            limits=Limits(options.timeout, options.memory << 20, options.network),
            places=options.workers,
            destinations=options.available_destinations,
            allowed_variables=options.allowed_variables,
            minimum_tests=options.minimum_tests,
            poll=asked.config.poll is True,
            only=frozenset(choice.policies) if narrowed or files else None,
        )
    )
