"""A live engine in its own process over a small checkout, for tests that await what it says."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from panther_engine.events import (
    Event,
    PolicyFinished,
    PolicyStarted,
    RunFinished,
    RunStarted,
    TestFinished,
)
from panther_engine.running.processes.job import Limits
from panther_engine.session.process.remote import EngineProcess
from panther_engine.session.session import SessionOptions
from panther_engine.state import State, reduce
from tests.engine.reading.repository.checkout import Checkout

PATIENCE = 30.0
"""Seconds after which what is awaited will not come any more."""
E = TypeVar("E")


class Live:
    """The screen's side without a screen."""

    def __init__(
        self,
        checkout: Checkout,
        *,
        limits: Limits | None = None,
        poll: bool = False,
        python: str = sys.executable,
        threads: bool = False,
    ) -> None:
        self.checkout = checkout
        self.engine = EngineProcess(threads=threads)
        self.engine.begin(
            SessionOptions(
                root=checkout.root,
                python=python,
                python_reason="for tests",
                limits=limits or Limits(write=(str(checkout.root.parent),)),
                places=2,
                poll=poll,
            )
        )
        self.events: list[Event] = []
        self.state = State()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.engine.close()

    @property
    def pid(self) -> int:
        return self.engine._process.pid

    def wait(self, condition: Callable[[], bool]) -> None:
        """Take events until it is so."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            left = deadline - time.monotonic()
            readable, _, _ = select.select([self.engine], [], [], max(left, 0))
            assert readable, f"it never came to that; the last events: {self.events[-5:]}"
            events = self.engine.receive()
            self.events += events
            self.state = reduce(self.state, events)

    def wait_for(self, kind: type[E], since: int = 0) -> E:
        """The first event of this kind among those after the first `since`."""
        self.wait(lambda: any(isinstance(event, kind) for event in self.events[since:]))
        return next(event for event in self.events[since:] if isinstance(event, kind))

    def wait_for_run(self, since: int = 0) -> dict[str, str]:
        """Wait until a run has ended; the reasons of all that were started."""
        self.wait_for(RunFinished, since)
        return {
            spec: why
            for event in self.events[since:]
            if isinstance(event, RunStarted)
            for spec, why in event.reasons.items()
        }

    def is_running(self, spec: str, count: int) -> bool:
        """Whether a run of the policy goes on of which `count` tests have ended."""
        ended = 0
        running = False
        for event in self.events:
            if isinstance(event, PolicyStarted) and event.spec == spec:
                ended, running = 0, True
            elif isinstance(event, TestFinished) and event.spec == spec:
                ended += 1
            elif isinstance(event, PolicyFinished) and event.result.spec == spec:
                running = False
        return running and ended == count

    @property
    def now(self) -> int:
        return len(self.events)

    @property
    def statuses(self) -> dict[str, str]:
        return {spec: policy.status.value for spec, policy in self.state.policies.items()}


def descendants(pid: int) -> set[int]:
    """Every process that this one started and that is still there, their own ones included."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found: set[int] = set()
    left = [pid]
    while left:
        children = parents.get(left.pop(), [])
        found.update(children)
        left += children
    return found


def is_alive(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], bool]) -> None:
    """Wait for what a thread of this process does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        os.sched_yield()


def wait_until_gone(pids: set[int]) -> None:
    """Wait for processes that are not ours to end."""
    watched = []
    for pid in pids:
        try:
            watched.append(os.pidfd_open(pid))
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + PATIENCE
    for descriptor in watched:
        readable, _, _ = select.select([descriptor], [], [], max(deadline - time.monotonic(), 0))
        os.close(descriptor)
        assert readable, f"still there: {[pid for pid in pids if is_alive(pid)]}"
