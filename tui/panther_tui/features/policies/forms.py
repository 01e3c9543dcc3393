"""`C`, `P` and `B`: forms for a new policy, for metadata, for a copy and for another ID."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from panther_engine.events import EditWritten, Event, FormOpened, OpenForm, PolicyEntry
from panther_engine.state import State
from panther_engine.values.edits import (
    CopyPolicy,
    CreatePolicy,
    DeletePolicy,
    EditRequest,
    RenamePolicy,
    SetMetadata,
)
from panther_engine.values.forms import Held
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.features.proposals import Told
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import Selection

if TYPE_CHECKING:
    from panther_engine import Filling

_KINDS = (
    ("copy", "Copy", "the same code and tests under another ID"),
    ("rename", "Rename", "another ID, and files named after it"),
    ("delete", "Delete", "spec and body; U brings them back"),
)
_SHOWN_ELSEWHERE = ("AnalysisType", "Filename", "PolicyID")

Begun = Callable[[FormOpened], None]


class PolicyForms(Feature):
    """Asks the engine what a form begins with, shows it, and proposes what comes out of it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._number = 0
        self._begin: Begun | None = None
        self._coming = ""
        """The spec that was written and is to be selected once it is read."""
        self._edits = False
        """Whether its body is opened in the editor then."""

    def answers(self) -> Mapping[str, Answer]:
        """New, metadata, and the rest in a list."""
        return {
            "policy.new": lambda: self._open(self._begin_new),
            "policy.metadata": self._metadata,
            "policy.files": self._more,
        }

    def offers(self, action: str) -> bool:
        """A new policy always; the others where one is selected."""
        return action == "policy.new" or self._entry is not None

    def on_event(self, event: Event) -> None:
        """Show the form that was asked for last."""
        if isinstance(event, FormOpened) and event.number == self._number:
            begin, self._begin = self._begin, None
            if begin is not None:
                begin(event)

    def on_state(self, before: State) -> None:
        """Go to what was written, once it is there."""
        if self._coming and self._coming in self.desk.state.policies:
            coming, self._coming = self._coming, ""
            self.desk.select(Selection(coming))
            if self._edits:
                screen = self.desk.screen
                screen.call_after_refresh(screen.run_action, "do('edit.code')")

    @property
    def _entry(self) -> PolicyEntry | None:
        policy = self.desk.state.policies.get(self.desk.selection.spec)
        return None if policy is None else policy.entry

    def _open(self, begin: Begun, spec: str = "") -> None:
        self._number += 1
        self._begin = begin
        self.desk.send(OpenForm(self._number, spec))

    # The forms -------------------------------------------------------------------------------

    def _begin_new(self, opened: FormOpened) -> None:
        from panther_engine import begin_new, policy_of

        folder = str(PurePosixPath(self.desk.selection.spec).parent)
        self._show(
            "New policy",
            begin_new(opened.around, "" if folder == "." else folder),
            lambda filling: CreatePolicy(*policy_of(filling)),
            _files_of,
            edits=True,
        )

    def _metadata(self) -> None:
        entry = self._entry
        if entry is None:
            self.desk.say("Select a policy first.")
            return
        self._open(self._begin_metadata, entry.spec)

    def _begin_metadata(self, opened: FormOpened) -> None:
        from panther_engine import begin_metadata, metadata_of

        held = opened.held
        if held is None:
            self.desk.say(f"The form cannot show this spec. {printable(opened.refused, 300)}", 6)
            return

        def request(filling: Filling) -> EditRequest:
            wanted = metadata_of(filling, held)
            return SetMetadata(opened.spec, wanted.values, wanted.removed)

        name = str(dict(held.data).get("PolicyID", opened.spec))
        filling = begin_metadata(held, opened.around)
        self._show(f"Metadata ─ {name}", filling, request, lambda _: _left_alone(filling, held))

    def _more(self) -> None:
        entry = self._entry
        if entry is None:
            self.desk.say("Select a policy first.")
            return
        from panther_tui.overlays.choose import Choice, ChooseScreen

        def take(kind: str) -> None:
            if kind == "delete":
                self.desk.proposals.propose(DeletePolicy(entry.spec))
            else:
                begin = self._begin_copy if kind == "copy" else self._begin_rename
                self._open(lambda opened: begin(opened, entry))

        self.desk.host.push_screen(
            ChooseScreen(
                entry.name, [Choice(*kind) for kind in _KINDS], "copy", lambda _: None,
                lambda: None, take,
            )
        )  # fmt: skip

    def _begin_copy(self, opened: FormOpened, entry: PolicyEntry) -> None:
        from panther_engine import begin_copy

        folder = str(PurePosixPath(entry.spec).parent)
        self._show(
            f"Copy of {entry.name}",
            begin_copy(entry.id, entry.display_name, folder, opened.around),
            lambda filling: CopyPolicy(
                entry.spec,
                filling.texts["PolicyID"].strip(),
                filling.texts["DisplayName"].strip(),
                filling.texts["Folder"].strip(),
            ),
            _files_of,
            edits=True,
        )

    def _begin_rename(self, opened: FormOpened, entry: PolicyEntry) -> None:
        from panther_engine import begin_rename

        self._show(
            f"Another ID for {entry.name}",
            begin_rename(entry.id, opened.around),
            lambda filling: RenamePolicy(entry.spec, filling.texts["PolicyID"].strip()),
            lambda filling: _files_of(filling, f"{PurePosixPath(entry.spec).parent}/"),
        )

    def _show(
        self,
        title: str,
        filling: Filling,
        request: Callable[[Filling], EditRequest],
        facts: Callable[[Filling], str],
        *,
        edits: bool = False,
    ) -> None:
        from panther_tui.overlays.form.form import FormScreen

        def write(filled: Filling) -> None:
            self.desk.proposals.propose(request(filled), heard)

        def heard(told: Told) -> None:
            if isinstance(told, EditWritten):
                self._coming, self._edits = told.paths[0], edits
                screen.dismiss()

        self.desk.host.clear_notifications()  # they would stand on its list
        screen = FormScreen(title, filling, write, facts)
        self.desk.host.push_screen(screen)


def _files_of(filling: Filling, folder: str = "") -> str:
    if not filling.texts.get("PolicyID", "").strip():
        return ""
    spec, body = filling.places
    return f"Files: {printable(folder + spec, 200)} and {printable(PurePosixPath(body).name, 200)}"


def _left_alone(filling: Filling, held: Held) -> str:
    shown = {it.key for it in filling.fields}
    others = [key for key, _ in held.data if key not in shown and key not in _SHOWN_ELSEWHERE]
    tests = f"{held.tests} {'test' if held.tests == 1 else 'tests'}"
    said = ", ".join([tests, *(printable(key, 40) for key in others)])
    return f"Left as they are: {said}. ID and file names: B."
