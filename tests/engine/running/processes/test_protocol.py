"""Bytes of a worker become results, and hostile bytes become nothing else than NonsenseError."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from typing import get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from panther_engine.model import Frame, Outcome, TestCase, TestResult, Verdict
from panther_engine.running.processes import reports
from panther_engine.running.processes.job import Job
from panther_engine.running.processes.protocol import (
    OUTPUT_LIMIT,
    REPORT_LIMIT,
    RunningJob,
)
from panther_engine.running.processes.reports import (
    Finding,
    Report,
    _decode_odd,
    decode_report,
)
from panther_engine.running.processes.stops import Stop, ended, timed_out
from panther_engine.running.processes.untrusted import NonsenseError
from panther_engine.running.worker.wire import messages
from panther_engine.running.worker.wire.frames import HEADER, NO_MEMORY, NOT_HEARD

ALWAYS_THE_SAME = settings(derandomize=True)
BODY = "/repo/policies/a.py"
SOURCE = b"def policy(resource):\n    while True:\n        pass\n"


def job(tests: int = 2) -> Job:
    cases = tuple((index + 5, TestCase(f"t{index}", index + 1, True, {})) for index in range(tests))
    return Job("policies/a.yml", 1, "Test.A", BODY, SOURCE, cases)


def running(tests: int = 2) -> RunningJob:
    return RunningJob(job(tests), "/repo/")


def packed(*reports: object) -> bytes:
    bodies = [json.dumps(report).encode() for report in reports]
    return b"".join(HEADER.pack(len(body)) + body for body in bodies)


def result(index: int = 5, **changes: object) -> dict[str, object]:
    return {
        "kind": "test",
        "index": index,
        "duration_ms": 1.5,
        "verdict": "PASS",
        "outcome": "passed",
        "functions": {"policy": {"output": True, "error": None, "matched": True}},
        "error": None,
        "mutated": False,
        **changes,
    }


READY: dict[str, object] = {"kind": "ready"}
END: dict[str, object] = {
    "kind": "end",
    "files": ["/repo/global_helpers/g.py", "/elsewhere/x.json"],
}


def feed(run: RunningJob, *reports: object) -> list[TestResult]:
    """As a worker does it: a marker before each report."""
    yielded = [*run.feed(packed(*reports)), *run.feed_output(run.marker * len(reports))]
    return [found for found in yielded if found is not None]


# What workers send -------------------------------------------------------------------------------


def test_reports_become_results_of_the_jobs_tests() -> None:
    run = running()
    first, second = feed(run, READY, result(5), result(6, verdict="FAIL", outcome="failed"), END)
    assert (first.name, first.line, first.verdict) == ("t0", 1, Verdict.PASS)
    assert (second.name, second.line, second.outcome) == ("t1", 2, Outcome.FAILED)
    assert first.functions["policy"].output is True
    assert run.done
    assert run.loaded == ("global_helpers/g.py", "/elsewhere/x.json")


def test_reports_may_come_in_any_pieces() -> None:
    run = running()
    data = packed(READY, result(5), result(6), END)
    yielded: list[object] = list(run.feed_output(run.marker * 4))
    for place in range(len(data)):
        yielded += run.feed(data[place : place + 1])
    assert [r.name for r in run.results] == ["t0", "t1"]
    assert len(yielded) == 4


def test_what_is_printed_before_a_marker_belongs_to_the_report_after_it() -> None:
    run = running()
    output = b"import" + run.marker + b"one\n" + run.marker + "zwei é".encode() + run.marker
    for place in range(len(output)):
        assert list(run.feed_output(output[place : place + 1])) == []
    list(run.feed(packed(READY, result(5), result(6))))
    assert [r.output for r in run.results] == ["one\n", "zwei é"]


def test_a_report_waits_for_the_output_that_was_printed_before_it() -> None:
    run = running()
    assert list(run.feed(packed(READY, result(5)))) == []
    assert list(run.feed_output(run.marker)) == [None]
    assert list(run.feed_output(b"late")) == []
    assert [r.output for r in run.feed_output(run.marker) if r] == ["late"]


def test_output_is_cut_to_the_limit_with_a_note() -> None:
    run = running()
    list(run.feed(packed(READY, result(5), result(6))))
    list(
        run.feed_output(run.marker + b"x" * (OUTPUT_LIMIT + 1234) + run.marker + b"y" + run.marker)
    )
    assert run.results[0].output.startswith("x" * OUTPUT_LIMIT)
    assert run.results[0].output.endswith("\n… 1,234 bytes more were printed and dropped")
    assert run.results[1].output == "y"


def test_bytes_that_are_no_text_are_spelt_out() -> None:
    run = running()
    list(run.feed(packed(READY, result(5))))
    list(run.feed_output(run.marker + b"a\xff\xc3" + run.marker))
    assert run.results[0].output == "a\\xff\\xc3"


def test_an_error_has_its_frames_with_paths_inside_the_repository_relative() -> None:
    run = running()
    frames = [
        {"path": BODY, "line": 2, "function": "policy", "source": "while True:"},
        {"path": "/lib/json.py", "line": 9, "function": "loads", "source": ""},
    ]
    error = {"type": "KeyError", "message": "'x'", "path": BODY, "line": 2, "frames": frames}
    (found,) = feed(run, READY, result(5, error=error, verdict="ERROR", outcome="errored"))
    assert found.error is not None
    assert (found.error.path, found.error.line) == ("policies/a.py", 2)
    assert [frame.path for frame in found.error.frames] == ["policies/a.py", "/lib/json.py"]


def test_a_setup_error_is_no_result() -> None:
    run = running()
    error = {"type": "SystemExit", "message": "7", "path": BODY, "line": 1, "frames": []}
    assert feed(run, {"kind": "setup", "error": error}, END) == []
    assert run.setup is not None
    assert (run.setup.type, run.setup.path) == ("SystemExit", "policies/a.py")
    assert run.done


# Ends --------------------------------------------------------------------------------------------

STACK = f'''Current thread 0x00007f0000000000 (most recent call first):
  File "/lib/python3.11/re.py", line 190 in match
  File "{BODY}", line 3 in policy
  File "<frozen importlib>", line 1 in x
'''


def test_a_worker_that_was_stopped_leaves_a_result_with_the_users_line() -> None:
    run = running()
    feed(run, READY)
    list(run.feed_output(b"printed before"))
    found = run.stop(timed_out(0.5), STACK)
    assert found is not None
    assert found.error is not None
    assert (found.error.type, found.error.message) == ("Timeout", "still running after 0.5 s")
    assert (found.error.path, found.error.line) == ("policies/a.py", 3)
    assert found.error.frames[0] == Frame("policies/a.py", 3, "policy", "pass")
    assert found.error.frames[1].path == "/lib/python3.11/re.py"
    assert (found.verdict, found.outcome) == (Verdict.ERROR, Outcome.ERRORED)
    assert found.output == "printed before"


def test_a_worker_that_was_stopped_while_it_imported_makes_the_policy_invalid() -> None:
    run = running()
    assert run.stop(timed_out(10), "") is None
    assert run.setup is not None
    assert (run.setup.type, run.setup.path, run.setup.line) == ("Timeout", "", 0)


def test_an_end_after_the_last_test_changes_nothing() -> None:
    run = running(1)
    feed(run, READY, result(5))
    assert run.stop(Stop("Killed", "x"), "") is None
    assert [r.outcome for r in run.results] == [Outcome.PASSED]


def test_only_the_test_that_ran_is_blamed() -> None:
    run = running()
    feed(run, READY, result(5))
    found = run.stop(Stop("Killed", "x"), "")
    assert found is not None
    assert found.name == "t1"


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (3 << 8, "Exited", "exit code 3"),
        (0, "Exited", "exit code 0"),
        (signal.SIGSEGV, "Killed", "native code"),
        (signal.SIGSEGV | 128, "Killed", "SIGSEGV"),
        (signal.SIGKILL, "Killed", "lack of memory"),
        (signal.SIGTERM, "Killed", "SIGTERM"),
        (127, "Killed", "signal 127"),
        (35, "Killed", "signal 35"),
        (NO_MEMORY << 8, "OutOfMemory", "setting `memory`"),
    ],
)
def test_the_end_of_a_process_is_told_in_words(status: int, kind: str, words: str) -> None:
    stop = ended(status)
    assert stop.type == kind
    assert words in stop.message


# Hostile bytes -----------------------------------------------------------------------------------

POLICY = {"output": True, "error": None, "matched": True}
ERROR = {"type": "E", "message": "m", "path": "p", "line": 1, "frames": []}
FRAME = {"path": "p", "line": 1, "function": "f", "source": "s"}

NONSENSE: dict[str, object] = {
    "no object": [1],
    "null": None,
    "no kind": {},
    "another kind": {"kind": "more"},
    "a kind that is a list": {"kind": ["test"]},
    "an index of another test": result(6),
    "no index": result(index=None),  # type: ignore[arg-type]
    "an unknown verdict": result(verdict="MAYBE"),
    "a verdict of another type": result(verdict=1),
    "an unknown outcome": result(outcome="good"),
    "a duration that is text": result(duration_ms="1"),
    "a duration that is true": result(duration_ms=True),
    "a duration that is not a number": result(duration_ms=float("nan")),
    "an endless duration": result(duration_ms=float("inf")),
    "a negative duration": result(duration_ms=-1),
    "a duration of 400 digits": result(duration_ms=10**400),
    "functions that are a list": result(functions=[]),
    "a function of another name": result(functions={"main": POLICY}),
    "a function that is text": result(functions={"policy": "x"}),
    "a function's error that is a number": result(functions={"policy": {**POLICY, "error": 1}}),
    "an error that is text": result(error="E"),
    "an error without a line": result(error={**ERROR, "line": None}),
    "an error with a line of 400 digits": result(error={**ERROR, "line": 10**400}),
    "an error whose frames are an object": result(error={**ERROR, "frames": {}}),
    "a frame that is text": result(error={**ERROR, "frames": ["x"]}),
    "a frame without a source": result(error={**ERROR, "frames": [{**FRAME, "source": None}]}),
    "a setup without an error": {"kind": "setup"},
    "an end without files": {"kind": "end"},
    "an end whose files are numbers": {"kind": "end", "files": [1]},
}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_report_of_the_wrong_shape_is_nonsense(name: str) -> None:
    run = running()
    with pytest.raises(NonsenseError) as raised:
        feed(run, READY, NONSENSE[name])
    assert len(str(raised.value)) < 200
    assert run.results == []


@pytest.mark.parametrize(
    "data",
    [
        b"no json",
        b"\xff\xfe",
        b"",
        b"[" * 200_000,
        b'{"kind": ' + b"9" * 10_000 + b"}",
    ],
)
def test_a_report_that_is_no_json_is_nonsense(data: bytes) -> None:
    run = running()
    with pytest.raises(NonsenseError):
        list(run.feed(HEADER.pack(len(data)) + data))


def test_a_report_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(NonsenseError, match="bytes"):
        list(running().feed(HEADER.pack(REPORT_LIMIT + 1)))


def test_a_result_too_many_is_nonsense() -> None:
    run = running(1)
    with pytest.raises(NonsenseError):
        feed(run, READY, result(5), result(5))


def test_an_output_that_nests_too_deep_is_replaced_by_words() -> None:
    deep: object = {}
    for _ in range(500):
        deep = [deep]
    context = {"output": deep, "error": None, "matched": True}
    (found,) = feed(running(), READY, result(functions={"alert_context": context}))
    assert found.functions["alert_context"].output == "(nests more than 200 levels)"


def test_what_json_has_no_word_for_is_a_result_all_the_same() -> None:
    odd = {"output": [float("nan"), float("-inf"), "a\udcff"], "error": "\ud800", "matched": False}
    (found,) = feed(running(), READY, result(functions={"alert_context": odd}))
    output = found.functions["alert_context"].output
    assert str(output) == "[nan, -inf, 'a\\udcff']"
    assert found.functions["alert_context"].error == "\ud800"


@pytest.mark.parametrize(
    ("sent", "decoded"),
    [
        (messages.TestReport, reports.Judged),
        (messages.FailureReport, reports.FailureReport),
        (messages.FrameReport, reports.FrameReport),
        (messages.FunctionReport, reports.FunctionReport),
    ],
)
def test_what_the_worker_sends_has_the_fields_that_are_decoded(
    sent: type, decoded: type[Struct]
) -> None:
    assert sent.__annotations__.keys() <= {"kind", *decoded.__struct_fields__}
    assert {*decoded.__struct_fields__} <= {*get_type_hints(sent)}


def test_a_finding_is_handed_on_as_it_was_sent() -> None:
    run = running()
    finding = {"kind": "finding", "index": 5, "whole": {}, "traces": {"policy": [1]}}
    feed(run, READY, finding)
    assert run.findings == [finding]


def test_a_long_message_is_cut() -> None:
    (found,) = feed(running(), READY, result(error={**ERROR, "message": "x" * 1_000_000}))
    assert found.error is not None
    assert len(found.error.message) == 20_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def mutated_reports() -> st.SearchStrategy[dict[str, object]]:
    """Reports that are right but for some values."""
    right: list[dict[str, object]] = [READY, result(), END, {"kind": "setup", "error": ERROR}]
    keys = st.sampled_from(
        ["kind", "index", "duration_ms", "functions", "error", "files", "verdict"]
    )
    changes = st.dictionaries(keys, JSON, max_size=2)
    return st.builds(lambda base, change: {**base, **change}, st.sampled_from(right), changes)


def only_nonsense(run: RunningJob, steps: Iterator[object]) -> bool:
    """Whether the steps ended in nonsense; anything else that is raised is a fault of ours."""
    try:
        list(steps)
    except NonsenseError:
        return True
    assert len(run.results) <= len(run.job.tests)
    return False


@ALWAYS_THE_SAME
@given(st.lists(mutated_reports(), max_size=4))
def test_no_report_raises_anything_but_nonsense(reports: list[dict[str, object]]) -> None:
    run = running()
    list(run.feed_output(run.marker * len(reports)))
    only_nonsense(run, run.feed(packed(*reports)))


@ALWAYS_THE_SAME
@given(st.lists(st.binary(max_size=40), max_size=6))
@example([b"\0\0\0\2", b"{}"])
@example([b"\xff\xff\xff\xff"])
def test_no_bytes_raise_anything_but_nonsense(pieces: list[bytes]) -> None:
    run = running()
    list(run.feed_output(run.marker * 3))
    any(only_nonsense(run, run.feed(piece)) for piece in pieces)


@ALWAYS_THE_SAME
@given(st.text() | st.from_regex(r'(  File "[^"]*", line \d+ in .*\n)*'))
@example('  File "x", line ' + "9" * 10_000 + " in y")
def test_any_stack_can_be_read(stack: str) -> None:
    run = running()
    feed(run, READY)
    assert run.stop(timed_out(1), stack) is not None


@ALWAYS_THE_SAME
@given(st.lists(st.binary(max_size=30), max_size=5), st.integers(1, 50))
def test_output_finds_its_test_however_it_is_cut(texts: list[bytes], size: int) -> None:
    run = running(max(len(texts), 1))
    data = run.marker + b"".join(text + run.marker for text in texts)
    for place in range(0, len(data), size):
        list(run.feed_output(data[place : place + size]))
    list(run.feed(packed(READY, *(result(index + 5) for index in range(len(texts))))))
    shown = [text.decode("utf-8", "backslashreplace") for text in texts]
    assert [r.output for r in run.results] == shown


def test_a_child_that_cannot_report_is_said_to_be_one() -> None:
    assert "closed what its results are reported through" in ended(NOT_HEARD << 8).message
    assert "exit code 3" in ended(3 << 8).message


def test_an_end_before_the_last_test_is_nonsense_and_not_a_pass() -> None:
    job = running(tests=2)
    feed = job.feed_output(job.marker * 3)
    assert list(feed) == []
    with pytest.raises(NonsenseError, match="an end before its last test"):
        list(job.feed(packed(READY, result(5), END)))
    assert not job.done


@ALWAYS_THE_SAME
@given(mutated_reports())
def test_both_decoders_take_and_refuse_the_same(report: dict[str, object]) -> None:
    body = json.dumps(report).encode()
    taken: list[Report | None] = []
    for decode in (decode_report, _decode_odd):
        try:
            taken.append(decode(body))
        except NonsenseError:
            taken.append(None)
    if isinstance(taken[0], Finding):
        taken[0].whole = {}
    assert repr(taken[0]) == repr(taken[1])  # NaN equals nothing
