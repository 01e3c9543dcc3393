"""A replaced file is the old one or the new one, whatever happens in between."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from panther_engine.reading.storage.atomic import replace_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "file.txt"
    file.write_text("old")
    return file


def test_the_new_content_takes_the_place_of_the_old(file: Path) -> None:
    replace_file(file, b"new")
    assert file.read_text() == "new"
    assert os.listdir(file.parent) == ["file.txt"]


def test_a_new_file_is_for_this_user_alone(file: Path) -> None:
    file.unlink()
    replace_file(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_whole_and_not_yet_in_place_when_it_is_looked_at(file: Path) -> None:
    seen = []

    def look(descriptor: int) -> None:
        seen.append((file.read_text(), os.fstat(descriptor).st_size))
        os.fchmod(descriptor, 0o640)

    replace_file(file, b"newer", look)
    assert seen == [("old", 5)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_goes_wrong_leaves_the_old_file_and_nothing_else(file: Path) -> None:
    def fail(descriptor: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(file, b"new", fail)
    assert file.read_text() == "old"
    assert os.listdir(file.parent) == ["file.txt"]


def test_a_folder_in_its_place_stays(file: Path) -> None:
    file.unlink()
    file.mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(file, b"new")
    assert os.listdir(file.parent) == ["file.txt"]
