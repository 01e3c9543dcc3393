"""What can be clicked: tabs, arrows, keys in the footer, words in the status bar."""

from __future__ import annotations

from textual.geometry import Offset
from textual.pilot import Pilot

from panther_engine.events import Pause, PolicyOpened
from panther_tui.app.app import PantherApp
from panther_tui.overlays.failure_list import FailureListScreen
from panther_tui.panes.panes import Panes
from panther_tui.views.one_line import OneLine
from tests.tui.app.test_app import MEDIUM, MFA, NARROW, READ, READ_FAILS, ROOT, opened, selection
from tests.tui.fake_engine import done, finish, screen_text, shows, spec_text, wait_for


async def click_on(pilot: Pilot[None], app: PantherApp, text: str, nth: int = 0) -> None:
    """Click on the first cell of a text, wherever on the screen it is."""
    found = [
        Offset(at, y)
        for y, line in enumerate(screen_text(app).splitlines())
        for at in range(len(line))
        if line.startswith(text, at)
    ]
    assert found, f"there is no {text!r} on the screen:\n{screen_text(app)}"
    await pilot.click(offset=found[nth])


def panes_of(app: PantherApp) -> Panes:
    return app.main.panes


async def test_a_click_on_a_tab_of_the_code_shows_it() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await click_on(pilot, app, "spec")
        await shows(pilot, "2 read.yml", "PolicyID: AWS.S3.Read")
        await click_on(pilot, app, "body")
        await shows(pilot, "2 read.py")


async def test_tabs_that_are_only_counted_come_by_and_by() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, engine):
        helpers = tuple(f"global_helpers/{name}.py" for name in "abcd")
        engine.say(PolicyOpened(1, READ, spec_text(READ), engine.bodies, helpers))
        await shows(pilot, "body · spec · 4 more")
        await click_on(pilot, app, "4 more")
        await shows(pilot, "2 read.yml")


async def test_a_click_in_the_frame_beside_the_tabs_does_nothing() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        code = panes_of(app).code
        before = code.cursor
        await pilot.click("#code", offset=(code.region.width - 3, 0))
        await shows(pilot, "2 read.py")
        assert code.cursor == before


async def test_a_click_on_an_arrow_folds_a_folder_and_one_on_its_name_does_not() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await click_on(pilot, app, "▾ iam")
        await shows(pilot, "▸ iam")
        assert ("policy", ROOT.spec) not in panes_of(app).tree.keys
        await click_on(pilot, app, "▸ iam")
        await shows(pilot, "▾ iam", "IAM.Root")
        await click_on(pilot, app, "iam")
        assert ("policy", ROOT.spec) in panes_of(app).tree.keys


async def test_a_click_on_a_bracket_folds_a_part_of_the_resource() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await click_on(pilot, app, "{")
        await shows(pilot, "{ … 2 keys }")
        await click_on(pilot, app, "… 2 keys")
        await shows(pilot, '"Grants": null')


async def test_a_click_opens_the_texts_of_the_alert() -> None:
    async with opened(READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("4", "G")
        await shows(pilot, "▸ from the spec")
        await click_on(pilot, app, "▸ from the spec")
        await shows(pilot, "▾ from the spec", "severity      High")


async def test_a_key_in_the_footer_does_what_it_says() -> None:
    async with opened(finish(ROOT), finish(MFA), READ_FAILS, done(3)) as (pilot, app, _):
        assert selection(app).test == 1
        await click_on(pilot, app, "] next failure")
        await wait_for(pilot, lambda: selection(app).test == 2)
        await click_on(pilot, app, "enter open")
        await wait_for(pilot, lambda: panes_of(app).code.has_focus)


async def test_words_of_the_status_bar_do_what_they_are_about() -> None:
    async with opened(finish(ROOT), finish(MFA), READ_FAILS, done(3)) as (pilot, app, engine):
        await click_on(pilot, app, "watching")
        await wait_for(pilot, lambda: engine.asked(Pause) == [Pause(True)])
        await click_on(pilot, app, "1 errored", -1)
        await wait_for(pilot, lambda: isinstance(app.screen, FailureListScreen))
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is app.main)
        await click_on(pilot, app, "3 policies")
        assert app.screen is app.main, "a count of what is there is nothing to do"


async def test_a_click_on_what_is_pinned_pins_it_no_longer() -> None:
    async with opened(finish(ROOT), finish(MFA), READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("m")
        await shows(pilot, "pinned AWS.S3.Read")
        await pilot.press("g", "j")
        await wait_for(pilot, lambda: selection(app).spec == ROOT.spec)
        await click_on(pilot, app, "pinned")
        await wait_for(pilot, lambda: "pinned" not in app.main.status.plain)


async def test_the_keys_in_the_line_of_a_walk_can_be_clicked() -> None:
    async with opened(finish(ROOT), finish(MFA), READ_FAILS, done(3)) as (pilot, app, _):
        await pilot.press("i")
        await shows(pilot, "triage 1/2")
        await click_on(pilot, app, "enter next")
        await shows(pilot, "triage 2/2")
        await click_on(pilot, app, "esc stop")
        await wait_for(pilot, lambda: "triage" not in screen_text(app))


async def test_in_a_narrow_bar_a_click_is_for_what_is_seen() -> None:
    for size in (MEDIUM, NARROW):
        async with opened(finish(ROOT), finish(MFA), READ_FAILS, done(3), size=size) as (p, app, _):
            footer = app.main.desk.footer
            assert isinstance(footer, OneLine)
            await click_on(p, app, "? keys")
            await wait_for(p, lambda: app.screen is not app.main)
