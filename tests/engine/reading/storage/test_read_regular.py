"""Whatever stands in a file's place, reading it neither hangs nor fills the memory."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from panther_engine.events import SourceOpened
from panther_engine.reading.repository.branch import read_branch
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import PatSettings, load_pat_settings
from panther_engine.reading.source.libraries import guess_modules
from panther_engine.reading.storage.kept import load_json
from panther_engine.reading.storage.read_regular import TooLargeError, read_regular
from panther_engine.report.text.frame import source_reader
from panther_engine.running.interpreter.managed_environments import pipenv_folders
from panther_engine.running.interpreter.python_paths import interpreter_paths
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.session.open_files import open_source
from panther_tui.settings.layout_memory import Layout, layout_file, load_layout
from panther_tui.settings.toml_file import read_toml
from tests.engine.reading.repository.checkout import Checkout

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="devices and pipes of POSIX")
HUGE = 1 << 40
"""Bytes that a sparse file says it has."""


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def local_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's whole path may have a hundred characters
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(HUGE)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


KINDS = [pipe, device, folder, local_socket, huge, loop]


def told(place: Path) -> object:
    return load_repository(place.parent.parent, (".",)).diagnostics


SITES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a branch": (".git/HEAD", lambda place: read_branch(place.parent.parent) == ""),
    "where git is": (".git", lambda place: read_branch(place.parent) == ""),
    "settings of PAT": (
        ".panther_settings.yml",
        lambda place: load_pat_settings(place.parent).filters == (),
    ),
    "a body that is guessed at": (
        "policies/a.py",
        lambda place: guess_modules(place.parent.parent) == frozenset(),
    ),
    "a spec": (
        "policies/b.yml",
        lambda place: "policies/b.yml" not in load_repository(place.parent.parent, (".",)).policies,
    ),
    "a body": (
        "policies/test_a.py",
        lambda place: (
            load_repository(place.parent.parent, (".",)).policies["policies/test_a.yml"].invalid
        ),
    ),
    "a source for a report": (
        "policies/a.py",
        lambda place: source_reader(str(place.parent))(place.name) is None,
    ),
    "a file to show": (
        "policies/a.py",
        lambda place: (
            open_source(load_repository(place.parent, ("no",)), "a.py")
            == SourceOpened("a.py", None)
        ),
    ),
    "the name of an environment": (
        ".venv",
        lambda place: list(pipenv_folders(place.parent, {})) == [],
    ),
    "the version of an environment": (
        "pyvenv.cfg",
        lambda place: not reads_newer_syntax(str(place.parent / "bin" / "python"), place.parent),
    ),
    "the home of an environment": (
        ".venv/pyvenv.cfg",
        lambda place: bool(interpreter_paths(str(place.parent / "bin" / "python"), "/elsewhere")),
    ),
    "what an environment names": (
        ".venv/lib/python3.11/site-packages/a.pth",
        lambda place: bool(interpreter_paths(str(place.parents[3] / "bin" / "python"), "/other")),
    ),
    "what we kept": (
        "kept.json",
        lambda place: load_json(place, dict, 1, lambda sentence: None) is None,
    ),
    "settings of ours": (
        "panther-tui.toml",
        lambda place: not getattr(read_toml(place, "x"), "values", {}),
    ),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
@pytest.mark.parametrize("site", SITES)
def test_what_is_no_file_is_passed_over_or_told(
    tmp_path: Path, kind: Callable[[Path], None], site: str
) -> None:
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("test_a")
    name, holds = SITES[site]
    place = checkout.root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    kind(place)
    assert holds(place)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_a_layout_that_is_no_file_is_none(tmp_path: Path, kind: Callable[[Path], None]) -> None:
    place = layout_file(tmp_path, tmp_path / "state")
    place.parent.mkdir()
    kind(place)
    assert load_layout(tmp_path, tmp_path / "state") == Layout()


def test_settings_of_pat_that_are_no_file_are_told(tmp_path: Path) -> None:
    huge(tmp_path / ".panther_settings.yml")
    (found,) = load_pat_settings(tmp_path).diagnostics
    assert "cannot be read" in found.message
    assert load_pat_settings(tmp_path / "none") == PatSettings()


def test_a_file_that_grows_while_it_is_read_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "growing"
    place.write_bytes(b"x" * 10)
    read = os.read

    def grow(descriptor: int, size: int) -> bytes:
        with place.open("ab") as file:
            file.write(b"y" * 100)
        return read(descriptor, size)

    monkeypatch.setattr(os, "read", grow)
    with pytest.raises(TooLargeError):
        read_regular(place, 50)


def test_what_is_read_is_all_that_the_file_holds(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"x" * 3_000_000)
    assert read_regular(place, 3_000_000) == b"x" * 3_000_000
    with pytest.raises(TooLargeError):
        read_regular(place, 2_999_999)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_file_that_says_it_is_empty_is_read_to_its_end() -> None:
    assert read_regular("/proc/self/status", 1 << 16).startswith(b"Name:")


@pytest.mark.parametrize("size", [0, 1, 511, 512, 5000, 100_000])
def test_little_more_memory_is_taken_than_a_file_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * size)
    asked: list[int] = []
    read = os.read

    def note(descriptor: int, room: int) -> bytes:
        asked.append(room)
        return read(descriptor, room)

    monkeypatch.setattr(os, "read", note)
    assert len(read_regular(file, 1 << 30)) == size
    assert max(asked) <= max(size + 1, 512)
    assert len(asked) <= 2
