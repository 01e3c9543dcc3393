"""Several files written, made and removed: all of them or none."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from panther_engine.authoring import write_all as room
from panther_engine.authoring.write import NotWrittenError
from panther_engine.authoring.write_all import write_all
from panther_engine.values.edits import FileChange

CHANGES = (
    FileChange("old.yml", b"old", None),
    FileChange("a.yml", b"one", b"two"),
    FileChange("new/b.yml", None, b"new"),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.yml").write_bytes(b"one")
    (tmp_path / "old.yml").write_bytes(b"old")
    return tmp_path


def held(root: Path) -> dict[str, bytes]:
    return {it.relative_to(root).as_posix(): it.read_bytes() for it in root.rglob("*.yml")}


def test_all_are_done_and_their_reverse_gives_the_bytes_back(root: Path) -> None:
    before = held(root)
    write_all(root, CHANGES)
    assert held(root) == {"a.yml": b"two", "new/b.yml": b"new"}
    write_all(root, [one.reversed() for one in CHANGES])
    assert held(root) == before


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("a.yml", b"mine", "a.yml has changed meanwhile"),
        ("old.yml", b"mine", "old.yml has changed meanwhile"),
        ("new/b.yml", b"mine", "new/b.yml is there already"),
    ],
)
def test_one_that_is_not_as_it_was_read_leaves_all(
    root: Path, path: str, content: bytes, said: str
) -> None:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_bytes(content)
    before = held(root)
    with pytest.raises(NotWrittenError, match=said):
        write_all(root, CHANGES)
    assert held(root) == before


def test_one_that_is_gone_leaves_all(root: Path) -> None:
    (root / "a.yml").unlink()
    before = held(root)
    with pytest.raises(NotWrittenError, match=r"a\.yml is gone"):
        write_all(root, CHANGES)
    assert held(root) == before


def test_what_was_done_before_the_disk_was_full_is_taken_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(root)

    def full(file: Path, old: bytes, new: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))

    monkeypatch.setattr(room, "write_edited", full)
    with pytest.raises(OSError, match="No space left"):
        write_all(root, CHANGES)
    assert held(root) == before


def test_what_was_removed_comes_back_with_its_mode(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "old.yml").chmod(0o604)
    done = write_all(root, CHANGES)
    write_all(root, [one.reversed() for one in done])
    assert (root / "old.yml").stat().st_mode & 0o777 == 0o604

    def stays(file: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))

    (root / "second.yml").write_bytes(b"second")
    unlink = Path.unlink
    monkeypatch.setattr(
        Path, "unlink", lambda it: stays(it) if it.name == "second.yml" else unlink(it)
    )
    with pytest.raises(PermissionError):
        write_all(root, (*CHANGES, FileChange("second.yml", b"second", None)))
    assert (root / "old.yml").stat().st_mode & 0o777 == 0o604


def test_a_read_only_file_leaves_all(root: Path) -> None:
    before = held(root)
    (root / "a.yml").chmod(0o444)
    with pytest.raises(NotWrittenError, match=r"a\.yml is read-only"):
        write_all(root, CHANGES)
    assert held(root) == before
