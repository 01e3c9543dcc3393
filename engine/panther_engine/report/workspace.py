"""Finds the root of the pull request's checkout, which annotation paths are relative to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panther_engine.reading.repository.branch import find_git_root

WORKSPACE = "GITHUB_WORKSPACE"
"""The variable in which GitHub Actions names the directory that annotations are relative to."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A directory that holds the repository, or is it."""

    root: str
    """Absolute path of the repository."""
    top: str
    """Absolute path that paths are told relative to."""

    def path_of(self, path: str) -> str | None:
        """A path of the repository, or an absolute one, as told; None if it lies outside."""
        whole = os.path.normpath(os.path.join(self.root, path))
        if not _holds(self.top, whole):
            return None
        return os.path.relpath(whole, self.top).replace(os.sep, "/")


def find_workspace(root: str, environment: Mapping[str, str] = os.environ) -> Workspace:
    """`$GITHUB_WORKSPACE` if it holds the repository, else the root of git, else its own root."""
    named = environment.get(WORKSPACE)
    git = find_git_root(Path(root))
    for top in (named, git):
        if not top:
            continue
        if _holds(os.path.abspath(top), root):
            return Workspace(root, os.path.abspath(top))
        if _holds(os.path.realpath(top), os.path.realpath(root)):
            return Workspace(os.path.realpath(root), os.path.realpath(top))
    return Workspace(root, root)


def _holds(folder: str, path: str) -> bool:
    try:
        return os.path.commonpath((folder, path)) == folder
    except ValueError:  # another drive, or a relative path
        return False
