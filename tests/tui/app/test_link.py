"""Events come from the engine whether or not the loop can watch what it speaks through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from panther_engine.events import Event, Notice
from panther_engine.model import Level
from panther_tui.app.app import STUCK, PantherApp
from panther_tui.app.link import Feed
from tests.tui.app.test_app import ALL, MFA, READ, ROOT
from tests.tui.fake_engine import FakeEngine, done, finish, repository, shows, wait_for


@pytest.mark.parametrize("watches", [True, False])
async def test_events_come_in_order_and_then_the_end(
    monkeypatch: pytest.MonkeyPatch, watches: bool
) -> None:
    loop = asyncio.get_running_loop()

    def refuse(fd: int, callback: Callable[..., object], *arguments: object) -> None:
        raise NotImplementedError  # as Windows' own loop

    if not watches:
        monkeypatch.setattr(loop, "add_reader", refuse)
    engine = FakeEngine()
    taken: list[Event] = []
    ended: asyncio.Future[str] = loop.create_future()
    came = asyncio.Event()

    def take(events: tuple[Event, ...]) -> None:
        taken.extend(events)
        came.set()

    feed = Feed(engine, take, ended.set_result, lambda events: 0)
    notices = [Notice(Level.INFO, str(number)) for number in range(5)]
    async with asyncio.timeout(30):
        for notice in notices:
            came.clear()
            engine.say(notice)
            await came.wait()
        engine.die()
        assert await ended == "the engine is gone"
    assert taken == notices
    feed.stop()
    engine.close()


async def test_an_engine_that_takes_no_commands_is_told_of_until_it_speaks_again() -> None:
    engine = FakeEngine(ALL)
    app = PantherApp(engine)
    async with app.run_test(size=(160, 45)) as pilot:
        engine.say(*repository(engine, finish(ROOT), finish(MFA), finish(READ), done(3)))
        await shows(pilot, "6 passed")
        engine.stuck = 5.0
        await pilot.press("a")
        await shows(pilot, STUCK)
        engine.stuck = 0.0
        engine.say(done(0))
        await wait_for(pilot, lambda: app.timing.notice == "")
