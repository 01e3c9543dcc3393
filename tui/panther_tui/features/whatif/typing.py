"""`s`, `A` and `delete`: a scratch copy is changed where it is shown; `U` takes that back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from textual.widget import Widget

from panther_engine.model import FieldPath, JsonValue
from panther_tui.features.desk import Desk
from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.pane import Pane
from panther_tui.panes.scratch.bench import around
from panther_tui.panes.scratch.scratch import Scratch, change, redo, remove_value, undo, value_at
from panther_tui.panes.scratch.steps import begin_add, begin_set, begin_value, name_typed, take
from panther_tui.panes.scratch.typed import offered_text
from panther_tui.panes.scratch.typing import TypedLine, Typing
from panther_tui.panes.typing_bar import TypingBar
from panther_tui.views.json_lines import show_path


class ScratchTyping(Feature):
    """The line that takes the keys, and what they do to the scratch."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._bar = TypingBar(id="typing")
        self._base: Scratch | None = None
        """The scratch without what is being typed."""

    def answers(self) -> Mapping[str, Answer]:
        """Set, add, remove, take back and do again."""
        return {
            "scratch.set": self._set,
            "scratch.add": self._add,
            "scratch.remove": self._remove,
            "edit.undo": self._undo,
            "edit.redo": self._redo,
        }

    def takes(self, action: str) -> bool:
        """Taking back where a scratch was changed and is looked at; else it is of files."""
        if action not in ("edit.undo", "edit.redo"):
            return True
        desk = self.desk
        scratch = desk.scratches.at(desk.selection)
        if scratch is None or desk.active is not desk.panes.resource:
            return False
        return bool(scratch.changes if action == "edit.undo" else scratch.undone)

    def offers(self, action: str) -> bool:
        """Where there is a resource."""
        desk = self.desk
        return desk.scratches.take(desk.state, desk.selection) is not None

    def below(self) -> Iterable[Widget]:
        """The line."""
        yield self._bar

    def on_focused(self, widget: Widget) -> None:
        """Who goes to a pane has typed what is there."""
        if isinstance(widget, Pane) and self._bar.is_open:
            self._end(keep=True)
            self.desk.paint()

    def on_mount(self) -> None:
        """`enter` on a value that no line reads sets it."""
        self.desk.panes.resource.set_value = self._set

    # Beginnings ------------------------------------------------------------------------------

    def _set(self) -> None:
        scratch, resource = self._scratch(), self.desk.panes.resource
        target = resource.target()
        if scratch is None or target is None:
            return
        path: FieldPath = target.path  # type: ignore[assignment]
        if target.there:
            self._begin(scratch, begin_set(scratch, path, around(self.desk.state, scratch)))
            return
        path = _first_missing(scratch.resource, path)
        typing = begin_value(scratch, path, around(self.desk.state, scratch))
        if target.gone:
            old = offered_text(value_at(scratch.filed, target.path))  # type: ignore[arg-type]
            typing = replace(typing, line=TypedLine.starting(old, typing.line.offers))
        self._begin(scratch, typing)

    def _add(self) -> None:
        scratch, target = self._scratch(), self.desk.panes.resource.target()
        if scratch is None or target is None:
            return
        path: FieldPath = target.path  # type: ignore[assignment]
        if not target.there:
            self._set()
            return
        holds = isinstance(value_at(scratch.resource, path), dict | list)
        holder = path if holds else path[:-1]
        self.desk.panes.resource.unfold_to_path((*holder, ""))
        self._begin(scratch, begin_add(scratch, holder, around(self.desk.state, scratch)))

    def _remove(self) -> None:
        scratch, target = self._scratch(), self.desk.panes.resource.target()
        if scratch is None or target is None:
            return
        if not target.there or not target.path:
            self.desk.say("There is nothing to remove here.")
            return
        path: FieldPath = target.path  # type: ignore[assignment]
        self.desk.scratches.put(change(scratch, remove_value(scratch, path)))
        self.desk.paint()

    def _undo(self) -> None:
        scratch = self.desk.scratches.at(self.desk.selection)
        if scratch is not None:
            self.desk.scratches.put(undo(scratch))
            self.desk.paint()

    def _redo(self) -> None:
        scratch = self.desk.scratches.at(self.desk.selection)
        if scratch is not None:
            self.desk.scratches.put(redo(scratch))
            self.desk.paint()

    def _scratch(self) -> Scratch | None:
        """The selected test's; None, and a word on it, where none can be had."""
        desk = self.desk
        scratch = desk.scratches.take(desk.state, desk.selection)
        if scratch is None:
            desk.say("There is no resource to copy.")
        elif desk.panes.resource.target() is None:
            desk.say("A comparison is not edited: D ends it.")
        return scratch

    # While one types -------------------------------------------------------------------------

    def _begin(self, scratch: Scratch, typing: Typing | str) -> None:
        if isinstance(typing, str):
            self.desk.say(typing, 4)
            return
        self._base = scratch
        self.desk.scratches.begin(scratch, typing)
        self.desk.footer.display = False
        self._bar.open(typing.line, self._follow, self._close)
        self._follow(typing.line)
        self.desk.panes.resource.reveal_typing()

    def _follow(self, line: TypedLine) -> None:
        bench = self.desk.scratches
        if self._base is None or bench.typing is None:
            return
        made, typing = take(self._base, replace(bench.typing, line=line))
        bench.begin(made or bench.preview or self._base, typing)
        self.desk.paint()
        self._bar.tell(_what(typing), typing.said, wrong=typing.wrong)

    def _close(self, kept: bool) -> None:
        typing, base = self.desk.scratches.typing, self._base
        if kept and typing is not None and base is not None:
            if typing.wrong:
                return  # what is wrong stands beside it
            if typing.naming:
                path = (*typing.path, name_typed(typing.line.text))
                self._begin(base, begin_value(base, path, around(self.desk.state, base)))
                return
        self._end(keep=kept)
        self.desk.screen.set_focus(self.desk.active)
        self.desk.paint()
        if kept and typing is not None:
            self.desk.panes.resource.go_to_field(typing.path)

    def _end(self, *, keep: bool) -> None:
        bench, base = self.desk.scratches, self._base
        typing, made = bench.typing, bench.preview
        if keep and made is not None and typing is not None and not typing.wrong:
            bench.put(made)
        elif base is not None:
            bench.put(base)
        bench.end()
        self._base = None
        self._bar.close()
        self.desk.footer.display = True


def _first_missing(resource: JsonValue, path: FieldPath) -> FieldPath:
    """The part of a path that has to be added first; of an item after the last."""
    for length, step in enumerate(path):
        if isinstance(resource, dict) and step in resource:
            resource = resource[step]
        elif isinstance(resource, list) and isinstance(step, int):
            if not 0 <= step < len(resource) or length == len(path) - 1:
                return (*path[:length], min(step, len(resource)))
            resource = resource[step]
        else:
            return path[: length + 1]
    return path


def _what(typing: Typing) -> str:
    """What is typed, for the bar."""
    shown = show_path(typing.path).removeprefix("$.")
    if typing.naming:
        return "new key" if shown == "$" else f"new key in {shown}"
    return f"{shown} ="
