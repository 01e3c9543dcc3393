"""`ctrl+e`: the scratch copy as JSON in the user's editor, judged as often as it is saved there."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.timer import Timer

from panther_engine import read_regular
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.scratch.as_text import SIZE_LIMIT, resource_of, text_of
from panther_tui.panes.scratch.scratch import Scratch, change, set_value
from panther_tui.panes.scratch.typed import Refused
from panther_tui.terminal.editor import editor_command
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Selection

LOOK_SECONDS = 0.5
"""Between looks at the file while an editor beside the app may have it open."""


@dataclass(slots=True)
class _File:
    """A scratch as a file: what was written last, and what was taken from it last."""

    path: Path
    selection: Selection
    offered: str
    """The text that stood for the resource `written`."""
    written: Scratch
    taken: str
    broken: bool = False


class ScratchFile(Feature):
    """Writes the file, opens it, and takes back what was saved."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._folder: Path | None = None
        """Goes with the app, however that ends."""
        self._file: _File | None = None
        self._timer: Timer | None = None

    def answers(self) -> Mapping[str, Answer]:
        """The editor."""
        return {"scratch.editor": self._open}

    def offers(self, action: str) -> bool:
        """Where there is a resource."""
        return self.desk.scratches.take(self.desk.state, self.desk.selection) is not None

    def _open(self) -> None:
        desk = self.desk
        scratch = desk.scratches.take(desk.state, desk.selection)
        if scratch is None:
            desk.say("There is no resource to copy.")
            return
        file = self._file
        if file is None or not file.broken or not _is_of(file, scratch):
            try:
                file = self._file = self._write(scratch, desk.selection)
            except (OSError, ValueError, TypeError, RecursionError) as error:
                self._complain(f"the resource cannot be written as JSON: {error}")
                return
        line = desk.panes.resource.line_number()
        command = editor_command(desk.host.config.editor, file.path, line)
        if problem := desk.host.open_editor(command):
            self._complain(problem)
            return
        self._look()
        if not command.suspends and self._timer is None:
            self._timer = desk.screen.set_interval(LOOK_SECONDS, self._look)

    def _write(self, scratch: Scratch, selection: Selection) -> _File:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="panther-tui-scratch-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        name = re.sub(r"[^A-Za-z0-9]+", "-", scratch.case.name).strip("-")[:60] or "resource"
        path = self._folder / f"{name}.json"
        text = text_of(scratch.resource)
        path.write_text(text, "utf-8")
        return _File(path, selection, text, scratch, text)

    def _look(self) -> None:
        """Take what was saved, if it is something else than before."""
        file = self._file
        if file is None:
            return
        try:
            text = read_regular(file.path, SIZE_LIMIT).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            if not isinstance(error, FileNotFoundError):  # editors replace files
                self._complain(f"{file.path.name} cannot be read: {error}")
                self._stop()
            return
        if text == file.taken:
            return
        file.taken = text
        self._take(file, text)

    def _take(self, file: _File, text: str) -> None:
        desk = self.desk
        now = desk.scratches.take(desk.state, file.selection)
        if now is None or not _is_of(file, now):
            self._stop()
            return
        found = resource_of(text, file.offered, file.written.resource)
        file.broken = isinstance(found, Refused)
        if isinstance(found, Refused):
            self._complain(f"{found.reason}; ctrl+e opens it as it was left")
            return
        desk.scratches.put(change(now, set_value(now, (), found.value)))
        desk.paint()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._file = None

    def _complain(self, problem: str) -> None:
        self.desk.host.notify(printable(problem, 300), severity="error", markup=False)


def _is_of(file: _File, scratch: Scratch) -> bool:
    return (file.written.spec, file.written.test) == (scratch.spec, scratch.test)
