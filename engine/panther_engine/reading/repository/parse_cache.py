"""What was found out about contents of files, kept so that no content is parsed twice.

A start on a checkout that was open before reads and hashes every file, but parses only those whose
content is new: 0.3 s less on panther-analysis. Nothing of it is believed of another content, of
another version of ours or of another Python. What was remembered is read with a reader that makes
values of our own and nothing else; whatever it cannot read is as if it were not there.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

import panther_engine
from panther_engine.model import Diagnostic, Global, Level, Mock, Policy, TestCase
from panther_engine.reading.check.spec import Other
from panther_engine.reading.source.imports import Imports
from panther_engine.storage.files import cache_file, read_bytes, write_bytes

Item: TypeAlias = Policy | Global | Other


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


_OURS = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        Diagnostic, Global, Imports, JoinedSpec, Level, Mock, Other, Parsed, ParsedSpec, Policy,
        TestCase,
    )
}  # fmt: skip


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        try:
            return _OURS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is none of ours") from None


class ParsedFile:
    """Where that is kept for one checkout, one choice of scopes and one way of checking."""

    def __init__(self, root: Path, scopes: tuple[str, ...], check_syntax: bool) -> None:
        chosen = hashlib.blake2b(repr((scopes, check_syntax)).encode(), digest_size=4).hexdigest()
        self._file = cache_file("parsed", root, f"-{chosen}.pickle")

    def recall(self) -> Parsed:
        """What was found out before; nothing if that cannot be had."""
        data = read_bytes(self._file)
        mark = _mark()
        if data is None or not data.startswith(mark):
            return Parsed()
        try:
            found = _Reader(io.BytesIO(memoryview(data)[len(mark) :])).load()
        except Exception:  # a damaged pickle can raise anything
            return Parsed()
        return found if isinstance(found, Parsed) else Parsed()

    def remember(self, parsed: Parsed) -> None:
        """Keep it if there is anything new in it. Raises OSError."""
        if parsed.has_news:
            parsed.has_news = False
            write_bytes(self._file, _mark() + pickle.dumps(parsed, pickle.HIGHEST_PROTOCOL))


@cache
def _code_stamp() -> str:
    """Changes with our own code, so that a developer never sees what older code found."""
    hashed = hashlib.blake2b(digest_size=12)
    for folder, _, names in sorted(os.walk(Path(panther_engine.__file__).parent)):
        for name in sorted(names):
            if name.endswith((".py", ".json")):
                status = os.stat(os.path.join(folder, name))
                hashed.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return hashed.hexdigest()


def _mark() -> bytes:
    parts = (panther_engine.__version__, sys.version, _code_stamp())
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
