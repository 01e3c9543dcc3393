"""A fault of ours in any callback of the session is told, and costs no verdict."""

from __future__ import annotations

import asyncio
import gc
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from panther_engine.events import (
    Explain,
    Inspect,
    Notice,
    OpenSource,
    RunAll,
    RunFinished,
    Select,
    WatchMode,
)
from panther_engine.insight.live import LiveInsight
from panther_engine.insight.live_inspect import LiveInspection
from panther_engine.model import Level
from panther_engine.session import generations, session
from panther_engine.session.announcer import Announcer
from panther_engine.session.faults import Faults, describe_fault
from panther_engine.session.generations import Generations
from panther_engine.session.insights import Insights
from panther_engine.session.live_runs import LiveRuns
from panther_engine.session.process import serve
from panther_engine.session.process.remote import Inbox
from panther_engine.session.session import Session
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live_session import LiveSession

A, B = "policies/a.yml", "policies/b.yml"
BODY = "policies/a.py"
VERDICTS = {"passed": "True", "failed": "False"}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a")
    checkout.policy("b")
    return checkout


class Trap:
    """Has a function fail the next times that it is called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        self.left = 0
        original: Callable[..., object] = getattr(owner, name)

        def fail(*arguments: object, **options: object) -> object:
            if self.left > 0:
                self.left -= 1
                raise RuntimeError("injected")
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, fail)


def save(checkout: Checkout, status: str) -> None:
    checkout.replace(BODY, f"def policy(resource):\n    return {VERDICTS[status]}\n")


def settled(live: LiveSession, status: str) -> bool:
    statuses = {spec: policy.status.value for spec, policy in live.state.policies.items()}
    return statuses == {A: status, B: "passed"} and not live.state.running


def told(live: LiveSession) -> list[str]:
    return [notice for notice in live.notices if "injected" in notice]


CALLBACKS: Mapping[str, object] = {
    "_on_hint": Session,
    "_take_hint": Session,
    "tell_watch": Generations,
    "_look_at_hints": Session,
    "look": Generations,
    "look_at_learned": Generations,
    "_take": Generations,
    "_prepare": Session,
    "_follow": Session,
    "publish": Announcer,
    "use": LiveRuns,
    "_start": Generations,
    "open_selected": Generations,
    "explain": Insights,
    "inspect": Insights,
    "_remember": Session,
    "_emit": Session,
    "rescan": generations,
    "open_policy": generations,
    "start": LiveRuns,
    "keep": LiveRuns,
    "_make_job": LiveRuns,
    "_finish": LiveRuns,
    "_end_if_idle": LiveRuns,
    "_end": LiveRuns,
    "_tell": LiveInsight,
    "begin": LiveInsight,
    "_go_on": LiveInspection,
}


@pytest.mark.parametrize("name", CALLBACKS)
async def test_a_fault_is_told_and_this_save_and_the_next_get_their_verdicts(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(session, "REMEMBER_AFTER", 0.0)
    trap = Trap(monkeypatch, CALLBACKS[name], name)
    async with LiveSession(checkout.root) as live:
        live.say(Select(A))
        live.say(Explain(A, 0))
        live.say(Inspect(A))
        await live.until(lambda: settled(live, "passed"))
        trap.left = 1
        save(checkout, "failed")
        await live.until(lambda: bool(told(live)) and settled(live, "failed"))
        assert live.state.watch is WatchMode.WATCHING
        assert live.state.watch_note == ""
        for status in ("passed", "failed"):
            live.forget()
            save(checkout, status)
            await live.until(lambda status=status: settled(live, status))  # type: ignore[misc]
            assert told(live) == []


async def test_a_fault_in_a_command_is_told_and_the_next_command_is_carried_out(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = Trap(monkeypatch, session, "open_source")
    async with LiveSession(checkout.root) as live:
        trap.left = 1
        live.say(OpenSource(BODY))
        assert len(told(live)) == 1
        live.say(OpenSource(BODY))
        assert live.state.source is not None
        trap = Trap(monkeypatch, LiveRuns, "start")
        trap.left = 1
        live.forget()
        live.say(RunAll())
        await live.until(lambda: bool(told(live)) and set(live.finished) == {A, B})


async def test_a_fault_that_stays_is_told_shown_beside_the_mode_and_mended_when_it_is_gone(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = Trap(monkeypatch, generations, "rescan")
    async with LiveSession(checkout.root) as live:
        trap.left = 2  # the look at the save, and the one that would mend it
        save(checkout, "failed")
        await live.until(lambda: "older than the files" in live.state.watch_note)
        assert "RuntimeError: injected (test_faults.py:" in live.state.watch_note
        assert len(told(live)) == 1
        checkout.write("policies/b.py", checkout.read("policies/b.py") + "# more\n")
        await live.until(lambda: settled(live, "failed"))
        assert live.state.watch_note == ""


async def test_a_fault_of_a_callback_is_mended_once_and_not_for_ever(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = Trap(monkeypatch, LiveRuns, "_finish")
    async with LiveSession(checkout.root) as live:
        live.forget()
        trap.left = 1000
        for count, status in enumerate(("failed", "passed"), start=1):
            save(checkout, status)
            await live.until(
                lambda count=count: live.at_rest and live.heard(RunFinished) == 2 * count  # type: ignore[misc]
            )
        assert sorted(live.started) == [A] * 4 + [B] * 2
        assert len(told(live)) == 2
        trap.left = 0


async def test_what_nobody_awaited_is_told_too() -> None:
    said: list[str] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    leave = Faults(said.append, lambda: None).listen(loop)
    try:
        loop.create_future().set_exception(RuntimeError("injected"))
        gc.collect()
        assert said == [
            "panther-tui itself failed: RuntimeError: injected; everything is read and run again"
        ]
    finally:
        leave()
    assert loop.get_exception_handler() is before


def test_a_fault_is_described_in_one_line_with_its_place() -> None:
    try:
        raise ValueError("two\nlines\x1b[0m")
    except ValueError as error:
        described = describe_fault(error)
    assert described.startswith("ValueError: two lines\\x1b[0m (test_faults.py:")


def test_an_event_that_cannot_be_sent_is_told_of_and_the_others_are_sent() -> None:
    class Local:
        """Nothing that pickle finds again."""

    good = Notice(Level.INFO, "good")
    bad = Notice(Level.INFO, Local())  # type: ignore[arg-type]
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(bad)
    (batch,) = Inbox().feed(serve._pack_all([good, bad, good]))
    assert isinstance(batch, list)
    assert batch[0] == batch[2] == good
    assert batch[1].level is Level.ERROR
    assert batch[1].message.startswith("panther-tui could not show Notice: ")
