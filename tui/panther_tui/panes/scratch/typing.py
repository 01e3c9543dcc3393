"""A line that is being typed: its text with a cursor, and what each key makes of it. Pure."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Self

from panther_engine.model import FieldPath
from panther_engine.values.frozen import dataclass
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Pieces

_LINE_ENDS = str.maketrans(dict.fromkeys("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A text, a cursor between its characters, and what is offered in its place."""

    text: str = ""
    cursor: int = 0
    whole: bool = False
    """All of it is selected: what is typed replaces it."""
    offers: tuple[str, ...] = ()
    base: str = ""
    """What was typed before an offer took its place."""
    taken: int = -1
    """Which of the fitting offers stands in the text; -1 for none."""

    @classmethod
    def starting(cls, text: str, offers: tuple[str, ...] = ()) -> Self:
        """With all of a text selected."""
        return cls(text, len(text), bool(text), offers, "")

    def typed(self, text: str) -> TypedLine:
        """After characters, typed or pasted; line ends become blanks."""
        text = text.translate(_LINE_ENDS)
        old = replace(self, text="", cursor=0) if self.whole else self
        new = old.text[: old.cursor] + text + old.text[old.cursor :]
        return self._become(new, old.cursor + len(text))

    def pressed(self, key: str) -> TypedLine | None:
        """After a key that types nothing; None if it is none that edits."""
        text, at = self.text, self.cursor
        match key:
            case "left" | "ctrl+b":
                return self._moved(0 if self.whole else at - 1)
            case "right" | "ctrl+f":
                return self._moved(at + 1)
            case "home" | "ctrl+a":
                return self._moved(0)
            case "end" | "ctrl+e":
                return self._moved(len(text))
            case "backspace" | "ctrl+h":
                if self.whole:
                    return self._become("", 0)
                return self._become(text[: max(0, at - 1)] + text[at:], max(0, at - 1))
            case "delete":
                if self.whole:
                    return self._become("", 0)
                return self._become(text[:at] + text[at + 1 :], at)
            case "ctrl+u":
                return self._become("", 0)
            case "ctrl+w":
                kept = text[:at].rstrip().rpartition(" ")[0]
                return self._become(kept + text[at:], len(kept))
            case "down" | "tab":
                return self._offered(1)
            case "up" | "shift+tab":
                return self._offered(-1)
        return None

    @property
    def fitting(self) -> tuple[str, ...]:
        """The offers that what was typed is part of, those that begin so first."""
        typed = self.base if self.taken >= 0 or self.whole else self.text
        bare = typed.strip().lstrip('"').casefold()
        if not bare:
            return self.offers
        starts = [it for it in self.offers if it.lstrip('"').casefold().startswith(bare)]
        return (*starts, *(it for it in self.offers if bare in it.casefold() and it not in starts))

    def pieces(self, room: int, token: str) -> Pieces:
        """The text with its cursor, cut so that the cursor is among `room` cells."""
        start = max(0, min(self.cursor - room + 12, len(self.text) - room + 1, self.cursor))
        shown = self.text[start : start + max(1, room)]
        at = self.cursor - start
        lead: Pieces = (("…", "muted"),) if start else ()
        if self.whole:
            return (*lead, (printable(shown), f"{token} reverse"))
        under = printable(shown[at]) if at < len(shown) else " "
        found = (
            (printable(shown[:at]), token),
            (under, "reverse"),
            (printable(shown[at + 1 :]), token),
        )
        return (*lead, *(piece for piece in found if piece[0]))

    def _moved(self, cursor: int) -> TypedLine:
        return replace(self, cursor=max(0, min(cursor, len(self.text))), whole=False)

    def _become(self, text: str, cursor: int) -> TypedLine:
        return TypedLine(text, cursor, False, self.offers, text)

    def _offered(self, step: int) -> TypedLine:
        """The next or previous offer in the text's place; beyond the ends what was typed."""
        fitting = self.fitting
        if not fitting:
            return self
        base = self.base if self.taken >= 0 or self.whole else self.text
        taken = (self.taken + 1 + step) % (len(fitting) + 1) - 1
        text = base if taken < 0 else fitting[taken]
        return TypedLine(text, len(text), False, self.offers, base, taken)


@dataclass(frozen=True, slots=True)
class Typing:
    """Where in a scratch something is typed, and how that stands."""

    path: FieldPath
    """Of the value; while a name is typed, of what will hold it."""
    line: TypedLine
    naming: bool = False
    """It is the name of a new key."""
    adding: bool = False
    """There is nothing at the path in the scratch yet."""
    said: str = field(default="", compare=False)
    """What is wrong, or worth knowing."""
    wrong: bool = False
