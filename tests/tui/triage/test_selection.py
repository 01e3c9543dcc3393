"""The selection is a policy and a test, whatever their files and places are called."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import RepositoryChanged, entry_of
from panther_engine.model import Policy
from panther_engine.state import State, reduce
from panther_tui.triage.selection import Selection, settle
from tests.tui.fake_engine import policy

READ = policy("AWS.S3.Read", ("Open", False), ("Null", True))
MFA = policy("AWS.S3.Mfa", ("On", True))


def state(*policies: Policy) -> State:
    entries = tuple(entry_of(it) for it in policies)
    return reduce(State(), [RepositoryChanged(1, "/r", "main", entries, (), ())])


def test_a_policy_whose_spec_was_renamed_stays_selected() -> None:
    selected = settle(state(MFA, READ), Selection(READ.spec, 1, True))
    moved = replace(READ, spec="policies/s3/renamed.yml")
    assert settle(state(MFA, moved), selected) == Selection(moved.spec, 1, True)


def test_a_chosen_test_stays_selected_when_another_is_put_before_it() -> None:
    selected = settle(state(READ), Selection(READ.spec, 1, True))
    more = replace(READ, tests=(replace(READ.tests[0], name="First"), *READ.tests))
    assert settle(state(more), selected).test == 2


def test_an_id_that_two_policies_have_tells_nothing() -> None:
    selected = settle(state(READ), Selection(READ.spec))
    twins = (replace(READ, spec="a.yml"), replace(READ, spec="z.yml"))
    assert settle(state(*twins), selected).spec == "z.yml", "the neighbour"
