"""The pane of the code: body, spec or another file, with what is wrong on its line."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from panther_engine.events import ANNOUNCED
from panther_engine.state import State
from panther_tui.keys.actions import CODE
from panther_tui.keys.keymap import bindings_for
from panther_tui.panes.code.code_rows import (
    CodeLine,
    NoteLine,
    code_line,
    code_rows,
    note_line,
    notes_for,
    text_of,
)
from panther_tui.panes.code.code_title import BODY, OTHER, SPEC, CodeTitle, code_title
from panther_tui.panes.code.definitions import Definition, find_definitions, line_of_name
from panther_tui.panes.code.notes import Notes
from panther_tui.panes.pane import Pane, Remark
from panther_tui.triage.rounds import RoundShown
from panther_tui.triage.selection import Place, Selection, place_of_failure
from panther_tui.views.highlight import QUICK_LIMIT, Highlighter, plain_lines
from panther_tui.views.line import Line, Pieces

TITLE_START = 5
"""Cells of the frame before what a title says: a corner, blanks and the pane's number."""

NO_POLICIES = (
    "There is no policy in this checkout.",
    "Looked for .yml, .yaml and .json files with `AnalysisType: policy`, as PAT does: in folders"
    " with `policies` in their name, below the root that the top line names.",
    "Another folder: `panther-tui PATH`. How it looks: `panther-tui demo`. A first policy:"
    " `panther-tui new NAME`.",
    "What is saved here appears by itself.",
)
"""What was looked for, where, and what to do."""
PLACES_KEPT = 100
"""Places that one can go back to."""


class CodePane(Pane):
    """A file with line numbers, marks and messages. Which file follows the selection, then `o`."""

    NUMBER: ClassVar[int] = 2
    NAME: ClassVar[str] = CODE
    LABEL: ClassVar[str] = "Code"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(CODE)]
    BINDING_GROUP_TITLE = "Code"
    WRAPS_SOME: ClassVar[bool] = True

    class SourceWanted(Message):
        """A file is to be shown that is no part of the policy."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class FieldsWanted(Message):
        """The fields that this line read are to be shown: it calls no function of ours."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    class Coloured(Message):
        """The colours of a text are ready."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.tab = BODY
        self.values = True
        """Whether lines say at their ends what they held."""
        self.round: RoundShown | None = None
        """The round of a loop that is looked at."""
        self.tests = False
        """Whether it is said in words what no test reaches or tells."""
        self._other = ""
        self._state = State()
        self._selection = Selection()
        self._shown: tuple[str, str] = ("", "")
        self._lines: list[Pieces] = []
        self._notes = Notes()
        self._digits = 2
        self._highlighter = Highlighter()
        self._wanted: Place | None = None
        self._failure: tuple[Selection, Place | None] = (Selection(), None)
        self._named: Definition | None = None
        self._came_from: list[Place] = []
        self._title = CodeTitle((), ())

    @property
    def path(self) -> str:
        """The file on the screen; empty when there is none."""
        return self._shown[0]

    @property
    def text(self) -> str:
        """What the file on the screen holds."""
        return self._shown[1]

    @property
    def is_other(self) -> bool:
        """Whether a file is shown that is neither body nor spec."""
        return self.tab == OTHER

    def place(self) -> Place:
        """The line under the cursor; while another file is on its way, where one is to be there."""
        if self._is_on_its_way():
            path = self._path_of_tab()
            wanted = self._wanted
            return wanted if wanted is not None and wanted.path == path else Place(path, 0)
        key = self.cursor_key
        return Place(self.path, key.number if isinstance(key, CodeLine) else 0)

    def show(self, state: State, selection: Selection) -> None:
        """Show the selected policy's file, and go to the failing line when that is another now."""
        old = self._selection
        self._state, self._selection = state, selection
        failure = (selection, place_of_failure(state, selection))
        if failure != self._failure:
            moved = selection != old
            self._failure = failure
            if failure[1] is not None:
                self._want(failure[1])
            elif moved and selection.spec == old.spec and self.tab == SPEC:
                self._want_test()
        if selection.spec != old.spec and self.tab == OTHER and self._wanted is None:
            self.tab = BODY
        self._update()

    def go_to(self, place: Place) -> None:
        """Show this line of this file as soon as its text is there."""
        self._want(place)
        self._update()

    def show_next_tab(self, step: int = 1) -> None:
        """Body, spec, the globals it imports and another file if there is one, in turn."""
        tabs = self._tabs()
        here = (self.tab, self._other if self.tab == OTHER else "")
        place = tabs.index(here) if here in tabs else -1
        self.show_tab(*tabs[(place + step) % len(tabs)])

    def show_tab(self, tab: str, other: str) -> None:
        """Body, spec, or another file by its path."""
        self.tab = tab
        if self.tab == SPEC:
            self._want_test()
        elif self.tab == OTHER:
            self._other = other
            self.post_message(self.SourceWanted(other))
        self._update()

    def toggle_values(self) -> bool:
        """Say what lines held, or not; whether it is said now."""
        self.values = not self.values
        self._update()
        return self.values

    def toggle_tests(self) -> bool:
        """Say what no test reaches or tells, or not; whether it is said now."""
        self.tests = not self.tests
        self._update()
        return self.tests

    def on_click(self, event: events.Click) -> None:
        """Show the tab that was clicked in the frame; what is clicked below is a line."""
        if event.y > 0:
            super().on_click(event)
            return
        event.prevent_default()
        clicked = self._title.tab_at(event.x - TITLE_START)
        if clicked is not None:
            self.show_next_tab() if clicked[0] is None else self.show_tab(*clicked[0])

    def on_resize(self) -> None:
        """Say in the title what fits."""
        self.show_title()

    def action_goto_definition(self) -> None:
        """Go to where the function under the cursor is defined, else to the field it reads."""
        here = self.place()
        if here.path != self.path:
            return
        modules = self._globals()
        found = list(find_definitions(self._shown[1], here.line, here.path, modules))
        if not found:
            self.post_message(self.FieldsWanted(here))
            return
        self._came_from = [*self._came_from, here][-PLACES_KEPT:]
        target = found[0]
        if target.path == here.path:
            self.go_to(Place(here.path, line_of_name(self._shown[1], target.name)))
        else:
            self._named = target
            self.tab, self._other = OTHER, target.path
            self.post_message(self.SourceWanted(target.path))
            self._update()

    def action_go_back(self) -> None:
        """Back to where the last definition was looked up."""
        if self._came_from:
            self.go_to(self._came_from.pop())

    def copied_text(self) -> str:
        """The line under the cursor, as it is in the file; nothing of a file on its way."""
        lines = [] if self._is_on_its_way() else self._shown[1].splitlines()
        number = self.place().line
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def copied_place(self) -> str:
        """File and line."""
        here = self.place()
        return f"{here.path}:{here.line}" if here.line else here.path

    def line(self, key: Hashable) -> Line:
        """A line of the file or of a note."""
        match key:
            case CodeLine(number):
                return code_line(number, self._lines[number - 1], self._notes, self._digits)
            case NoteLine(number):
                return note_line(key, self._lines[number - 1], self._notes, self._digits)
            case _:
                return super().line(key)

    def is_stop(self, key: Hashable) -> bool:
        """Notes are read, not visited."""
        return not isinstance(key, NoteLine)

    def wraps(self, key: Hashable) -> bool:
        """Messages always; code when it is asked for."""
        return self.wrap or isinstance(key, NoteLine | Remark)

    def on_code_pane_coloured(self) -> None:
        """Paint what a thread has coloured."""
        self._colour()
        self.repaint()

    def _globals(self) -> tuple[str, ...]:
        opened = self._state.opened
        if opened is None or opened.policy.spec != self._selection.spec:
            return ()
        return opened.globals

    def _tabs(self) -> list[tuple[str, str]]:
        """Each tab with the file that it shows, empty for body and spec."""
        others = list(self._globals())
        if self._other and self.tab == OTHER and self._other not in others:
            others.append(self._other)
        return [(BODY, ""), (SPEC, ""), *((OTHER, path) for path in others)]

    def _want(self, place: Place) -> None:
        self._wanted = place
        policy = self._state.policies.get(self._selection.spec)
        if policy is not None and place.path == policy.entry.body:
            self.tab = BODY
        elif place.path == self._selection.spec:
            self.tab = SPEC
        else:
            self.tab, self._other = OTHER, place.path
            self.post_message(self.SourceWanted(place.path))

    def _want_test(self) -> None:
        policy = self._state.policies.get(self._selection.spec)
        if policy is not None and self._selection.test < len(policy.entry.tests):
            line = policy.entry.tests[self._selection.test].line
            self._wanted = Place(self._selection.spec, line)

    def _update(self) -> None:
        shown = self._find_text()
        self.show_title()
        if shown is None:
            if not self._state.policies and self._state.generation > ANNOUNCED:
                self.set_rows([Remark(text) for text in NO_POLICIES], keep=False)
            elif not self._state.policies:
                self.say_only("nothing to show yet")
            return
        path, text = shown
        notes = notes_for(
            path,
            self._state,
            self._selection,
            values=self.values,
            tests=self.tests,
            shown=self.round,
        )
        other_file = path != self._shown[0]
        changed = shown != self._shown or notes != self._notes
        self._notes = notes
        if shown != self._shown:
            self._shown = shown
            self._colour()
            self._digits = max(3, len(str(len(self._lines))))
        if not path or not text:
            self.say_only("the spec names no body" if not path else "the file is empty")
        elif changed:
            self.set_rows(code_rows(len(self._lines), notes), keep=not other_file)
        named = self._named
        if named is not None and named.path == path:
            self._named = None
            self._wanted = Place(path, line_of_name(text, named.name))
        wanted = self._wanted
        if wanted is not None and wanted.path == path:
            self._wanted = None
            self.move_to_key(CodeLine(max(1, min(wanted.line, len(self._lines)))))
            self.call_after_refresh(self._reveal_notes)

    def _is_on_its_way(self) -> bool:
        """Whether what is on the screen is still the file from before."""
        return self.path != self._path_of_tab() and self._find_text() is None

    def _path_of_tab(self) -> str:
        """The file that is to be shown; empty without a policy."""
        policy = self._state.policies.get(self._selection.spec)
        if policy is None:
            return ""
        entry = policy.entry
        own = {BODY: entry.body or entry.spec, SPEC: entry.spec}
        return own.get(self.tab, self._other)

    def _find_text(self) -> tuple[str, str] | None:
        """Path and text to show; None while they are on their way."""
        if self.tab == OTHER:
            source = self._state.source
            if source is None or source.path != self._other:
                return None
            return source.path, source.text if source.text is not None else "(cannot be read)"
        opened = self._state.opened
        if opened is None or opened.policy.spec != self._selection.spec:
            return None
        return text_of(opened, self.tab)

    def _reveal_notes(self) -> None:
        key = self.cursor_key
        if isinstance(key, CodeLine) and self.size.height:
            following = self.place_of(CodeLine(key.number + 1))
            below = (len(self.keys) if following is None else following) - self.cursor - 1
            over = self.cursor + below + 1 - (self.top + self.size.height)
            self.scroll_rows(max(0, min(over, self.cursor - self.top)))

    def _colour(self) -> None:
        path, text = self._shown
        known = self._highlighter.known(path, text)
        if known is None and self._highlighter.warm and len(text) <= QUICK_LIMIT:
            known = self._highlighter.lines(path, text)
        if known is None:
            self._lines = plain_lines(text)
            self.call_after_refresh(self._colour_in_thread, path, text)
        else:
            self._lines = known

    def _colour_in_thread(self, path: str, text: str) -> None:
        def colour() -> None:
            self._highlighter.lines(path, text)
            self.post_message(self.Coloured())

        self.run_worker(
            partial(colour), thread=True, exclusive=True, exit_on_error=False, group="colour"
        )

    def show_title(self) -> None:
        """Say in the frame what is shown."""
        path = self._path_of_tab()
        if not path:
            self.set_title()
            return
        shown = (self.tab, self._other if self.tab == OTHER else "")
        width = self.size.width - TITLE_START
        stale = self.path in self._state.outdated
        self._title = code_title(path, self._tabs(), shown, width, stale=stale)
        self.set_title(*self._title.parts)
