"""JSON as policies can be given it: no number that nobody can hold, no key that says two things."""

from __future__ import annotations

import json
import math
from collections import Counter

from panther_engine.model import JsonValue
from panther_engine.text.one_line import shorten

DIGITS = "Exceeds the limit"
"""What Python's message about a whole number of too many digits begins with."""


class RefusedError(ValueError):
    """A value is JSON, or nearly so, and no document; the text says why."""


def decode(text: str) -> JsonValue:
    """The value of a whole text. Raises RefusedError, ValueError, RecursionError."""
    value: JsonValue = decoder.decode(text)
    return value


def why_not(error: Exception) -> str:
    """The reason that an error of the decoder stands for."""
    if isinstance(error, RecursionError):
        return "nested too deep"
    if isinstance(error, RefusedError):
        return str(error)
    if str(error).startswith(DIGITS):
        return "a number of more digits than any counts"
    return f"not JSON: {getattr(error, 'msg', error)}"


def _refuse(constant: str) -> JsonValue:
    raise RefusedError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise RefusedError(f"{shorten(text)} is too large a number")
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise RefusedError(f"an object with the key `{shorten(twice)}` twice")
    return value


decoder = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_object)
"""Takes what JSON allows, of which Python's own decoder would make something else."""
