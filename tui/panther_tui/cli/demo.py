"""A copy of the triage example to break and mend: `panther-tui demo`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

TRIAGE = Path("examples", "triage")


def find_triage(package: Path | None = None) -> Path | None:
    """The example as installed with the package, or beside it in a source checkout.

    Args:
        package: directory of the package `panther_tui`; by default that of this module.
    """
    package = package or Path(__file__).resolve().parent.parent
    places = (package / TRIAGE, package.parent / TRIAGE)
    return next((place for place in places if place.is_dir()), None)


def copy_triage(triage: Path) -> Path:
    """A fresh copy in the temporary directory, a repository of its own. Raises OSError."""
    copy = Path(tempfile.mkdtemp(prefix="panther-tui-demo-"), "triage")
    shutil.copytree(triage, copy, ignore=shutil.ignore_patterns("__pycache__", ".git"))
    return copy
