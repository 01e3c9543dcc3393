"""A name for a new test, from what sets its resource apart from the nearest other one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from panther_engine.model import FieldPath, JsonValue

_ABSENT = object()
_LONG = 24
_IDENTIFYING = frozenset(
    {"AccountId", "Arn", "Id", "Name", "Region", "ResourceId", "ResourceType", "TimeCreated"}
)


def name_test(resource: JsonValue, siblings: Sequence[JsonValue], taken: Iterable[str]) -> str:
    """A name such as `Public read`, unlike all that are `taken`."""
    return unlike(_name(resource, siblings), taken)


def unlike(wanted: str, taken: Iterable[str]) -> str:
    """This name, with a number if it is `taken` in whatever case."""
    used = {one.casefold() for one in taken}
    name, number = wanted, 2
    while name.casefold() in used:
        name, number = f"{wanted} {number}", number + 1
    return name


def _name(resource: JsonValue, siblings: Sequence[JsonValue]) -> str:
    apart = [_differences(resource, other, ()) for other in siblings]
    if not apart:
        return "First test"
    if not all(apart):
        return "Same as another test"
    nearest = min(apart, key=len)
    telling = [one for one in nearest if one[0] and str(one[0][0]) not in _IDENTIFYING]
    path, value = (telling or nearest)[0]
    return _say(path, value)


def _say(path: FieldPath, value: JsonValue) -> str:
    words = next((_words(part) for part in reversed(path) if isinstance(part, str)), "value")
    capital = words[:1].upper() + words[1:]
    match value:
        case True:
            return capital
        case False | None:
            return f"No {words}"
        case [] | ():
            return f"Empty {words}"
        case dict() if not value:
            return f"Empty {words}"
        case str() | int() | float():
            said = " ".join(str(value).split())
            if not said:
                return f"Empty {words}"
            return f"{capital} {said if len(said) <= _LONG else said[: _LONG - 1] + '…'}"
        case _ if value is _ABSENT:
            return f"Without {words}"
        case _:
            return f"Other {words}"


def _words(key: str) -> str:
    """`PublicAccessBlock` as `public access block`; abbreviations stay as they are."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+", key)
    return " ".join(one if len(one) > 1 and one.isupper() else one.lower() for one in parts) or key


def _differences(
    new: JsonValue, old: JsonValue, path: FieldPath
) -> list[tuple[FieldPath, JsonValue]]:
    if isinstance(new, dict) and isinstance(old, dict):
        found: list[tuple[FieldPath, JsonValue]] = []
        for key, value in new.items():
            found += _differences(value, old.get(key, _ABSENT), (*path, str(key)))
        return found + [((*path, str(key)), _ABSENT) for key in old if key not in new]
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        pairs = enumerate(zip(new, old, strict=True))
        return [one for index, (a, b) in pairs for one in _differences(a, b, (*path, index))]
    return [] if type(new) is type(old) and new == old else [(path, new)]
