"""`u`: what a test got is accepted, from the results and in the walk."""

from __future__ import annotations

from pathlib import Path

from panther_engine.events import EditProposed, EditRefused, ProposeEdit
from panther_engine.values.edits import AcceptVerdict
from panther_tui.features.editing.accept import Accept
from panther_tui.overlays.difference import DifferenceScreen
from panther_tui.triage.selection import Selection
from tests.tui.fake_engine import asks, feature, screen_text, shows, wait_for
from tests.tui.features.test_around import READ, opened


async def test_the_selected_test_is_proposed_and_only_a_wrong_verdict_is_offered(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        accept = feature(app, Accept)
        app.main.desk.select(Selection(READ.spec, 1, chosen=True))
        assert not accept.offers("test.accept")
        await pilot.press("u")
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        asked = engine.asked(ProposeEdit)[-1]
        assert asked.request == AcceptVerdict(READ.spec, 1)
        engine.say(EditRefused(asked.number, READ.spec, "it ended in an error", 5, "mend it"))
        await shows(pilot, "read.yml:5: it ended in an error", "mend it")

        app.main.desk.select(Selection(READ.spec, 2, chosen=True))
        assert accept.offers("test.accept")


async def test_it_works_in_the_walk_whose_line_names_the_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        app.main.desk.select(Selection(READ.spec, 1, chosen=True))
        await pilot.press("i")
        await shows(pilot, "triage 1/2")
        assert "u accept" not in screen_text(app)
        await pilot.press("s")
        await shows(pilot, "e edit  u accept  r run")
        await pilot.press("u")
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        asked = engine.asked(ProposeEdit)[-1]
        assert asked.request == AcceptVerdict(READ.spec, 2)
        engine.say(EditProposed(asked.number, "t", "It means this.", (READ.spec,), "", 2))
        await asks(pilot, DifferenceScreen)
        await pilot.press("enter")
        await shows(pilot, "triage 2/2", "u accept")
