"""What each part brings along when it is imported, seen from a process of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ENGINE_FOLDER = Path(__file__).resolve().parent.parent / "engine"
WORKER_FOLDER = ENGINE_FOLDER / "panther_engine" / "running" / "worker"
WORKER = sorted(WORKER_FOLDER.rglob("*.py"))
OWN_NAME = "_panther_tui_worker"
"""What the worker calls itself where it runs, so that no global can be mistaken for it."""
ENGINE = [
    ".".join(file.relative_to(ENGINE_FOLDER).with_suffix("").parts)
    for file in sorted(ENGINE_FOLDER.rglob("*.py"))
    if WORKER_FOLDER not in file.parents and file.name != "__init__.py"
]


def packages_after(code: str) -> set[str]:
    """The top-level packages that a new interpreter holds after running the code."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in shown.stderr.split()}


def call(*arguments: str) -> str:
    return (
        f"import sys\nsys.argv = ['panther-tui', *{arguments!r}]\n"
        "from panther_tui.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    )


def test_the_whole_engine_works_without_anything_of_the_screen() -> None:
    found = packages_after("\n".join(f"import {name}" for name in ENGINE))
    assert not found & {"textual", "rich", "click", "pygments"}
    assert "yaml" in found


def test_version_needs_nothing_but_the_standard_library() -> None:
    found = packages_after(call("--version"))
    assert not found & {"click", "textual", "rich", "yaml", "watchfiles", "pygments"}


def test_help_needs_nothing_but_click() -> None:
    found = packages_after(call("--help"))
    assert "click" in found
    assert not found & {"textual", "rich", "yaml", "watchfiles", "pygments", "platformdirs"}


def test_a_headless_run_needs_nothing_of_the_screen(tmp_path: Path) -> None:
    found = packages_after(call("test", str(tmp_path)))
    assert not found & {"textual", "rich", "pygments", "watchfiles"}


def test_the_app_leaves_yaml_and_the_watch_to_the_engine() -> None:
    found = packages_after("import panther_tui.app.app")
    assert "textual" in found
    assert not found & {"yaml", "watchfiles", "click"}


@pytest.mark.parametrize("file", WORKER, ids=lambda file: file.name)
def test_the_worker_imports_only_the_standard_library_and_itself(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        tops = {name.partition(".")[0] for name in names}
        assert tops - {OWN_NAME} <= sys.stdlib_module_names


@pytest.mark.parametrize("file", WORKER, ids=lambda file: file.name)
def test_the_worker_is_written_in_the_grammar_of_python_3_9(file: Path) -> None:
    ast.parse(file.read_text("utf-8"), feature_version=(3, 9))
