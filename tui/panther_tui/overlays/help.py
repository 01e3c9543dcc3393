"""All keys of the focused pane, with what each does, and what the marks mean."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from panther_tui.keys.actions import PANES, Action
from panther_tui.keys.keymap import keys_of, show_keys
from panther_tui.overlays.typed_list import TypedRows
from panther_tui.style.marks import EXPLAINED
from panther_tui.views.line import Line


@dataclass(frozen=True, slots=True)
class Known:
    """One thing to know: the keys or the mark, what it does or means, under a heading."""

    heading: str
    keys: tuple[str, ...]
    """Keys as a person reads them; of a mark its shape."""
    word: str
    """The action in a word or two, or the mark's; found too."""
    says: str
    line: Line

    def fits(self, words: Sequence[str]) -> bool:
        """Whether all these lower-case words are in it."""
        text = f"{self.heading} {' '.join(self.keys)} {self.word} {self.says}".lower()
        return all(word in text for word in words)


class KeysView(TypedRows):
    """The list of keys and marks below their headings."""

    def __init__(self, label: str, actions: Sequence[Action], keys: Mapping[str, str]) -> None:
        """The actions that work in one part of the screen. `keys` are the settings' own."""
        super().__init__(Content.assemble(("Keys ", "bold"), f"─ {label}"), id="keys")
        self._openers = {key for it in actions if it.id == "help" for key in keys_of(it, keys)}
        self._known = (*known_keys(label, actions, keys), *known_marks())
        self._lines: dict[Hashable, Line] = {}

    def narrow(self) -> str:
        """Show what fits; the cursor goes to what is bound to exactly what is typed."""
        words = self.query_text.lower().split()
        found = [place for place, it in enumerate(self._known) if it.fits(words)]
        rows: list[Hashable] = []
        self._lines = {}
        heading = ""
        for place in found:
            it = self._known[place]
            if it.heading != heading:
                heading = it.heading
                for row in ("", heading) if rows else (heading,):
                    rows.append((heading, row))
                    self._lines[heading, row] = Line(((f" {row}", "title bold"),))
            rows.append(place)
            self._lines[place] = it.line
        if not found:
            rows = ["no key fits"]
            self._lines["no key fits"] = Line(((" no key fits", "muted"),))
        self.set_rows(rows, keep=False)
        if self.query_text:
            exact = (place for place in found if self.query_text in self._known[place].keys)
            self.move_to_key(next(exact, self.cursor_key))
        count = f"{len(found)} of {len(self._known)}" if words else f"{len(found)}"
        return f"{count} · type to find · esc closes"

    def line(self, key: Hashable) -> Line:
        """One action or mark, or a heading."""
        return self._lines.get(key, Line())

    def is_stop(self, key: Hashable) -> bool:
        """Actions and marks; headings are read in passing."""
        return isinstance(key, int)

    def take_key(self, key: events.Key) -> bool:
        """The key that opened it closes it, until something is typed."""
        if self.query_text or key.key not in self._openers:
            return super().take_key(key)
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        return True


def known_keys(label: str, actions: Iterable[Action], keys: Mapping[str, str]) -> tuple[Known, ...]:
    """What only this part of the screen does comes first, then what works in every pane."""
    headings = (label, "In every pane", "Everywhere")
    found = [
        _known(headings[_rank(it)], show_keys(it, keys), it.description, it.tooltip)
        for it in sorted(actions, key=_rank)
    ]
    says = "The next pane, the one before"
    return (*found, _known(headings[2], ("tab", "shift+tab"), "next pane", says))


def known_marks() -> tuple[Known, ...]:
    """What each mark means."""
    return tuple(
        Known(
            "Marks",
            (mark.shape,),
            mark.word,
            says,
            Line(((f"  {mark.shape} {mark.word:<14}", mark.token), (says, ""))),
        )
        for mark, says in EXPLAINED
    )


def _rank(action: Action) -> int:
    if not action.panes:
        return 2
    return int(action.panes == PANES)


def _known(heading: str, keys: tuple[str, ...], word: str, says: str) -> Known:
    line = Line(((f"  {'  '.join(keys):<16}", "key"), (says, "")))
    return Known(heading, keys, word, says, line)


class HelpScreen(ModalScreen[None]):
    """A list of keys over the screen; escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "close", id="help.close", tooltip="Close"),
        Binding("ctrl+q", "app.quit", "quit", id="help.quit", tooltip="Leave"),
    ]

    def __init__(self, label: str, actions: Sequence[Action], keys: Mapping[str, str]) -> None:
        """As `KeysView`."""
        super().__init__()
        self._view = KeysView(label, actions, keys)

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view
