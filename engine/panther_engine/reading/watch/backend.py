"""What can be heard of changes in directories, and what everyone who listens has to offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from panther_engine.reading.repository.walk.folders import SETTINGS_NAME, SKIPPED_FOLDERS

LITTER_ENDINGS = ("~", ".swp", ".swx", ".pyc", ".tmp", "___jb_tmp___", "___jb_old___")
"""Backups and temporary files of vim, emacs and the JetBrains editors, and bytecode."""


@dataclass(slots=True)
class News:
    """What was heard, as root-relative paths."""

    written: set[str] = field(default_factory=set)
    """Files whose new content is complete."""
    unsettled: set[str] = field(default_factory=set)
    """Files that came, went or got other permissions; more may be about to happen to them."""
    everything: bool = False
    """Directories came or went, or news were lost: all must be looked at."""

    def __bool__(self) -> bool:
        return bool(self.written or self.unsettled or self.everything)


class Ear(Protocol):
    """Listens to some directories. `wait` and `listen_to` are called by one thread."""

    def listen_to(self, directories: Sequence[str]) -> bool:
        """Listen to exactly these; whether some are new. Raises OSError when it cannot."""
        ...

    def wait(self, seconds: float | None) -> News:
        """Sleep until there are news, `wake` is called or the time is over."""
        ...

    def wake(self) -> None:
        """End a `wait`, from any thread."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def is_litter(name: str) -> bool:
    """Whether a file of this name is an editor's own: nothing that is in it matters."""
    if name.startswith("."):
        return name != SETTINGS_NAME
    return name.endswith(LITTER_ENDINGS) or name.startswith("#") or name.isdecimal()


def is_passed_over(name: str) -> bool:
    """Whether nothing that happens to a directory of this name matters."""
    return name.startswith(".") or name in SKIPPED_FOLDERS
