"""Reloads settings and themes when their files change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TypeAlias

from panther_engine.model import Diagnostic
from panther_tui.settings.config import APP, config_files, load_config, user_folder
from panther_tui.settings.settings import Config
from panther_tui.settings.toml_file import TomlFile, read_toml

ENGINE_FIELDS = (
    *("python", "timeout", "memory", "network", "environment", "sandbox", "read", "write"),
    *("workers", "poll"),
)
"""What the engine was started with; a change of these needs another start."""

Stamp: TypeAlias = tuple[int, int, int, int] | None


def stamps(files: Iterable[Path]) -> dict[Path, Stamp]:
    """What tells versions of each file apart, None where there is none."""
    found: dict[Path, Stamp] = {}
    for path in files:
        try:
            status = path.stat()
            found[path] = (
                status.st_mtime_ns,
                status.st_size,
                status.st_ino,
                status.st_ctime_ns,
            )
        except OSError:
            found[path] = None
    return found


class SettingsFiles:
    """The files that a repository's settings and the user's themes are read from."""

    def __init__(self, root: Path, user: Path | None = None, *, trust: bool | None = None) -> None:
        """`user` is the folder of the user's files, for tests; `trust` as in `load_config`."""
        self._trust = trust
        self._root = root
        self._user = user_folder() if user is None else user
        self._seen = stamps(self._files())

    def changed(self) -> bool:
        """Whether any file is another than at the last call, or since the start."""
        now = stamps(self._files())
        changed = now != self._seen
        self._seen = now
        return changed

    def read(self) -> tuple[Config, tuple[Diagnostic, ...]]:
        """The settings as they are now, and what is wrong in them."""
        return load_config(self._root, self._user, self._trust)

    def place_of(self, setting: str) -> tuple[str, int]:
        """The file and line that have the last word on a setting; its name and 0 if none has."""
        for path in reversed(config_files(self._root, self._user)):
            shown = path.name if path.parent == self._root else str(path)
            file = read_toml(path, shown)
            inside = ("tool", APP) if path.name == "pyproject.toml" else ()
            if isinstance(file, TomlFile) and (*inside, setting) in file.lines:
                return shown, file.line_of(*inside, setting)
        return setting, 0

    def _files(self) -> list[Path]:
        themes = self._user / "themes"
        try:
            own = sorted(themes.glob("*.toml"))
        except OSError:
            own = []
        return [*config_files(self._root, self._user), *own]


def needs_restart(old: Config, new: Config) -> tuple[str, ...]:
    """Names of the changed settings that only another start can follow."""
    return tuple(
        it.name.replace("_", "-")
        for it in fields(Config)
        if it.name in ENGINE_FIELDS and getattr(old, it.name) != getattr(new, it.name)
    )
