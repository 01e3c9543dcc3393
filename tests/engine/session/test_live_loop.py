"""The live loop: what a save runs again and why, what it leaves alone, and what it cuts short."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.events import (
    Cancel,
    Close,
    Pause,
    PolicyFinished,
    ResultsRecalled,
    RunAll,
    RunFinished,
    Select,
    TestFinished,
    WatchMode,
)
from panther_engine.model import Status
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.watch.polling_backend import PollingBackend
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live_session import LiveSession

HELPER = """def deep_get(it, *keys):
    return it["Missing"]

def other(it):
    return True
"""


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """`a` and `b` use the helper, `b` through another one; `c` uses none."""
    checkout = Checkout(tmp_path / "checkout")
    body = "from {} import deep_get\ndef policy(resource):\n    return deep_get(resource)\n"
    checkout.policy("a", body=body.format("base"))
    checkout.policy("b", body=body.format("more"))
    checkout.policy("c")
    checkout.helper("base", HELPER)
    checkout.helper("more", "from base import deep_get\n")
    return checkout


A, B, C = "policies/a.yml", "policies/b.yml", "policies/c.yml"
BASE = "global_helpers/base.py"


def sleeper(pid: Path, value: str = "True") -> str:
    """A body that writes down its process's number and then sleeps; no test of it ends."""
    return (
        "import os, time\ndef policy(resource):\n"
        f"    with open({str(pid)!r}, 'w') as file:\n"
        f"        file.write(str(os.getpid()))\n    time.sleep(600)\n    return {value}\n"
    )


async def number_in(file: Path) -> int:
    """The process that the sleeper runs in, as soon as it says so."""
    async with asyncio.timeout(60):
        while not file.exists() or not file.read_text():
            await asyncio.sleep(0.005)
    return int(file.read_text())


async def gone(pid: int) -> None:
    """Wait until there is no such process."""
    async with asyncio.timeout(60):
        while os.path.exists(f"/proc/{pid}"):
            await asyncio.sleep(0.005)


async def test_a_comment_in_a_global_runs_nothing_and_moves_the_lines(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.forget()
        checkout.replace(BASE, "# why\n" + HELPER)
        await live.until(lambda: live.heard(RunFinished) > 0)
        assert not live.started
        assert not live.reasons
        assert live.state.last_run is not None
        assert live.state.last_run.affected == 0
        assert live.state.last_run.changed_at is not None
        for spec in (A, B):
            known = live.state.policies[spec]
            assert known.status is Status.FAILED
            assert known.results[0] is not None
            assert known.results[0].error is not None
            assert (known.results[0].error.path, known.results[0].error.line) == (BASE, 3)


async def test_another_layout_of_a_spec_runs_nothing_and_moves_its_tests(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.forget()
        before = live.state.policies[C]
        checkout.write(C, "# one\n# two\n" + checkout.read(C))
        await live.until(lambda: live.heard(PolicyFinished) > 0)
        known = live.state.policies[C]
        assert not live.started
        assert known.status is Status.PASSED
        assert known.results[0] is not None
        assert known.results[0].line == before.entry.tests[0].line + 2


async def test_a_changed_function_of_a_global_runs_its_users_and_says_why(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.forget()
        checkout.replace(BASE, HELPER.replace('it["Missing"]', "True"))
        await live.until(lambda: live.state.totals.passed == 3)
        assert live.reasons == dict.fromkeys((A, B), f"because {BASE} changed")
        assert sorted(live.started) == [A, B]


async def test_the_policy_on_the_screen_runs_first_then_what_failed(checkout: Checkout) -> None:
    checkout.policy("d", body="import base\ndef policy(resource):\n    return True\n")
    async with LiveSession(checkout.root, places=1) as live:
        live.say(Select("policies/d.yml"))
        live.forget()
        checkout.replace(BASE, HELPER + "X = 1\n")
        await live.until(lambda: live.at_rest)
        assert live.started[0] == "policies/d.yml"
        live.say(Select(C))
        live.forget()
        checkout.replace(BASE, HELPER + "X = 2\n")
        await live.until(lambda: live.at_rest)
        assert live.started[-1] == "policies/d.yml"


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks at processes in /proc")
async def test_a_newer_save_ends_the_run_of_the_older_one(
    checkout: Checkout, tmp_path: Path
) -> None:
    async with LiveSession(checkout.root) as live:
        checkout.write("policies/c.py", sleeper(tmp_path / "first"))
        first = await number_in(tmp_path / "first")
        checkout.write("policies/c.py", sleeper(tmp_path / "second"))
        second = await number_in(tmp_path / "second")
        await gone(first)
        live.forget()
        checkout.replace("policies/c.py", "def policy(resource):\n    return True\n")
        await live.until(lambda: live.finished == [C])
        await gone(second)
        assert live.state.policies[C].status is Status.PASSED


async def test_results_of_an_old_generation_never_follow_those_of_a_newer(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.forget()
        body = "def policy(resource):\n    print('save {}')\n    return True\n"
        for number in range(40):
            checkout.write("policies/c.py", body.format(number))
            await asyncio.sleep(0)

        def last() -> bool:
            (result,) = live.state.policies[C].results
            return result is not None and result.output == "save 39\n"

        await live.until(lambda: last() and live.at_rest)
        finished = [e.result.generation for e in live.events if isinstance(e, PolicyFinished)]
        tests = [e.generation for e in live.events if isinstance(e, TestFinished)]
        assert finished == sorted(finished)
        assert tests == sorted(tests)
        assert live.state.policies[C].status is Status.PASSED


async def test_a_comment_during_a_run_gives_lines_of_the_file_as_it_is(
    checkout: Checkout, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    body = (
        "import os, time\ndef policy(resource):\n"
        f"    open({str(tmp_path / 'began')!r}, 'w').write('1')\n"
        f"    while not os.path.exists({str(gate)!r}):\n        time.sleep(0.005)\n"
        "    return resource['Missing']\n"
    )
    async with LiveSession(checkout.root) as live:
        checkout.write("policies/c.py", body)
        await number_in(tmp_path / "began")
        live.forget()
        checkout.write("policies/c.py", "# a comment\n" + body)
        await live.until(lambda: bool(live.reasons))
        gate.touch()
        await live.until(lambda: live.finished == [C])
        (result,) = live.state.policies[C].results
        assert result is not None
        assert result.error is not None
        assert result.error.line == 7
        assert live.state.policies[C].status is Status.FAILED


async def test_a_comment_after_a_cancelled_run_leaves_the_old_result_stale(
    checkout: Checkout, tmp_path: Path
) -> None:
    async with LiveSession(checkout.root) as live:
        checkout.write("policies/c.py", sleeper(tmp_path / "pid"))
        await number_in(tmp_path / "pid")
        live.say(Cancel())
        generation = live.state.generation
        checkout.write("policies/c.py", "# a comment\n" + sleeper(tmp_path / "pid"))
        await live.until(lambda: live.state.generation > generation)
        assert live.state.policies[C].status is Status.STALE


async def test_a_file_that_a_run_read_outside_all_folders_of_policies_is_watched(
    checkout: Checkout,
) -> None:
    checkout.write(".lists/allowed.txt", "yes")
    body = "def policy(resource):\n    return open('.lists/allowed.txt').read() == 'yes'\n"
    checkout.write("policies/c.py", body)
    async with LiveSession(checkout.root) as live:
        await live.until(lambda: ".lists" in live.session.repository.directories and live.at_rest)
        live.forget()
        checkout.replace(".lists/allowed.txt", "no")
        await live.until(lambda: live.finished == [C])
        assert live.reasons == {C: "because .lists/allowed.txt changed"}
        assert live.state.policies[C].status is Status.FAILED


async def test_only_results_of_the_files_as_they_are_are_remembered(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Pause(True))
        checkout.write("policies/c.py", "def policy(resource):\n    return False\n")
        await live.until(lambda: live.state.policies[C].status is Status.STALE)
    async with LiveSession(checkout.root) as live:
        (recalled,) = [event for event in live.events if isinstance(event, ResultsRecalled)]
        assert {result.spec for result in recalled.results} == {A, B}
        assert sorted(live.started) == [A, B, C]
        assert not any(known.remembered for known in live.state.policies.values())


async def test_what_later_generations_replaced_is_held_by_nobody(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:
        for count in range(1, 5):
            live.forget()
            checkout.write("policies/c.py", f"def policy(resource):\n    return {count} > 0\n")
            await live.until(lambda: live.at_rest)
        repository = live.session.repository
        gc.collect()
        held = {
            it.generation
            for it in gc.get_objects()
            if isinstance(it, Repository) and it.root == repository.root
        }
    # The one before stays for a while: what is affected is found by comparing.
    assert held <= {repository.generation, repository.generation - 1}


async def test_a_change_that_affects_nothing_ends_no_run_of_others(
    checkout: Checkout, tmp_path: Path
) -> None:
    async with LiveSession(checkout.root) as live:
        checkout.replace("policies/c.py", sleeper(tmp_path / "pid"))
        await number_in(tmp_path / "pid")
        live.forget()
        generation = live.state.generation
        checkout.replace(BASE, "# why\n" + HELPER)
        await live.until(lambda: live.state.generation > generation)
        await live.until(lambda: live.heard(PolicyFinished) > 0)  # its lines moved
        assert live.state.running
        assert not live.heard(RunFinished)
        live.say(Cancel())
        await live.until(lambda: live.heard(RunFinished) > 0)


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
async def test_a_directory_that_is_gone_is_told_until_it_is_back_also_while_paused(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PollingBackend, "QUICKEST", 0.02)
    above = tmp_path / "above"
    shutil.copytree(checkout.root, above / "checkout")
    async with LiveSession(above / "checkout") as live:
        gone = "polling: the directory is gone"
        for paused in (False, True):
            live.say(Pause(paused))
            shutil.rmtree(above)
            await live.until(lambda: live.state.watch_note == gone)
            mode = WatchMode.PAUSED if paused else WatchMode.POLLING
            assert live.state.watch is mode
            shutil.copytree(checkout.root, above / "checkout")
            await live.until(lambda: live.state.watch_note == "")
            mode = WatchMode.PAUSED if paused else WatchMode.WATCHING
            assert live.state.watch is mode
        live.say(Pause(False))
        assert live.state.watch is WatchMode.WATCHING


async def test_what_failed_last_runs_first_whatever_takes_longest(checkout: Checkout) -> None:
    for name, verdict in (("a", True), ("b", True), ("c", False)):
        checkout.write(f"policies/{name}.py", f"def policy(resource):\n    return {verdict}\n")
    async with LiveSession(checkout.root, places=1) as live:
        results = live.session._runs.results
        assert results[C].status is Status.FAILED
        for spec, milliseconds in ((A, 900.0), (B, 800.0), (C, 1.0)):
            results[spec] = replace(results[spec], duration_ms=milliseconds)
        live.forget()
        live.say(RunAll())
        await live.until(lambda: live.at_rest)
        assert live.started[0] == C
        assert sorted(live.started) == [A, B, C]


async def test_a_change_that_is_noticed_while_the_session_ends_starts_nothing(
    checkout: Checkout,
) -> None:
    async with LiveSession(checkout.root) as live:
        live.say(Close())
        checkout.write("policies/c.py", "def policy(resource):\n    return False\n")
        live.session._hints = None
        live.session._look_at_hints()
        assert not live.session._runs.pool.busy
