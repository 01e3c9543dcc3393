"""No source ends a reading, however deep it nests, and whatever is asked of it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_engine.insight.trials.literals import literals_of
from panther_engine.model import Level, Mock, Policy, TestCase
from panther_engine.reading.check.body import check_body, check_helper, check_mocks
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.source.fingerprint import code_fingerprint
from panther_engine.reading.source.forgetting import keeps_nothing
from panther_engine.reading.source.imports import read_imports
from panther_engine.reading.source.purity import leaves_nothing
from panther_engine.running.worker.imports.modules import GlobalsFinder
from panther_engine.running.worker.observe.mutate import Mutants
from panther_engine.running.worker.observe.observer import Observer
from panther_engine.running.worker.wire.messages import JobMessage
from panther_tui.panes.code.definitions import find_definitions, line_of_name
from tests.engine.reading.repository.checkout import Checkout, spec_text
from tests.engine.reading.source.nesting import BLOCKS, EXPRESSIONS, PLACES, write_source

INDENTED = sorted({*BLOCKS} - {"elifs"})
"""Python takes a hundred levels of these, and their text grows with the square of the depth."""
DEEP = st.integers(1, 40) | st.integers(40, 1_200) | st.sampled_from([5_000, 30_000])
NESTS = st.one_of(
    st.tuples(st.sampled_from([*EXPRESSIONS, "elifs"]), DEEP),
    st.tuples(st.sampled_from(INDENTED), st.integers(1, 40) | st.integers(40, 400)),
)
TEST = TestCase("a", 1, True, {}, (Mock("nothing", "x"),))
POLICY = Policy("a.yml", "a.py", "A", tests=(TEST,))


def observe(content: bytes) -> None:
    for mode in ("observe", "coarse"):
        job: object = {"mode": mode, "path": "a.py", "request": {"watch": []}}
        Observer(GlobalsFinder(), cast(JobMessage, job)).code_of("a.py", content)


def mutate(content: bytes) -> None:
    try:
        mutants = Mutants("a.py", content)
    except (SyntaxError, MemoryError):
        return  # a job says so
    for mutant in mutants.all[:3]:
        try:
            mutants.compile(mutant)
        except (SyntaxError, RecursionError):
            pass  # the import, which comes before, has ended the job; or it is passed over


WALKS: dict[str, Callable[[bytes], object]] = {
    "check_body": lambda content: check_body("a.py", content),
    "check_mocks": lambda content: check_mocks(POLICY, content),
    "purity": leaves_nothing,
    "forgetting": keeps_nothing,
    "imports": read_imports,
    "fingerprint": code_fingerprint,
    "check_helper": lambda content: check_helper("a.py", content),
    "literals": literals_of,
    "observe": observe,
    "mutate": mutate,
    "definitions": lambda content: list(
        find_definitions(content.decode(), 1, "a.py", ["words.py"])
    ),
    "line": lambda content: line_of_name(content.decode(), "policy"),
}


def at_depth(frames: int, call: Callable[[], object]) -> object:
    """Call as deep in the stack as in an application."""
    return call() if frames <= 0 else at_depth(frames - 1, call)


@settings(max_examples=150)
@given(NESTS, st.sampled_from(sorted(PLACES)), st.integers(0, 300), st.data())
def test_no_walk_of_a_source_ends_in_an_exception(
    nest: tuple[str, int], place: str, frames: int, data: st.DataObject
) -> None:
    kind, depth = nest
    content = write_source(kind, place, depth).encode()
    walk = WALKS[data.draw(st.sampled_from(sorted(WALKS)))]
    room = sys.getrecursionlimit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        at_depth(frames, lambda: walk(content))
    assert sys.getrecursionlimit() == room


@pytest.mark.parametrize("depth", [100, 300, 700, 950])
@pytest.mark.parametrize("kind", sorted(EXPRESSIONS))
def test_every_place_of_every_nest_is_checked(kind: str, depth: int) -> None:
    for place in PLACES:
        content = write_source(kind, place, depth).encode()
        for found in check_body("a.py", content):
            assert found.line >= 1
            assert found.message


@pytest.mark.parametrize("kind", ["plus", "attributes", "conditions", "ifs", "elifs"])
@pytest.mark.parametrize("depth", [20, 700, 5_000])
def test_a_source_that_nests_deep_ends_no_load(tmp_path: Path, kind: str, depth: int) -> None:
    checkout = Checkout(tmp_path)
    spec = checkout.policy("deep", body=write_source(kind, "returned", depth))
    checkout.write("policies/deep.yml", spec_text("deep") + "    Mocks: []\n")
    checkout.helper("deep_helper", write_source(kind, "returned", depth))
    checkout.policy("good")
    repository = load_repository(tmp_path, (".",), PatSettings())
    assert set(repository.policies) == {spec, "policies/good.yml"}
    assert not repository.policies["policies/good.yml"].diagnostics
    assert "deep_helper" in repository.globals


def test_what_nests_too_deep_to_be_looked_at_is_told_and_runs_all_the_same() -> None:
    found = check_body("a.py", write_source("plus", "returned", 30_000).encode())
    ((code, level),) = {(one.code, one.severity) for one in found}
    assert (code, level) == ("nested-too-deeply", Level.WARNING)
    assert "nests too deep" in found[0].message
    assert found[0].hint


def test_a_deep_return_still_counts_as_one() -> None:
    for kind in ("plus", "subscripts", "not"):
        assert check_body("a.py", write_source(kind, "returned", 700).encode()) == ()


def test_a_name_bound_deep_inside_a_statement_is_bound() -> None:
    source = f"x = (policy := print) or {'+'.join(['1'] * 700)}\n"
    assert check_body("a.py", source.encode()) == ()
    source = f"x = {'+'.join(['1'] * 700)} + (policy := 1)\n"
    assert check_body("a.py", source.encode()) == ()
