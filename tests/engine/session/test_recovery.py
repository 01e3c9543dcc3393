"""The loop mends itself: what is killed or full while files are saved costs no later verdict."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from panther_engine.events import Notice, OpenSource, Run, SourceOpened
from panther_engine.model import Failure, TestResult
from panther_engine.session import session
from panther_engine.session.memory import result_cache, session_memory
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live import PATIENCE, Live, is_alive, wait_until_gone
from tests.engine.session.live_session import LiveSession

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
A, B = "policies/a.yml", "policies/b.yml"
VERDICTS = {"passed": "True", "failed": "False"}
ROUNDS = 6


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


def zygotes(live: Live) -> set[int]:
    """The processes that fork a child for each run: the engine's own children."""
    folders = Path(f"/proc/{live.pid}/task").iterdir()
    return {int(pid) for it in folders for pid in (it / "children").read_text().split()}


def save(live: Live, status: str, more: str = "") -> None:
    """Save a body of A that comes to this status."""
    body = f"{more}\ndef policy(resource):\n    return {VERDICTS[status]}\n"
    live.checkout.replace("policies/a.py", body)


def wait_for_status(live: Live, status: str) -> None:
    """Wait until A has it and nothing runs; B was passed all along."""
    live.wait(lambda: live.statuses[A] == status and not live.state.running)
    assert live.statuses == {A: status, B: "passed"}


def start_endless(live: Live, trigger: str = "") -> int:
    """Save a body of A that never ends; the process that runs it."""
    pipe = live.checkout.root.parent / f"pid{trigger}"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        live.checkout.replace(
            "policies/a.py",
            "import os\n"
            "def policy(resource):\n"
            f"    with open({str(pipe)!r}, 'w') as pipe:\n"
            "        pipe.write(str(os.getpid()))\n"
            "    while True:\n"
            "        pass\n",
        )
        readable, _, _ = select.select([reader], [], [], PATIENCE)
        assert readable, "the policy never ran"
        return int(os.read(reader, 100))
    finally:
        os.close(reader)


def error_of(live: Live) -> Failure:
    """What A's only test ended in."""
    (result,) = live.state.policies[A].results
    assert isinstance(result, TestResult)
    assert result.error is not None
    return result.error


# Processes that are killed -----------------------------------------------------------------------


def test_saves_go_on_while_each_ones_worker_is_killed(live: Live) -> None:
    seen = set[int]()
    for number in range(ROUNDS):
        status = ("failed", "passed")[number % 2]
        since = live.now
        live.engine.send(Run((B,)))
        live.wait_for_run(since)
        before = zygotes(live)
        assert before
        assert not before & seen
        seen |= before
        since = live.now
        save(live, status)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert live.wait_for(Notice, since).message == "a worker process ended and is replaced"
        wait_for_status(live, status)
        wait_until_gone(before)


def test_a_worker_killed_in_the_middle_of_a_run_runs_it_again(live: Live) -> None:
    child = start_endless(live)
    since = live.now
    (zygote,) = zygotes(live)
    os.kill(zygote, signal.SIGKILL)
    assert "replaced" in live.wait_for(Notice, since).message
    wait_until_gone({zygote, child})
    save(live, "failed")
    wait_for_status(live, "failed")


def test_a_killed_child_costs_its_own_test_and_says_what_happened(live: Live) -> None:
    before = zygotes(live)
    child = start_endless(live)
    assert is_alive(child)
    os.kill(child, signal.SIGKILL)
    wait_for_status(live, "failed")
    error = error_of(live)
    assert error.type == "Killed"
    assert "SIGKILL" in error.message
    save(live, "passed")
    wait_for_status(live, "passed")
    assert zygotes(live) == before


def test_a_save_during_a_run_whose_child_is_killed_gives_the_saved_verdict(live: Live) -> None:
    for number, status in enumerate(["passed", "failed", "passed"]):
        child = start_endless(live, str(number))
        os.kill(child, signal.SIGKILL)
        save(live, status)
        wait_for_status(live, status)
        wait_until_gone({child})


# No place to keep anything -----------------------------------------------------------------------


async def test_a_cache_that_cannot_be_written_is_told_once_and_stops_nothing(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    cache.write_text("this is no folder")
    tried: list[OSError] = []
    save = result_cache.save_results

    def note(*arguments: Any) -> None:
        try:
            save(*arguments)
        except OSError as error:
            tried.append(error)
            raise

    monkeypatch.setattr(session_memory, "save_results", note)
    monkeypatch.setattr(session, "REMEMBER_AFTER", 0.0)
    body = checkout.root / "policies/a.py"
    async with LiveSession(checkout.root) as live:
        await live.until(lambda: bool(live.notices))
        (said,) = live.notices
        assert said.startswith("results cannot be kept for the next start: ")
        assert str(cache) in said
        for count, status in enumerate(("failed", "passed", "failed"), start=2):
            body.write_text(f"def policy(resource):\n    return {VERDICTS[status]}\n")
            async with asyncio.timeout(PATIENCE):
                while len(tried) < count or live.state.policies[A].status.value != status:
                    await asyncio.sleep(0.005)
        assert live.notices == [said]
    assert cache.read_text() == "this is no folder"


def test_a_foreign_cache_is_discarded_and_told_once(checkout: Checkout, tmp_path: Path) -> None:
    with Live(checkout) as live:
        live.wait_for_run()
    kept = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert {file.parent.name for file in kept} == {"parsed", "results"}
    for file in kept:
        file.write_text("another program's")
    told = []
    for _ in range(2):
        with Live(checkout) as live:
            live.wait_for_run()
        told.append(sorted(it.message for it in live.events if isinstance(it, Notice)))
    assert [len(notices) for notices in told] == [2, 0]
    for file, notice in zip(sorted(kept), told[0], strict=True):
        assert notice.startswith(f"the file {file} was discarded: ")


def test_results_are_kept_again_once_the_cache_can_be_written(
    checkout: Checkout, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.write_text("this is no folder")
    with Live(checkout) as live:
        live.wait_for_run()
        live.wait_for(Notice)
        cache.unlink()
        save(live, "failed")
        wait_for_status(live, "failed")
    with Live(checkout) as live:
        live.wait(lambda: bool(live.state.policies) and live.state.totals.failed == 1)
        assert live.state.policies[A].remembered


def test_a_cache_that_goes_away_during_a_session_is_made_again(
    checkout: Checkout, tmp_path: Path
) -> None:
    (tmp_path / "cache").mkdir()
    with Live(checkout) as live:
        live.wait_for_run()
        (tmp_path / "cache").rmdir()
        save(live, "failed")
        wait_for_status(live, "failed")
        live.engine.send(OpenSource("nowhere.py"))
        live.wait_for(SourceOpened)
        assert not [event for event in live.events if isinstance(event, Notice)]
    assert list((tmp_path / "cache").glob("**/results/*.json"))


def test_a_python_that_fails_for_a_while_is_tried_again(checkout: Checkout, tmp_path: Path) -> None:
    works = tmp_path / "works"
    works.touch()
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n[ -e {works} ] || exit 3\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    with Live(checkout, python=str(python)) as live:
        live.wait_for_run()
        assert live.statuses == {A: "passed", B: "passed"}
        works.unlink()
        killed = zygotes(live)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        wait_until_gone(killed)
        save(live, "failed")
        live.wait(lambda: live.statuses[A] == "invalid" and not live.state.running)
        works.touch()
        save(live, "failed", "# again")
        live.wait(lambda: live.statuses[A] == "failed" and not live.state.running)
