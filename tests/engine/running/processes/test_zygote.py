"""The child that waits for the next job: that it is used, and that it never costs a verdict."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from panther_engine.model import Outcome
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes import zygote
from panther_engine.running.processes.fork_launcher import ForkLauncher
from panther_engine.running.processes.job import Limits, WorkerConfig
from panther_engine.running.processes.zygote import SPARES_LOST, Zygote
from tests.engine.running.running_policies import Body, make_job

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="zygotes are for Linux")

GOOD = Body("def policy(resource):\n    return True\n")
USES_GLOBAL = Body("import words\ndef policy(resource):\n    return words.ANSWER\n")


class Play:
    """A pool over one zygote at rest."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root = root
        environment = policy_environment(os.environ)
        self.notices: list[str] = []
        self.launcher = ForkLauncher(
            WorkerConfig(sys.executable, str(root), environment, limits),
            self.notices.append,
            lambda version: None,
        )
        self.launcher.listen()
        self.pool = Pool(self.launcher, str(root), 2, limits, self._take)
        self.ended: list[JobEnded] = []
        self._changed = asyncio.Event()

    @property
    def zygote(self) -> Zygote:
        return self.launcher._zygotes[False]

    def _take(self, event: PoolEvent) -> None:
        if isinstance(event, JobEnded):
            self.ended.append(event)
            self._changed.set()

    async def spare(self, last: int = 0) -> int:
        """The process that waits, as soon as there is one other than `last`."""
        async with asyncio.timeout(60):
            while (spare := self.zygote._spare) is None or spare.pid in (0, last):
                await asyncio.sleep(0.005)
        return spare.pid

    async def run(self, body: Body) -> JobEnded:
        """Run a body as the only job, and wait until it has ended."""
        self.submit(body)
        return await self.end()

    def submit(self, body: Body) -> None:
        """Begin to run a body as the only job."""
        self.ended = []
        self._changed.clear()
        self.pool.submit([make_job(self.root, "body", body)])

    async def end(self) -> JobEnded:
        """The end of the job."""
        async with asyncio.timeout(60):
            await self._changed.wait()
        return self.ended[0]


@asynccontextmanager
async def playing(root: Path, timeout: float = 60.0) -> AsyncIterator[Play]:
    play = Play(root, Limits(timeout))
    try:
        yield play
    finally:
        play.pool.close()


def outcomes(ended: JobEnded) -> list[Outcome]:
    return [result.outcome for _, result in ended.results]


async def test_at_rest_a_child_waits_for_the_next_job_and_gets_it(tmp_path: Path) -> None:
    says_pid = Body("import os\ndef policy(resource):\n    print(os.getpid())\n    return True\n")
    async with playing(tmp_path) as play:
        waiting = await play.spare()
        ended = await play.run(says_pid)
        assert ended.results[0][1].output == f"{waiting}\n"
        await play.spare(waiting)


async def test_one_that_dies_waiting_is_replaced(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        waiting = await play.spare()
        os.kill(waiting, signal.SIGKILL)
        await play.spare(waiting)
        assert outcomes(await play.run(GOOD)) == [Outcome.PASSED]


async def test_a_job_for_one_that_has_just_died_runs_in_another(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        waiting = await play.spare()
        os.kill(waiting, signal.SIGKILL)
        limit = time.monotonic() + 60
        while os.path.exists(f"/proc/{waiting}"):  # the event loop, which would be told, waits
            assert time.monotonic() < limit
        assert outcomes(await play.run(GOOD)) == [Outcome.PASSED]
        assert not play.notices


async def test_one_that_knows_other_globals_gets_no_job(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        place = str(tmp_path / "words.py")
        play.pool.set_globals({"words": (place, b"ANSWER = False\n")}, ())
        await play.spare()
        play.pool.set_globals({"words": (place, b"ANSWER = True\n")}, ())
        assert outcomes(await play.run(USES_GLOBAL)) == [Outcome.PASSED]


async def test_one_that_lacks_new_modules_gets_no_job(tmp_path: Path) -> None:
    body = Body("import sys\ndef policy(resource):\n    return 'colorsys' in sys.modules\n")
    async with playing(tmp_path) as play:
        waiting = await play.spare()
        play.launcher.set_modules(frozenset({"colorsys"}))
        await play.spare(waiting)
        assert not play.zygote.awaits(frozenset({"colorsys"}))
        assert outcomes(await play.run(body)) == [Outcome.PASSED]


async def test_those_that_always_die_are_not_replaced_for_ever(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        last = 0
        for _ in range(SPARES_LOST):
            last = await play.spare(last)
            os.kill(last, signal.SIGKILL)
        async with asyncio.timeout(60):
            while play.zygote._children:
                await asyncio.sleep(0.005)
        assert play.zygote._preparing is None
        assert outcomes(await play.run(GOOD)) == [Outcome.PASSED]
        await play.spare()


async def test_one_that_cannot_be_forked_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> int:
        raise OSError(errno.EMFILE, "no more descriptors")

    async with playing(tmp_path) as play:
        await play.spare()
        play.zygote._drop_spare()
        async with asyncio.timeout(60):
            while play.zygote._children:
                await asyncio.sleep(0.005)
        before = os.listdir("/proc/self/fd")
        with monkeypatch.context() as patch:
            patch.setattr(os, "dup", fail)
            play.zygote._prepare()
        assert os.listdir("/proc/self/fd") == before
        assert not play.zygote._children


async def test_a_zygote_that_was_stopped_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(tmp_path) as play:
        await play.spare()
        stopped = play.zygote._process.pid
        os.kill(stopped, signal.SIGSTOP)
        assert outcomes(await play.run(GOOD)) == [Outcome.PASSED]  # in the spare child
        with monkeypatch.context() as patch:  # the one that takes its place may be slow to answer
            patch.setattr(zygote, "ANSWER_LIMIT", 0.0)
            play.submit(GOOD)
        assert outcomes(await play.end()) == [Outcome.PASSED]
        assert play.zygote._process.pid != stopped
        assert play.notices == ["a worker process ended and is replaced"]


async def test_one_that_has_not_started_yet_is_not_taken_for_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zygote, "ANSWER_LIMIT", 0.0)
    async with playing(tmp_path) as play:
        assert not play.zygote.started
        assert outcomes(await play.run(GOOD)) == [Outcome.PASSED]
        assert not play.notices


async def test_a_loop_ends_though_the_zygote_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zygote, "ANSWER_LIMIT", 0.0)
    async with playing(tmp_path, timeout=1.0) as play:
        await play.spare()
        os.kill(play.zygote._process.pid, signal.SIGSTOP)
        ended = await play.run(Body("while True:\n    pass\n"))
        assert ended.setup is not None
        assert ended.setup.type == "Timeout"


async def test_a_policy_that_ends_the_waiting_one_is_to_blame_for_it(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        await play.spare()
        ended = await play.run(Body("import os\nos._exit(3)\n"))
        assert ended.setup is not None
        assert ended.setup.type == "Exited"
        assert ended.setup.line == 2


async def test_a_policy_that_is_stuck_in_the_waiting_one_shows_where(tmp_path: Path) -> None:
    async with playing(tmp_path, timeout=3.0) as play:
        await play.spare()
        ended = await play.run(Body("x = 1\nwhile True:\n    pass\n"))
        assert ended.setup is not None
        assert ended.setup.type == "Timeout"
        assert ended.setup.line in (2, 3)


async def test_a_launcher_that_hung_up_hears_of_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        await play.spare()
        process = play.zygote._process
        folder = play.launcher._folder.path
        play.launcher.hang_up()
        play.launcher.hang_up()
        async with asyncio.timeout(60):
            while process.poll() is None:
                await asyncio.sleep(0.005)
        play.launcher.close()
        assert play.notices == []
        assert not os.path.exists(folder)
