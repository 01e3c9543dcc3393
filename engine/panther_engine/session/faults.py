"""Handles our own exceptions in callbacks: reports each, and loses neither the loop nor a save."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from panther_engine.text.one_line import one_line


class Faults:
    """Tells of faults and has them mended, once until `forgive` is called."""

    def __init__(self, tell: Callable[[str], None], mend: Callable[[], None]) -> None:
        """Call `tell` with one line for each fault, and `mend` on the loop after it.

        A fault in `mend` is told and not mended again.
        """
        self._tell = tell
        self._mend = mend
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told: set[str] = set()
        self._mended = False

    def listen(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        """Take what callbacks of this loop raise, until the returned function is called."""
        before = loop.get_exception_handler()
        self._loop = loop
        loop.set_exception_handler(self._on_loop)
        return lambda: loop.set_exception_handler(before)

    def take(self, error: BaseException | str, *, mend: bool = True) -> None:
        """Tell of a fault; `mend` says whether it may have cost a result. Never raises."""
        mend = mend and self._loop is not None and not self._mended
        text = f"panther-tui itself failed: {describe_fault(error)}"
        if text not in self._told or mend:
            self._told.add(text)
            try:
                self._tell(f"{text}; everything is read and run again" if mend else text)
            except Exception:  # whom it would be told may be what failed
                traceback.print_exc()
        if mend and self._loop is not None:
            self._mended = True
            self._loop.call_soon(self._mend)

    def forgive(self) -> None:
        """Something else goes on from here: what fails now is told and mended again."""
        self._told.clear()
        self._mended = False

    def _on_loop(self, loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
        error = context.get("exception")
        self.take(error if isinstance(error, BaseException) else str(context.get("message")))


def describe_fault(error: BaseException | str) -> str:
    """`RuntimeError: words (session.py:12)`, in one line."""
    if isinstance(error, str):
        return one_line(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return (
        one_line(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) + place
    )
