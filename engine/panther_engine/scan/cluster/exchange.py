"""The folder that all machines see: bundles, shards and parts, by names that hold their digest.

A file is there whole or not at all, and its name says what is in it, so that nothing is ever
written twice and whatever is there already is done.
"""

from __future__ import annotations

import gzip
import posixpath
import zlib
from collections.abc import Callable
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any

from panther_engine.reading.storage.files import write_bytes
from panther_engine.reading.storage.read_regular import read_regular

LARGEST = 1 << 30
"""Bytes of one file; a shard is a hundredth of that."""


class ExchangeError(Exception):
    """Something cannot be exchanged; the message says what to do."""


def digest_of(*contents: bytes) -> str:
    """Of these bytes in this order: 32 hex digits."""
    hashed = blake2b(digest_size=16)
    for content in contents:
        hashed.update(len(content).to_bytes(8, "big") + content)
    return hashed.hexdigest()


def join(folder: str, name: str) -> str:
    """The address of a file in a folder: a path, or what `fsspec` takes, such as `s3://…`."""
    return posixpath.join(folder, name)


def exists(address: str) -> bool:
    """Whether the file is there. Raises OSError, ExchangeError."""
    if "://" not in address:
        return Path(address).is_file()
    system, path = _open(address)
    return bool(system.exists(path))


def read(address: str) -> bytes:
    """The file whole. Raises OSError, ExchangeError."""
    if "://" not in address:
        return read_regular(address, LARGEST)
    system, path = _open(address)
    content = system.cat_file(path)
    assert isinstance(content, bytes)
    return content


def write(address: str, content: bytes) -> None:
    """Put the file there, unless it is there already. Raises OSError, ExchangeError."""
    if exists(address):
        return
    if "://" not in address:
        write_bytes(Path(address), content)
        return
    system, path = _open(address)
    system.makedirs(posixpath.dirname(path), exist_ok=True)
    system.pipe_file(path, content)  # stores of objects put one whole


def pack(content: bytes) -> bytes:
    """Compressed: the same bytes for the same content."""
    return gzip.compress(content, mtime=0)


def read_packed(address: str) -> bytes:
    """What was packed into a file. Raises ValueError for what was not, OSError, ExchangeError."""
    content = read(address)
    try:
        return gzip.decompress(content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


def _open(address: str) -> tuple[Any, str]:
    try:
        url_to_fs: Callable[[str], tuple[Any, str]] = import_module("fsspec.core").url_to_fs
        return url_to_fs(address)
    except ImportError as error:
        raise ExchangeError(
            f"{address} cannot be reached: {error}; install panther-tui[cluster], and the package"
            " of fsspec for such addresses"
        ) from error
