"""How soon a policy that never ends is gone once its time is over, and how soon that is told."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from panther_engine.model import TestCase
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.jobs.pool import JobEnded, JobResult, Pool, PoolEvent
from panther_engine.running.processes.job import Job, Limits, WorkerConfig
from panther_engine.running.processes.launch import ManagedLauncher, make_launcher
from tests.benchmarks.figure import Figure, median
from tests.benchmarks.workplace import Workplace

ROUNDS = 15
LIMIT = 0.2
"""Seconds."""
BODY = b"""import os
def policy(resource):
    if resource["first"]:
        print(os.getpid())
        return True
    while True:
        pass
"""
"""Its first test says where it runs, its second never ends."""


def measure(workplace: Workplace) -> Iterator[Figure]:
    """From the limit until the process is gone, and until the result is there."""
    with tempfile.TemporaryDirectory() as root:
        rounds = asyncio.run(_measure(Path(root), str(workplace.python)))
    gone, told = ([one[place] * 1000 for one in rounds] for place in (0, 1))
    more = {"told": round(median(told), 1), "worst": round(max(gone), 1), "rounds": ROUNDS}
    yield Figure("endless-loop-gone", median(gone), "ms", 20, 5, more)


async def _measure(root: Path, python: str) -> list[tuple[float, float]]:
    """Seconds after the limit, of each round: the process was gone, the job had ended."""
    limits = Limits(LIMIT)
    environment = policy_environment(os.environ)
    launcher = make_launcher(
        WorkerConfig(python, str(root), environment, limits),
        lambda message: None,
        lambda version: None,
    )
    launcher.listen()
    body = root / "loop.py"
    body.write_bytes(BODY)
    tests = tuple(
        (place, TestCase(f"test {place}", 1, True, {"first": not place})) for place in range(2)
    )
    found = []
    for number in range(ROUNDS):
        found.append(
            await _run(launcher, root, limits, Job(f"{number}", 1, "Loop", str(body), BODY, tests))
        )
    launcher.close()
    return found


async def _run(
    launcher: ManagedLauncher, root: Path, limits: Limits, job: Job
) -> tuple[float, float]:
    loop = asyncio.get_running_loop()
    over: asyncio.Future[float] = loop.create_future()
    gone: asyncio.Future[float] = loop.create_future()
    limit = 0.0

    def wait_until_gone(pid: int) -> None:
        while os.path.exists(f"/proc/{pid}"):
            time.sleep(0.0002)
        loop.call_soon_threadsafe(gone.set_result, time.perf_counter())

    def on_event(event: PoolEvent) -> None:
        nonlocal limit
        now = time.perf_counter()
        match event:
            case JobResult(index=0, result=result):
                limit = now + limits.timeout
                pid = int(result.output)
                threading.Thread(target=wait_until_gone, args=(pid,), daemon=True).start()
            case JobEnded():
                over.set_result(now)
            case _:
                pass

    pool = Pool(launcher, str(root), 1, limits, on_event)
    pool.submit([job])
    ended, left = await over, await gone
    pool.cancel()
    return left - limit, ended - limit
