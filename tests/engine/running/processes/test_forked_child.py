"""What a child said last is all heard, however much its pipe holds."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import weakref

import pytest

from panther_engine.running.processes.forked_child import ForkedChild
from panther_engine.running.processes.job import Job
from panther_engine.running.processes.launcher import Callbacks

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")


class FakeParent:
    """The zygote that a child asks."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.edition = 1

    def pack(self, job: Job, marker: bytes) -> bytes:
        return b""

    def kill(self, number: int) -> None:
        """Nobody is there to be killed."""


async def test_at_the_end_a_pipe_is_read_until_it_is_empty() -> None:
    import fcntl

    child = ForkedChild(FakeParent(), 1, spare=False)
    held = fcntl.fcntl(child.their_output, fcntl.F_SETPIPE_SZ, 1 << 20)
    printed = b"x" * (held - 1) + b"!"
    assert os.write(child.their_output, printed) == len(printed)
    heard: list[bytes] = []
    ended: list[int | None] = []
    callbacks = Callbacks(heard.append, heard.append, lambda status, stack: ended.append(status))
    child.take(Job("a", 1, "A", "/a.py", b"", ()), b"", callbacks)
    os.close(child.their_output)
    child.their_report.close()
    child.finish(0, "")
    assert b"".join(heard) == printed
    assert ended == [0]


class Listener:
    """Stands for whoever has a child run a job, and holds all that the job holds."""

    def hear(self, data: bytes) -> None:
        """Take bytes."""

    def end(self, status: int | None, stack: str) -> None:
        """Take the end."""


async def test_a_child_that_is_released_holds_nothing_of_its_job() -> None:
    child = ForkedChild(FakeParent(), 1, spare=False)
    listener = Listener()
    gone = weakref.ref(listener)
    job = Job("a", 1, "A", "/a.py", b"", ())
    child.take(job, b"", Callbacks(listener.hear, listener.hear, listener.end))
    gc.disable()  # only what nobody holds goes at once
    try:
        del listener
        assert gone() is not None
        child.release()
        assert gone() is None
    finally:
        gc.enable()
        os.close(child.their_output)
        child.their_report.close()
