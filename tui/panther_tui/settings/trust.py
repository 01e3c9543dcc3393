"""Decides whether a checkout's own settings may widen what policies can do.

They take effect only once the user has seen and allowed them, for this checkout and exactly these
values. A stricter setting of the user's own always wins.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, field, replace
from pathlib import Path

from panther_engine import load_json, save_json, user_folder
from panther_engine.values.frozen import dataclass
from panther_tui.settings.settings import Config

VERSION = 1
LOOSER = ("kernel", "seat-belt", "off")
"""Sandboxes, the strictest first."""
PROGRAMS = frozenset({"python", "editor"})
LISTS = frozenset({"environment", "inventory", "mappings", "read", "write"})
GUARDED = frozenset({*PROGRAMS, *LISTS, "network", "sandbox", "memory", "timeout"})


@dataclass(frozen=True, slots=True)
class _Kept:
    """The file that remembers: digests of settings by the paths of checkouts."""

    version: int
    checkouts: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Widening:
    """A setting of the checkout that the user has to allow."""

    name: str
    value: object
    shown: str
    """The file, as the user knows it."""
    line: int


def widens(name: str, value: object, own: Config) -> bool:
    """Whether a checkout's setting reaches further than the user's own settings do."""
    known = getattr(own, name, None)
    if name not in GUARDED or value == known:
        return False
    if name in LISTS:
        return isinstance(value, tuple) and not set(value) <= set(known or ())
    if name == "network":
        return value is True
    if name == "sandbox":
        return LOOSER.index(str(value)) > LOOSER.index(str(known))
    if name in ("memory", "timeout"):
        return _most(value) > _most(known)
    return True


def digest_of(found: Mapping[str, object]) -> str:
    """Stands for these settings and their values."""
    text = json.dumps(sorted((name, repr(value)) for name, value in found.items()))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def trust_file() -> Path:
    """Where it is remembered, outside of any checkout."""
    return user_folder("state") / "trust.json"


def is_trusted(
    root: Path,
    found: Mapping[str, object],
    file: Path | None = None,
    tell: Callable[[str], None] = lambda said: None,
) -> bool:
    """Whether the user allowed just these settings of this checkout.

    `tell` is called with a sentence if the file that remembers had to be discarded.
    """
    return _read(file, tell).checkouts.get(os.path.realpath(root)) == digest_of(found)


def is_refused(root: Path, found: Mapping[str, object], file: Path | None = None) -> bool:
    """Whether the user said never to just these settings of this checkout."""
    return _read(file).refused.get(os.path.realpath(root)) == digest_of(found)


def remember_trust(root: Path, found: Mapping[str, object], file: Path | None = None) -> None:
    """Allow these settings of this checkout from now on. Raises OSError."""
    known = _read_without(root, file)
    _write(file, replace(known, checkouts={**known.checkouts, **_entry(root, found)}))


def remember_refusal(root: Path, found: Mapping[str, object], file: Path | None = None) -> None:
    """Never ask for these settings of this checkout again. Raises OSError."""
    known = _read_without(root, file)
    _write(file, replace(known, refused={**known.refused, **_entry(root, found)}))


def _entry(root: Path, found: Mapping[str, object]) -> dict[str, str]:
    return {os.path.realpath(root): digest_of(found)}


def _read_without(root: Path, file: Path | None) -> _Kept:
    """What is remembered of the other checkouts."""
    known, here = _read(file), os.path.realpath(root)
    others = (
        {path: digest for path, digest in table.items() if path != here}
        for table in (known.checkouts, known.refused)
    )
    return _Kept(VERSION, *others)


def _read(file: Path | None, tell: Callable[[str], None] = lambda said: None) -> _Kept:
    return load_json(file or trust_file(), _Kept, VERSION, tell) or _Kept(VERSION)


def _write(file: Path | None, known: _Kept) -> None:
    save_json(file or trust_file(), asdict(known))


def _most(value: object) -> float:
    """A limit as a number; 0 is none at all."""
    number = float(value) if isinstance(value, int | float) else 0.0
    return number or float("inf")
