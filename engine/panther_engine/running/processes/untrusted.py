"""Checks parts of what a worker sent, and raises NonsenseError for anything unexpected.

A policy's process could have written any of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import JsonValue

TEXT_LIMIT = 20_000
"""Characters kept of a message."""
LIST_LIMIT = 10_000
"""Entries kept of a list."""
DEPTH_LIMIT = 200
"""How deep an output may nest, so that nothing that takes it in runs out of stack."""
LARGEST_NUMBER = 1e12
"""Of lines and of milliseconds."""


class NonsenseError(ValueError):
    """A worker sent what no worker of ours sends."""


def take_mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise NonsenseError(f"{type(value).__name__} where an object was expected")
    return value


def take_list(value: JsonValue) -> list[JsonValue]:
    """A JSON array, cut to the limit."""
    if not isinstance(value, list):
        raise NonsenseError(f"{type(value).__name__} where a list was expected")
    return value[:LIST_LIMIT]


def take_text(value: JsonValue) -> str:
    """Text, cut to the limit."""
    if not isinstance(value, str):
        raise NonsenseError(f"{type(value).__name__} where text was expected")
    return value[:TEXT_LIMIT]


def take_number(value: JsonValue) -> float:
    """A number from 0 to the largest that makes sense."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NonsenseError(f"{type(value).__name__} where a number was expected")
    if not 0 <= value <= LARGEST_NUMBER:  # nor is NaN
        raise NonsenseError(f"{tell(value)} where a number was expected")
    return float(value)


def tell(value: JsonValue) -> str:
    """A value in a few words, whatever its size."""
    try:
        return repr(value)[:80]
    except (ValueError, RecursionError):  # a number of too many digits, a list of too many levels
        return type(value).__name__


def nests_too_deep(value: JsonValue) -> bool:
    """Whether a value nests deeper than the limit."""
    if not isinstance(value, list | dict):
        return False
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            part
            for whole in level
            if isinstance(whole, list | dict)
            for part in (whole.values() if isinstance(whole, dict) else whole)
        ]
        if not level:
            return False
    return True
