"""A long-lived process gives large blocks back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

COUNTS = """
import ctypes, sys

class Told(ctypes.Structure):
    _fields_ = [(f"field{number}", ctypes.c_size_t) for number in range(10)]

try:
    mallinfo = ctypes.CDLL(None).mallinfo2
except (AttributeError, OSError, TypeError):
    sys.exit("unknown")
mallinfo.restype = Told

def mapped():
    return mallinfo().field3  # blocks of their own, outside of the heap

BEGIN
block = bytes(8 << 20)
del block  # from here on glibc takes smaller ones from the heap, too
before = mapped()
blocks = [bytes(200_000) for _ in range(64)]  # more than there may be gaps for
sys.exit("some" if mapped() > before else "none")
"""
NOTHING = "pass"
ASK = "from panther_engine.reading.storage import heap; assert heap.return_large_blocks()"
SERVE = "from panther_engine.session.serve import serve; serve()"


def _blocks_outside(begin: str) -> str:
    """Whether strings of 200 KB lie outside of the heap after a larger one was freed."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTS.replace("BEGIN", begin)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    return done.stderr.strip()


@pytest.mark.parametrize("begin", [ASK, SERVE], ids=["asked", "the engine's process"])
def test_large_blocks_stay_outside_of_the_heap_after_a_larger_one_was_freed(begin: str) -> None:
    without = _blocks_outside(NOTHING)
    if without == "unknown":
        pytest.skip("this C library does not tell of its heap")
    assert without == "none", "glibc itself has changed: is it still of use?"
    assert _blocks_outside(begin) == "some"
