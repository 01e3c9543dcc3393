"""Ways to damage a document of plain values, or its bytes, made up from a seed."""

from __future__ import annotations

import copy
import json
import random
import sys

JUNK: tuple[object, ...] = (
    *(None, True, -1, 0, 10**18, 10**400, -(10**400), 1e308, float("nan"), float("-inf"), 0.5),
    *("", "x" * 30_000, "\x1b]0;x\x07\x1b[2J", "\ud800", "\u202e", "\0", "PASS", "test", "ready"),
    *([], {}, [[]], [None] * 20_000, {"": {}}, {"kind": "end"}),
)
DEEPEST = 5_000
"""Calls that writing what is nested here takes; those who read it have the usual number."""


def as_json(value: object) -> bytes:
    """A document as JSON, however deep it is."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try:
        return json.dumps(value).encode()
    finally:
        sys.setrecursionlimit(usual)


def holders(value: object) -> list[dict[str, object] | list[object]]:
    """All objects and lists in it, however deep."""
    found: list[dict[str, object] | list[object]] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict | list):
            found.append(one)
            left += one.values() if isinstance(one, dict) else one
    return found


def change(rng: random.Random, document: list[object]) -> None:
    """A value that is another one, a field that is new or not there."""
    holder = rng.choice(holders(document))
    if isinstance(holder, dict):
        name = rng.choice((*holder, "kind", "index", "whole", "\x1b", "__class__"))
        if name in holder and rng.random() < 0.3:
            del holder[name]
        else:
            holder[name] = _copy(rng.choice(JUNK))
    else:
        holder.insert(rng.randint(0, len(holder)), _copy(rng.choice(JUNK)))


def deepen(rng: random.Random, document: list[object]) -> None:
    """A value that nests far deeper than anyone's stack, in the middle of a document."""
    deep: object = 1
    for _ in range(rng.choice((10, 199, 201, 400))):
        deep = [deep] if rng.random() < 0.5 else {"a": deep}
    holder = rng.choice(holders(document[:]) or [document])
    if isinstance(holder, dict) and holder:
        holder[rng.choice(list(holder))] = deep
    elif isinstance(holder, list):
        holder.append(deep)


def forge(rng: random.Random, document: list[object]) -> None:
    """A value that is another one of the same kind, so that no shape is broken."""
    places = [
        (holder, place)
        for holder in holders(document)
        for place in (holder if isinstance(holder, dict) else range(len(holder)))
        if isinstance(_at(holder, place), str | int | float | bool)
    ]
    if not places:
        return
    holder, place = rng.choice(places)
    old = _at(holder, place)
    others = [one for one in JUNK if type(one) is type(old) and one == one and one != "\ud800"]
    others += [_at(*rng.choice(places)) for _ in range(3)]
    alike = [one for one in others if type(one) is type(old)]
    if alike:
        holder[place] = rng.choice(alike)  # type: ignore[index]


def hurt(rng: random.Random, data: bytes) -> bytes:
    """Bytes cut, put in, changed or doubled."""
    place = rng.randrange(len(data) + 1)
    match rng.randrange(5):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + rng.randbytes(rng.randint(1, 9)) + data[place:]
        case 2:
            return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
        case 3:
            return data[:place] + b"[" * 100_000 + data[place:]
        case _:
            return data[:place] + data[max(place - 50, 0) :]


def _at(holder: dict[str, object] | list[object], place: str | int) -> object:
    return holder[place]  # type: ignore[index]


def _copy(junk: object) -> object:
    return copy.deepcopy(junk)
