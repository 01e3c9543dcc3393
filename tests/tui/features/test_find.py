"""`/` in each pane: what is found, where it is, and how things are afterwards."""

from __future__ import annotations

from dataclasses import replace

from panther_tui.app.app import PantherApp
from panther_tui.views.find_bar import FindBar
from tests.tui.app.test_app import ALL, MFA, READ, ROOT, opened, selection
from tests.tui.fake_engine import FakeEngine, finish, screen_text, shows, wait_for

GREEN = (finish(ROOT), finish(MFA), finish(READ))
DEEP = replace(
    READ,
    tests=(replace(READ.tests[0], resource={"Owner": {"Tags": [{"needle": 1}], "needle": 2}}),),
)


async def test_a_search_opens_the_folded_part_that_holds_what_it_finds() -> None:
    engine = FakeEngine((ROOT, MFA, DEEP))
    async with opened(finish(ROOT), finish(MFA), finish(DEEP), engine=engine, start=DEEP.spec) as (
        pilot,
        app,
        _,
    ):
        await shows(pilot, '"needle": 1')
        await pilot.press("3", "minus")
        await wait_for(pilot, lambda: "needle" not in screen_text(app))
        await pilot.press("slash", *"needle")
        await shows(pilot, '"needle": 1', "1/2")
        await pilot.press("enter", "n")
        await shows(pilot, "/ needle  2/2", "$.Owner.needle")
        await pilot.press("n")
        await shows(pilot, "/ needle  1/2")


async def test_a_search_without_a_match_says_so() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        await pilot.press("2", "slash", *"zebra")
        await shows(pilot, "nothing found")
        await pilot.press("escape")
        await wait_for(pilot, lambda: "nothing found" not in screen_text(app))


async def test_the_old_text_is_selected_and_the_first_letter_replaces_it() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        await pilot.press("slash", *"mfa", "enter")
        await shows(pilot, "1 of 3")
        await pilot.press("slash", "r")
        await wait_for(pilot, lambda: app.main.panes.tree.query_text == "r")
        await pilot.press("enter", "slash", "right", "o")
        await wait_for(pilot, lambda: app.main.panes.tree.query_text == "ro")


async def test_escape_brings_back_the_selection_from_before_the_filter() -> None:
    async with opened(*GREEN, start=READ.spec) as (pilot, app, _):
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
        await pilot.press("slash", *"root")
        await wait_for(pilot, lambda: selection(app).spec == ROOT.spec)
        await pilot.press("escape")
        await wait_for(pilot, lambda: selection(app).spec == READ.spec)
        assert not app.main.query_one(FindBar).is_open
        assert app.main.panes.tree.cursor_key == ("policy", READ.spec)
        assert isinstance(app, PantherApp)
        assert len(app.state.policies) == len(ALL)


async def test_a_filter_that_fits_nothing_says_why_beside_what_was_typed() -> None:
    async with opened(*GREEN) as (pilot, app, _):
        bar = app.main.query_one(FindBar)
        await pilot.press("slash", *"severty=High")
        await shows(pilot, "no key severty: Severity?")
        await pilot.press("ctrl+u", *"Severity=Hgh")
        await shows(pilot, "no Severity hgh: High?")
        await pilot.press("ctrl+u", *"Severity=Hi")
        await wait_for(pilot, lambda: "no Severity" not in screen_text(app))
        await pilot.press("ctrl+u", *"zzz=1")
        await shows(pilot, "no key zzz: ")
        await pilot.resize_terminal(80, 24)
        await wait_for(pilot, lambda: app.size.width == 80 and bar.size.width == 80)
        assert "filter zzz=1" in bar.plain
        assert "no key zzz: Severity" in bar.plain
