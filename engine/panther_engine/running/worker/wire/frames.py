"""Length-prefixed messages over a file descriptor or socket.

Messages to the worker are marshal: we write them, and marshal keeps shared objects shared, as YAML
aliases are. Messages from the worker are JSON: a policy could have written them, so their decoder
must not be able to do anything but make values.
"""

import json
import marshal
import os
import struct
from typing import Any, Callable

HEADER = struct.Struct(">I")
NOT_HEARD = 74
"""Exit code of a worker that cannot report any more (EX_IOERR)."""
NO_MEMORY = 71
"""Exit code of a worker that has no memory left to report with (EX_OSERR)."""
MARSHAL_VERSION = 4
"""Understood by every Python since 3.4."""

_encode = json.JSONEncoder(separators=(",", ":"), default=repr).encode
# Its separators are its own: a policy may change those of the class.
_write = os.write
_read = os.read


def pack_job(message: Any) -> bytes:
    """The bytes of a message to a worker, header included."""
    body = pack_values(message)
    return HEADER.pack(len(body)) + body


def pack_values(values: Any, version: int = MARSHAL_VERSION) -> bytes:
    """Values as bytes. Raises ValueError for what YAML cannot say."""
    return marshal.dumps(values, version)


def unpack_job(body: bytes) -> Any:
    """The message in the body that `pack_job` made."""
    return marshal.loads(body)


def send_report(descriptor: int, message: Any) -> None:
    """Write a message from the worker, whole. Raises OSError when nobody reads any more."""
    body = _encode(message).encode("ascii")
    rest = memoryview(HEADER.pack(len(body)) + body)
    while rest:
        rest = rest[_write(descriptor, rest) :]


def read_report(body: bytes) -> Any:
    """The message in the body that `send_report` made. Raises ValueError."""
    return json.loads(body)


def read_exactly(read: Callable[[int], bytes], size: int) -> bytes:
    """Bytes from a blocking `read(size)`; raises EOFError when the other side is gone."""
    parts = []
    while size:
        part = read(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_job(descriptor: int) -> bytes:
    """The body of the next message to a worker; raises EOFError at the end."""

    def read(size: int) -> bytes:
        return _read(descriptor, size)

    (size,) = HEADER.unpack(read_exactly(read, HEADER.size))
    return read_exactly(read, size)
