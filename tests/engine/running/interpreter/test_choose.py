"""Which Python is chosen, and why."""

from __future__ import annotations

import base64
import hashlib
import os
import sys
from pathlib import Path

import pytest

from panther_engine.running.interpreter.choose import (
    Interpreter,
    InterpreterError,
    choose_interpreter,
)


def make_environment(folder: Path) -> str:
    """Something that looks like a virtual environment; gives its interpreter."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    return str(python)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def choose(
    root: Path,
    home: Path,
    asked: str | None = None,
    setting: str | None = None,
    **environment: str,
) -> Interpreter:
    return choose_interpreter(root, asked, setting, {"HOME": str(home), **environment})


def pipenv_name(root: Path, name: str = "") -> str:
    digest = hashlib.sha256(f"{root}/Pipfile".encode()).digest()[:6]
    return f"{name or root.name}-{base64.urlsafe_b64encode(digest).decode()[:8]}"


def poetry_name(root: Path) -> str:
    digest = hashlib.sha256(os.path.realpath(root).encode()).digest()
    return f"analysis-{base64.urlsafe_b64encode(digest).decode()[:8]}"


def test_each_place_goes_before_those_that_come_after_it(
    root: Path, home: Path, tmp_path: Path
) -> None:
    (root / "Pipfile").touch()
    (root / "pyproject.toml").touch()
    poetry = home / ".cache/pypoetry/virtualenvs" / f"{poetry_name(root)}-py3.11"
    pipenv = home / ".local/share/virtualenvs" / pipenv_name(root)
    places = [
        (poetry, f"poetry ({poetry.name})"),
        (pipenv, f"pipenv ({pipenv.name})"),
        (root / "env", "env"),
        (root / "venv", "venv"),
        (root / ".venv", ".venv"),
    ]
    assert choose(root, home).path == sys.executable
    for folder, reason in places:
        python = make_environment(folder)
        assert choose(root, home) == Interpreter(python, reason)
    active = tmp_path / "active"
    python = make_environment(active)
    assert choose(root, home, VIRTUAL_ENV=str(active)) == Interpreter(
        python, "$VIRTUAL_ENV (active)"
    )
    setting = make_environment(tmp_path / "setting")
    assert choose(root, home, None, setting, VIRTUAL_ENV=str(active)) == Interpreter(
        setting, "the setting `python`"
    )
    asked = make_environment(tmp_path / "asked")
    assert choose(root, home, asked, setting) == Interpreter(asked, "--python")


def test_our_own_is_the_last_resort_and_says_so(root: Path, home: Path) -> None:
    found = choose(root, home)
    assert found == Interpreter(
        sys.executable, "panther-tui's own: the checkout has no environment"
    )


def test_our_own_environment_is_no_choice_of_the_user(
    root: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "ours"
    make_environment(ours)
    monkeypatch.setattr(sys, "prefix", str(ours))
    assert choose(root, home, VIRTUAL_ENV=str(ours)).path == sys.executable
    link = tmp_path / "link"
    link.symlink_to(ours)
    assert choose(root, home, VIRTUAL_ENV=str(link)).path == sys.executable
    python = make_environment(root / "venv")
    assert choose(root, home, VIRTUAL_ENV=str(ours)) == Interpreter(python, "venv")


def test_a_checkouts_environment_that_is_ours_is_told(
    root: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_environment(root / ".venv")
    monkeypatch.setattr(sys, "prefix", str(root / ".venv"))
    found = choose(root, home)
    assert found == Interpreter(sys.executable, ".venv, which panther-tui runs in itself")


def test_a_link_to_an_interpreter_stays_a_link(root: Path, home: Path) -> None:
    folder = root / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    assert choose(root, home).path == str(folder / "python")


@pytest.mark.parametrize("broken", ["link", "folder", "not executable", "empty", "file"])
def test_a_broken_environment_is_passed_over(root: Path, home: Path, broken: str) -> None:
    python = root / ".venv" / "bin" / "python"
    if broken == "file":
        (root / ".venv").write_text("\n")
    else:
        python.parent.mkdir(parents=True)
    if broken == "link":
        python.symlink_to("/nowhere/python3.7")
    elif broken == "folder":
        python.mkdir()
    elif broken == "not executable":
        python.write_text("")
        python.chmod(0o644)
    other = make_environment(root / "venv")
    chosen = choose(root, home, VIRTUAL_ENV=str(root / "gone"))
    assert (chosen.path, chosen.reason.partition("; ")[0]) == (other, "venv")
    told = ["$VIRTUAL_ENV (gone)", *([".venv"] if broken not in ("empty", "file") else [])]
    assert [said.partition(" is broken: ")[0] for said in chosen.broken] == told


def test_an_environment_of_windows_is_found(root: Path, home: Path) -> None:
    python = root / ".venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    python.write_text("")
    python.chmod(0o755)
    assert choose(root, home).path == str(python)


# Asked for by name -------------------------------------------------------------------------------


def test_an_environments_folder_will_do(root: Path, home: Path, tmp_path: Path) -> None:
    python = make_environment(tmp_path / "some")
    assert choose(root, home, str(tmp_path / "some")).path == python


def test_a_command_is_looked_for_in_the_path(root: Path, home: Path, tmp_path: Path) -> None:
    make_environment(tmp_path / "some")
    python = tmp_path / "some" / "bin" / "python"
    found = choose(root, home, "python", PATH=str(python.parent))
    assert found.path == str(python)


def test_a_relative_path_is_of_where_we_are_then_of_the_root(
    root: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    in_root = make_environment(root / "tools")
    assert choose(root, home, "tools").path == in_root
    here = make_environment(tmp_path / "tools")
    assert choose(root, home, "tools").path == here
    assert choose(root, home, None, "tools").path == in_root
    assert choose(root, home, "tools/bin/python").path == here


@pytest.mark.parametrize("wanted", ["/nowhere/python", "no-such-command", "~nobody-here/python"])
def test_one_that_is_not_there_is_an_error_that_says_who_asked(
    root: Path, home: Path, wanted: str
) -> None:
    with pytest.raises(InterpreterError, match="--python asks for"):
        choose(root, home, wanted)
    with pytest.raises(InterpreterError, match="the setting `python` asks for"):
        choose(root, home, None, wanted)


# pipenv and poetry -------------------------------------------------------------------------------


def test_the_hash_of_pipenv_is_that_of_the_pipfiles_path(tmp_path: Path, home: Path) -> None:
    # a project of pipenv's own documentation: /home/user/MY_PROJECT/Pipfile -> MY_PROJECT-wyUfYPqE
    digest = hashlib.sha256(b"/home/user/MY_PROJECT/Pipfile").digest()[:6]
    assert base64.urlsafe_b64encode(digest).decode() == "wyUfYPqE"
    root = tmp_path / "my (odd) & $project"
    root.mkdir()
    (root / "Pipfile").touch()
    name = pipenv_name(root, "my__odd_____project")
    python = make_environment(home / ".local/share/virtualenvs" / name)
    assert choose(root, home).path == python


def test_pipenv_keeps_42_characters_of_a_name(tmp_path: Path, home: Path) -> None:
    root = tmp_path / ("x" * 60)
    root.mkdir()
    (root / "Pipfile").touch()
    python = make_environment(home / ".local/share/virtualenvs" / pipenv_name(root, "x" * 42))
    assert choose(root, home).path == python


@pytest.mark.parametrize(
    ("variable", "place"), [("WORKON_HOME", "shared"), ("XDG_DATA_HOME", "shared/virtualenvs")]
)
def test_pipenvs_environments_may_be_elsewhere(
    root: Path, home: Path, tmp_path: Path, variable: str, place: str
) -> None:
    (root / "Pipfile").touch()
    python = make_environment(tmp_path / place / pipenv_name(root))
    assert choose(root, home, **{variable: str(tmp_path / "shared")}).path == python


def test_pipenvs_environment_may_have_another_name(root: Path, home: Path) -> None:
    (root / "Pipfile").touch()
    place = home / ".local/share/virtualenvs"
    custom = make_environment(place / "panther")
    assert choose(root, home, PIPENV_CUSTOM_VENV_NAME="panther").path == custom
    versioned = make_environment(place / f"{pipenv_name(root)}-3.11")
    assert choose(root, home, PIPENV_PYTHON="3.11").path == versioned


def test_a_file_called_venv_points_at_pipenvs_environment(
    root: Path, home: Path, tmp_path: Path
) -> None:
    by_path = make_environment(root / "inside")
    (root / ".venv").write_text("./inside\n")
    assert choose(root, home).path == by_path
    by_name = make_environment(home / ".local/share/virtualenvs" / "named")
    (root / ".venv").write_text("named\n")
    assert choose(root, home).path == by_name


@pytest.mark.parametrize("way", ["path", "up", "link", "name"])
def test_a_file_called_venv_leads_nowhere_else(
    root: Path, home: Path, tmp_path: Path, way: str
) -> None:
    make_environment(tmp_path / "elsewhere")
    make_environment(home / ".local/share")
    if way == "link":
        (root / "linked").symlink_to(tmp_path / "elsewhere")
    written = {"path": f"{tmp_path}/elsewhere", "up": "../elsewhere", "link": "./linked"}
    (root / ".venv").write_text(written.get(way, "..") + "\n")
    chosen = choose(root, home)
    assert chosen.path == sys.executable
    (told,) = chosen.broken
    assert told.startswith(".venv names /")
    assert "`python`" in told


def test_without_a_pipfile_pipenv_is_not_asked(root: Path, home: Path) -> None:
    make_environment(home / ".local/share/virtualenvs" / pipenv_name(root))
    assert choose(root, home).path == sys.executable


def test_poetrys_environment_of_the_newest_python_is_taken(root: Path, home: Path) -> None:
    (root / "pyproject.toml").touch()
    place = home / ".cache/pypoetry/virtualenvs"
    for version in ("3.9", "3.10"):
        make_environment(place / f"{poetry_name(root)}-py{version}")
    assert choose(root, home).reason == f"poetry ({poetry_name(root)}-py3.10)"


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("POETRY_VIRTUALENVS_PATH", "shared"),
        ("POETRY_CACHE_DIR", "shared/virtualenvs"),
        ("XDG_CACHE_HOME", "shared/pypoetry/virtualenvs"),
    ],
)
def test_poetrys_environments_may_be_elsewhere(
    root: Path, home: Path, tmp_path: Path, variable: str, place: str
) -> None:
    (root / "pyproject.toml").touch()
    python = make_environment(tmp_path / place / f"{poetry_name(root)}-py3.11")
    assert choose(root, home, **{variable: str(tmp_path / "shared")}).path == python


def test_a_checkout_reached_by_a_link_has_the_environment_of_its_real_place(
    root: Path, home: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    (root / "Pipfile").touch()
    python = make_environment(home / ".local/share/virtualenvs" / pipenv_name(root))
    assert choose(link, home).path == python


def test_an_environment_whose_python_is_gone_is_told_as_broken(root: Path, home: Path) -> None:
    place = root / ".venv" / "bin"
    place.mkdir(parents=True)
    (place / "python3").symlink_to("/gone/python3.9")
    (place / "python").symlink_to("python3")
    chosen = choose(root, home)
    said = ".venv is broken: its bin/python points to /gone/python3.9, which is not there; "
    assert chosen.path == sys.executable
    assert chosen.broken == (f"{said}make it anew",)
    assert chosen.reason == f"panther-tui's own; {said}make it anew"
    assert "no environment" not in chosen.reason


def test_what_is_wrong_with_an_environment_is_told(root: Path, home: Path, tmp_path: Path) -> None:
    (root / ".venv").mkdir()
    (root / ".venv" / "pyvenv.cfg").touch()
    assert choose(root, home).broken == (".venv is broken: it holds no Python; make it anew",)
    (root / "venv").symlink_to(tmp_path / "nowhere")
    assert f"venv is broken: it points to {tmp_path / 'nowhere'}" in choose(root, home).broken[1]
    (root / "env" / "bin").mkdir(parents=True)
    (root / "env" / "bin" / "python").touch()
    assert "env is broken: its bin/python cannot be run" in choose(root, home).broken[2]


def test_a_dead_active_environment_is_told_though_another_is_taken(
    root: Path, home: Path, tmp_path: Path
) -> None:
    python = make_environment(root / ".venv")
    gone = tmp_path / "gone"
    chosen = choose(root, home, VIRTUAL_ENV=str(gone))
    assert chosen.path == python
    said = f"$VIRTUAL_ENV (gone) is broken: there is no {gone}; deactivate it, or make it anew"
    assert chosen == Interpreter(python, f".venv; {said}", (said,))


def test_what_comes_after_the_chosen_one_or_was_never_one_is_not_told(
    root: Path, home: Path
) -> None:
    (root / "env").mkdir()  # a folder of something else
    assert choose(root, home).broken == ()
    make_environment(root / ".venv")
    (root / "venv").symlink_to("nowhere")
    assert choose(root, home) == Interpreter(str(root / ".venv/bin/python"), ".venv")


@pytest.mark.parametrize("asked", ["own", "own/bin/python"])
def test_a_broken_environment_that_was_asked_for_is_told_as_broken(
    root: Path, home: Path, asked: str
) -> None:
    (root / "own" / "bin").mkdir(parents=True)
    (root / "own" / "bin" / "python").symlink_to("/gone/python3.9")
    with pytest.raises(InterpreterError, match=r"is broken: .*which is not there; make it anew"):
        choose(root, home, asked)
