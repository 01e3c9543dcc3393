"""What is wrong, huge or wicked in a repository does not hurt the screen."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.events import (
    Notice,
    PolicyOpened,
    RepositoryChanged,
    SourceOpened,
    entry_of,
)
from panther_engine.model import Diagnostic, Level, Policy, TestCase
from panther_tui.app.app import PantherApp
from panther_tui.settings.config import load_config
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    errored,
    finish,
    policy,
    repository,
    screen_text,
    shows,
    spec_text,
    wait_for,
)

LONG = "[bold]x[/bold]\x1b[31m" + "n" * 2000
LOOP: dict[object, object] = {"nan": float("nan"), 1: {"set": {1}}, "bytes": b"\xff"}
LOOP["self"] = LOOP


def wicked() -> Policy:
    base = policy("AWS.Wicked", ("t", True))
    tests = (TestCase(LONG, 4, True, LOOP), TestCase("[/]", 5, False, "\x1b]0;title\x07"))
    return replace(base, id=LONG, display_name="[red]", tests=tests, resource_types=("[b]\x1b[2J",))


@pytest.mark.parametrize("size", [(160, 45), (110, 30), (80, 24), (40, 12), (20, 5), (3, 2)])
async def test_wicked_names_and_values_are_only_ever_text(size: tuple[int, int]) -> None:
    bad = wicked()
    engine = FakeEngine([bad], bodies="\x1b[2J[bold]\n" + "y" * 9000 + "\n\ud800\u202e")
    app = PantherApp(engine)
    async with app.run_test(size=size) as pilot:
        result = replace(errored(bad.tests[0], bad.body), output="\x1b[31m\x00\ud800[/bold]\n" * 50)
        engine.say(*repository(engine, finish(bad, result, errored(bad.tests[1], bad.body))))
        engine.say(Notice(Level.WARNING, "[red]\x1b[2J"), done(1))
        await wait_for(pilot, lambda: app.state.opened)
        for key in ("2", "l", "o", "3", "G", "space", "4", "j", "G", "1", "slash", "n", "escape"):
            await pilot.press(key)
            assert "\x1b" not in screen_text(app)
        await pilot.press("z", "question_mark", "escape", "colon")
        await pilot.press("n", "escape")
        assert app.is_running


async def test_the_name_is_shown_with_its_brackets_and_escapes() -> None:
    bad = wicked()
    engine = FakeEngine([bad])
    async with PantherApp(engine).run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(bad), done(1)))
        await shows(pilot, "[bold]x[/bold]\\x1b[31m", '"nan": NaN', "1: {", '"self": …')


async def test_resizing_during_a_run_keeps_all_in_place() -> None:
    many = [policy(f"AWS.P{n:03}", ("t", True)) for n in range(80)]
    engine = FakeEngine(many)
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine))
        for step, size in enumerate([(80, 24), (20, 5), (250, 70), (100, 30)]):
            await pilot.resize_terminal(*size)
            engine.say(*(finish(it) for it in many[step * 20 : step * 20 + 20]))
            await pilot.pause()
        engine.say(done(80))
        await shows(pilot, "80 passed  0 failed  0 errored  80 policies")


async def test_a_file_that_cannot_be_read_says_so() -> None:
    bad = policy("AWS.S3.Read", ("t", True))
    engine = FakeEngine([bad])
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(bad, errored(bad.tests[0], "helpers/x.py")), done(1)))
        engine.say(SourceOpened("helpers/x.py", None))
        await shows(pilot, "(cannot be read)")


async def test_a_policy_without_body_or_tests_says_so() -> None:
    bare = replace(policy("AWS.Bare"), body="")
    engine = FakeEngine([bare], bodies="")
    async with PantherApp(engine).run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, done(0)))
        await shows(pilot, "the spec names no body", "the policy has no tests")


async def test_without_colours_the_cursor_and_the_marks_are_still_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    bad = policy("AWS.S3.Read", ("t", True))
    engine = FakeEngine([bad])
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(bad, errored(bad.tests[0], bad.body)), done(1)))
        await shows(pilot, "▶", "✗ ", "1 errored", "! t")
        tree = app.main.panes.tree
        cursor = tree.render_line(tree.cursor - tree.top)
        assert any(segment.style and segment.style.reverse for segment in cursor)


# Huge things ------------------------------------------------------------------------------------


async def test_a_resource_of_20_mb_is_cut_with_a_word_and_the_keys_go_on() -> None:
    small = policy("AWS.S3.Small", ("t", True))
    items = [{"Id": number, "Name": "n" * 170} for number in range(100_000)]
    big = replace(
        policy("AWS.S3.Tall", ("t", True)), tests=(TestCase("t", 4, True, {"Items": items}),)
    )
    engine = FakeEngine([small, big])
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(small), finish(big), done(2)))
        await wait_for(pilot, lambda: app.state.opened)
        await pilot.press("1", "G")
        await shows(pilot, '"Items": [', '"Id": 0')
        await pilot.press("3", "G")
        await shows(pilot, "… more than is shown here")
        await pilot.press("g", "j", "space")
        await shows(pilot, "… 100000 items")
        await pilot.press("space", "minus", "equals_sign", "1", "k")
        await wait_for(pilot, lambda: app.state.opened and app.state.opened.policy is small)
        await shows(pilot, '"Grants": null')


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("y" * 100_000 + "\n… 104757600 bytes more\n", "104757600 bytes more"),
        ("\n" * 99_000 + "last\n", "98,001 lines more"),
        ("\\xff\\xfe\x1b[2J\ud800\n" * 3000, "\\xff\\xfe\\x1b[2J\\ud800"),
    ],
    ids=["one line", "many lines", "not UTF-8"],
)
async def test_all_that_is_kept_of_an_endless_output_can_be_shown(output: str, told: str) -> None:
    loud = policy("AWS.S3.Loud", ("t", True))
    engine = FakeEngine([loud])
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        result = replace(errored(loud.tests[0], loud.body), output=output)
        engine.say(*repository(engine, finish(loud, result), done(1)))
        await shows(pilot, "1 errored", "▶")
        await pilot.press("4", "G")
        await shows(pilot, told)
        assert "\x1b" not in screen_text(app)


async def test_a_resource_that_holds_itself_can_be_opened_again_after_a_save() -> None:
    bad = wicked()
    engine = FakeEngine([bad])
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(bad), done(1)))
        await shows(pilot, '"self": …')
        saved = deepcopy(bad)  # as it comes from the engine's process
        engine.say(
            RepositoryChanged(2, "/checkout", "develop", (entry_of(saved),), (), ()),
            PolicyOpened(2, saved, spec_text(saved), "# saved"),
        )
        await shows(pilot, "# saved", '"self": …')


# What is wrong is said --------------------------------------------------------------------------


async def test_what_is_no_yaml_is_told_with_its_line_where_the_spec_would_be() -> None:
    found = Diagnostic(
        "policies/s3/no.yml", 3, 2, Level.ERROR, "yaml", "not YAML: did not find ']'", "look here"
    )
    bad = replace(policy("AWS.No"), id="", body="", tests=(), diagnostics=(found,))
    engine = FakeEngine([bad], bodies="")
    async with PantherApp(engine).run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, done(0)))
        await shows(pilot, "no.yml", "no.yml:3", "not YAML: did not find ']'", "look here")


async def test_a_file_without_a_policy_that_cannot_be_read_has_a_badge_and_is_listed() -> None:
    found = Diagnostic(
        "policies/big.yml", 1, 0, Level.WARNING, "unreadable", "cannot be read: larger than 16 MB"
    )
    engine = FakeEngine()
    async with PantherApp(engine).run_test(size=(80, 24)) as pilot:
        engine.say(RepositoryChanged(1, "/checkout", "main", (), (), (found,)))
        await shows(pilot, "no policies yet", "!1")
        await pilot.press("exclamation_mark")
        await shows(pilot, "policies/big.yml:1", "cannot be read: larger than 16 MB")


THEME = """name = "mine"
[colors]
primary = "#6cb6ff"
background = "#zzz"
bakground = "red"
[tokens]
pas = "#7fd88f"
"""
SETTINGS = """timeout = "soon"
theme = "mine"
nonsense = 3

[keys]
"run.all" = "nokey"
"no.such" = "x"
"help" = "r"
"""


async def test_nonsense_in_settings_and_themes_is_said_with_file_line_and_key(
    own_folders: Path, tmp_path: Path
) -> None:
    folder = own_folders / "config" / "panther-tui"
    (folder / "themes").mkdir(parents=True)
    (folder / "settings.toml").write_text(SETTINGS)
    (folder / "themes" / "mine.toml").write_text(THEME)
    (folder / "themes" / "no.toml").write_text("name = [\n")
    config, problems = load_config(tmp_path)
    engine = FakeEngine([policy("AWS.S3.Read", ("t", True))])
    app = PantherApp(engine, config=config, problems=problems)
    async with app.run_test(size=(160, 60)) as pilot:
        engine.say(*repository(engine, done(1)))
        await shows(pilot, "Read", "watching")
        assert app.theme == "mine"
        await pilot.press("exclamation_mark")
        await shows(pilot, "Problems")
        told = " ".join(f"{it.path}:{it.line} {it.message}" for it in app.problems)
        for words in (
            "settings.toml:1 `timeout` is 'soon'",
            "settings.toml:3 there is no setting 'nonsense'",
            "settings.toml:6 `nokey` is not a key",
            "settings.toml:7 there is no action `no.such`",
            "settings.toml:8 `r` already means run",
            "themes/mine.toml:4 `background` is '#zzz'",
            "themes/mine.toml:5 there is no key 'bakground' in [colors]",
            "themes/mine.toml:7 there is no key 'pas' in [tokens]",
            "themes/no.toml:",
        ):
            assert words in told
        await shows(pilot, "'soon'", "'nonsense'", "`nokey`", "`no.such`")
        await pilot.press("G")
        await shows(pilot, "'#zzz'", "'bakground'", "'pas'", "no.toml")
        await pilot.press("escape", "r")
        await wait_for(pilot, lambda: "Problems" not in screen_text(app))
