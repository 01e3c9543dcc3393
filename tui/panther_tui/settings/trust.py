"""Decides whether a checkout's own settings may widen what policies can do.

They take effect only once the user has seen and allowed them, for this checkout and exactly these
values. A stricter setting of the user's own always wins.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from panther_engine import read_regular, user_folder, write_bytes
from panther_engine.values.frozen import dataclass
from panther_tui.settings.settings import Config

VERSION = 1
TRUSTED, REFUSED = "checkouts", "refused"
"""The tables of the file that remembers, by what was answered."""
LIMIT = 1 << 20
"""Bytes of the file that remembers."""
LOOSER = ("kernel", "seat-belt", "off")
"""Sandboxes, the strictest first."""
PROGRAMS = frozenset({"python", "editor"})
LISTS = frozenset({"environment", "inventory", "read", "write"})
GUARDED = frozenset({*PROGRAMS, *LISTS, "network", "sandbox", "memory", "timeout"})


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


def is_trusted(root: Path, found: Mapping[str, object], file: Path | None = None) -> bool:
    """Whether the user allowed just these settings of this checkout."""
    return _read(file or trust_file()).get(os.path.realpath(root)) == digest_of(found)


def is_refused(root: Path, found: Mapping[str, object], file: Path | None = None) -> bool:
    """Whether the user said never to just these settings of this checkout."""
    return _read(file or trust_file(), REFUSED).get(os.path.realpath(root)) == digest_of(found)


def remember_trust(root: Path, found: Mapping[str, object], file: Path | None = None) -> None:
    """Allow these settings of this checkout from now on. Raises OSError."""
    _remember(root, found, file or trust_file(), TRUSTED)


def remember_refusal(root: Path, found: Mapping[str, object], file: Path | None = None) -> None:
    """Never ask for these settings of this checkout again. Raises OSError."""
    _remember(root, found, file or trust_file(), REFUSED)


def _remember(root: Path, found: Mapping[str, object], file: Path, answer: str) -> None:
    here = os.path.realpath(root)
    tables = {name: _read(file, name) for name in (TRUSTED, REFUSED)}
    for table in tables.values():
        table.pop(here, None)
    tables[answer][here] = digest_of(found)
    content = json.dumps({"version": VERSION, **tables}, indent=1)
    write_bytes(file, content.encode("utf-8", "surrogatepass"))


def _read(file: Path, answer: str = TRUSTED) -> dict[str, str]:
    try:
        values = json.loads(read_regular(file, LIMIT, ours=True))
    except (OSError, ValueError, RecursionError):
        return {}
    known = values.get(answer) if isinstance(values, dict) else None
    if not isinstance(known, dict) or values.get("version") != VERSION:
        return {}
    return {root: digest for root, digest in known.items() if isinstance(digest, str)}


def _most(value: object) -> float:
    """A limit as a number; 0 is none at all."""
    number = float(value) if isinstance(value, int | float) else 0.0
    return number or float("inf")
