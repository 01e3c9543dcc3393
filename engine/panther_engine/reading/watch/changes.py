"""Changes on disk as paths to look at again, and the files that are ignored."""

from __future__ import annotations

from dataclasses import dataclass, field

from panther_engine.reading.repository.walk.folders import SETTINGS_NAME, SKIPPED_FOLDERS

IGNORED_ENDINGS = ("~", ".swp", ".swx", ".pyc", ".tmp", "___jb_tmp___", "___jb_old___")
"""Backups and temporary files of vim, emacs and the JetBrains editors, and bytecode."""


@dataclass(slots=True)
class Changes:
    """Changes of files, as root-relative paths."""

    written: set[str] = field(default_factory=set)
    """Files whose new content is complete."""
    unsettled: set[str] = field(default_factory=set)
    """Files that were created, deleted or got other permissions; more may follow."""
    everything: bool = False
    """Directories were created or deleted, or events were lost: everything must be rescanned."""

    def __bool__(self) -> bool:
        return bool(self.written or self.unsettled or self.everything)

    def add(self, later: Changes) -> None:
        """Include changes that came after these."""
        self.written |= later.written
        self.unsettled = (self.unsettled | later.unsettled) - later.written
        self.everything |= later.everything


def is_ignored_file(name: str) -> bool:
    """Whether a file of this name is an editor's own, so that its content never matters."""
    if name.startswith("."):
        return name != SETTINGS_NAME
    return name.endswith(IGNORED_ENDINGS) or name.startswith("#") or name.isdecimal()


def is_ignored_folder(name: str) -> bool:
    """Whether nothing inside a directory of this name matters."""
    return name.startswith(".") or name in SKIPPED_FOLDERS
