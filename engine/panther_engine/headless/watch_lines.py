"""Prints what a session does as plain lines, for a terminal or a log."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from panther_engine.events import (
    Close,
    Event,
    Notice,
    PolicyFinished,
    RepositoryChanged,
    RunFinished,
    RunStarted,
    WatchChanged,
)
from panther_engine.model import Level, PolicyResult
from panther_engine.report.text.findings import finding_block
from panther_engine.report.text.frame import source_reader
from panther_engine.report.text.paint import WARN_MARK, Paint
from panther_engine.report.text.report import render_text, summary_line
from panther_engine.report.text.words import count_of
from panther_engine.running.jobs.report import RunReport
from panther_engine.session.options import SessionOptions
from panther_engine.session.session import Session
from panther_engine.text.clean import clean_line

REASONS_SHOWN = 3
"""So many reasons of a run are told; the rest is counted."""


async def tell_session(options: SessionOptions, lines: WatchLines) -> None:
    """Run the tests, and again what each change affects, until the process is interrupted."""
    session = Session(options, lambda event: lines.take(session, event))
    with contextlib.suppress(NotImplementedError):  # on Windows ctrl+c raises as usual
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, session.handle, Close())
    await session.run()


class WatchLines:
    """Turns the events of a session into lines, run by run."""

    def __init__(
        self, paint: Paint, write: Callable[[str], None], clock: Callable[[], float] = time.time
    ) -> None:
        self._paint = paint
        self._write = write
        self._clock = clock
        self._results: dict[str, PolicyResult] = {}
        self._reasons: dict[str, str] = {}
        self._changed: dict[str, None] = {}
        self._finished: dict[str, PolicyResult] = {}
        self._first = True
        self.green = True
        """Everything passed when it last ran."""
        self.tested_nothing = False
        """And yet not one test ran."""

    def take(self, session: Session, event: Event) -> None:
        """Take an event of the session, and write what it has to tell."""
        match event:
            case RepositoryChanged(removed=removed, changed=changed):
                self._changed |= dict.fromkeys(changed)
                for spec in removed:
                    self._results.pop(spec, None)
            case RunStarted(reasons=reasons):
                self._reasons.update(reasons)
            case PolicyFinished(result):
                ran = result.spec in self._reasons  # otherwise only its line numbers changed
                (self._finished if ran else self._results)[result.spec] = result
            case RunFinished():
                self._tell(session, event)
            case WatchChanged(note=note) if note:
                self._write(f"{WARN_MARK} {clean_line(note)}\n")
            case Notice(message=message):
                self._write(f"{WARN_MARK} {clean_line(message)}\n")
            case _:
                pass  # a run is reported when it ends

    def _tell(self, session: Session, run: RunFinished) -> None:
        finished, self._finished = self._finished, {}
        reasons, self._reasons = self._reasons, {}
        changed, self._changed = tuple(self._changed), {}
        self._results.update(finished)
        report = _report(session, finished, run.seconds)
        self._write(f"\n{self._paint.quiet(self._heading(session, changed, reasons, run))}\n")
        self._write(render_text(report, self._paint) if run.affected else self._errors(report))
        whole = _report(session, self._results, run.seconds)
        self.green, self.tested_nothing = whole.passed, whole.tested_nothing
        if len(self._results) > len(finished):
            self._write(f"{self._paint.quiet('now')} {summary_line(whole, self._paint)}\n")
        if self._first:
            self._first = False
            self._write(f"{self._paint.quiet('watching; ctrl+c ends')}\n")

    def _errors(self, report: RunReport) -> str:
        """What is wrong that belongs to no policy."""
        read = source_reader(report.root)
        errors = (found for found in report.diagnostics if found.severity is Level.ERROR)
        return "".join(
            f"{line}\n" for found in errors for line in finding_block(found, self._paint, read)
        )

    def _heading(
        self,
        session: Session,
        changed: Sequence[str],
        reasons: Mapping[str, str],
        run: RunFinished,
    ) -> str:
        """`saved a.py 15:10:42 · 16 affected · 31 ms · why`; without a change the time and why."""
        now = self._clock()
        told = list(dict.fromkeys(reasons.values()))
        why = ", ".join(told[:REASONS_SHOWN])
        if len(told) > REASONS_SHOWN:
            why += f", and {len(told) - REASONS_SHOWN} more reasons"
        if not changed:
            heading = f"{_time(now)} {clean_line(why)}"
            return f"{heading} · {count_of(run.affected, 'policy')}" if run.affected else heading
        at = now if run.changed_at is None else run.changed_at
        parts = [f"{saved_files(session.repository.root, changed)} {_time(at)}"]
        parts.append(f"{run.affected:,} affected" if run.affected else "nothing affected")
        if run.changed_at is not None:
            parts.append(f"{max(0.0, now - run.changed_at) * 1000:.0f} ms")
        if why:
            parts.append(clean_line(why))
        return " · ".join(parts)


def saved_files(root: Path, changed: Sequence[str]) -> str:
    """`saved a.py`, `removed a.py`, `saved a.py and 2 more`: what is there, if anything is."""
    there = [path for path in changed if (root / path).exists()]
    word, named = ("saved", there) if there else ("removed", list(changed))
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"{word} {clean_line(named[0].rpartition('/')[2])}{more}"


def _time(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def _report(session: Session, results: Mapping[str, PolicyResult], seconds: float) -> RunReport:
    repository = session.repository
    return RunReport(
        root=str(repository.root),
        python=session.python,
        generation=repository.generation,
        policies=tuple(
            (repository.policies[spec], results[spec])
            for spec in sorted(results)
            if spec in repository.policies
        ),
        diagnostics=repository.diagnostics,
        seconds=seconds,
    )
