"""A temporary folder with copies of the globals, which is what `__file__` of a global shows.

PAT 1.11.1 copies each global to `<temporary folder>/panther-path/globals/<GlobalID>.py`, and an
upload includes no other file beside it. So `__file__` of a global names its copy. Its code is still
imported from memory, and tracebacks name the file in the checkout.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Mapping

from panther_engine.reading.storage.atomic import replace_file

PREFIX = "panther-tui-"


class GlobalsFolder:
    """Makes the folder, keeps it true, and removes it."""

    def __init__(self) -> None:
        self.path = _make_folder()
        """Absolute; empty if no folder can be made."""

    def update(self, changed: Mapping[str, tuple[str, bytes]], removed: Iterable[str]) -> None:
        """Hold these globals (absolute path and content by GlobalID) from now on.

        A copy that cannot be written is left out: only a global that reads it would miss it.
        """
        if not self.path:
            return
        for name, (_, content) in changed.items():
            if place := self._place_of(name):
                with contextlib.suppress(OSError):
                    replace_file(place, content)
        for name in removed:
            if place := self._place_of(name):
                with contextlib.suppress(OSError):
                    os.unlink(place)

    def remove(self) -> None:
        """Take the folder away, with all that it holds."""
        if self.path:
            import shutil  # only here: a start has no need of it

            shutil.rmtree(os.path.dirname(self.path), ignore_errors=True)
            self.path = ""

    def _place_of(self, name: str) -> str:
        """Where a global's copy lies; empty for an ID that is no file's name."""
        is_name = name and not any(char in name for char in "/\\\0:")
        return os.path.join(self.path, f"{name}.py") if is_name else ""


def _make_folder() -> str:
    """A new folder that nobody else can write to; empty if there can be none."""
    name = os.path.join(f"{PREFIX}{os.getpid()}-{secrets.token_hex(8)}", "globals")
    for parent in _temporary_folders():
        folder = os.path.join(os.path.abspath(parent), name)
        try:
            os.mkdir(os.path.dirname(folder), 0o700)
            os.mkdir(folder, 0o700)
        except OSError:
            continue
        return folder
    return ""


def _temporary_folders() -> Iterable[str]:
    """Where `tempfile` would look, without what importing it costs a start."""
    names = ("TMPDIR", "TEMP", "TMP")
    yield from (folder for name in names if (folder := os.environ.get(name)))
    if os.name != "nt":
        yield from ("/tmp", "/var/tmp", "/usr/tmp")
