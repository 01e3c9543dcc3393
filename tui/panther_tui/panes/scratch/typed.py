"""What somebody typed as a value: JSON, or a bare word where a text was. Pure."""

from __future__ import annotations

import json
import math
from dataclasses import field
from typing import NoReturn, TypeAlias

from panther_engine.model import JsonValue
from panther_engine.values.frozen import dataclass

DIGITS = 100
"""Of a whole number; no resource of Panther's has a longer one."""
DEPTH = 60
"""How deep a value may nest."""
TEXT_LIMIT = 100_000
"""Characters that are typed or pasted into one line."""

_PYTHON = {"True": "true", "False": "false", "None": "null"}
_KINDS = (
    (bool, "true or false"),
    (int | float, "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "an object"),
)


@dataclass(frozen=True, slots=True)
class Value:
    """It is a value. `note` says what is worth knowing of it, such as another type than before."""

    value: JsonValue
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It is none, and why: what was found and what to type instead."""

    reason: str
    is_json: bool = field(default=False, compare=False)
    """It is JSON all the same, so no bare word was meant."""


Typed: TypeAlias = Value | Refused


class _RefusedError(ValueError):
    """Carries a reason out of the decoder."""


def offered_text(value: JsonValue) -> str:
    """A value as JSON in one line, to be changed; what JSON cannot say as it is shown."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return str(value)


def take_typed(text: str, old: JsonValue, *, anything: bool = False) -> Typed:
    """The value that a text stands for, in the place of `old`.

    A bare word is taken as a text where a text was, or where `anything` may be.
    """
    stripped = text.strip()
    if len(text) > TEXT_LIMIT:
        return Refused(f"{len(text):,} characters are too many for a line: open it in the editor")
    if not stripped:
        return Refused('a value is missing: null, "" and {} are values')
    read = read_json(stripped)
    if isinstance(read, Value):
        return Value(read.value, "" if anything else _note(read.value, old))
    if read.is_json or not _is_bare(stripped):
        return read
    if anything or isinstance(old, str):
        return _bare(stripped)
    if stripped in _PYTHON:
        return Refused(f"{stripped} is Python's: JSON writes {_PYTHON[stripped]}")
    return Refused(f"that is no JSON: a text stands in quotes, and here was {kind_of(old)}")


def read_json(text: str) -> Typed:
    """The value of a JSON text, which must be one that a resource can hold."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_number,
            parse_constant=_constant,
        )
    except _RefusedError as refused:
        return Refused(str(refused), is_json=True)
    except json.JSONDecodeError as error:
        return Refused(_tell(error, text))
    except RecursionError:
        return Refused(f"it nests deeper than {DEPTH} levels", is_json=True)
    return _check(value)


def kind_of(value: JsonValue) -> str:
    """What a value is, in words."""
    if value is None:
        return "null"
    return next((said for kind, said in _KINDS if isinstance(value, kind)), "no JSON")


def _bare(text: str) -> Typed:
    found = _check(text)
    if isinstance(found, Refused):
        return found
    if text in _PYTHON:
        return Value(text, f"the text; JSON writes {_PYTHON[text]}")
    return Value(text)


def _is_bare(text: str) -> bool:
    """Whether it can be meant as a word, not as JSON that is not finished."""
    return text[0] not in "\"'{[" and all(ord(char) >= 32 for char in text)


def _note(value: JsonValue, old: JsonValue) -> str:
    now, was = kind_of(value), kind_of(old)
    return "" if now == was or old is None or value is None else f"{now}; was {was}"


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"the key {json.dumps(twice)} stands twice")
    return found


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise _RefusedError(f"a number of {len(digits):,} digits: {DIGITS} are the most")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _RefusedError(f"{digits[:40]} is larger than any number can be")
    return value


def _constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is no JSON: use null, or a number")


def _check(value: JsonValue) -> Typed:
    """Refuse what nests too deep and halves of characters, which no file can hold."""
    level: list[JsonValue] = [value]
    for _ in range(DEPTH + 1):
        below: list[JsonValue] = []
        for one in level:
            if isinstance(one, dict):
                below += [*one, *one.values()]
            elif isinstance(one, list):
                below += one
            elif isinstance(one, str) and any("\ud800" <= char <= "\udfff" for char in one):
                return Refused("half of a surrogate pair is no character: write both halves")
        level = below
        if not level:
            return Value(value)
    return Refused(f"it nests deeper than {DEPTH} levels")


def _tell(error: json.JSONDecodeError, text: str) -> str:
    found = error.msg[:1].lower() + error.msg[1:]
    if text.startswith("'"):
        return "JSON takes double quotes"
    if error.msg.startswith("Unterminated string"):
        return "the text is not closed: its last quote is missing"
    if error.msg.startswith("Invalid control character"):
        return "a text holds no tab and no line break: write \\t and \\n"
    at = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}"
    return f"{found} ({at})"
