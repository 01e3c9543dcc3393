"""Pipes that are written and read by threads, so that nobody waits for the other end."""

from __future__ import annotations

import os
import select
import threading
from functools import partial

import pytest

from panther_engine.session.process.pipes import PipeReader, PipeWriter

PATIENCE = 30.0


class Sink:
    """What a writer writes to; it takes nothing while it is shut, and then three bytes at once."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.taken = b""

    def write(self, data: memoryview) -> int:
        assert self.open.wait(PATIENCE)
        self.taken += bytes(data[:3])
        return len(data[:3])


def test_what_is_put_is_written_whole_and_in_order() -> None:
    sink = Sink()
    writer = PipeWriter(sink.write)
    for part in (b"first ", b"second ", b"third"):
        writer.put(part)
    assert sink.taken == b""
    assert writer.stuck_for() > 0
    sink.open.set()
    writer.end()
    assert writer.join(PATIENCE)
    assert sink.taken == b"first second third"
    assert writer.stuck_for() == 0


def test_beyond_the_limit_nothing_more_is_taken() -> None:
    sink = Sink()
    writer = PipeWriter(sink.write, limit=10)
    writer.put(b"12345678")
    with pytest.raises(BlockingIOError, match="8 bytes wait, and nobody takes them"):
        writer.put(b"abc")
    writer.put(b"90")
    sink.open.set()
    writer.end()
    assert writer.join(PATIENCE)
    assert sink.taken == b"1234567890"


def test_what_is_larger_than_the_limit_is_taken_and_so_is_what_follows() -> None:
    sink = Sink()
    writer = PipeWriter(sink.write, limit=10)
    writer.put(b"0123456789abcdef")
    writer.put(b"12345678")
    with pytest.raises(BlockingIOError, match="8 bytes wait"):
        writer.put(b"abc")
    sink.open.set()
    writer.end()
    assert writer.join(PATIENCE)
    assert sink.taken == b"0123456789abcdef12345678"


def test_an_end_that_is_broken_is_told_once_and_takes_all_that_comes() -> None:
    broken = threading.Event()
    reader, pipe = os.pipe()
    os.close(reader)
    writer = PipeWriter(partial(os.write, pipe), limit=3, on_broken=broken.set)
    writer.put(b"abc")
    assert broken.wait(PATIENCE)
    assert writer.join(PATIENCE)
    writer.put(b"more than the limit")
    assert writer.stuck_for() == 0
    os.close(pipe)


def test_what_was_read_rings_and_the_end_is_told_again_and_again() -> None:
    source, pipe = os.pipe()
    reader = PipeReader(source)

    def read() -> bytes | None:
        readable, _, _ = select.select([reader], [], [], PATIENCE)
        assert readable
        return reader.read()

    assert reader.read() is None
    os.write(pipe, b"one")
    assert read() == b"one"
    assert reader.read() is None
    os.write(pipe, b"two")
    os.close(pipe)
    assert read() == b"two"
    assert read() == b""
    assert read() == b""
    reader.close()
    os.close(source)
