"""The engine's process: it takes everything with it when it ends, and outlives what it started."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_engine.events import (
    Notice,
    OpenSource,
    PolicyStarted,
    Run,
    RunFinished,
    SourceOpened,
)
from panther_engine.session.process.remote import HEADER, EngineProcess, Inbox, pack
from tests.engine.reading.repository.checkout import Checkout, spec_text
from tests.engine.session.live import Live, descendants, is_alive, until, wait_until_gone

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
A, B = "policies/a.yml", "policies/b.yml"
STUCK = """
import subprocess
def policy(resource):
    if resource["Value"] == 1:
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        return True
    while True:
        pass
"""
"""Its first test leaves a process behind, its second never ends."""
STUCK_TEST = "  - Name: Never ends\n    ExpectedResult: true\n    Resource: {Value: 2}\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a")
    checkout.policy("b")
    return checkout


@pytest.fixture
def live(checkout: Checkout) -> Iterator[Live]:
    with Live(checkout) as live:
        live.wait_for_run()
        yield live


def workers(live: Live) -> set[int]:
    """The processes that hold policies' code."""
    found = set()
    for pid in descendants(live.pid):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"__main__.py\0fork" in command:
            found.add(pid)
    return found


def start_stuck(live: Live) -> set[int]:
    """Have a policy run that does not end; every process that there is then."""
    live.checkout.replace("policies/a.py", STUCK)
    live.checkout.replace(A, spec_text("a") + STUCK_TEST)
    live.wait(lambda: len(live.state.policies[A].results) == 2 and live.is_running(A, 1))
    processes = {live.pid, *descendants(live.pid)}
    assert len(processes) >= 4  # the engine, a zygote, its child, and what that left behind
    return processes


def test_closing_leaves_no_process(live: Live) -> None:
    processes = start_stuck(live)
    live.engine.close()
    assert [pid for pid in processes if is_alive(pid)] == []


def test_closing_twice_is_closing_once(live: Live) -> None:
    live.engine.close()
    live.engine.close()


def test_the_engine_ends_when_the_screen_is_gone(live: Live) -> None:
    processes = start_stuck(live)
    live.engine._commands.close()
    live.engine._process.wait(20)
    wait_until_gone(processes)


def test_the_engine_ends_when_nobody_reads_its_events(live: Live) -> None:
    processes = {live.pid, *descendants(live.pid)}
    live.engine._events.close()
    live.engine.send(Run((A, B)))
    live.engine._process.wait(20)
    wait_until_gone(processes)


def test_its_workers_end_when_the_engine_is_killed(live: Live) -> None:
    processes = start_stuck(live)
    live.engine._process.kill()
    live.engine._process.wait(20)
    wait_until_gone(processes)
    with pytest.raises(EOFError, match="SIGKILL"):
        live.wait(lambda: False)
    live.engine.send(Run((A,)))  # to nobody


def test_a_killed_worker_is_replaced_and_told(live: Live) -> None:
    before = workers(live)
    assert before
    since = live.now
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    notice = live.wait_for(Notice, since)
    assert "replaced" in notice.message
    since = live.now
    live.engine.send(Run((A, B)))
    live.wait_for(RunFinished, since)
    assert live.statuses == {A: "passed", B: "passed"}
    after = workers(live)
    assert after
    assert not after & before


def test_a_worker_that_is_killed_during_a_run_changes_no_verdict(live: Live) -> None:
    since = live.now
    gate = live.checkout.root.parent / "gate"
    body = (
        f"import os\ndef policy(r):\n    while not os.path.exists({str(gate)!r}):\n        pass\n"
    )
    live.checkout.replace("policies/a.py", body + "    return True\n")
    live.wait_for(PolicyStarted, since)
    for pid in workers(live):
        os.kill(pid, signal.SIGKILL)
    live.wait_for(Notice, since)
    gate.touch()
    live.wait_for(RunFinished, since)
    assert live.statuses == {A: "passed", B: "passed"}


@settings(derandomize=True)
@given(st.lists(st.text(max_size=30) | st.integers(), max_size=5), st.integers(1, 40))
def test_messages_arrive_whole_however_they_are_cut(messages: list[object], size: int) -> None:
    data = b"".join(map(pack, messages))
    inbox = Inbox()
    arrived: list[object] = []
    for place in range(0, len(data), size):
        arrived += inbox.feed(data[place : place + size])
    assert arrived == messages


def test_an_engine_that_fails_says_why() -> None:
    engine = EngineProcess()
    engine._commands.write(HEADER.pack(3) + b"abc")
    try:
        readable, _, _ = select.select([engine], [], [], 20)
        assert readable
        with pytest.raises(EOFError, match=r"the engine ended: .*UnpicklingError"):
            engine.receive()
    finally:
        engine.close()


def test_an_engine_that_is_ended_by_a_signal_without_a_name_says_its_number(live: Live) -> None:
    os.kill(live.pid, 35)
    with pytest.raises(EOFError, match="it was killed \\(signal 35\\)"):
        live.wait(lambda: False)


def send_until_full(live: Live) -> int:
    """Send commands until nothing moves and no more can wait; how many that were."""
    sent = 0
    while True:
        try:
            live.engine.send(OpenSource("x" * 10_000))
            sent += 1
        except BlockingIOError:
            if live.engine.stuck_for() > 0.2:  # else the pipe is not full yet
                return sent


def test_a_stopped_engine_keeps_nobody_waiting_and_goes_on_where_it_was(live: Live) -> None:
    os.kill(live.pid, signal.SIGSTOP)
    sent = send_until_full(live)
    assert live.engine.stuck_for() > 0
    os.kill(live.pid, signal.SIGCONT)
    live.wait(lambda: sum(isinstance(it, SourceOpened) for it in live.events) == sent)
    until(lambda: live.engine.stuck_for() == 0)  # the writer learns of it after the engine answered
    since = live.now
    live.engine.send(Run((A,)))
    live.wait_for(RunFinished, since)


@pytest.mark.parametrize("full", [False, True])
def test_an_engine_that_was_stopped_is_ended_all_the_same(live: Live, full: bool) -> None:
    processes = {live.pid, *descendants(live.pid)}
    os.kill(live.pid, signal.SIGSTOP)
    if full:
        send_until_full(live)
    live.engine.close()
    wait_until_gone(processes)


def test_threads_do_where_no_loop_watches_pipes(checkout: Checkout) -> None:
    with Live(checkout, threads=True) as live:
        live.wait_for_run()
        assert live.statuses == {A: "passed", B: "passed"}
        checkout.replace("policies/a.py", "def policy(resource):\n    return False\n")
        live.wait(lambda: live.statuses[A] == "failed" and not live.state.running)
        since = live.now
        live.engine.send(Run((A, B)))
        live.wait_for(RunFinished, since)
        processes = {live.pid, *descendants(live.pid)}
    wait_until_gone(processes)


def test_an_engine_whose_events_come_by_a_thread_says_how_it_ended(checkout: Checkout) -> None:
    with Live(checkout, threads=True) as live:
        live.wait_for_run()
        os.kill(live.pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(EOFError, match="SIGKILL"):
                live.wait(lambda: False)
