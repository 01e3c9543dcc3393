"""Cuts a stream of JSON text into values without holding more than one of them.

An inventory is one object, an array, JSON lines, or a page whose documents stand in a list some
levels down. Each value is decoded as soon as it is complete. Pages that are larger than any
document are walked through: only what stands below their known keys is decoded. Memory is bounded
by the limit of one document, whatever the length, depth or width of the stream.
What is deeper than any page, or holds what no document holds, is passed over to its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from panther_engine.model import JsonValue
from panther_engine.text.strict_json import decoder, why_not

DOCUMENT_LIMIT = 8 << 20
"""Characters. Panther keeps no resource of more than 400 KB; what is larger than this is none."""
GAP_LIMIT = 1 << 28
"""Characters without any document, after which nobody waits for one."""
DEEPEST = 64
"""Brackets around a document. No source has more than eight."""
CONTAINERS = frozenset(
    {
        "Items",
        "Results",
        "baseConfigurationItems",
        "configurationItems",
        "data",
        "dataLakeQuery",
        "edges",
        "items",
        "node",
        "nodes",
        "records",
        "resources",
        "results",
        "rows",
    }
)
"""Keys below which pages of the known sources hold their documents. No resource type has such a
field at its top level."""
WITHIN_DATA = "resource"
"""Holds a document below the key `data` alone; elsewhere it is a field of one."""

PROBE = 4096
"""Characters that are tried alone after an error."""
LONGEST_TOKEN = 12
"""Characters of the longest escape, `\\ud83d\\ude00`; no word of JSON is longer."""

NEXT = re.compile(r"[^\s,]")
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|"', re.DOTALL)
"""A whole text, a bracket, or a quote whose text goes on beyond what is at hand."""
BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{\[]+|[}\]]+|"', re.DOTALL)
"""The same, of what is passed over: brackets in a row come at once."""
TEXT_END = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*("?)', re.DOTALL)
SCALAR = re.compile(r"[^\s,\]}\[{]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A value of a stream, and the line that it begins in, from 1."""

    line: int
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Unusable:
    """A piece of a stream that is no document, and why."""

    line: int
    reason: str


class EndlessError(Exception):
    """So much of a stream held nothing that it is not read any further."""


@dataclass(frozen=True, slots=True)
class _WentOn:
    """Something was taken, and there is nothing to tell of it."""


@dataclass(slots=True)
class _Open:
    """An array or an object that is walked through."""

    bracket: str
    key: str
    line: int
    fruitful: bool = False
    """Something was found in it."""


_Step: TypeAlias = Found | Unusable | _WentOn


def holds_documents(key: str, above: str) -> bool:
    """Whether documents stand below a key of a page; `above` is the key that the page is at."""
    return key in CONTAINERS or (key == WITHIN_DATA and above == "data")


class Splitter:
    """Takes text and gives the values that it completes."""

    def __init__(self, limit: int = DOCUMENT_LIMIT) -> None:
        self._limit = limit
        self._text = ""
        self._solid = 0
        """Characters of the text without the space at its end."""
        self._at = 0
        self._line, self._counted = 1, 0
        self._stack: list[_Open] = []
        """What is open and not decoded whole."""
        self._key = ""
        self._skipped = 0
        """Open brackets of a value that is passed over; 0 if there is none."""
        self._in_text = False
        """Within a text that is passed over."""
        self._to_newline = False
        """Within a line that is passed over."""
        self._gap = 0
        self._wary = False
        """The last piece was none that could be decoded."""

    def feed(self, text: str, *, final: bool = False) -> Iterator[Found | Unusable]:
        """Take the next part of the stream; `final` says that it is the last.

        Raises EndlessError.
        """
        self._gap += len(text)
        if self._gap > GAP_LIMIT:
            raise EndlessError
        self._count(self._at)
        self._text = self._text[self._at :] + text
        self._solid = len(self._text.rstrip())
        self._at = self._counted = 0
        while (step := self._step(final)) is not None:
            if isinstance(step, Found):
                self._gap = len(self._text) - self._at
                for one in self._stack:
                    one.fruitful = True
            if not isinstance(step, _WentOn):
                yield step
        if final and (self._stack or self._skipped or self._in_text):
            yield Unusable(self._count(len(self._text)), "the file ends too early: it was cut off")

    def _step(self, final: bool) -> _Step | None:
        """Take one thing of the text; None if there is no more of it yet."""
        if self._in_text or self._skipped or self._to_newline:
            return _WentOn() if self._pass_over() else None
        match = NEXT.search(self._text, self._at)
        if match is None:
            self._at = len(self._text)
            return None
        self._at = match.start()
        character = match[0]
        if character in "}]":
            return self._close(character)
        if self._stack and self._stack[-1].bracket == "{":
            return self._take_key(final)
        if character == "[":
            return self._enter("[", self._stack[-1].key if self._stack else "")
        return self._take_value(character, final)

    def _close(self, bracket: str) -> _Step:
        self._at += 1
        opening = "{" if bracket == "}" else "["
        if not self._stack or self._stack[-1].bracket != opening:
            return Unusable(self._count(self._at), f"`{bracket}` closes nothing")
        closed = self._stack.pop()
        if bracket == "}" and not closed.fruitful:
            size = f"{self._limit >> 20} MB" if self._limit >> 20 else f"{self._limit} characters"
            return Unusable(closed.line, f"larger than {size}, and no page of documents")
        return _WentOn()

    def _take_value(self, character: str, final: bool) -> _Step | None:
        text, start = self._text, self._at
        try:
            value, end = self._decode(text, start)
        except (ValueError, RecursionError) as error:
            self._wary = True
            return self._without_value(character, error, final)
        if end == len(text) and not final and character not in '{"':
            return None  # a number may go on
        line = self._count(start)
        self._at = end
        self._wary = False
        return Found(line, value)

    def _decode(self, text: str, start: int) -> tuple[JsonValue, int]:
        """The value that begins here, and where it ends.

        After an error a little of the text is tried first: to say where an error is, Python counts
        the lines of all the text before it.
        """
        if self._wary:
            part = text[start : start + PROBE]
            try:
                value, length = decoder.raw_decode(part)
                if length < len(part):
                    return value, start + length
            except json.JSONDecodeError as error:
                if not error.msg.startswith("Unterminated") and error.pos < PROBE - LONGEST_TOKEN:
                    error.pos += start
                    raise
        value, end = decoder.raw_decode(text, start)
        return value, end

    def _without_value(self, character: str, error: Exception, final: bool) -> _Step | None:
        """What begins here cannot be decoded: not yet, not whole, or not at all."""
        text, start = self._text, self._at
        spare = 0 if final else LONGEST_TOKEN  # what ends within an escape or a word errs there
        cut_off = isinstance(error, json.JSONDecodeError) and (
            error.msg.startswith("Unterminated") or error.pos >= self._solid - spare
        )
        if cut_off and not final and len(text) - start <= self._limit:
            return None
        line = self._count(start)
        if character == "{" and cut_off and len(text) - start > self._limit:
            return self._enter("{", self._stack[-1].key if self._stack else "")  # a page, perhaps
        reason = why_not(error)
        if cut_off:
            reason = "the file ends within a document: it was cut off"
        if cut_off and not final:
            reason = f"a text larger than {self._limit >> 20} MB"
        well_formed = not isinstance(error, json.JSONDecodeError) and character in "{["
        if not self._stack and not well_formed:  # JSON lines: the next line may be fine
            self._to_newline = True
        elif character in '{"':
            self._at += 1
            self._skipped, self._in_text = (1, False) if character == "{" else (0, True)
        else:
            scalar = SCALAR.match(text, start)
            self._at = scalar.end() if scalar else start + 1
        return Unusable(line, reason)

    def _take_key(self, final: bool) -> _Step | None:
        """A key of a page, and what it leads to."""
        text, start = self._text, self._at
        match = TOKEN.match(text, start)
        if match is None:
            self._at += 1
            return _WentOn() if text[start] == ":" else Unusable(self._count(start), "not JSON")
        colon = NEXT.search(text, match.end())
        value = NEXT.search(text, colon.end()) if colon and colon[0] == ":" else None
        if len(match[0]) == 1 or colon is None or (colon[0] == ":" and value is None):
            if not final and len(text) - start <= self._limit:
                return None
            self._in_text, self._at = True, start + 1
            return _WentOn()
        if value is None:
            self._at = match.end()
            return Unusable(self._count(start), "not JSON: a key without a colon")
        return self._take_member(match[0][1:-1], value)

    def _take_member(self, key: str, value: re.Match[str]) -> _Step:
        self._at = value.start()
        if value[0] in "[{" and holds_documents(key, self._stack[-1].key):
            return self._enter(value[0], key)
        self._at = value.end()
        if value[0] in "[{":
            self._skipped = 1
        elif value[0] == '"':
            self._in_text = True
        else:
            scalar = SCALAR.match(self._text, value.start())
            self._at = scalar.end() if scalar else value.end()
        return _WentOn()

    def _enter(self, bracket: str, key: str) -> _Step:
        if len(self._stack) == DEEPEST:
            self._at += 1
            self._skipped = 1
            return Unusable(self._count(self._at), "nested too deep")
        self._stack.append(_Open(bracket, key, self._count(self._at)))
        self._at += 1
        return _WentOn()

    def _pass_over(self) -> bool:
        """Go on through what is passed over; False if there is no more of it yet."""
        text = self._text
        if self._to_newline:
            newline = text.find("\n", self._at)
            self._to_newline = newline < 0
            self._at = len(text) if newline < 0 else newline + 1
            return newline >= 0
        if self._in_text:
            match = TEXT_END.match(text, self._at)
            assert match is not None
            self._at = match.end()
            if match[1]:
                self._in_text = False
                return True
            return False
        return self._pass_over_brackets()

    def _pass_over_brackets(self) -> bool:
        for token in BRACKETS.finditer(self._text, self._at):
            found = token[0]
            if found[0] == '"':
                if len(found) == 1:
                    self._in_text, self._at = True, token.end()
                    return True
            elif found[0] in "{[":
                self._skipped += len(found)
            else:
                closed = min(self._skipped, len(found))
                self._skipped -= closed
                if not self._skipped:
                    self._at = token.start() + closed
                    return True
        self._at = len(self._text)
        return False

    def _count(self, until: int) -> int:
        """The line that this place is in."""
        self._line += self._text.count("\n", self._counted, until)
        self._counted = max(self._counted, until)
        return self._line
