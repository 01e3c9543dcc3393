"""The branch of a checkout, read without git."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.reading.repository.branch import read_branch

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("head", "branch"),
    [
        ("ref: refs/heads/main\n", "main"),
        ("ref: refs/heads/feature/a-b\n", "feature/a-b"),
        ("ref: refs/heads/grün\n", "grün"),
        ("ref:refs/heads/main", "main"),
        ("ref: refs/remotes/origin/x\n", "refs/remotes/origin/x"),
        (COMMIT + "\n", "01234567"),
        ("", ""),
    ],
)
def test_the_branch_or_the_first_digits_of_the_commit(
    tmp_path: Path, head: str, branch: str
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text(head, "utf-8")
    assert read_branch(tmp_path) == branch


@pytest.mark.parametrize("absolute", [True, False])
def test_a_worktree_points_at_its_own_head(tmp_path: Path, absolute: bool) -> None:
    real = tmp_path / "main" / ".git" / "worktrees" / "other"
    real.mkdir(parents=True)
    (real / "HEAD").write_text("ref: refs/heads/other\n")
    tree = tmp_path / "other"
    tree.mkdir()
    target = real if absolute else Path("..", "main", ".git", "worktrees", "other")
    (tree / ".git").write_text(f"gitdir: {target}\n")
    assert read_branch(tree) == "other"


def test_without_git_there_is_no_branch(tmp_path: Path) -> None:
    assert read_branch(tmp_path) == ""
    assert read_branch(tmp_path / "missing") == ""


@pytest.mark.parametrize("text", ["", "gitdir: /nowhere\n", "words", "gitdir: \0"])
def test_a_broken_pointer_is_no_branch(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    assert read_branch(tmp_path) == ""


def test_a_head_that_is_no_text_is_shown_as_far_as_it_can_be(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_bytes(b"ref: refs/heads/a\xff\n")
    assert read_branch(tmp_path) == "a�"


def test_a_head_that_is_a_folder_is_no_branch(tmp_path: Path) -> None:
    (tmp_path / ".git" / "HEAD").mkdir(parents=True)
    assert read_branch(tmp_path) == ""


def test_a_repository_in_a_folder_of_a_checkout_has_its_branch(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "services" / "panther").mkdir(parents=True)
    assert read_branch(tmp_path / "services" / "panther") == "main"


def test_a_folder_of_a_worktree_has_the_branch_of_the_worktree(tmp_path: Path) -> None:
    real = tmp_path / "main" / ".git" / "worktrees" / "other"
    real.mkdir(parents=True)
    (real / "HEAD").write_text("ref: refs/heads/other\n")
    (tmp_path / "main" / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    folder = tmp_path / "main" / "other" / "panther"
    folder.mkdir(parents=True)
    (folder.parent / ".git").write_text("gitdir: ../.git/worktrees/other\n")
    assert read_branch(folder) == "other"
