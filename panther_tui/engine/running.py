"""A job that is running, seen from outside: bytes in, results out. No input or output of its own.

Nothing that a worker sends is believed before its shape is checked.
"""

from __future__ import annotations

import json
import math
import re
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from panther_tui.engine.job import Job
from panther_tui.engine.model import (
    Failure,
    Frame,
    FunctionResult,
    JsonValue,
    Outcome,
    TestCase,
    TestResult,
    Verdict,
)
from panther_tui.engine.worker.frames import HEADER

OUTPUT_LIMIT = 100_000
"""Bytes kept of what one test prints."""
REPORT_LIMIT = 32 << 20
"""Bytes that one report may have; a larger one is taken for nonsense."""
TEXT_LIMIT = 20_000
"""Characters kept of a message."""
STACK_LINE = re.compile(r'^  File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
WORKER_FOLDER = str(PurePath(__file__).parent / "worker")


@dataclass(frozen=True, slots=True)
class Stop:
    """What ended a worker before it was done."""

    type: str
    message: str


def timed_out(seconds: float) -> Stop:
    """The time limit was reached."""
    return Stop("Timeout", f"still running after {seconds:g} s; stopped")


def ended(status: int) -> Stop:
    """The process ended by itself, with a `wait` status."""
    number = status & 127
    if not number:
        code = status >> 8
        return Stop("Exited", f"the policy ended its process with exit code {code} (os._exit)")
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    why = {
        "SIGSEGV": "the process crashed: a fault in native code, or too deep a recursion",
        "SIGKILL": "the process was killed: by itself, or by the system for lack of memory",
        "SIGABRT": "the process aborted",
    }.get(name, "the process was ended by a signal")
    return Stop("Killed", f"{why} ({name})")


class NonsenseError(ValueError):
    """A worker sent what no worker of ours sends."""


class RunningJob:
    """Turns the reports and the output of a worker into results."""

    def __init__(self, job: Job, root: str) -> None:
        self.job = job
        self.root = root.rstrip("/")
        self.ready = False
        """The body was imported; tests run."""
        self.setup: Failure | None = None
        """Why the body could not be imported."""
        self.results: list[TestResult] = []
        """Of the first tests of the job."""
        self.loaded: tuple[str, ...] = ()
        self.done = False
        self._buffer = bytearray()
        self._output = bytearray()
        self._dropped = 0

    def feed_output(self, data: bytes) -> None:
        """Take what the running test printed."""
        room = OUTPUT_LIMIT - len(self._output)
        self._output += data[: max(room, 0)]
        self._dropped += max(len(data) - max(room, 0), 0)

    def feed(self, data: bytes) -> Iterator[Mapping[str, JsonValue]]:
        """Take bytes of reports; yields each whole report. Raises NonsenseError."""
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._buffer)
            if size > REPORT_LIMIT:
                raise NonsenseError(f"a report of {size} bytes")
            if len(self._buffer) < HEADER.size + size:
                return
            body = bytes(self._buffer[HEADER.size : HEADER.size + size])
            del self._buffer[: HEADER.size + size]
            try:
                report = json.loads(body)
            except ValueError as error:
                raise NonsenseError("a report that is not JSON") from error
            yield _mapping(report)

    def take(self, report: Mapping[str, JsonValue]) -> TestResult | None:
        """Take one report; the test's result if it held one. Raises NonsenseError."""
        match report.get("kind"):
            case "ready":
                self.ready = True
            case "setup":
                self.setup = self._failure(report.get("error"))
            case "end":
                self.done = True
                self.loaded = tuple(
                    self.relative(_text(path)) for path in _sequence(report.get("files"))
                )
            case "test":
                return self._take_test(report)
            case other:
                raise NonsenseError(f"a report of kind {other!r}")
        return None

    def stop(self, stop: Stop, stack: str) -> TestResult | None:
        """The worker ended early: the result of the test it was in; None if it was importing."""
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
            return None  # all were reported: what happened afterwards changes no verdict
        _, test = self.job.tests[len(self.results)]
        return self._add(test, Verdict.ERROR, Outcome.ERRORED, 0.0, {}, failure, False)

    def relative(self, path: str) -> str:
        """A path as results show it: relative if inside the repository."""
        if path.startswith(f"{self.root}/"):
            return path[len(self.root) + 1 :]
        return path

    def _take_test(self, report: Mapping[str, JsonValue]) -> TestResult:
        place = len(self.results)
        if place >= len(self.job.tests) or report.get("index") != self.job.tests[place][0]:
            raise NonsenseError("a result of another test")
        error = report.get("error")
        try:
            verdict = Verdict(_text(report.get("verdict")))
            outcome = Outcome(_text(report.get("outcome")))
        except ValueError as unknown:
            raise NonsenseError(str(unknown)) from unknown
        return self._add(
            self.job.tests[place][1],
            verdict,
            outcome,
            _number(report.get("duration_ms")),
            {
                name: FunctionResult(
                    value.get("output"),
                    None if value.get("error") is None else _text(value.get("error")),
                    value.get("matched") is True,
                )
                for name, found in _mapping(report.get("functions")).items()
                for value in [_mapping(found)]
            },
            None if error is None else self._failure(error),
            report.get("mutated") is True,
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
            output=self.take_output(),
            mutated=mutated,
        )
        self.results.append(result)
        return result

    def take_output(self) -> str:
        """What was printed since the last result, cut with a note."""
        text = self._output.decode("utf-8", "backslashreplace")
        if self._dropped:
            text += f"\n… {self._dropped:,} bytes more were printed and dropped"
        self._output.clear()
        self._dropped = 0
        return text

    def _failure(self, value: JsonValue) -> Failure:
        error = _mapping(value)
        return Failure(
            _text(error.get("type")) or "Exception",
            _text(error.get("message")),
            self.relative(_text(error.get("path"))),
            int(_number(error.get("line"))),
            tuple(self._frame(_mapping(frame)) for frame in _sequence(error.get("frames"))),
        )

    def _frame(self, frame: Mapping[str, JsonValue]) -> Frame:
        return Frame(
            self.relative(_text(frame.get("path"))),
            int(_number(frame.get("line"))),
            _text(frame.get("function")),
            _text(frame.get("source")),
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


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise NonsenseError(f"{type(value).__name__} where an object was expected")
    return value


def _sequence(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise NonsenseError(f"{type(value).__name__} where a list was expected")
    return value[:10_000]


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise NonsenseError(f"{type(value).__name__} where text was expected")
    return value[:TEXT_LIMIT]


def _number(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NonsenseError(f"{value!r} where a number was expected")
    return float(value)
