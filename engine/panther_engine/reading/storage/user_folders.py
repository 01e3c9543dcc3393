"""Finds the directories for the user's settings, state and caches on this platform."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["cache", "config", "state"]
USER_FOLDERS: tuple[Kind, ...] = ("cache", "config", "state")
APP = "panther-tui"
NOWHERE = Path(os.devnull, "no home directory is known: set HOME")
"""Stands for a folder that cannot be: nothing is read from it, and writing raises OSError."""


def user_folder(kind: Kind) -> Path:
    """The folder of this kind, which need not exist; `NOWHERE` for a user without a home.

    A container can run under a number that no user has, and without HOME.
    """
    import platformdirs

    folders = {
        "cache": platformdirs.user_cache_dir,
        "config": platformdirs.user_config_dir,
        "state": platformdirs.user_state_dir,
    }
    try:
        folder = folders[kind](APP, appauthor=False)
    except RuntimeError:
        return NOWHERE / kind
    return Path(folder) if os.path.isabs(folder) else NOWHERE / kind
