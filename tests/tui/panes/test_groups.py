"""Policies that are in several groups of the tree at once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from textual.pilot import Pilot

from panther_engine.events import RepositoryChanged, entry_of
from panther_engine.state import State, reduce
from panther_tui.app.app import PantherApp
from panther_tui.panes.tree.grouping import groups_of
from panther_tui.panes.tree.groups import Groups
from panther_tui.panes.tree.policy_tree import PolicyTree
from panther_tui.panes.tree.tree_rows import Again, tree_rows, with_tests
from panther_tui.panes.tree.tree_tests import TestKey
from tests.tui.app.test_app import MFA, READ, ROOT, opened, selection
from tests.tui.fake_engine import FakeEngine, done, failed, finish, repository, shows, wait_for

BOTH = replace(MFA, reports=(("CIS", ("1.1",)), ("PCI", ("8.2",)), ("CIS", ("1.2",))))
CIS = replace(READ, reports=(("CIS", ("2.1",)),))
ALL = (ROOT, BOTH, CIS)
FAILS = (finish(ROOT), finish(BOTH, failed(BOTH.tests[0])), finish(CIS), done(3))
HERE, THERE = ("policy", MFA.spec), Again(MFA.spec, "report:PCI")


def state() -> State:
    engine = FakeEngine(ALL)
    found = reduce(State(), repository(engine, *FAILS))
    engine.close()
    return found


def test_a_policy_is_once_under_each_of_its_reports_and_types() -> None:
    both = state().policies[MFA.spec]
    assert groups_of(both, "report") == ("CIS", "PCI")
    assert groups_of(state().policies[ROOT.spec], "report") == ("in no report",)
    entry = replace(both.entry, resource_types=("B", "A"))
    assert groups_of(replace(both, entry=entry), "resource-type") == ("A", "B")


def test_a_group_counts_a_policy_once_and_each_group_that_holds_it_counts_it() -> None:
    before = state()
    groups = Groups(before.policies, "report")
    counted = {path: (it.failing, it.policies) for path, it in groups.counts.items()}
    assert counted == {"report:CIS": (1, 2), "report:PCI": (1, 1), "report:in no report": (0, 1)}
    after = reduce(before, (finish(BOTH), done(1)))
    groups.recount(before.policies[MFA.spec], after.policies[MFA.spec])
    assert [it.failing for it in groups.counts.values()] == [0, 0, 0]
    assert groups.order == (MFA.spec, READ.spec, ROOT.spec)


def test_rows_that_repeat_a_policy_have_keys_of_their_own() -> None:
    groups = Groups(state().policies, "report")
    folders = groups.folders.values()
    rows = tree_rows(folders, (), None)
    assert len(set(rows)) == len(rows) == 7
    assert rows.index(THERE) == rows.index(("folder", "report:PCI")) + 1
    shut = tree_rows(folders, ("report:CIS",), None)
    assert THERE in shut, "its key does not depend on what is folded"
    with_their_tests = with_tests(rows, state().policies)
    assert len(set(with_their_tests)) == len(with_their_tests)
    assert with_their_tests.count(TestKey(MFA.spec, 0, "report:PCI")) == 1


def tree(app: PantherApp) -> PolicyTree:
    return app.main.panes.tree


async def cursor_at(pilot: Pilot[None], app: PantherApp, key: Hashable) -> None:
    await wait_for(pilot, lambda: tree(app).cursor_key == key)


async def test_the_cursor_stays_in_the_group_that_one_is_in() -> None:
    async with opened(*FAILS, engine=FakeEngine(ALL)) as (pilot, app, engine):
        await pilot.press(*"ssss")
        await shows(pilot, "by report", "▾ CIS", "▾ PCI", "▾ in no report")
        await cursor_at(pilot, app, HERE)
        await pilot.press("j", "j", "j")
        await cursor_at(pilot, app, THERE)
        assert selection(app).spec == MFA.spec
        engine.say(finish(BOTH), done(1))
        await shows(pilot, "0 failed")
        assert tree(app).cursor_key == THERE
        await pilot.press("t", "j")
        await cursor_at(pilot, app, TestKey(MFA.spec, 0, "report:PCI"))
        await pilot.press("4", "j", "1")
        await cursor_at(pilot, app, TestKey(MFA.spec, 1, "report:PCI"))
        await pilot.press("t")
        await cursor_at(pilot, app, THERE)


async def test_folding_closes_the_group_that_the_cursor_is_in() -> None:
    async with opened(*FAILS, engine=FakeEngine(ALL)) as (pilot, app, _):
        await pilot.press(*"ssss", "j", "j", "j")
        await cursor_at(pilot, app, THERE)
        await pilot.press("space")
        await cursor_at(pilot, app, ("folder", "report:PCI"))
        assert tree(app).folded() == {"report:PCI"}
        tree(app).reveal(MFA.spec)
        assert tree(app).cursor_key == HERE, "one of its groups is open: no other needs to be"
        assert tree(app).folded() == {"report:PCI"}


async def test_a_policy_that_leaves_a_report_keeps_the_cursor() -> None:
    async with opened(*FAILS, engine=FakeEngine(ALL)) as (pilot, app, engine):
        await pilot.press(*"ssss", "j", "j", "j")
        await cursor_at(pilot, app, THERE)
        left = entry_of(replace(BOTH, reports=BOTH.reports[:1]))
        engine.say(RepositoryChanged(2, "/checkout", "develop", (left,), (), ()))
        await cursor_at(pilot, app, HERE)
