"""Validates what an observed run reported and decodes it into sites, events and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from panther_engine.insight.trace.durations import duration_words
from panther_engine.model import FieldPath, JsonValue
from panther_engine.running.processes.untrusted import (
    NonsenseError,
    take_list,
    take_mapping,
    take_number,
)
from panther_engine.text.clean import clean_line

EVENTS_LIMIT = 30_000
TEXT_LIMIT = 200
"""Characters shown of an expression's text."""
VALUE_LIMIT = 420
"""Characters shown of a value."""
BUILTIN = frozenset({"dict", "list", "tuple", "set", "frozenset", "str", "bytes"})
VIEWS = frozenset({"dict_keys", "dict_values", "dict_items"})


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it was when it was used."""

    text: str
    """As Python writes it: one clean line, cut where it is long."""
    data: JsonValue = None
    """The value itself, if it is a scalar that was sent whole."""
    scalar: bool = False
    path: FieldPath | None = None
    """Where in the resource it is, if it is one of its dicts or lists."""
    size: int | None = None
    kind: str = ""
    """The name of its type."""

    @property
    def truth(self) -> bool | None:
        """Whether Python takes it for true; None where only its own code could tell."""
        if self.scalar:
            return bool(self.data)
        if self.kind == "int":
            return True  # too large to send
        return bool(self.size) if self.size is not None else None

    @property
    def is_none(self) -> bool:
        """Whether it is None."""
        return self.scalar and self.data is None


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A statement or an expression; a pseudo-site (`Else`, `Fell`, `Returned`) is none in the text.

    Lines are 1-based, columns 0-based characters.
    """

    number: int
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    kind: str
    parent: int
    role: str
    extra: JsonValue
    text: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One event: a function or a statement begun (`value` is None), or an expression's value."""

    site: int
    frame: int
    value: Value | None = None
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that one function's run told."""

    sites: Mapping[int, Site]
    events: tuple[Happened, ...]
    dropped: int
    gave_up: bool
    threads: bool
    reached: frozenset[int]
    gap: tuple[int, int] | None = None
    """Between these two events some are missing, if any is."""
    judged: bool = True
    """None of those is of `policy` itself."""


class SourceTexts:
    """Lines of the checkout's files, by path relative to its root."""

    def __init__(self, contents: Mapping[str, bytes], root: str) -> None:
        """Args: the files' contents, and the absolute root that workers' paths begin with."""
        self._contents = contents
        self._root = root.rstrip("/") + "/"
        self._lines: dict[str, list[bytes]] = {}

    def relative(self, path: str) -> str:
        """A worker's path as it is shown."""
        return path.removeprefix(self._root)

    def cut(
        self, path: str, line: int, column: int, end_line: int, end_column: int
    ) -> tuple[str, int, int]:
        """The text between two places in one line, and their columns in characters."""
        lines = self._lines.get(path)
        if lines is None:
            lines = self._lines[path] = _split(self._contents.get(path, b""))
        if not 1 <= line <= end_line <= len(lines):
            return "", 0, 0
        parts = lines[line - 1 : end_line]
        first, last = parts[0][:column], parts[-1][:end_column]
        parts[-1] = last
        parts[0] = parts[0][column:]
        text = _one_line(part.decode("utf-8", "replace") for part in parts)
        shown = text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"
        return (
            clean_line(shown),
            len(first.decode("utf-8", "replace")),
            len(last.decode("utf-8", "replace")),
        )


def _one_line(parts: Iterable[str]) -> str:
    """Lines of code as one, as it would be written."""
    text = ""
    for part in parts:
        piece = " ".join(part.split())
        tight = not piece or text[-1:] in ("", "(", "[", "{") or piece[0] in ")]}"
        text += piece if tight else f" {piece}"
    return text.strip()


def take_trace(report: JsonValue, sources: SourceTexts) -> Trace:
    """A trace as a worker sent it. Raises NonsenseError."""
    whole = take_mapping(report)
    files = [_file(one) for one in take_list(whole.get("files"))]
    sites = {}
    for number, told in take_mapping(whole.get("sites")).items():
        site = _site(int(number) if number.isdigit() else -1, told, files, sources)
        sites[site.number] = site
    for site in sites.values():
        if site.parent >= 0 and (site.parent not in sites or site.parent >= site.number):
            raise NonsenseError("a site without a parent")
    told_events = whole.get("events", [])
    if not isinstance(told_events, list) or len(told_events) > EVENTS_LIMIT:
        raise NonsenseError("too many events")
    return Trace(
        sites=sites,
        events=tuple(_event(one, sites) for one in told_events),
        dropped=int(take_number(whole.get("dropped", 0))),
        gave_up=whole.get("gave_up") is True,
        threads=whole.get("threads") is True,
        gap=_gap(whole.get("gap")),
        judged=whole.get("judged") is True,
        reached=frozenset(
            int(take_number(one)) for one in take_list(whole.get("reached"))
        ).intersection(sites),
    )


def _gap(value: JsonValue) -> tuple[int, int] | None:
    match value:
        case None:
            return None
        case [first, last]:
            return int(take_number(first)), int(take_number(last))
    raise NonsenseError("a gap of a trace")


def _split(content: bytes) -> list[bytes]:
    """Lines as Python counts them; a byte order mark belongs to none."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _file(value: JsonValue) -> tuple[str, int]:
    match value:
        case [str(path), int(base)] if base >= 0:
            return path, base
    raise NonsenseError("a file of a trace")


def _site(
    number: int, value: JsonValue, files: list[tuple[str, int]], sources: SourceTexts
) -> Site:
    match value:
        case [
            int(line),
            int(column),
            int(end_line),
            int(end_column),
            str(kind),
            int(parent),
            str(role),
            extra,
        ]:
            before = [path for path, base in files if base <= number]
            if not before:
                raise NonsenseError("a site of no file")
            path = sources.relative(before[-1])
            text, first, last = sources.cut(path, line, column, end_line, end_column)
            return Site(number, path, line, first, end_line, last, kind, parent, role, extra, text)
    raise NonsenseError("a site of a trace")


def _event(value: JsonValue, sites: Mapping[int, Site]) -> Happened:
    match value:
        case [int(number), int(frame), *told] if not isinstance(number, bool):
            site = number if number >= 0 else -1 - number
            if site not in sites:
                raise NonsenseError("an event of no site")
            return Happened(site, frame, _value(told) if told else None, number < 0)
    raise NonsenseError("an event of a trace")


def _value(told: list[JsonValue]) -> Value:
    match told:
        case [None | bool() | int() | float() | str() as data]:
            return Value(_cut(repr(data)), data, True, None, _length(data), type(data).__name__)
        case [str(text), path, None | int() as size, str(kind)]:
            if kind == "timedelta":
                text = duration_words(text)
            return Value(_cut(text), None, False, _path(path), size, clean_line(kind[:80]))
    raise NonsenseError("a value of a trace")


def _length(data: JsonValue) -> int | None:
    return len(data) if isinstance(data, str) else None


def _cut(text: str) -> str:
    return clean_line(text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…")


def _path(value: JsonValue) -> FieldPath | None:
    if value is None:
        return None
    return tuple(
        key if isinstance(key, int) and not isinstance(key, bool) else str(key)
        for key in take_list(value)
    )
