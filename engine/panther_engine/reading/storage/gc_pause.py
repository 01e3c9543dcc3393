"""Pauses the garbage collector during start-up and while a large spec is edited.

The first brings the first paint forward by 100 ms, the second makes an edit of 5 MB five times
faster. Objects that a start has made are frozen: the collector never scans them again, so that
later collections are short. Without that, one took up to 35 ms in the middle of a save.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def stop_collecting() -> None:
    """Disable the collector. Only for a process that is ours alone."""
    gc.disable()


def collect_from_now_on(*, tidy: bool = False) -> None:
    """Enable the collector again if it was disabled, and exempt all objects that exist by now.

    With `tidy`, collect once before that. It takes 20 to 50 ms, which a long-lived process repays.
    """
    if not gc.isenabled():
        if tidy:
            gc.collect()
        gc.freeze()
        gc.enable()


@contextmanager
def collecting_later() -> Iterator[None]:
    """Pause the collector while many objects are made that stay; it may have been paused before."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
