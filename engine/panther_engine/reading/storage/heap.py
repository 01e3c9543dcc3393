"""Keeps the C library's heap from growing in a process that lives through thousands of changes.

Each generation of a checkout makes some tables of 100 to 300 KB and drops those of the one before.
glibc gives blocks of that size back to the system, until the first that is freed raises its limit
(by `mallopt(3)`, up to 32 MB): then they come from the heap, where what is small settles in the
gaps that they leave. That was 2.5 KB a save, all of it free and none of it of use.
"""

import ctypes

MMAP_THRESHOLD = -3
"""glibc's number of the limit, which no longer moves by itself once it was set."""
LARGE = 1 << 17
"""Bytes: glibc's own limit at the start."""


def return_large_blocks() -> bool:
    """Have freed blocks of 128 KB and more go back to the system from now on.

    Only for a process that is ours alone. False where the C library has no such limit.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE))
    except (AttributeError, OSError, TypeError):
        return False  # neither glibc nor another one that can be told; Windows
