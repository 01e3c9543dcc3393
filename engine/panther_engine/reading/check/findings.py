"""Collects the findings of one spec, each at its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from panther_engine.model import Diagnostic, JsonValue, Level, Span
from panther_engine.reading.spec.document import Document
from panther_engine.text.one_line import one_line, shorten

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Findings:
    """The diagnostics of one spec, while it is being checked."""

    path: str
    document: Document
    found: list[Diagnostic] = field(default_factory=list)

    def at_key(
        self, place: Path, code: str, message: str, hint: str = "", level: Level = Level.ERROR
    ) -> None:
        """Report something at a key, or at an item of a list."""
        self._add(self._nearest(place, key=True), code, message, hint, level)

    def at_value(
        self, place: Path, code: str, message: str, hint: str = "", level: Level = Level.ERROR
    ) -> None:
        """Report something at the value of a key."""
        self._add(self._nearest(place, key=False), code, message, hint, level)

    def at_span(
        self, span: Span | None, code: str, message: str, hint: str = "", level: Level = Level.ERROR
    ) -> None:
        """Report something at a place that is known."""
        self._add(span, code, message, hint, level)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All of them in file order, each once."""
        return tuple(dict.fromkeys(sorted(self.found, key=lambda one: (one.line, one.column))))

    def _nearest(self, place: Path, key: bool) -> Span | None:
        """Where a place is, or what holds it if it cannot be found."""
        find = self.document.key_span if key else self.document.value_span
        for end in range(len(place), -1, -1):
            if span := find(*place[:end]):
                return span
        return None

    def _add(self, span: Span | None, code: str, message: str, hint: str, level: Level) -> None:
        line, column = (1, 0) if span is None else (span.line, span.column)
        self.found.append(
            Diagnostic(self.path, line, column, level, code, one_line(message), one_line(hint))
        )


def describe(value: JsonValue) -> str:
    """A value as a phrase, to say what was found."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {shorten(repr(value))}"
        case str() if not value:
            return "an empty text"
        case str():
            return f'the text "{shorten(value)}"'
        case list() | tuple():
            return f"a list of {len(value)}" if value else "an empty list"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case _:
            return f"a value of type {type(value).__name__}"


def show_key(key: JsonValue) -> str:
    """A mapping's key as a message shows it."""
    if isinstance(key, str):
        return shorten(key)
    return "null" if key is None else shorten(str(key))
