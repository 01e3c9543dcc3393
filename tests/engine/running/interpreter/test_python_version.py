"""The version of an interpreter: no program of the checkout is started to tell it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from panther_engine.running.interpreter.python_version import reads_newer_syntax

NEXT = f"{sys.version_info[0]}.{sys.version_info[1] + 1}"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its programs are no scripts")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "checkout" / ".venv" / "bin").mkdir(parents=True)
    return tmp_path / "checkout"


def program(path: Path) -> tuple[str, Path]:
    """A program that says that it is a newer Python, and the file that it leaves."""
    started = path.parent / "started"
    path.write_text(f"#!/bin/sh\ntouch {started}\necho 'version = {NEXT}'\n")
    path.chmod(0o755)
    return str(path), started


def test_a_program_of_the_checkout_is_not_started(root: Path) -> None:
    python, started = program(root / ".venv" / "bin" / "python")
    assert not reads_newer_syntax(python, root)
    assert not started.exists()


@pytest.mark.parametrize("outside", ["links into it", "is linked from it"])
def test_nor_is_one_by_a_link(root: Path, tmp_path: Path, outside: str) -> None:
    if outside == "links into it":
        _, started = program(root / "evil")
        python = tmp_path / "python"
        python.symlink_to(root / "evil")
    else:
        _, started = program(tmp_path / "deploy")
        python = root / ".venv" / "bin" / "python"
        python.symlink_to(tmp_path / "deploy")
    assert not reads_newer_syntax(str(python), root)
    assert not started.exists()


def test_nor_is_one_through_a_linked_folder(root: Path, tmp_path: Path) -> None:
    _, started = program(root / ".venv" / "bin" / "python")
    (tmp_path / "linked").symlink_to(root / ".venv")
    assert not reads_newer_syntax(str(tmp_path / "linked" / "bin" / "python"), root)
    assert not started.exists()


def test_any_other_is_asked(root: Path, tmp_path: Path) -> None:
    python, started = program(tmp_path / "python")
    assert reads_newer_syntax(python, root)
    assert started.exists()


def test_an_environment_of_the_checkout_tells_by_its_config(root: Path) -> None:
    python, _ = program(root / ".venv" / "bin" / "python")
    (root / ".venv" / "pyvenv.cfg").write_text(f"version = {NEXT}.1\n")
    assert reads_newer_syntax(python, root)


def test_one_without_a_config_tells_by_its_library(root: Path) -> None:
    python, started = program(root / ".venv" / "bin" / "python")
    library = root / ".venv" / "lib" / f"python{NEXT}"
    library.mkdir(parents=True)
    (library / "os.py").touch()
    assert reads_newer_syntax(python, root)
    assert not started.exists()
