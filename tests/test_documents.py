"""What the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
ROOTS = (PROJECT, PROJECT / "engine" / "panther_engine", PROJECT / "tui" / "panther_tui")
"""From where a document may name a path: the project, or the package that it is about."""
ABOUT_US = [PROJECT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md")]
"""Each path that these name is one of ours; the others tell of users' checkouts too."""
TOPS = ("engine/", "tui/", "tests/", "docs/", "scripts/", "themes/", "engine.")
DOCUMENTS = sorted(
    [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), *PROJECT.glob("examples/**/*.md")]
)


def shown(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


def named_in(file: Path) -> list[str]:
    """The paths in backticks, outside of blocks of code."""
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.M | re.S)
    marked = re.findall(r"`([\w./{},-]+)`", text)
    paths = [one for one in marked if re.search(r"/|\.(py|md|toml|json|tcss)$", one)]
    paths = [one for one in paths if not one.startswith((".", "/"))]
    return paths if file in ABOUT_US else [one for one in paths if one.startswith(TOPS)]


@pytest.mark.parametrize("file", DOCUMENTS, ids=shown)
def test_every_path_that_a_document_names_is_there(file: Path) -> None:
    missing = [path for path in named_in(file) if not any((root / path).exists() for root in ROOTS)]
    assert not missing


@pytest.mark.parametrize("file", DOCUMENTS, ids=shown)
def test_every_link_of_a_document_leads_somewhere(file: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", file.read_text("utf-8"))
    inside = [link for link in links if "://" not in link]
    assert not [link for link in inside if not (file.parent / link).exists()]


def test_the_documents_about_us_name_many_paths() -> None:
    assert all(len(named_in(file)) > 10 for file in ABOUT_US)
