"""Validates decoded JSON: each function returns a value of its type or raises."""

from __future__ import annotations

import math
from collections.abc import Mapping

from panther_engine.model import JsonValue

TEXT_LIMIT = 20_000
"""Characters kept of a text that was not ours."""


class ShapeError(ValueError):
    """A value is of another type than the format says."""


def mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    """An object."""
    if not isinstance(value, dict):
        raise ShapeError(f"{type(value).__name__} where an object was expected")
    return value


def sequence(value: JsonValue) -> list[JsonValue]:
    """A list."""
    if not isinstance(value, list):
        raise ShapeError(f"{type(value).__name__} where a list was expected")
    return value


def text(value: JsonValue) -> str:
    """A text, cut to the limit."""
    if not isinstance(value, str):
        raise ShapeError(f"{type(value).__name__} where text was expected")
    return value[:TEXT_LIMIT]


def number(value: JsonValue) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ShapeError(f"{value!r} where a number was expected")
    return float(value)
