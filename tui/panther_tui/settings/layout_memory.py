"""Remembers the layout of the screen for each repository."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType

from panther_engine import read_regular, user_folder, write_bytes
from panther_engine.values.frozen import dataclass

VERSION = 1
LARGEST = 1 << 20
"""Bytes; a file that is larger is not ours."""

LARGEST_SIZE = 1000
"""Cells; no terminal is wider or higher."""

MOST_FOLDED = 5000
"""Folded folders that are remembered."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the panes are arranged, and what is folded in the tree."""

    sizes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Cells that a pane was given by hand, by the pane's name."""
    folded: frozenset[str] = frozenset()
    """Nodes of the tree, by the names that the tree has for them."""
    arrangement: str = ""
    """The chosen arrangement of the panes; empty: by the terminal's size."""
    zoomed: str = ""
    """The pane that has the whole screen."""
    group_by: str = ""
    """What the tree is grouped by; empty: as the settings say."""
    sidebar: bool = True
    hint_seen: bool = False
    """The hint of the first run was put away."""


def state_folder() -> Path:
    """Where this platform keeps what programs remember for this user. It need not exist."""
    return user_folder("state") / "layouts"


def layout_file(root: Path, folder: Path | None = None) -> Path:
    """The file of a repository: its name for people, and a hash of its path."""
    place = os.path.realpath(root)
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", os.path.basename(place))[:40] or "root"
    digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    return (state_folder() if folder is None else folder) / f"{name}-{digest}.json"


def load_layout(root: Path, folder: Path | None = None) -> Layout:
    """What is remembered; what is missing or makes no sense is as if never set. Never raises."""
    path = layout_file(root, folder)
    try:
        values = json.loads(read_regular(path, LARGEST))
    except (OSError, ValueError, RecursionError):
        return Layout()
    if not isinstance(values, dict) or values.get("version") != VERSION:
        return Layout()
    return Layout(
        sizes=MappingProxyType(_sizes(values.get("sizes"))),
        folded=_folded(values.get("folded")),
        arrangement=_word(values.get("arrangement")),
        zoomed=_word(values.get("zoomed")),
        group_by=_word(values.get("group_by")),
        sidebar=values.get("sidebar") is not False,
        hint_seen=values.get("hint_seen") is True,
    )


def save_layout(root: Path, layout: Layout, folder: Path | None = None) -> bool:
    """Remember a layout, whole or not at all; whether it is remembered now. Never raises.

    Nothing is written inside the repository, even if the state folder should be there.
    """
    path = layout_file(root, folder)
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        return False
    values = {
        "version": VERSION,
        "root": os.path.realpath(root),
        "sizes": dict(layout.sizes),
        "folded": sorted(layout.folded)[:MOST_FOLDED],
        "arrangement": layout.arrangement,
        "zoomed": layout.zoomed,
        "group_by": layout.group_by,
        "sidebar": layout.sidebar,
        "hint_seen": layout.hint_seen,
    }
    content = json.dumps(values, indent=1).encode()
    if len(content) > LARGEST:
        return False
    try:
        write_bytes(path, content)
    except OSError:
        return False
    return True


def _sizes(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {
        _word(name): size
        for name, size in value.items()
        if _word(name) and type(size) is int and 0 < size <= LARGEST_SIZE
    }


def _folded(value: object) -> frozenset[str]:
    items = value[:MOST_FOLDED] if isinstance(value, list) else []
    return frozenset(item for item in items if isinstance(item, str))


def _word(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 60 else ""
