"""Forms for a new policy, for metadata, for a copy and for another ID."""

from __future__ import annotations

from pathlib import Path

from textual.events import Key
from textual.pilot import Pilot

from panther_engine.events import EditProposed, EditWritten, FormOpened, OpenForm, ProposeEdit
from panther_engine.values.edits import (
    CopyPolicy,
    CreatePolicy,
    DeletePolicy,
    RenamePolicy,
    SetMetadata,
)
from panther_engine.values.forms import Held, Surroundings
from panther_tui.app.app import PantherApp
from panther_tui.overlays.choose import ChooseScreen
from panther_tui.overlays.difference import DifferenceScreen
from panther_tui.overlays.form.form import FormScreen
from panther_tui.screens.main import MainScreen
from panther_tui.views.prompt import TakesText
from tests.tui.fake_engine import FakeEngine, asks, screen_text, shows, wait_for
from tests.tui.features.test_around import READ, opened

AROUND = Surroundings(
    ids=((READ.id, READ.spec), ("Some.Rule", "rules/some.yml")),
    files=(READ.spec, READ.body),
    tags=("AWS", "Security Control"),
    reports=(("CIS", ("1.1", "1.2")),),
    folders=("policies/iam", "policies/s3"),
    usual=(("AWS.S3.Bucket", "policies/s3"),),
)
HELD = Held(
    (("AnalysisType", "policy"), ("PolicyID", READ.id), ("Enabled", True), ("Severity", "High"),
     ("Tags", [7]), ("CreatedBy", "me")),
    (("Tags", "its value is of another kind"),), 3,
)  # fmt: skip


async def form(
    pilot: Pilot[None], app: PantherApp, engine: FakeEngine, *keys: str, held: Held | None = None
) -> FormScreen:
    await pilot.press(*keys)
    await wait_for(pilot, lambda: engine.asked(OpenForm))
    asked = engine.asked(OpenForm)[-1]
    engine.say(FormOpened(asked.number, asked.spec, AROUND, held))
    await wait_for(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.focused)
    assert isinstance(app.screen, FormScreen)
    return app.screen


async def write(pilot: Pilot[None], app: PantherApp, engine: FakeEngine) -> None:
    """Say yes to what is proposed; the engine has written it then."""
    await wait_for(pilot, lambda: engine.asked(ProposeEdit))
    number = engine.asked(ProposeEdit)[-1].number
    engine.say(EditProposed(number, "it", "It is written.", ("policies/x.yml",), "", 3, (), True))
    await asks(pilot, DifferenceScreen)
    await pilot.press("enter")
    engine.say(EditWritten(number, "it", (READ.spec,)))
    await wait_for(pilot, lambda: isinstance(app.screen, MainScreen))


async def test_a_new_policy_is_filled_in_by_keyboard_in_a_small_terminal(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(80, 24)) as (pilot, app, engine):
        await form(pilot, app, engine, "C")
        await pilot.press(*"q Versions", "tab", *"s3.b")
        await shows(pilot, "AWS.S3.Bucket  A bucket")
        await pilot.press("enter", "enter")
        await shows(pilot, "AWS.S3.Bucket.QVersions")
        await pilot.press("tab", "space", "tab", *"hi", "enter", "enter", *"Keeps", "enter")
        await pilot.press(*"all.", "tab", "tab", "tab", *"se", "down", "enter", *"x", "tab")
        await pilot.press(*"ci", "down", "enter", *"1.2", "ctrl+s")
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        request = engine.asked(ProposeEdit)[-1].request
        assert isinstance(request, CreatePolicy)
        assert request.folder == "policies/s3"
        policy = request.policy
        assert (policy.id, policy.display_name) == ("AWS.S3.Bucket.QVersions", "q Versions")
        assert (policy.enabled, policy.severity) == (False, "High")
        assert policy.description == "Keeps\nall.\n"
        assert policy.tags == ("Security Control", "x")
        assert policy.reports == (("CIS", ("1.2",)),)
        await write(pilot, app, engine)
        assert app.main.desk.selection.spec == READ.spec


async def test_what_is_wrong_is_shown_as_it_is_typed_and_keeps_it_from_being_written(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        screen = await form(pilot, app, engine, "C")
        await pilot.press(*"A", "tab", "tab")
        for _ in "AWS.A":
            await pilot.press("backspace")
        await pilot.press(*"Some.Rule")
        await shows(pilot, "✗ taken by rules/some.yml")
        await pilot.press("tab", "ctrl+s")
        await wait_for(pilot, lambda: screen.focused and screen.focused.parent)
        assert not engine.asked(ProposeEdit)
        assert screen.filling.texts["PolicyID"] == "Some.Rule"
        await pilot.press("backspace")
        await wait_for(pilot, lambda: "taken by" not in screen_text(app))


async def test_keys_that_come_in_one_go_fill_in_the_fields_they_were_meant_for(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, size=(80, 24)) as (pilot, app, engine):
        screen = await form(pilot, app, engine, "C")
        keys = [*"Name", "tab", *"s3.b", "enter", "enter", "tab", "tab", *"hi", "enter"]
        for key in keys:
            assert isinstance(screen.focused, TakesText)
            screen.focused.take_key(Key(key, key if len(key) == 1 else None))
        texts = screen.filling.texts
        assert (texts["DisplayName"], texts["ResourceTypes"]) == ("Name", "AWS.S3.Bucket")
        assert (texts["PolicyID"], texts["Severity"]) == ("AWS.S3.Bucket.Name", "High")
        await shows(pilot, "Severity. How bad a failure is", "Critical  easy to exploit")


async def test_escape_asks_only_if_something_would_be_lost(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        await form(pilot, app, engine, "C")
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(app.screen, MainScreen))
        await form(pilot, app, engine, "C")
        await pilot.press("x", "escape")
        await shows(pilot, "esc again throws away what you typed")
        await pilot.press("y")
        await shows(pilot, "ctrl+s writes")
        await pilot.press("escape", "escape")
        await wait_for(pilot, lambda: isinstance(app.screen, MainScreen))


async def test_metadata_changes_what_was_typed_and_shows_the_rest(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        screen = await form(pilot, app, engine, "P", held=HELD)
        await shows(pilot, f"Metadata ─ {READ.id}", "[7]", "its value is of another kind")
        await shows(pilot, "Left as they are: 3 tests, CreatedBy")
        screen.set_focus(screen.query_one("#field-Severity Input"))
        await pilot.press("end", *["backspace"] * 4, *"lo", "enter", "ctrl+s")
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        assert engine.asked(ProposeEdit)[-1].request == SetMetadata(
            engine.asked(OpenForm)[-1].spec, (("Severity", "Low"),), ()
        )


async def test_a_policy_is_copied_renamed_and_deleted_from_one_list(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):

        async def choose(*keys: str) -> None:
            await pilot.press("B")
            await wait_for(pilot, lambda: isinstance(app.screen, ChooseScreen))
            await pilot.press(*keys, "enter")

        spec = app.main.desk.selection.spec
        folder = spec.rpartition("/")[0]
        await choose()
        await form(pilot, app, engine)
        await pilot.press("!", "ctrl+s")
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        copy = engine.asked(ProposeEdit)[-1].request
        assert isinstance(copy, CopyPolicy)
        assert (copy.spec, copy.folder, copy.name[-6:]) == (spec, folder, " Copy!")
        await write(pilot, app, engine)

        await choose("down")
        await form(pilot, app, engine)
        await pilot.press(*"New", "ctrl+s")
        await wait_for(pilot, lambda: len(engine.asked(ProposeEdit)) == 2)
        renamed = engine.asked(ProposeEdit)[-1].request
        assert isinstance(renamed, RenamePolicy)
        assert renamed.id.endswith("New")
        await write(pilot, app, engine)

        await choose("down", "down")
        await wait_for(pilot, lambda: len(engine.asked(ProposeEdit)) == 3)
        assert isinstance(engine.asked(ProposeEdit)[-1].request, DeletePolicy)


async def test_tab_takes_what_was_begun_and_the_frame_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        shown = await form(pilot, app, engine, "C")
        await pilot.press("tab", *"rds.ins")
        await shows(pilot, "enter takes · ctrl+s writes")
        await pilot.press("tab")
        assert shown.filling.texts["ResourceTypes"] == "AWS.RDS.Instance"
        await pilot.press("tab", "tab", *"crit", "tab")
        assert shown.filling.texts["Severity"] == "Critical"
