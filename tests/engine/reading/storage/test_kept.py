"""A kept file that is not ours is discarded, and its user is told once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from panther_engine.reading.storage import files
from panther_engine.reading.storage.kept import load_json, save_json
from tests.engine.reading.storage.telling import refuse


@dataclass(frozen=True)
class Kept:
    version: int
    names: dict[str, list[int]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "cache" / "kept.json"
    save_json(file, {"version": 1, "names": {"a": [1]}})
    return file


def load(file: Path, tell: Callable[[str], None]) -> Kept | None:
    return load_json(file, Kept, 1, tell)


def test_what_was_kept_is_loaded(file: Path) -> None:
    assert load(file, refuse) == Kept(1, {"a": [1]})


def test_no_file_and_no_folder_are_nothing_to_tell(file: Path, tmp_path: Path) -> None:
    file.unlink()
    assert load(file, refuse) is None
    assert load(tmp_path / "none" / "kept.json", refuse) is None
    assert load(Path(os.devnull, "kept.json"), refuse) is None


def test_another_version_is_passed_over_in_silence_and_left_there(file: Path) -> None:
    file.write_text('{"version": 2, "other": 1}')
    assert load(file, refuse) is None
    assert file.exists()


def write(text: str) -> Callable[[Path], None]:
    def write_text(file: Path) -> None:
        file.write_text(text)

    return write_text


def be_writable_by_others(file: Path) -> None:
    file.chmod(0o620)


def lie_in_an_open_folder(file: Path) -> None:
    file.parent.chmod(0o777)


def be_a_link(file: Path) -> None:
    other = file.parent.parent / "precious"
    file.rename(other)
    file.symlink_to(other)


def be_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


FOREIGN = {
    "another user could have written it": be_writable_by_others,
    "others can write into its folder": lie_in_an_open_folder,
    "oo many levels of symbolic links": be_a_link,
    "not a regular file": be_a_pipe,
    "it is damaged (Expecting property name": write("{"),
    "Expected `object`, got `array`": write("[]"),
    "Expected `int`, got `str` - at `$.names": write('{"version": 1, "names": {"a": ["1"]}}'),
    "missing required field `names`": write('{"version": 1}'),
    "Expected `int`, got `str` - at `$.version`": write('{"version": "1", "names": {}}'),
    "recursion": write("[" * 100_000),
}


@pytest.mark.parametrize("reason", FOREIGN)
def test_a_file_that_is_not_ours_is_discarded_and_told_once(file: Path, reason: str) -> None:
    FOREIGN[reason](file)
    told: list[str] = []
    assert load(file, told.append) is None
    (sentence,) = told
    assert sentence.startswith(f"the file {file} was discarded: ")
    assert reason in sentence
    assert not os.path.lexists(file)
    save_json(file, {"version": 1, "names": {}})
    assert load(file, refuse) == Kept(1, {})


def test_what_a_link_in_its_place_leads_to_is_left_alone(file: Path) -> None:
    be_a_link(file)
    load(file, lambda sentence: None)
    assert json.loads((file.parent.parent / "precious").read_text())


def test_what_cannot_be_deleted_is_told_to_be_unused(file: Path) -> None:
    file.unlink()
    file.mkdir()
    told: list[str] = []
    assert load(file, told.append) is None
    assert told == [f"the file {file} was not used: not a regular file"]


def test_a_system_without_descriptors_costs_no_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **options: object) -> bytes:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(files, "read_regular", fail)
    told: list[str] = []
    assert load(file, told.append) is None
    assert told == [f"the file {file} was not used: Too many open files"]
    assert file.exists()
