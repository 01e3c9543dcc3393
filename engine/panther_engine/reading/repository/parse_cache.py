"""Keeps what was found out about the contents of files, so that no content is parsed twice.

Opening a checkout again still reads and hashes every file, but parses only those whose content is
new, which saves 0.3 s on panther-analysis. An entry is used for the same content, the same version
of panther-tui and the same Python only.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import msgspec

import panther_engine
from panther_engine.model import Diagnostic, Global, Policy
from panther_engine.reading.check.spec import Other
from panther_engine.reading.source.imports import Imports
from panther_engine.reading.storage.files import cache_file, write_bytes
from panther_engine.reading.storage.kept import DamagedError, Tell, load_kept
from panther_engine.values.frozen import dataclass

Item: TypeAlias = Policy | Global | Other

SIGNATURE = b"panther-tui parsed\n"
"""What the file begins with, whichever version wrote it."""
MARK_SIZE = 16
"""Bytes that tell the version after that."""
PACKAGE = Path(panther_engine.__file__).parent
PLAIN = frozenset({str, bool, float, type(None)})
"""Types of values that MessagePack gives back as they were; whole numbers up to 64 bits also."""
_ENCODER = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class ParsedSpec:
    """A spec's check, good for as long as digest, option and what it asked of the disk stay."""

    digest: str
    ignore_extra_keys: bool
    answers: Mapping[str, bool]
    id_line: int
    item: Item | None


@dataclass(frozen=True, slots=True)
class JoinedSpec:
    """An item with what its body and its namesakes add to it."""

    item: Policy | Global
    body: str
    """Digest of its body; empty if there is none."""
    conflict: Diagnostic | None
    result: Policy | Global


@dataclass(slots=True)
class Parsed:
    """Everything found out so far: by spec path, or by the digest of a content."""

    specs: dict[str, ParsedSpec] = field(default_factory=dict)
    joined: dict[str, JoinedSpec] = field(default_factory=dict)
    imports: dict[str, Imports] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    tame: dict[str, bool] = field(default_factory=dict)
    has_news: bool = False
    """Something was found out that is not kept yet."""


@dataclass(frozen=True, slots=True)
class _KeptSpec:
    """A `ParsedSpec` as it is kept: at most one of the three kinds of items."""

    digest: str
    ignore_extra_keys: bool
    answers: dict[str, bool]
    id_line: int
    policy: Policy | None = None
    helper: Global | None = None
    other: Other | None = None


@dataclass(frozen=True, slots=True)
class _KeptJoin:
    """A `JoinedSpec` without what the spec says already."""

    body: str
    conflict: Diagnostic | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """All that is kept, as it is in the file."""

    specs: dict[str, _KeptSpec]
    joined: dict[str, _KeptJoin]
    imports: dict[str, tuple[tuple[str, ...], bool]]
    fingerprints: dict[str, str]
    tame: dict[str, bool]


class ParsedFile:
    """Where that is kept for one checkout, one choice of scopes and one way of checking."""

    def __init__(self, root: Path, scopes: tuple[str, ...], check_syntax: bool) -> None:
        chosen = hashlib.blake2b(repr((scopes, check_syntax)).encode(), digest_size=4).hexdigest()
        self._file = cache_file("parsed", root, f"-{chosen}.parsed")

    def load(self, tell: Tell) -> Parsed:
        """What was found out before; nothing if that cannot be had.

        `tell` is called with a sentence if the file had to be discarded.
        """
        return load_kept(self._file, _decode, tell) or Parsed()

    def save(self, parsed: Parsed) -> None:
        """Keep it if there is anything new in it. Raises OSError."""
        if parsed.has_news:
            parsed.has_news = False
            write_bytes(self._file, SIGNATURE + _mark() + _pack(parsed))


def _decode(data: bytes) -> Parsed | None:
    if not data.startswith(SIGNATURE):
        raise DamagedError("it does not begin as our files do")
    start = len(SIGNATURE) + MARK_SIZE
    if data[len(SIGNATURE) : start] != _mark():
        return None
    return _unpack(msgspec.msgpack.decode(memoryview(data)[start:], type=_Kept))


def _pack(parsed: Parsed) -> bytes:
    """What can be kept: a spec that holds what MessagePack cannot say is parsed at each start."""
    specs = {
        path: _KeptSpec(
            spec.digest,
            spec.ignore_extra_keys,
            dict(spec.answers),
            spec.id_line,
            spec.item if isinstance(spec.item, Policy) else None,
            spec.item if isinstance(spec.item, Global) else None,
            spec.item if isinstance(spec.item, Other) else None,
        )
        for path, spec in parsed.specs.items()
        if not isinstance(spec.item, Policy) or _is_plain(spec.item)
    }
    joined = {
        path: _KeptJoin(join.body, join.conflict, join.result.diagnostics)
        for path, join in parsed.joined.items()
        if path in specs and join.item is parsed.specs[path].item
    }
    imports = {
        digest: (tuple(sorted(found.names)), found.unknown)
        for digest, found in parsed.imports.items()
    }
    return _ENCODER.encode(
        {
            "specs": _encodable(specs),
            "joined": _encodable(joined),
            "imports": _encodable(imports),
            "fingerprints": parsed.fingerprints,
            "tame": parsed.tame,
        }
    )


def _encodable(values: Mapping[str, object]) -> dict[str, msgspec.Raw]:
    """Those that can be written; a name that is no text has surrogates, which cannot."""
    encoded = {}
    for key, value in values.items():
        try:
            key.encode()
            encoded[key] = msgspec.Raw(_ENCODER.encode(value))
        except (UnicodeEncodeError, RecursionError):
            continue
    return encoded


def _unpack(kept: _Kept) -> Parsed:
    items = {path: one.policy or one.helper or one.other for path, one in kept.specs.items()}
    for path, item in items.items():
        if item is not None and not _fits(item, path):
            raise DamagedError(f"what it holds of {path!r:.80} is of another file")
    specs = {
        path: ParsedSpec(one.digest, one.ignore_extra_keys, one.answers, one.id_line, items[path])
        for path, one in kept.specs.items()
    }
    joined = {}
    for path, join in kept.joined.items():
        item = items.get(path)
        if isinstance(item, Policy | Global):
            result = replace(item, diagnostics=join.diagnostics)
            joined[path] = JoinedSpec(item, join.body, join.conflict, result)
    imports = {
        digest: Imports(frozenset(names), unknown)
        for digest, (names, unknown) in kept.imports.items()
    }
    return Parsed(specs, joined, imports, kept.fingerprints, kept.tame)


def _fits(item: Item, path: str) -> bool:
    """Whether an item is of this spec, and its body a file of the checkout."""
    if item.spec != path:
        return False
    parts = PurePosixPath("" if isinstance(item, Other) else item.body).parts
    return parts[:1] != ("/",) and ".." not in parts


def _is_plain(policy: Policy) -> bool:
    """Whether its resources come back as they are: plain values, none of them in two places."""
    seen: set[int] = set()
    open_ = [test.resource for test in policy.tests]
    while open_:
        value = open_.pop()
        kind = type(value)
        if kind is dict or kind is list:
            if id(value) in seen:
                return False
            seen.add(id(value))
            if isinstance(value, dict):
                if not all(type(key) is str for key in value):
                    return False
                open_ += value.values()
            elif isinstance(value, list):
                open_ += value
        elif kind is int:
            if not -(1 << 63) <= value < 1 << 64:  # type: ignore[operator]
                return False
        elif kind not in PLAIN:
            return False
    return True


@cache
def code_stamp(package: Path) -> str:
    """Changes with our own code, so that a developer never sees what older code found."""
    hashed = hashlib.blake2b(digest_size=12)
    for folder, _, names in sorted(os.walk(package)):
        for name in sorted(names):
            if name.endswith((".py", ".json")):
                status = os.stat(os.path.join(folder, name))
                hashed.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return hashed.hexdigest()


def _mark() -> bytes:
    parts = (panther_engine.__version__, sys.version, code_stamp(PACKAGE))
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=MARK_SIZE).digest()
