"""An inventory on the screen: counts in the tree, what moved, and the resources that fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_engine.events import (
    GroupScanned,
    InventoryOpened,
    ListScanned,
    OpenScanned,
    OpenScratch,
    PolicyScanned,
    ScanMoved,
    ScannedGrouped,
    ScannedListed,
    ScannedOpened,
    UseInventory,
)
from panther_engine.model import TestCase, Verdict
from panther_engine.values.scanned import (
    Counts,
    GroupBy,
    Moved,
    RowOrder,
    ScannedGroup,
    ScannedRow,
)
from panther_tui.app.app import PantherApp
from panther_tui.overlays.resources.screen import ResourceListScreen
from panther_tui.overlays.resources.words import GROUPINGS, ORDERS, counts_words
from tests.tui.app.test_app import MFA, NARROW, READ, opened
from tests.tui.fake_engine import FakeEngine, screen_text, shows, wait_for

OPENED = InventoryOpened(("/i.json",), {"AWS.S3.Bucket": 1200})
ROW = ScannedRow(
    7, "arn:aws:s3:::one", "AWS.S3.Bucket", "123456789012", "eu-west-1", Verdict.FAIL, False,
    False, True, "Bucket is open",
)  # fmt: skip
ERRED = replace(
    ROW, key=8, resource_id="arn:aws:s3:::[b]two", verdict=Verdict.ERROR, moved=False,
    said="KeyError: 'Grants'", path=READ.body, line=2,
)  # fmt: skip


def scanned(spec: str, generation: int = 1, moved: Moved | None = None) -> PolicyScanned:
    return PolicyScanned(spec, generation, Counts(1198, 1, 1), moved)


def listed(text: str = "", *rows: ScannedRow) -> ScannedListed:
    return ScannedListed(READ.spec, 1, 0, text, len(rows), rows)


async def test_the_tree_counts_failing_resources_and_the_bar_says_how_many_there_are() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec) as (pilot, _, _):
        await shows(pilot, "1,200 resources", "1F 1E 3")


async def test_the_bar_says_what_a_change_did_to_the_resources() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec) as (pilot, _, engine):
        engine.say(ScanMoved(300, 1200))
        await shows(pilot, "judging 25 %")
        engine.say(scanned(READ.spec, 2, Moved(3, 41)), scanned(MFA.spec, 2, Moved(now_err=2)))
        engine.say(ScanMoved(0, 0))
        await shows(pilot, "3 more fail, 41 fewer, 2 now err")


async def test_the_list_shows_what_fails_and_asks_for_what_is_typed() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec) as (pilot, app, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: engine.asked(ListScanned) == [ListScanned(READ.spec)])
        engine.say(listed("", ROW, ERRED))
        await shows(pilot, "1 fail · 1 err of 1,200", "enter makes a test")
        text = screen_text(app)
        assert "FAIL  arn:aws:s3:::one" in text
        assert "123456789012 eu-west-1  moved  Bucket is open" in text
        assert "ERROR arn:aws:s3:::[b]two" in text
        await pilot.press(*"two")
        await wait_for(
            pilot, lambda: engine.asked(ListScanned)[-1] == ListScanned(READ.spec, 0, "two")
        )
        engine.say(listed("two"))
        await shows(pilot, "no resource fits")


async def test_a_page_is_asked_for_when_it_comes_into_view() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec) as (pilot, _, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: bool(engine.asked(ListScanned)))
        engine.say(replace(listed("", ROW), total=1000))
        await shows(pilot, "FAIL  arn:aws:s3:::one")
        await pilot.press("end")
        await wait_for(pilot, lambda: ListScanned(READ.spec, 800) in engine.asked(ListScanned))


async def test_the_line_that_erred_is_one_key_away() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec) as (pilot, app, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: isinstance(app.screen, ResourceListScreen))
        engine.say(listed("", ERRED))
        await shows(pilot, "KeyError: 'Grants'")
        await pilot.press("ctrl+g")
        await wait_for(pilot, lambda: app.main.panes.code.has_focus)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Messages of the app; text of users in them is no markup."""
    told: list[str] = []

    def notify(self: PantherApp, message: str, *, markup: bool = True, **options: object) -> None:
        assert not markup
        told.append(message)

    monkeypatch.setattr(PantherApp, "notify", notify)
    return told


async def test_without_an_inventory_the_key_says_how_to_choose_one(said: list[str]) -> None:
    async with opened(start=READ.spec) as (pilot, _, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: any("ctrl+o chooses one" in it for it in said))
        assert engine.asked(UseInventory) == []


async def test_an_inventory_that_cannot_be_read_is_told(said: list[str]) -> None:
    async with opened(start=READ.spec) as (pilot, _, engine):
        engine.say(InventoryOpened(("/i.json",), notes=("i.json: [red]no[/] such file",)))
        await wait_for(pilot, lambda: "Inventory:\ni.json: [red]no[/] such file" in said)


async def test_in_a_narrow_terminal_the_list_has_the_whole_width() -> None:
    size = NARROW
    async with opened(OPENED, scanned(READ.spec), start=READ.spec, size=size) as (pilot, _, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: bool(engine.asked(ListScanned)))
        engine.say(listed("", ROW))
        await shows(pilot, "FAIL  arn:aws:s3:::one", "1 fail · 1 err of 1,200")


def test_counts_are_told_in_words() -> None:
    assert counts_words(Counts(5)) == "all pass of 5"
    assert (
        counts_words(Counts(1, 2, 3, 1, 4)) == "2 fail · 3 err · 1 suppressed · 4 unverified of 6"
    )


async def test_ctrl_o_shows_a_resource_as_a_copy_that_is_judged_and_of_no_test() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec, size=(160, 45)) as (
        pilot,
        app,
        engine,
    ):
        await pilot.press("H")
        await wait_for(pilot, lambda: isinstance(app.screen, ResourceListScreen))
        engine.say(listed("", ROW))
        await shows(pilot, "FAIL  arn:aws:s3:::one")
        await pilot.press("ctrl+o")
        await wait_for(pilot, lambda: bool(engine.asked(OpenScanned)))
        case = TestCase(ROW.resource_id, 0, True, {"ResourceId": ROW.resource_id, "Open": True})
        engine.say(ScannedOpened(READ.spec, ROW.key, case))
        await shows(pilot, "real resource", '"Open": true')
        (scratch,) = [it for it in engine.asked(OpenScratch) if it.case is not None]
        assert scratch.case is not None
        assert scratch.case.resource == case.resource
        await pilot.press("S")
        await shows(pilot, "Discard it", f"Real resource {ROW.resource_id}")
        assert "Make it this test's resource" not in screen_text(app)


GROUPED = ScannedGrouped(
    READ.spec,
    1,
    GroupBy.CAUSE,
    "",
    2,
    (
        ScannedGroup("KeyError  p.py:2", 41, 0, 41, ERRED),
        ScannedGroup("[…] is open", 12, 12, 0, ROW),
    ),
)


async def test_tab_groups_enter_opens_a_group_and_escape_leaves_it() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec, size=(160, 45)) as (
        pilot,
        app,
        engine,
    ):
        await pilot.press("H")
        await wait_for(pilot, lambda: bool(engine.asked(ListScanned)))
        engine.say(listed("", ROW, ERRED))
        await shows(pilot, "FAIL  arn:aws:s3:::one")
        await pilot.press("tab")
        await shows(pilot, "by cause", "…")
        await wait_for(
            pilot, lambda: engine.asked(GroupScanned) == [GroupScanned(READ.spec, GroupBy.CAUSE)]
        )
        engine.say(GROUPED)
        await shows(pilot, "by cause", "KeyError  p.py:2  41 err", "[…] is open  12 fail")
        await pilot.press("down", "enter")
        within = ListScanned(READ.spec, group=(GroupBy.CAUSE, "[…] is open"))
        await wait_for(pilot, lambda: engine.asked(ListScanned)[-1] == within)
        engine.say(replace(listed("", ROW), group=within.group))
        await shows(pilot, "by cause […] is open", "arn:aws:s3:::one")
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(engine.asked(GroupScanned)) == 2)
        engine.say(GROUPED)
        await shows(pilot, "12 fail")
        await pilot.press(*"key")
        typed = GroupScanned(READ.spec, GroupBy.CAUSE, "key")
        await wait_for(pilot, lambda: engine.asked(GroupScanned)[-1] == typed)
        await pilot.press("tab")
        by_account = GroupScanned(READ.spec, GroupBy.ACCOUNT, "key")
        await wait_for(pilot, lambda: engine.asked(GroupScanned)[-1] == by_account)
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(app.screen, ResourceListScreen))


async def test_shift_tab_puts_rows_in_another_order() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec, size=(160, 45)) as (
        pilot,
        _,
        engine,
    ):
        await pilot.press("H", "shift+tab")
        by_id = ListScanned(READ.spec, order=RowOrder.ID)
        await wait_for(pilot, lambda: engine.asked(ListScanned)[-1] == by_id)
        engine.say(listed("", ERRED))
        engine.say(replace(listed("", ROW), order=RowOrder.ID))
        await shows(pilot, "in order by ID", "FAIL  arn:aws:s3:::one")


def test_every_grouping_and_order_has_words() -> None:
    assert set(GROUPINGS) == set(GroupBy)
    assert set(ORDERS) == set(RowOrder)


async def test_pages_that_come_together_are_all_shown() -> None:
    async with opened(OPENED, scanned(READ.spec), start=READ.spec) as (pilot, app, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: isinstance(app.screen, ResourceListScreen))
        first = replace(listed("", ROW), total=400)
        last = replace(listed("", ERRED), total=400, start=399)
        engine.say(first, last)
        await shows(pilot, "FAIL  arn:aws:s3:::one")
        await pilot.press("end")
        await shows(pilot, "KeyError: 'Grants'")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ((), "not judged yet"),
        ((PolicyScanned(READ.spec, 1, Counts(), None),), "no resource of its types"),
        ((scanned(READ.spec),), "every resource passes"),
    ],
)
async def test_a_policy_that_judged_nothing_passes_nothing(
    told: tuple[PolicyScanned, ...], words: str
) -> None:
    async with opened(OPENED, *told, start=READ.spec) as (pilot, app, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: isinstance(app.screen, ResourceListScreen))
        engine.say(listed(""))
        await shows(pilot, words)


async def test_a_policy_that_is_not_enabled_is_not_said_to_pass() -> None:
    off = replace(READ, enabled=False)
    async with opened(OPENED, start=off.spec, engine=FakeEngine((off,))) as (pilot, app, engine):
        await pilot.press("H")
        await wait_for(pilot, lambda: isinstance(app.screen, ResourceListScreen))
        engine.say(listed(""))
        await shows(pilot, "not judged: the policy is not enabled")
