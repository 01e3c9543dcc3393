"""Reads the name of the current branch without running git."""

from __future__ import annotations

import os
from pathlib import Path

from panther_engine.reading.storage.read_regular import read_text

HEAD_LIMIT = 1 << 16
"""Bytes; git's own files of this kind have a hundred."""


def find_git_root(folder: Path) -> Path | None:
    """The nearest directory with `.git`, from `folder` upwards; None where there is no git."""
    start = Path(os.path.abspath(folder))
    return next((one for one in (start, *start.parents) if os.path.lexists(one / ".git")), None)


def read_branch(root: Path) -> str:
    """The branch, the first digits of a detached commit, or an empty text where there is no git.

    The `.git` can lie above `root`: a repository of policies is often a folder of a larger one.
    """
    try:
        top = find_git_root(root)
        if top is None:
            return ""
        git = top / ".git"
        if git.is_file():  # a worktree or submodule: the file names the directory
            git = top / read_text(git, HEAD_LIMIT).removeprefix("gitdir:").strip()
        head = read_text(git / "HEAD", HEAD_LIMIT).strip()
    except (OSError, ValueError):  # a path with a NUL in it
        return ""
    if head.startswith("ref:"):
        return head.removeprefix("ref:").strip().removeprefix("refs/heads/")
    return head[:8]
