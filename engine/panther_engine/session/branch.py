"""The name of the branch that a checkout is on, without running git."""

from __future__ import annotations

from pathlib import Path


def read_branch(root: Path) -> str:
    """The branch, the first digits of a detached commit, or an empty text where there is no git."""
    git = root / ".git"
    try:
        if git.is_file():  # a worktree or submodule: the file names the directory
            git = root / git.read_text("utf-8", "replace").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text("utf-8", "replace").strip()
    except (OSError, ValueError):  # a path with a NUL in it
        return ""
    if head.startswith("ref:"):
        return head.removeprefix("ref:").strip().removeprefix("refs/heads/")
    return head[:8]
