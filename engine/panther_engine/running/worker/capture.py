"""Captures what a test prints, at the level of file descriptors, and sends it to the parent."""

import io
import os
import sys


class Captured(io.TextIOBase):
    """A text stream onto a descriptor; like PAT's StringIO it has neither `fileno` nor `buffer`.

    It keeps its own descriptor, so that a policy that closes 1 and 2 silences only itself.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._write = os.write

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """What `print` is told it writes."""
        return "utf-8"

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Write all of it; what cannot be written is dropped, never raised into the policy."""
        if not isinstance(text, str):
            raise TypeError(f"string argument expected, got {type(text).__name__!r}")
        rest = memoryview(text.encode("utf-8", "backslashreplace"))
        try:
            while rest:
                rest = rest[self._write(self._descriptor, rest) :]
        except OSError:
            pass
        return len(text)


def capture(descriptor: int) -> None:
    """Send descriptors 1 and 2 and Python's streams to `descriptor`."""
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    stream = Captured(descriptor)
    sys.stdout = sys.stderr = stream
