"""Opens the files of an inventory: plain, gzip, folders, globs, standard input; as text, bounded.

What is no regular file is told and never opened for reading; what is not UTF-8 or UTF-16 is told.
"""

from __future__ import annotations

import codecs
import glob
import gzip
import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

CHUNK = 1 << 20
"""Bytes that are read at a time."""
SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv")
STANDARD_INPUT = "-"
GZIP_MAGIC = b"\x1f\x8b"


class UnreadableError(Exception):
    """A file cannot be read, or not to its end; the text says why."""


def inventory_files(paths: Iterable[str]) -> Iterator[str]:
    """The files that the user's paths name, in order: those of folders and of globs sorted.

    A folder gives the files in it whose names end as inventories do, at every depth; links to
    folders are not followed. Raises UnreadableError for a path that names nothing.
    """
    for path in paths:
        if path == STANDARD_INPUT or os.path.lexists(path):
            found = _within(path) if os.path.isdir(path) else iter((path,))
        else:
            found = (
                one for name in sorted(glob.glob(path, recursive=True)) for one in _within(name)
            )
        empty = True
        for one in found:
            empty = False
            yield one
        if empty:
            suffixes = ", ".join(SUFFIXES)
            what = f"no file that ends with {suffixes} or .gz" if os.path.isdir(path) else "nothing"
            raise UnreadableError(f"{path}: there is {what} here")


def _within(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    for folder, below, names in os.walk(path):
        below.sort()
        for name in sorted(names):
            plain = name.removesuffix(".gz")
            if plain.endswith(SUFFIXES) or (plain != name and "." not in plain):
                yield os.path.join(folder, name)


def read_text(path: str) -> Iterator[str]:
    """The text of a file, in parts. Raises UnreadableError, also after some of it."""
    try:
        with _open(path) as raw:
            if raw.peek(2)[:2] == GZIP_MAGIC:
                with gzip.open(raw, "rb") as file:
                    yield from _decoded(file)
            else:
                yield from _decoded(raw)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(why) from error
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"not UTF-8: byte 0x{error.object[error.start]:02x}; convert the file"
        ) from error


@contextmanager
def _open(path: str) -> Iterator[BufferedReader]:
    if path == STANDARD_INPUT:
        with open(sys.stdin.fileno(), "rb", closefd=False) as file:
            yield file
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableError(f"not a regular file; use `-` and `< {Path(path).name}`")
    with open(descriptor, "rb") as file:
        yield file


def _decoded(file: BufferedReader | gzip.GzipFile) -> Iterator[str]:
    first = file.read(CHUNK)
    encoding = "utf-8-sig"
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"  # what PowerShell writes
    decoder = codecs.getincrementaldecoder(encoding)()
    data = first
    while data:
        yield decoder.decode(data)
        data = file.read(CHUNK)
    yield decoder.decode(b"", final=True)
