"""Copies the triage example to a temporary folder, for `panther-tui demo`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from panther_tui.settings.shipped import shipped_folder


def find_triage() -> Path | None:
    """The triage example that came with the app, if it did."""
    triage = shipped_folder("examples") / "triage"
    return triage if triage.is_dir() else None


def copy_triage(triage: Path) -> Path:
    """A fresh copy in the temporary directory, a repository of its own. Raises OSError."""
    copy = Path(tempfile.mkdtemp(prefix="panther-tui-demo-"), "triage")
    shutil.copytree(triage, copy, ignore=shutil.ignore_patterns("__pycache__", ".git"))
    return copy
