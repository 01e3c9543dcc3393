"""A job that is running, seen from outside: bytes in, results out. No input or output of its own.

Nothing that a worker sends is believed before its shape is checked.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from panther_engine.model import (
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
from panther_engine.running.processes.untrusted import (
    NonsenseError as NonsenseError,  # who feeds a job catches it
)
from panther_engine.running.processes.untrusted import (
    take_function,
    take_list,
    take_mapping,
    take_number,
    take_text,
    tell,
)
from panther_engine.running.worker.wire.frames import HEADER, NO_MEMORY, NOT_HEARD
from panther_engine.text.signals import signal_name

OUTPUT_LIMIT = 100_000
"""Bytes kept of what one test prints."""
REPORT_LIMIT = 32 << 20
"""Bytes that one report may have; a larger one is taken for nonsense."""
STACK_LINE = re.compile(r'^  File "(.*)", line (\d{1,9}) in (.*)$', re.MULTILINE)
WORKER_FOLDER = str(PurePath(WORKER).parent)


@dataclass(frozen=True, slots=True)
class Stop:
    """What ended a worker before it was done."""

    type: str
    message: str


def timed_out(seconds: float) -> Stop:
    """The time limit was reached."""
    return Stop("Timeout", f"still running after {seconds:g} s")


def not_started(seconds: float) -> Stop:
    """No process of the interpreter came to run the job: nothing of the policy's is to blame."""
    return Stop("NotStarted", f"the interpreter did not start within {seconds:g} s")


def ended(status: int) -> Stop:
    """The process ended by itself, with a `wait` status."""
    number = status & 127
    if not number:
        code = status >> 8
        if code == NOT_HEARD:
            return Stop("Exited", "the policy closed what its results are reported through")
        if code == NO_MEMORY:
            return Stop(
                "OutOfMemory",
                "the memory limit is reached, and nothing was left to say where;"
                " use less, or raise the setting `memory`",
            )
        return Stop("Exited", f"the policy ended its process with exit code {code} (os._exit)")
    name = signal_name(number)
    why = {
        "SIGSEGV": "the process crashed: a fault in native code, or too deep a recursion",
        "SIGKILL": "the process was killed: by itself, or by the system for lack of memory",
        "SIGABRT": "the process aborted",
    }.get(name, "the process was ended by a signal")
    return Stop("Killed", f"{why} ({name})")


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
        self._reports: deque[Mapping[str, JsonValue]] = deque()
        self._tail = b""
        self._printed = Printed()
        self._finished: deque[Printed] = deque()

    def feed_output(self, data: bytes) -> Iterator[TestResult | None]:
        """Take what was printed; yields as `feed` does."""
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
            try:
                self._reports.append(take_mapping(json.loads(body)))
            except (ValueError, RecursionError) as error:
                raise NonsenseError("a report that is not JSON") from error
        yield from self._advance()

    def _advance(self) -> Iterator[TestResult | None]:
        """A report counts when all that was printed before it is here."""
        while self._reports and self._finished:
            yield self._take(self._reports.popleft(), self._finished.popleft())

    def _take(self, report: Mapping[str, JsonValue], printed: Printed) -> TestResult | None:
        match report.get("kind"):
            case "started":
                self.started = True
            case "ready":
                self.ready = True
            case "finding":
                self.findings.append(report)
            case "setup":
                self.setup = self._failure(report.get("error"))
            case "end":
                if self.ready and not self.job.mode and len(self.results) < len(self.job.tests):
                    raise NonsenseError("an end before its last test")
                self.done = True
                self.loaded = tuple(
                    self.relative(take_text(path)) for path in take_list(report.get("files"))
                )
            case "test":
                return self._take_test(report, printed.text())
            case other:
                raise NonsenseError(f"a report of kind {tell(other)}")
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

    def _take_test(self, report: Mapping[str, JsonValue], output: str) -> TestResult:
        place = len(self.results)
        if place >= len(self.job.tests) or report.get("index") != self.job.tests[place][0]:
            raise NonsenseError("a result of another test")
        error = report.get("error")
        try:
            verdict = Verdict(take_text(report.get("verdict")))
            outcome = Outcome(take_text(report.get("outcome")))
        except ValueError as unknown:
            raise NonsenseError(str(unknown)) from unknown
        return self._add(
            self.job.tests[place][1],
            verdict,
            outcome,
            take_number(report.get("duration_ms")),
            {
                name: take_function(name, found)
                for name, found in take_mapping(report.get("functions")).items()
            },
            None if error is None else self._failure(error),
            report.get("mutated") is True,
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

    def _failure(self, value: JsonValue) -> Failure:
        error = take_mapping(value)
        return Failure(
            take_text(error.get("type")) or "Exception",
            take_text(error.get("message")),
            self.relative(take_text(error.get("path"))),
            int(take_number(error.get("line"))),
            tuple(self._frame(take_mapping(frame)) for frame in take_list(error.get("frames"))),
        )

    def _frame(self, frame: Mapping[str, JsonValue]) -> Frame:
        return Frame(
            self.relative(take_text(frame.get("path"))),
            int(take_number(frame.get("line"))),
            take_text(frame.get("function")),
            take_text(frame.get("source")),
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
