import os
import stat
from pathlib import Path

import pytest

from panther_engine.authoring.write import NotWrittenError, write_edited, write_new


def test_mode_and_link_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yml", tmp_path / "link.yml"
    real.write_bytes(b"one")
    real.chmod(0o640)
    link.symlink_to(real.name)
    write_edited(link, b"one", b"two")
    assert link.is_symlink()
    assert real.read_bytes() == b"two"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.yml", "real.yml"]


def test_a_file_that_changed_is_gone_or_read_only_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    with pytest.raises(NotWrittenError, match="is gone"):
        write_edited(file, b"one", b"two")
    file.write_bytes(b"other")
    with pytest.raises(NotWrittenError, match="changed meanwhile"):
        write_edited(file, b"one", b"two")
    file.chmod(0o444)
    with pytest.raises(NotWrittenError, match="read-only"):
        write_edited(file, b"other", b"two")
    assert file.read_bytes() == b"other"


def test_hard_links_are_not_parted(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(b"one")
    os.link(file, tmp_path / "b.yml")
    with pytest.raises(NotWrittenError, match="2 hard links"):
        write_edited(file, b"one", b"two")


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(b"one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_edited(file, b"one", b"two")
    with pytest.raises(OSError, match="No space"):
        write_new(tmp_path / "b.yml", b"two")
    assert file.read_bytes() == b"one"
    assert [one.name for one in tmp_path.iterdir()] == ["a.yml"]


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    write_new(tmp_path / "deep" / "a.yml", b"one")
    with pytest.raises(NotWrittenError, match="is there already"):
        write_new(tmp_path / "deep" / "a.yml", b"two")
    assert (tmp_path / "deep" / "a.yml").read_bytes() == b"one"
