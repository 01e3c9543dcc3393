"""What a worker told is believed only after a look at its shape."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.insight.reason.decide import Explanation
from panther_engine.insight.trace.trace import SourceTexts, take_trace
from panther_engine.model import Outcome, TestCase, TestResult, Verdict
from panther_engine.running.processes.untrusted import NonsenseError
from panther_engine.values.insight import Insight

SOURCE = b"def policy(resource):\n    return resource['A']\n"
TEXTS = SourceTexts({"body.py": SOURCE}, "/root")
GOOD: dict[str, Any] = {
    "files": [["/root/body.py", 0]],
    "sites": {
        "0": [1, 0, 2, 24, "FunctionDef", -1, "", ["policy", "resource"]],
        "1": [2, 4, 2, 24, "Return", 0, "body.0", None],
        "2": [2, 11, 2, 24, "Subscript", 1, "value", None],
        "3": [2, 11, 2, 19, "Name", 2, "value", ["resource", "Load"]],
        "4": [2, 20, 2, 23, "Constant", 2, "slice", ["A"]],
        "5": [2, 11, 2, 24, "Returned", 1, "returned", None],
    },
    "events": [
        [-1, 0],
        [1, 0],
        [3, 0, "{'A': True}", [], 1, "dict"],
        [2, 0, True],
        [5, 0, True],
    ],
    "dropped": 0,
    "gap": None,
    "judged": True,
    "gave_up": False,
    "threads": False,
    "reached": [0, 1],
}


def explain(report: object) -> Insight:
    test = TestCase("test", 1, True, {"A": True})
    result = TestResult("test", 1, True, Verdict.PASS, Outcome.PASSED, 0.1)
    insight = Insight("s.yml", 1, 0, "test", 1, True, Verdict.PASS, True, "")
    trace = take_trace(report, TEXTS)
    return Explanation(trace, test, result, "body.py").explain(insight, False)


def test_what_a_worker_of_ours_tells_is_understood() -> None:
    insight = explain(GOOD)
    assert insight.reason == "It passes because `A` is True."
    assert [read.field for read in insight.reads] == [("A",)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("files", [["/root/body.py", -1]]),
        ("files", []),
        ("sites", {"0": [1, 2, 3]}),
        ("sites", {"-1": GOOD["sites"]["0"]}),
        ("sites", {**GOOD["sites"], "1": [2, 4, 2, 24, "Return", 5, "body.0", None]}),
        ("sites", {**GOOD["sites"], "1": [2, 4, 2, 24, "Return", 1, "body.0", None]}),
        ("events", [[99, 0]]),
        ("events", [[1]]),
        ("events", [[1, 0, {}]]),
        ("events", [[1, 0, "text", "path", 1, "dict"]]),
        ("events", [[1, 0]] * 40_000),
        ("events", "many"),
        ("gap", [1, 2, 3]),
        ("gap", "here"),
        ("dropped", -1),
        ("reached", ["x"]),
    ],
)
def test_what_no_worker_of_ours_tells_is_refused(key: str, value: object) -> None:
    with pytest.raises(NonsenseError):
        take_trace({**GOOD, key: value}, TEXTS)


def test_values_are_one_clean_bounded_line() -> None:
    report = copy.deepcopy(GOOD)
    report["events"][3] = [2, 0, "\x1b[31m" + "x\n" * 5000, None, 9, "\x1b]8;;"]
    trace = take_trace(report, TEXTS)
    value = trace.events[3].value
    assert value is not None
    assert value.text.isprintable()
    assert len(value.text) < 1000
    assert value.kind.isprintable()


SCALARS = st.none() | st.booleans() | st.integers(-5, 40) | st.text(max_size=4)
SITES = st.tuples(
    st.integers(0, 4),
    st.integers(0, 30),
    st.integers(0, 4),
    st.integers(0, 30),
    st.sampled_from(
        [
            "FunctionDef",
            "Return",
            "If",
            "For",
            "Compare",
            "BoolOp",
            "Call",
            "Name",
            "Subscript",
            "Attribute",
            "Returned",
            "Fell",
            "Else",
            "Lambda",
            "GeneratorExp",
            "UnaryOp",
            "Assign",
        ]
    ),
    st.integers(-1, 9),
    st.sampled_from(
        [
            "",
            "body.0",
            "body.1",
            "test",
            "iter",
            "target",
            "value",
            "left",
            "comparators.0",
            "values.0",
            "func",
            "args.0",
            "slice",
            "operand",
            "elt",
            "generators.0.iter",
            "targets.0",
        ]
    ),
    SCALARS | st.lists(SCALARS, max_size=3),
)
EVENTS = st.tuples(st.integers(-10, 9), st.integers(0, 3)) | st.tuples(
    st.integers(0, 9), st.integers(0, 3), SCALARS
)


@given(
    sites=st.lists(SITES, min_size=1, max_size=10),
    events=st.lists(EVENTS, max_size=30),
    gap=st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
def test_nothing_that_is_told_brings_the_engine_down(
    sites: list[Any], events: list[Any], gap: tuple[int, int] | None
) -> None:
    report = {
        **GOOD,
        "sites": {str(number): list(site) for number, site in enumerate(sites)},
        "events": [list(event) for event in events],
        "gap": None if gap is None else list(gap),
        "reached": [],
    }
    try:
        explain(report)
    except (NonsenseError, LookupError, RecursionError, TypeError, ValueError):
        pass  # those that `take_insights` turns into words
