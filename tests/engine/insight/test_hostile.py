"""Policies that would break a naive observer: the same verdict, and what is said of it is right."""

from __future__ import annotations

import pytest

from panther_engine.insight.explaining import Explained
from tests.engine.insight.explained import explain_all, write_checkout
from tests.engine.insight.hostile import HOSTILE, NEWER

ALL = HOSTILE | NEWER


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Explained]]:
    samples = {name: hostile.sample for name, hostile in ALL.items()}
    return explain_all(write_checkout(tmp_path_factory.mktemp("hostile"), samples))


@pytest.mark.parametrize("name", ALL)
def test_an_observed_run_comes_to_what_the_plain_one_comes_to(
    explained: dict[str, list[Explained]], name: str
) -> None:
    for one in explained[name]:
        assert one.insight.same_as_plain, one.insight.reason


@pytest.mark.parametrize("name", ALL)
def test_the_line_that_decided_is_told(explained: dict[str, list[Explained]], name: str) -> None:
    insight = explained[name][-1].insight
    assert (insight.deciding.place.line if insight.deciding else 0) == ALL[name].line
    assert ALL[name].said in insight.reason


@pytest.mark.parametrize("name", ALL)
def test_everything_that_is_told_is_one_bounded_clean_line(
    explained: dict[str, list[Explained]], name: str
) -> None:
    for one in explained[name]:
        for step in one.insight.conditions:
            told = [step.value, step.phrase, step.place.text]
            told += [text for part in step.operands for text in (part.value, part.place.text)]
            assert all(text.isprintable() and len(text) < 1500 for text in told), told


def test_the_samples_pass_as_they_are_meant_to(explained: dict[str, list[Explained]]) -> None:
    erring = {"endless_recursion", "raises_itself", "raises_from", "none", "no_verdict"}
    erring |= {"falls_off", "exits"}
    for name, tests in explained.items():
        for one in tests:
            right = one.insight.verdict == ("PASS" if one.insight.expected else "FAIL")
            assert right is (name not in erring), (name, one.insight.reason)
