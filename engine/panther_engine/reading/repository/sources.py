"""Caches the files of a checkout, so that only changed ones are read and parsed again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from panther_engine.reading.repository.parse_cache import Parsed
from panther_engine.reading.repository.walk.folders import Stamp, stamp_path, stamp_status
from panther_engine.reading.source.fingerprint import code_fingerprint, digest_of
from panther_engine.reading.source.imports import Imports, read_imports
from panther_engine.reading.source.purity import leaves_nothing
from panther_engine.reading.storage.read_regular import (
    LARGEST,
    NotRegularError,
    TooLargeError,
    read_with_status,
)
from panther_engine.values.frozen import dataclass

T = TypeVar("T")

TICK_NS = 30_000_000
"""Two writes this close together can carry the same time stamp."""

COARSE_NS = 2_500_000_000
"""The same where file times are whole seconds."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read."""

    path: str
    """Relative to the root."""
    content: bytes
    digest: str
    """blake2b of the content: 32 hex digits."""
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is there and cannot be read."""

    path: str
    reason: str
    stamp: Stamp

    @property
    def digest(self) -> str:
        """Stands for a content that nobody knows; changes with the reason."""
        return f"unread: {self.reason} {self.stamp.size if 'large' in self.reason else ''}"


@dataclass(frozen=True, slots=True)
class _Held:
    source: SourceFile | Unread
    stamp: Stamp
    settled: bool
    """Its time stamp is old enough that a later write must have another one."""
    slim: bool = False
    """Its content was dropped."""

    def stands_for(self, stamp: Stamp) -> bool:
        """Whether a file with this stamp can only hold what is held here."""
        return self.settled and (self.stamp is stamp or self.stamp == stamp)


class Sources:
    """Files by path, each read again only when its stamp says so or is in doubt.

    One object goes along with the generations of a repository. It only remembers; what it
    answers depends on the disk alone. Used by one thread at a time.
    """

    def __init__(self, root: Path, parsed: Parsed) -> None:
        self._root = root
        self._parsed = parsed
        self._held: dict[str, _Held] = {}
        self._most = 256

    def read(
        self, path: str, stamp: Stamp | None = None, doubted: Collection[str] = ()
    ) -> SourceFile | Unread | None:
        """The file now, None if there is none. `stamp` is what a scan just saw of it."""
        if stamp is None:
            stamp = stamp_path(os.path.join(self._root, path))
        held = self._held.get(path)
        if stamp is None:
            self._held.pop(path, None)
            return None
        if held and not held.slim and held.stands_for(stamp) and path not in doubted:
            return held.source
        fresh = _read(os.path.join(self._root, path), path)
        if fresh is None:
            self._held.pop(path, None)
            return None
        same = held and not held.slim and held.source.digest == fresh.digest
        kept = held.source if held and same else fresh
        seen = stamp if stamp == fresh.stamp else fresh.stamp
        self._held[path] = _Held(kept, seen, _is_settled(seen))
        return kept

    def digest(
        self, path: str, stamp: Stamp | None = None, doubted: Collection[str] = ()
    ) -> tuple[str, Stamp] | None:
        """As `read`, for those who want to know only whether the content is another one."""
        if stamp is None:
            stamp = stamp_path(os.path.join(self._root, path))
        known = self.known_digest(path, stamp) if stamp and path not in doubted else None
        if known is not None and stamp is not None:
            return known, stamp
        source = self.read(path, stamp, doubted)
        self.slim(path)
        return (source.digest, source.stamp) if source else None

    def known_digest(self, path: str, stamp: Stamp) -> str | None:
        """Digest of a file with this stamp, if the stamp leaves no doubt about its content."""
        held = self._held.get(path)
        return held.source.digest if held and held.stands_for(stamp) else None

    def is_settled(self, path: str) -> bool:
        """Whether what is held of a file is beyond doubt for as long as its stamp stays."""
        held = self._held.get(path)
        return held is not None and held.settled

    def imports(self, source: SourceFile) -> Imports:
        """What a file imports, read once for each content."""
        return self._find_out(self._parsed.imports, read_imports, source)

    def fingerprint(self, source: SourceFile) -> str:
        """What a file's code means, computed once for each content."""
        return self._find_out(self._parsed.fingerprints, code_fingerprint, source)

    def is_tame(self, source: SourceFile) -> bool:
        """Whether a file's code leaves nothing behind, found out once for each content."""
        return self._find_out(self._parsed.tame, leaves_nothing, source)

    def study(self, source: SourceFile) -> None:
        """Find out now what a run will ask of a file: it has just been parsed."""
        self.imports(source)
        self.is_tame(source)

    def _find_out(self, memory: dict[str, T], find: Callable[[bytes], T], source: SourceFile) -> T:
        known = memory.get(source.digest)
        if known is None:
            known = memory[source.digest] = find(source.content)
            self._parsed.has_news = True
        return known

    def slim(self, path: str) -> None:
        """Drop the content of a file of which only the digest is likely to be asked for again."""
        held = self._held.get(path)
        if held and isinstance(held.source, SourceFile) and held.source.content:
            bare = replace(held.source, content=b"")
            self._held[path] = replace(held, source=bare, slim=True)

    def forget(self, kept: Collection[str]) -> None:
        """Forget all files but these, and what was found out of contents long gone."""
        if len(self._held) > len(kept):
            for path in [known for known in self._held if known not in kept]:
                del self._held[path]
        parsed = self._parsed
        if max(len(parsed.imports), len(parsed.fingerprints)) > self._most:
            present = {held.source.digest for held in self._held.values()}
            memories: tuple[dict[str, object], ...] = (
                parsed.imports, parsed.fingerprints, parsed.tame,
            )  # type: ignore[assignment]  # fmt: skip
            for memory in memories:
                for digest in [known for known in memory if known not in present]:
                    del memory[digest]
            self._most = 2 * max(len(parsed.imports), len(parsed.fingerprints)) + 64


def _read(place: str, path: str) -> SourceFile | Unread | None:
    try:
        content, status = read_with_status(place, LARGEST)
    except (FileNotFoundError, NotADirectoryError, NotRegularError):
        return None
    except (OSError, ValueError) as error:
        stamp = stamp_path(place) or Stamp(0, 0, 0)
        if isinstance(error, TooLargeError):
            return Unread(path, f"larger than {LARGEST // 1024 // 1024} MB", stamp)
        return Unread(path, getattr(error, "strerror", None) or type(error).__name__, stamp)
    return SourceFile(path, content, digest_of(content), stamp_status(status))


def _is_settled(stamp: Stamp) -> bool:
    margin = TICK_NS if stamp.mtime_ns % 1_000_000_000 else COARSE_NS
    return abs(time.time_ns() - max(stamp.mtime_ns, stamp.ctime_ns)) > margin
