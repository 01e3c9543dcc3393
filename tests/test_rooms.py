"""The house: rooms that can be walked in one go, each with a word on what it is for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
MOST = 13
"""So many names a folder may hold, its `__init__.py` aside."""
PACKAGES = tuple(PROJECT / name for name in ("engine/panther_engine", "tui/panther_tui"))
ROOMS = sorted({file.parent for package in PACKAGES for file in package.rglob("*.py")})
FOLDERS = sorted({*ROOMS, *(file.parent for file in (PROJECT / "tests").rglob("test_*.py"))})


def shown(folder: Path) -> str:
    return folder.relative_to(PROJECT).as_posix()


NO_NAMES = ("__init__.py", "__pycache__", "py.typed")


@pytest.mark.parametrize("folder", FOLDERS, ids=shown)
def test_a_folder_holds_no_more_names_than_are_read_in_one_go(folder: Path) -> None:
    names = [
        one.name
        for one in folder.iterdir()
        if one.name not in ("__init__.py", "__pycache__", "py.typed")
    ]
    assert len(names) <= MOST, sorted(names)


@pytest.mark.parametrize("room", [one for one in ROOMS if one not in PACKAGES], ids=shown)
def test_a_room_says_what_lives_there_what_it_uses_and_who_uses_it(room: Path) -> None:
    text = (room / "__init__.py").read_text("utf-8")
    told = ast.get_docstring(ast.parse(text)) or ""
    assert len(told.splitlines()[0]) > 20
    assert "Uses " in told
    assert "sed by " in told or "loaded by " in told


@pytest.mark.parametrize("room", [one for one in ROOMS if one not in PACKAGES], ids=shown)
def test_a_room_exports_nothing(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text("utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr]
