"""Has whoever ends a scan interrupt it, so that it keeps what is done and leaves nothing behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def ended_as_interrupted() -> Iterator[None]:
    """Within this the signals of a CI's cancel and of a closed terminal do what Ctrl-C does."""
    # whoever ignores a hang-up, such as `nohup`, means it
    taken = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a job in the background of a script
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)
