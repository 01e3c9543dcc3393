"""What-if: a scratch copy of a resource, changed and judged on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from panther_engine.events import (
    Explained,
    JudgeScratch,
    OpenScratch,
    PolicyOpened,
    ProposeEdit,
    ReduceScratch,
    RepositoryChanged,
    ScratchJudged,
    ScratchReduced,
    entry_of,
)
from panther_engine.model import (
    Diagnostic,
    FunctionResult,
    Level,
    Outcome,
    TestCase,
    TestResult,
    Verdict,
)
from panther_engine.values.edits import AddTest, ReplaceResource, TestRef
from panther_engine.values.insight import Change, Flip
from panther_tui.app.app import PantherApp
from panther_tui.panes.typing_bar import TypingBar
from panther_tui.terminal.editor import EditorCommand
from tests.tui.app.test_app import READ, opened
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    finish,
    opened_event,
    screen_text,
    shows,
    wait_for,
)
from tests.tui.features.insight.test_rounds import LOOPED

SPEC = f"{READ.spec}:4"
ONE = READ.tests[0]
WIDE = (160, 45)


@asynccontextmanager
async def on_the_resource(
    size: tuple[int, int] = WIDE,
) -> AsyncIterator[tuple[Pilot[None], PantherApp, FakeEngine]]:
    """The cursor is on `Name` of the first test's resource."""
    async with opened(finish(READ), done(1), start=SPEC, size=size) as (pilot, app, engine):
        await pilot.press("3")
        await shows(pilot, '"Grants": null')
        await pilot.press("j")
        yield pilot, app, engine


async def judged(pilot: Pilot[None], engine: FakeEngine, verdict: Verdict) -> JudgeScratch:
    """Answer what the engine was asked last."""
    await wait_for(pilot, lambda: engine.asked(JudgeScratch))
    asked = engine.asked(JudgeScratch)[-1]
    engine.say(ScratchJudged(READ.spec, asked.number, 1, result(verdict)))
    return asked


def result(verdict: Verdict) -> TestResult:
    functions = {"policy": FunctionResult(verdict is Verdict.PASS, None, True)}
    if verdict is Verdict.FAIL:
        functions["title"] = FunctionResult("Alert of a copy", None, True)
    return TestResult(ONE.name, ONE.line, False, verdict, Outcome.PASSED, 0.2, functions)


def saved(first: TestCase) -> PolicyOpened:
    """The policy as its spec is with another first test."""
    event = opened_event(replace(READ, tests=(first, *READ.tests[1:])))
    return replace(event, spec_text=f"{event.spec_text}# {first.resource}\n")


def changes(engine: FakeEngine) -> tuple[Change, ...]:
    return engine.asked(JudgeScratch)[-1].changes


async def test_each_valid_state_is_judged_while_one_types_and_shown() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s")
        await shows(pilot, "Name =", "enter take")
        await pilot.press(*"priv")
        await wait_for(pilot, lambda: changes(engine)[-1].new == "priv")
        assert engine.asked(OpenScratch) == [OpenScratch(READ.spec, ONE)]
        assert len(engine.asked(JudgeScratch)) == 5, "what is there, and each letter"
        await judged(pilot, engine, Verdict.PASS)
        await shows(pilot, "in the file FAIL   now PASS", "flipped", "scratch copy FAIL → PASS")
        assert "wrong verdict" not in screen_text(app)
        await pilot.press("enter")
        await shows(pilot, '≠   "Name": "priv"', "scratch copy, 1 change", "S scratch …")
        assert "3 passed" in screen_text(app), "no file has changed"
        await judged(pilot, engine, Verdict.FAIL)
        await shows(pilot, 'now FAIL   alert "Alert of a copy"')


async def test_what_is_no_value_is_told_and_not_judged() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", *'"op')
        await shows(pilot, "the text is not closed")
        asked = len(engine.asked(JudgeScratch))
        await pilot.press("enter")
        await shows(pilot, "the text is not closed")
        assert len(engine.asked(JudgeScratch)) == asked
        await pilot.press("escape")
        await wait_for(pilot, lambda: engine.asked(OpenScratch)[-1] == OpenScratch(""))
        assert app.main.panes.resource.has_focus
        assert '"Name": "Open to all"' in screen_text(app)
        assert "scratch copy" not in screen_text(app)


async def test_keys_are_named_completed_and_removed_and_all_is_taken_back() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("A")
        await shows(pilot, "new key", "EncryptionRules")
        await pilot.press(*"mfa", "tab", "enter")
        await shows(pilot, '+   "MFADelete": ""', "MFADelete =")
        await pilot.press(*"true", "enter")
        await shows(pilot, '+   "MFADelete": true')
        await pilot.press("k", "delete")
        await shows(pilot, '-   "Grants": null  removed', "scratch copy, 2 changes")
        assert [(it.op, it.field) for it in changes(engine)] == [
            ("add", ("MFADelete",)),
            ("remove", ("Grants",)),
        ]
        await pilot.press("U", "U")
        await wait_for(pilot, lambda: "scratch copy" not in screen_text(app))
        assert '"Grants": null' in screen_text(app)


async def test_what_was_removed_is_put_back_by_setting_it() -> None:
    async with on_the_resource() as (pilot, app, _):
        await pilot.press("delete")
        await shows(pilot, '"Name": "Open to all"  removed')
        await pilot.press("j")
        assert app.main.panes.resource.copied_place() == 'resource["Name"]'
        await pilot.press("s")
        await shows(pilot, '+   "Name": "Open to all"')
        await pilot.press("enter")
        await wait_for(pilot, lambda: "scratch copy" not in screen_text(app))


async def test_the_scratch_stays_and_says_so_when_the_file_s_resource_changes() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", *"priv", "enter")
        await judged(pilot, engine, Verdict.PASS)
        await shows(pilot, "now PASS")
        moved = replace(ONE, resource={"Name": "other", "Grants": []})
        engine.say(saved(moved))
        await shows(pilot, "its file has changed", "scratch copy, 2 changes")
        assert '"Name": "priv"' in screen_text(app)
        mine = replace(ONE, resource={"Name": "priv", "Grants": None})
        engine.say(saved(mine))
        await wait_for(pilot, lambda: not app.main.desk.scratches.kept)
        assert '"Name": "priv"' in screen_text(app)


async def test_a_scratch_that_became_a_new_test_gives_way_to_it() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", *"priv", "enter")
        new = TestCase("New", 9, True, {"Name": "priv", "Grants": None})
        whole = replace(READ, tests=(*READ.tests, new))
        event = replace(opened_event(whole), spec_text="another")
        engine.say(RepositoryChanged(2, "/checkout", "", (entry_of(whole),), (), ()), event)
        await wait_for(pilot, lambda: app.main.desk.selection.test == 3)
        await wait_for(pilot, lambda: not app.main.desk.scratches.kept)


async def test_it_is_kept_while_one_is_elsewhere_and_leaving_asks() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", *"priv", "enter", "4", "G")
        await shows(pilot, "1 scratch copy kept")
        assert engine.asked(OpenScratch)[-1] == OpenScratch("")
        await pilot.press("q")
        await shows(pilot, "A scratch copy stands in no file", "Leave: it is lost")
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is app.main)
        await pilot.press("S")
        await shows(pilot, "Scratch copies")
        await pilot.press("enter")
        await shows(pilot, "scratch copy, 1 change")
        await pilot.press("S")
        await shows(pilot, "Discard it")
        await pilot.press("G", "enter")
        await wait_for(pilot, lambda: not app.main.desk.scratches.kept)
        assert '"Name": "Open to all"' in screen_text(app)
        await pilot.press("q")
        await wait_for(pilot, lambda: not app.is_running)


async def test_whoever_leaves_loses_it_if_that_is_wanted() -> None:
    async with on_the_resource() as (pilot, app, _):
        await pilot.press("s", *"priv", "enter", "q")
        await shows(pilot, "Leave: it is lost")
        await pilot.press("j", "enter")
        await wait_for(pilot, lambda: not app.is_running)


async def test_the_reason_and_its_rounds_are_those_of_the_scratch() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", "x", "enter")
        asked = await judged(pilot, engine, Verdict.PASS)
        insight = replace(LOOPED, test=0, verdict=Verdict.PASS, reason="It passes because of x.")
        event = ScratchJudged(READ.spec, asked.number, 1, result(Verdict.PASS))
        engine.say(replace(event, explained=Explained(insight, ())))
        await shows(pilot, "It passes because of x.", "Owner.ID  looked for, not there")
        await pilot.press("comma")
        await shows(pilot, "round 11 of 12 over Grants")
        await pilot.press("full_stop")
        await wait_for(pilot, lambda: app.main.panes.code.place().line == 3)
        await shows(pilot, "◂ grant = '11'")


async def test_a_verdict_that_takes_long_is_waited_for_in_words() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", "x")
        await judged(pilot, engine, Verdict.FAIL)
        await shows(pilot, "now FAIL")
        await pilot.press("y")
        await shows(pilot, "judging …")
        await judged(pilot, engine, Verdict.PASS)
        await shows(pilot, "now PASS")
        assert "judging" not in screen_text(app)


async def test_what_is_said_of_a_former_state_is_not_taken_for_the_next_scratch() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", "x", "enter")
        old = await judged(pilot, engine, Verdict.PASS)
        await shows(pilot, "now PASS")
        await pilot.press("4", "G")
        await shows(pilot, "1 scratch copy kept")
        await pilot.press("3", "j", "s", "y")
        engine.say(ScratchJudged(READ.spec, old.number, 1, result(Verdict.ERROR)))
        await shows(pilot, "not judged yet")
        assert "now ERROR" not in screen_text(app)


async def test_a_policy_that_cannot_run_says_why() -> None:
    async with on_the_resource() as (pilot, _, engine):
        await pilot.press("s", "x", "enter")
        await wait_for(pilot, lambda: engine.asked(JudgeScratch))
        number = engine.asked(JudgeScratch)[-1].number
        why = Diagnostic(READ.body, 1, 0, Level.ERROR, "import-failed", "there is no `boto9`")
        engine.say(ScratchJudged(READ.spec, number, 1, None, (why,)))
        await shows(pilot, "cannot run", "there is no `boto9`")


async def test_another_engine_is_given_the_copy_again() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", *"priv", "enter")
        app.main.resume()
        app.main.paint()
        assert engine.asked(OpenScratch)[-1] == OpenScratch(READ.spec, ONE)
        assert changes(engine)[-1].new == "priv"


async def test_the_editor_gets_the_copy_as_json_and_gives_it_back(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setenv("EDITOR", "vi")
    monkeypatch.delenv("VISUAL", raising=False)
    async with on_the_resource() as (pilot, app, engine):
        files: list[Path] = []
        texts = ['{"Name": "a",\n "Name": "b"}', '{"Name": "mine", "Grants": [1]}']

        def edit(command: EditorCommand) -> str:
            files.append(Path(command.argv[-1]))
            seen.append(files[-1].read_text("utf-8"))
            files[-1].write_text(texts.pop(0), "utf-8")
            return ""

        seen: list[str] = []
        monkeypatch.setattr(app, "open_editor", edit)
        await pilot.press("ctrl+e")
        await wait_for(pilot, lambda: said and said[-1].startswith('the key "Name" stands twice'))
        assert seen[0] == '{\n  "Name": "Open to all",\n  "Grants": null\n}\n'
        await pilot.press("ctrl+e")
        await shows(pilot, '≠   "Name": "mine"', "scratch copy, 2 changes")
        assert seen[1].startswith('{"Name": "a"'), "as it was left"
        assert changes(engine)[-1].field == ()


async def test_on_a_small_terminal_the_status_bar_has_the_verdict() -> None:
    async with on_the_resource((80, 24)) as (pilot, _app, engine):
        await pilot.press("s", *"priv")
        await judged(pilot, engine, Verdict.PASS)
        await shows(pilot, "scratch copy FAIL → PASS", '≠   "Name": priv', "3 passed")
        await pilot.press("enter")
        await shows(pilot, "S scratch …")
        await judged(pilot, engine, Verdict.ERROR)
        await shows(pilot, "FAIL → ERROR")


async def test_hostile_text_is_shown_clean() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s")
        app.main.query_one(TypingBar).on_paste(Paste('"\\u001b[31m\\u202e[red]"'))
        await wait_for(pilot, lambda: changes(engine))
        assert changes(engine)[-1].new == "\x1b[31m\u202e[red]"
        await pilot.press("enter")
        await shows(pilot, "[red]")
        assert "\x1b" not in screen_text(app)
        assert "\u202e" not in screen_text(app)


async def test_it_becomes_the_test_s_resource_or_a_new_test_with_its_verdict() -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("s", *"priv", "enter", "S")
        await shows(pilot, "Make it this test's resource")
        assert "Make it a new test" not in screen_text(app), "its verdict is not known yet"
        await pilot.press("enter")
        mine = {"Name": "priv", "Grants": None}
        await wait_for(pilot, lambda: engine.asked(ProposeEdit))
        replaced = ReplaceResource(TestRef(READ.spec, 0, ONE.name), mine)
        assert engine.asked(ProposeEdit)[-1].request == replaced

        await judged(pilot, engine, Verdict.PASS)
        await shows(pilot, "now PASS")
        await pilot.press("S")
        await shows(pilot, "Make it a new test that passes")
        await pilot.press("j", "enter")
        await shows(pilot, "Name of the new test:", "Name priv")
        await pilot.press(*ONE.name)
        await shows(pilot, "there is such a test")
        await pilot.press("enter", "!", "enter")
        await wait_for(pilot, lambda: len(engine.asked(ProposeEdit)) == 2)
        assert engine.asked(ProposeEdit)[-1].request == AddTest(
            READ.spec, f"{ONE.name}!", True, mine
        )
        assert app.main.desk.scratches.kept, "until a file has it"


async def test_t_takes_out_what_does_not_decide_once_the_verdict_is_known(
    said: list[str],
) -> None:
    async with on_the_resource() as (pilot, app, engine):
        await pilot.press("t")
        asked = await judged(pilot, engine, Verdict.FAIL)

        judged_whole = ScratchJudged(
            READ.spec, asked.number, 1, result(Verdict.FAIL), explained=Explained(LOOPED)
        )
        assert engine.asked(ReduceScratch) == [], "not before what was read is known"
        engine.say(judged_whole)
        await wait_for(pilot, lambda: engine.asked(ReduceScratch) == [ReduceScratch(asked.number)])
        engine.say(
            ScratchReduced(READ.spec, asked.number, (Change("remove", ("Grants",), None, None),))
        )
        await wait_for(pilot, lambda: "1 field or item went: the verdict stays" in said[-1])
        await wait_for(pilot, lambda: changes(engine)[-1:] and changes(engine)[-1].op == "remove")
        await pilot.press("U")
        await wait_for(pilot, lambda: "1 change" not in screen_text(app))


async def test_t_says_so_where_all_of_it_decides(said: list[str]) -> None:
    async with on_the_resource() as (pilot, _, engine):
        await pilot.press("t")
        asked = await judged(pilot, engine, Verdict.FAIL)
        explained = Explained(LOOPED)
        engine.say(
            ScratchJudged(READ.spec, asked.number, 1, result(Verdict.FAIL), explained=explained)
        )
        await wait_for(pilot, lambda: bool(engine.asked(ReduceScratch)))
        engine.say(ScratchReduced(READ.spec, asked.number, ()))
        await wait_for(pilot, lambda: "All of it decides" in said[-1])


@pytest.mark.parametrize("key", ["t", "enter"])
async def test_a_flip_of_the_results_is_tried_in_a_scratch_copy(key: str) -> None:
    set_grants = Change("set", ("Grants",), None, ["all"])
    insight = replace(LOOPED, test=0, conditions=(), deciding=None, notes=())
    async with opened(finish(READ), done(1), start=SPEC, size=WIDE) as (pilot, app, engine):
        await pilot.press("4", "t")
        assert not engine.asked(JudgeScratch), "nothing is known that would flip it"
        engine.say(Explained(insight, (Flip(Verdict.FAIL, (set_grants,), {}),)))
        await shows(pilot, "what would flip it", '"Grants": null')
        results = app.main.panes.results
        if key == "enter":
            await pilot.press("/", *"an alert", "enter")
        assert results.flip() is not None
        await pilot.press(key)
        await wait_for(pilot, lambda: engine.asked(JudgeScratch))
        assert changes(engine) == (set_grants,)
        await shows(pilot, "S scratch …", '≠◆  "Grants"')
        assert app.main.panes.resource.has_focus


async def test_t_says_so_where_the_policy_cannot_judge(said: list[str]) -> None:
    async with on_the_resource() as (pilot, _, engine):
        await pilot.press("t")
        await wait_for(pilot, lambda: bool(engine.asked(JudgeScratch)))
        asked = engine.asked(JudgeScratch)[-1]
        found = Diagnostic(READ.body, 1, 0, Level.ERROR, "missing-module", "no module `words`")
        engine.say(ScratchJudged(READ.spec, asked.number, 1, None, (found,)))
        await wait_for(pilot, lambda: "cannot judge it" in said[-1])
        assert engine.asked(ReduceScratch) == []
