"""Changes of files: shown as a difference, written if the user wants it, undone and done again."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from panther_engine.events import (
    EditProposed,
    EditRefused,
    EditWritten,
    ProposeEdit,
    TakeBackEdit,
    WriteEdit,
)
from panther_engine.values.edits import AcceptVerdict, EditRequest
from panther_tui.app.app import PantherApp
from panther_tui.features.proposals import SMALL, Told, is_small
from panther_tui.overlays.difference import DifferenceScreen
from panther_tui.settings.settings import Config
from tests.tui.fake_engine import FakeEngine, asks, screen_text, shows, wait_for
from tests.tui.features.test_around import READ, opened

REQUEST: EditRequest = AcceptVerdict(READ.spec, 0)
DIFFERENCE = f"""\
--- a/{READ.spec}
+++ b/{READ.spec}
@@ -3,3 +3,3 @@
   - Name: Open to all
-    ExpectedResult: false
+    ExpectedResult: true
     Resource: {{}}
"""


def proposed(number: int, *notes: str, changed: int = 2, whole: bool = False) -> EditProposed:
    return EditProposed(
        number, 'expectation of "Open to all"', "It is expected to pass.", (READ.spec,), DIFFERENCE,
        changed, notes, whole,
    )  # fmt: skip


class Asked:
    """A proposal of a feature's, and what it heard of it."""

    def __init__(self, app: PantherApp) -> None:
        self.told: list[Told] = []
        app.main.desk.proposals.propose(REQUEST, self.told.append)


def last(engine: FakeEngine) -> int:
    return engine.asked(ProposeEdit)[-1].number


async def shown(pilot: Pilot[None], app: PantherApp, engine: FakeEngine, *notes: str) -> Asked:
    asked = Asked(app)
    assert engine.asked(ProposeEdit)[-1].request == REQUEST
    engine.say(proposed(last(engine), *notes))
    await asks(pilot, DifferenceScreen)
    return asked


async def test_a_change_is_shown_with_what_it_means_and_enter_writes_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        asked = await shown(pilot, app, engine, "`Grnts` is no field of AWS.S3.Bucket")
        await shows(
            pilot, 'Change ─ expectation of "Open to all"', "It is expected to pass.",
            "• `Grnts` is no field", "-     ExpectedResult: false", "+     ExpectedResult: true",
            "enter writes · esc does not",
        )  # fmt: skip
        assert not engine.asked(WriteEdit)
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.screen is app.main)
        assert engine.asked(WriteEdit) == [WriteEdit(last(engine))]
        assert not asked.told
        written = EditWritten(last(engine), 'expectation of "Open to all"', (READ.spec,))
        engine.say(written)
        await shows(pilot, 'Written: expectation of "Open to all". U undoes it.')
        assert asked.told == [written]


async def test_a_key_that_was_on_its_way_writes_and_drops_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        asked = Asked(app)
        app.push_screen(question := DifferenceScreen(proposed(last(engine)), lambda wanted: None))
        for key in ("enter", "escape", "q"):
            app.post_message(Key(key, None))
        await asks(pilot, DifferenceScreen)
        assert app.screen is question
        assert not asked.told


async def test_escape_writes_nothing_and_who_asked_hears_of_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        asked = await shown(pilot, app, engine)
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is app.main)
        assert not engine.asked(WriteEdit)
        assert asked.told == [None]


async def test_why_nothing_was_written_is_on_the_screen(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        asked = await shown(pilot, app, engine)
        await pilot.press("enter")
        refused = EditRefused(last(engine), READ.spec, "it has changed", 7, "wait [b]a bit[/b]")
        engine.say(refused)
        await shows(pilot, f"{READ.spec}:7: it has changed", "wait [b]a bit[/b]")
        assert asked.told == [refused]


async def test_only_the_last_proposal_is_shown_and_the_one_before_hears_no(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        first, second = Asked(app), Asked(app)
        numbers = [it.number for it in engine.asked(ProposeEdit)]
        engine.say(proposed(numbers[0]), EditRefused(numbers[1], "", "no"))
        await wait_for(pilot, lambda: second.told)
        assert first.told == [None]
        assert app.screen is app.main


async def test_small_changes_are_written_at_once_if_the_settings_say_so(tmp_path: Path) -> None:
    config = Config(confirm_edits="large")
    async with opened(tmp_path, config=config) as (pilot, app, engine):
        Asked(app)
        engine.say(proposed(last(engine)))
        await wait_for(pilot, lambda: engine.asked(WriteEdit) == [WriteEdit(last(engine))])
        assert app.screen is app.main
        await shown(pilot, app, engine, "a note")


@pytest.mark.parametrize(
    ("change", "small"),
    [
        (proposed(1), True),
        (proposed(1, changed=SMALL), True),
        (proposed(1, changed=SMALL + 1), False),
        (proposed(1, whole=True), False),
        (proposed(1, "note"), False),
    ],
)
def test_few_lines_of_one_file_are_small(change: EditProposed, small: bool) -> None:
    assert is_small(change) is small


async def test_a_change_is_undone_and_done_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, _app, engine):
        await pilot.press("U")
        await wait_for(pilot, lambda: engine.asked(TakeBackEdit))
        back = engine.asked(TakeBackEdit)[-1]
        assert not back.redo
        engine.say(EditWritten(back.number, "the change", (READ.spec,), taken_back=True))
        await shows(pilot, "Undone: the change. ctrl+y does it again.")
        await pilot.press("ctrl+y")
        await wait_for(pilot, lambda: len(engine.asked(TakeBackEdit)) == 2)
        again = engine.asked(TakeBackEdit)[-1]
        assert again.redo
        engine.say(EditWritten(again.number, "the change", (READ.spec,)))
        await shows(pilot, "Done again: the change. U undoes it.")


async def test_another_engine_knows_of_no_proposal(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        asked = await shown(pilot, app, engine)
        app.main.resume()
        assert asked.told == [None]
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.screen is app.main)
        assert not engine.asked(WriteEdit)
        assert "Written" not in screen_text(app)
