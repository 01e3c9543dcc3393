"""`F`: a fault is mended by its quick fix."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from panther_engine.events import Inspected, ProposeEdit, RepositoryChanged, entry_of
from panther_engine.model import Diagnostic, Level, Verdict
from panther_engine.values.edits import FixFaults, GuardNull
from panther_engine.values.findings import NullField, Probed
from panther_tui.overlays.choose import ChooseScreen
from panther_tui.triage.selection import Selection
from tests.tui.fake_engine import finish, shows, wait_for
from tests.tui.features.test_around import READ, opened

FIRST = Diagnostic(READ.spec, 1, 0, Level.ERROR, "missing-key", "`Severity` is missing")
SECOND = Diagnostic(READ.spec, 3, 0, Level.WARNING, "repeated-value", "a tag stands twice")


async def test_the_fault_under_the_cursor_is_mended_else_all_of_the_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as (pilot, app, engine):
        app.main.desk.select(Selection(READ.spec, 0, chosen=True))
        await pilot.press("F")
        await shows(pilot, "Nothing is wrong with the selected policy")

        faulty = replace(entry_of(READ), diagnostics=(FIRST, SECOND))
        engine.say(RepositoryChanged(2, str(tmp_path), "main", (faulty,), (), ()))
        await wait_for(pilot, lambda: app.state.policies[READ.spec].entry.diagnostics)
        await pilot.press("F")
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        assert engine.asked(ProposeEdit)[-1].request == FixFaults(READ.spec, (FIRST, SECOND))

        await pilot.press("4", "g")
        results = app.main.panes.results
        await wait_for(pilot, lambda: (place := results.place()) and place.line == FIRST.line)
        await pilot.press("F")
        await wait_for(pilot, lambda: len(engine.asked(ProposeEdit)) == 2)
        assert engine.asked(ProposeEdit)[-1].request == FixFaults(READ.spec, (FIRST,))


def inspected(*fields: NullField) -> Inspected:
    return Inspected(READ.spec, 1, probed=Probed(READ.spec, fields))


async def test_on_a_line_that_raises_at_null_the_field_is_guarded(tmp_path: Path) -> None:
    field = NullField(("Grants",), Verdict.ERROR, 1, 5, ("TypeError", "no iteration"))
    other = replace(field, field=("Name",))
    async with opened(tmp_path) as (pilot, app, engine):
        app.main.desk.select(Selection(READ.spec, 0, chosen=True))
        engine.say(finish(READ), inspected(field))
        await wait_for(pilot, lambda: app.state.inspected)
        await pilot.press("2")
        await wait_for(pilot, lambda: app.main.panes.code.has_focus)
        await pilot.press("G")
        await wait_for(pilot, lambda: (it := app.main.panes.code.place()) and it.line == 5)
        await pilot.press("F")
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        assert engine.asked(ProposeEdit)[-1].request == GuardNull(READ.body, 5, ("Grants",))

        both = inspected(field, other)
        engine.say(both)
        await wait_for(pilot, lambda: app.state.inspected[READ.spec] is both)
        await pilot.press("F")
        await wait_for(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("down", "enter")
        await wait_for(pilot, lambda: len(engine.asked(ProposeEdit)) == 2)
        assert engine.asked(ProposeEdit)[-1].request == GuardNull(READ.body, 5, ("Name",))
