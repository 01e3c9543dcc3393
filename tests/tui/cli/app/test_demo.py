from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from panther_tui.cli.app import demo


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def test_the_triage_example_is_found_in_a_source_checkout() -> None:
    triage = demo.find_triage()
    assert triage is not None
    assert (triage / "policies").is_dir()


def test_without_the_examples_there_is_nothing_to_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "shipped_folder", lambda name: tmp_path / name)
    assert demo.find_triage() is None


def test_the_copy_is_a_fresh_one_each_time_and_marks_its_own_root(temporary: Path) -> None:
    triage = demo.find_triage()
    assert triage is not None
    one, other = demo.copy_triage(triage), demo.copy_triage(triage)
    assert one != other
    assert temporary in one.parents
    assert (one / ".panther_settings.yml").is_file()
    shutil.rmtree(one / "policies")
    assert (other / "policies").is_dir()
    assert (triage / "policies").is_dir()
