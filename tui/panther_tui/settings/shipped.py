"""Finds the data files that are installed with the app: themes and examples."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def shipped_folder(name: str, package: Path = PACKAGE) -> Path:
    """The folder `themes` or `examples`, wherever this installation keeps it.

    A wheel holds it inside the package; in a checkout it lies at the top, beside `tui/`.
    The folder may be missing from an incomplete installation.

    Args:
        name: of the folder.
        package: directory of the package `panther_tui`.
    """
    inside = package / name
    return inside if inside.is_dir() else package.parent.parent / name
