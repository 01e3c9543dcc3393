"""A running job as its parent sees it: the worker's bytes go in, results come out.

It does no input or output itself. Nothing that a worker sends is believed: `reports` checks its
shape, and this module that it fits the job.
"""

from __future__ import annotations

import re
import secrets
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import assert_never

from panther_engine.model import (
    ALERT_FUNCTIONS,
    Failure,
    Frame,
    FunctionResult,
    JsonValue,
    Outcome,
    TestCase,
    TestResult,
    Verdict,
)
from panther_engine.running.processes.job import WORKER, Job
from panther_engine.running.processes.reports import (
    End,
    FailureReport,
    Finding,
    FunctionReport,
    Judged,
    Ready,
    Report,
    Setup,
    Started,
    decode_report,
)
from panther_engine.running.processes.stops import Stop
from panther_engine.running.processes.untrusted import (
    DEPTH_LIMIT,
    LIST_LIMIT,
    TEXT_LIMIT,
    NonsenseError,
    nests_too_deep,
    tell,
)
from panther_engine.running.worker.wire.frames import HEADER

OUTPUT_LIMIT = 100_000
"""Bytes kept of what one test prints."""
REPORT_LIMIT = 32 << 20
"""Bytes that one report may have; a larger one is taken for nonsense."""
AHEAD_BYTES = 2 * REPORT_LIMIT
"""Bytes of reports that may be here before the output that was printed before them."""
AHEAD_MARKERS = 20_000
"""Markers that may be here before their reports: far more than a pipe holds."""
FINDINGS_BYTES = 2 * REPORT_LIMIT
"""Bytes of all findings of a job."""
FUNCTIONS = frozenset({"policy", *ALERT_FUNCTIONS})
STACK_LINE = re.compile(r'^  File "(.*)", line (\d{1,9}) in (.*)$', re.MULTILINE)
WORKER_FOLDER = str(PurePath(WORKER).parent)


class Printed:
    """What was printed up to a marker, cut to the limit."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._dropped = 0

    def add(self, data: bytes) -> None:
        """Keep these bytes as far as there is room."""
        room = OUTPUT_LIMIT - len(self._kept)
        self._kept += data[:room]
        self._dropped += max(len(data) - room, 0)

    def text(self) -> str:
        """What was kept, with a note on what was not."""
        text = self._kept.decode("utf-8", "backslashreplace")
        if self._dropped:
            text += f"\n… {self._dropped:,} bytes more were printed and dropped"
        return text


class RunningJob:
    """Turns the reports and the output of a worker into results."""

    def __init__(self, job: Job, root: str) -> None:
        self.job = job
        self.root = root.rstrip("/")
        self.started = False
        """Its worker runs; before that, the interpreter starts or imports libraries."""
        self.ready = False
        """The body was imported; tests run."""
        self.setup: Failure | None = None
        """Why the body could not be imported."""
        self.cut_short: Failure | None = None
        """Why its worker ended with no test to blame: a job with a mode may have more to do."""
        self.results: list[TestResult] = []
        """Of the first tests of the job."""
        self.loaded: tuple[str, ...] = ()
        self.findings: list[Mapping[str, JsonValue]] = []
        """What a job with a mode found out besides, as the worker sent it."""
        self.done = False
        self.marker = b"\0" + secrets.token_bytes(12) + b"\0"
        """The worker prints it before each report, so that output finds its test."""
        self._buffer = bytearray()
        self._reports: deque[tuple[Report, int]] = deque()
        """With their sizes."""
        self._ahead = 0
        self._found = 0
        self._tail = b""
        self._printed = Printed()
        self._finished: deque[Printed] = deque()

    def feed_output(self, data: bytes) -> Iterator[TestResult | None]:
        """Take what was printed; yields and raises as `feed` does."""
        parts = (self._tail + data).split(self.marker)
        for part in parts[:-1]:
            self._printed.add(part)
            self._finished.append(self._printed)
            self._printed = Printed()
        keep = len(self.marker) - 1
        self._printed.add(parts[-1][:-keep])
        self._tail = parts[-1][-keep:]
        yield from self._advance()

    def feed(self, data: bytes) -> Iterator[TestResult | None]:
        """Take bytes of reports; yields for each that can be taken, with its result if it has one.

        Raises NonsenseError.
        """
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._buffer)
            if size > REPORT_LIMIT:
                raise NonsenseError(f"a report of {size} bytes")
            if len(self._buffer) < HEADER.size + size:
                break
            body = bytes(self._buffer[HEADER.size : HEADER.size + size])
            del self._buffer[: HEADER.size + size]
            self._ahead += size
            if self._ahead > AHEAD_BYTES:
                raise NonsenseError(f"{self._ahead} bytes of reports ahead of their output")
            report = decode_report(body)
            self._found += size if isinstance(report, Finding) else 0
            if self._found > FINDINGS_BYTES:
                raise NonsenseError(f"{self._found} bytes of findings")
            self._reports.append((report, size))
        yield from self._advance()

    def _advance(self) -> Iterator[TestResult | None]:
        """A report counts when all that was printed before it is here."""
        while self._reports and self._finished:
            report, size = self._reports.popleft()
            self._ahead -= size
            yield self._take(report, self._finished.popleft())
        if len(self._finished) > AHEAD_MARKERS:
            raise NonsenseError(f"{len(self._finished)} markers without reports")

    def _take(self, report: Report, printed: Printed) -> TestResult | None:
        match report:
            case Started():
                self.started = True
            case Ready():
                self.ready = True
            case Finding(whole):
                self.findings.append(whole)
            case Setup(error):
                self.setup = self._failure(error)
            case End(files):
                if self.ready and not self.job.mode and len(self.results) < len(self.job.tests):
                    raise NonsenseError("an end before its last test")
                self.done = True
                self.loaded = tuple(self.relative(_cut(path)) for path in files[:LIST_LIMIT])
            case Judged():
                return self._take_test(report, printed.text())
            case _:
                assert_never(report)
        return None

    def stop(self, stop: Stop, stack: str, duration_ms: float = 0.0) -> TestResult | None:
        """The worker ended early: the result of the test it was in; None if it was importing.

        `duration_ms` is how long it was in it.
        """
        self._printed.add(self._tail)
        self._tail = b""
        frames = tuple(self._stack_frames(stack))
        inside = [frame for frame in frames if not frame.path.startswith(("/", "<"))]
        failure = Failure(
            stop.type,
            stop.message,
            inside[-1].path if inside else "",
            inside[-1].line if inside else 0,
            frames,
        )
        if not self.ready:
            self.setup = failure
            return None
        if len(self.results) >= len(self.job.tests):
            self.cut_short = failure  # all were reported: it changes no verdict
            return None
        _, test = self.job.tests[len(self.results)]
        return self._add(
            test,
            Verdict.ERROR,
            Outcome.ERRORED,
            duration_ms,
            {},
            failure,
            False,
            self._printed.text(),
        )

    def relative(self, path: str) -> str:
        """A path as results show it: relative if inside the repository."""
        if path.startswith(f"{self.root}/"):
            return path[len(self.root) + 1 :]
        return path

    def _take_test(self, report: Judged, output: str) -> TestResult:
        place = len(self.results)
        if place >= len(self.job.tests) or report.index != self.job.tests[place][0]:
            raise NonsenseError("a result of another test")
        return self._add(
            self.job.tests[place][1],
            report.verdict,
            report.outcome,
            report.duration_ms,
            {name: _function_result(name, it) for name, it in report.functions.items()},
            None if report.error is None else self._failure(report.error),
            report.mutated,
            output,
        )

    def _add(
        self,
        test: TestCase,
        verdict: Verdict,
        outcome: Outcome,
        duration_ms: float,
        functions: Mapping[str, FunctionResult],
        error: Failure | None,
        mutated: bool,
        output: str,
    ) -> TestResult:
        result = TestResult(
            name=test.name,
            line=test.line,
            expected=test.expected,
            verdict=verdict,
            outcome=outcome,
            duration_ms=duration_ms,
            functions=functions,
            error=error,
            output=output,
            mutated=mutated,
        )
        self.results.append(result)
        return result

    def _failure(self, error: FailureReport) -> Failure:
        return Failure(
            _cut(error.type) or "Exception",
            _cut(error.message),
            self.relative(_cut(error.path)),
            error.line,
            tuple(
                Frame(
                    self.relative(_cut(frame.path)),
                    frame.line,
                    _cut(frame.function),
                    _cut(frame.source),
                )
                for frame in error.frames[:LIST_LIMIT]
            ),
        )

    def _stack_frames(self, stack: str) -> Iterator[Frame]:
        """The frames of a faulthandler dump, outermost first, without ours."""
        lines = self.job.source.decode("utf-8", "replace").splitlines()
        for path, number, function in reversed(STACK_LINE.findall(stack)):
            if path.startswith((WORKER_FOLDER, "<frozen")):
                continue
            line = int(number)
            known = path == self.job.body and 0 < line <= len(lines)
            source = lines[line - 1].strip() if known else ""
            yield Frame(self.relative(path), line, function, source)


def _function_result(name: str, found: FunctionReport) -> FunctionResult:
    if name not in FUNCTIONS:
        raise NonsenseError(f"a result of {tell(name)}")
    output, error = found.output, found.error
    if nests_too_deep(output):
        output = f"(nests more than {DEPTH_LIMIT} levels)"
    return FunctionResult(output, None if error is None else _cut(error), found.matched)


def _cut(text: str) -> str:
    return text[:TEXT_LIMIT]
