"""An engine that ends: another takes its place, unless that one ends at once too."""

from __future__ import annotations

from textual.pilot import Pilot

from panther_engine.events import (
    ANNOUNCED,
    Pause,
    RepositoryChanged,
    RunStarted,
    Select,
    WatchChanged,
    WatchMode,
    entry_of,
)
from panther_tui.app.app import PantherApp
from panther_tui.app.link import EngineLink
from tests.tui.app.test_app import ALL, MFA, READ, ROOT
from tests.tui.fake_engine import FakeEngine, done, finish, policy, repository, shows, wait_for


class Engines:
    """Engines of one app, in the order in which they were started."""

    def __init__(self) -> None:
        self.all = [FakeEngine(ALL)]
        self.app = PantherApp(self.all[0], restart=self.start)

    def start(self) -> EngineLink:
        """Another one."""
        self.all.append(FakeEngine(ALL))
        return self.all[-1]

    async def begin(self, pilot: Pilot[None]) -> FakeEngine:
        """Have the first engine say that all passed, and wait until that is shown."""
        first = self.all[0]
        first.say(*repository(first, finish(ROOT), finish(MFA), finish(READ), done(3)))
        await shows(pilot, "6 passed", "3 policies")
        return first


async def test_another_engine_takes_the_place_of_one_that_ended() -> None:
    engines = Engines()
    async with engines.app.run_test(size=(160, 45)) as pilot:
        first = await engines.begin(pilot)
        await pilot.press("G")
        await wait_for(pilot, lambda: engines.app.main.desk.selection.spec == READ.spec)
        await pilot.press("p")
        await wait_for(pilot, lambda: first.asked(Pause))
        first.say(WatchChanged(WatchMode.PAUSED))
        await shows(pilot, "paused")
        first.die()
        await shows(pilot, "the engine is gone; started again", "6 passed")
        second = engines.all[1]
        assert first.closed
        assert [command.spec for command in second.asked(Select)] == [READ.spec]
        assert second.asked(Pause) == [Pause(True)]

        announced = tuple(entry_of(it) for it in ALL)
        second.say(RepositoryChanged(ANNOUNCED, "/checkout", "develop", announced, (), ()))
        await pilot.pause()
        assert engines.app.state.generation == 1  # of the first engine: the picture stays
        new = policy("AWS.S3.New", ("x", True))
        second.policies[new.spec] = new
        second.say(*repository(second, finish(ROOT), finish(new), done(2)))
        await shows(pilot, "New", "4 policies")
        policies = engines.app.state.policies
        assert [spec for spec, known in policies.items() if known.result] == [ROOT.spec, new.spec]
        assert engines.app.main.desk.selection.spec == READ.spec
        await pilot.resize_terminal(80, 24)  # no room for the reason in the status bar
        await shows(pilot, "!1")
        await pilot.press("exclamation_mark")
        await shows(pilot, "the engine is gone; started again")


async def test_what_an_engine_said_last_is_of_its_own_picture() -> None:
    engines = Engines()
    async with engines.app.run_test(size=(160, 45)) as pilot:
        first = await engines.begin(pilot)
        changed = RepositoryChanged(2, "/checkout", "develop", (entry_of(ROOT),), (), ())
        first.die(changed, RunStarted(2, {ROOT.spec: "its body changed"}))
        await shows(pilot, "started again", "3 policies")
        assert engines.app.state.generation == 2
        second = engines.all[1]
        second.say(*repository(second, finish(ROOT), finish(MFA), done(2)))
        await wait_for(pilot, lambda: engines.app.state.generation == 1)
        assert engines.app.state.policies[READ.spec].result is None


async def test_an_end_that_is_told_twice_is_one_end() -> None:
    engines = Engines()
    async with engines.app.run_test(size=(160, 45)) as pilot:
        first = await engines.begin(pilot)
        engines.app._engine_gone("it does not listen")
        first.die()
        await wait_for(pilot, lambda: len(engines.all) == 2)
        await pilot.pause()
        assert not engines.app.timing.engine_gone


async def test_one_that_cannot_be_replaced_is_told_of() -> None:
    def fail() -> EngineLink:
        raise OSError("no more processes")

    engine = FakeEngine(ALL)
    app = PantherApp(engine, restart=fail)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(ROOT), done(1)))
        await shows(pilot, "3 policies")
        engine.die()
        await shows(pilot, "engine stopped", "the engine is gone")
        await pilot.press("r", "j")
        assert app.is_running


async def test_one_that_ends_at_once_is_not_replaced_again() -> None:
    engines = Engines()
    async with engines.app.run_test(size=(160, 45)) as pilot:
        engines.all[0].die()
        await wait_for(pilot, lambda: len(engines.all) == 2)
        engines.all[1].die()
        await shows(pilot, "engine stopped", "the engine is gone")
        assert len(engines.all) == 2
        await pilot.press("r", "j")
        assert engines.app.is_running
