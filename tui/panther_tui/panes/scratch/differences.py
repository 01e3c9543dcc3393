"""What of a scratch differs from the file's resource, field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from difflib import SequenceMatcher
from types import MappingProxyType

from panther_engine.model import FieldPath, JsonValue
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Differences:
    """Fields by path, as the scratch has them."""

    changed: frozenset[FieldPath] = frozenset()
    added: frozenset[FieldPath] = frozenset()
    removed: Mapping[FieldPath, tuple[tuple[str | int, JsonValue], ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """By what held them: the names or former indices of what is gone, with the values."""
    above: frozenset[FieldPath] = frozenset()
    """All that holds something of the others."""

    @property
    def count(self) -> int:
        """How many fields differ."""
        return len(self.changed) + len(self.added) + sum(map(len, self.removed.values()))


NONE = Differences()
ALIGNED = 400
"""Items of two lists up to which what is the same is looked for at any place, in some 20 ms at
worst. Longer lists are compared place by place, but for what is the same at both ends."""


def find_differences(filed: JsonValue, scratch: JsonValue) -> Differences:
    """Compare two resources; what both share, which is nearly all, costs nothing.

    Where they nest without end, as aliases of YAML can, all of it differs.
    """
    finder = _Finder()
    try:
        finder.compare((), filed, scratch)
    except RecursionError:
        return Differences(frozenset({()}))
    found = [*finder.changed, *finder.added, *((*path, "") for path in finder.removed)]
    above = {path[:length] for path in found for length in range(len(path))}
    return Differences(
        frozenset(finder.changed),
        frozenset(finder.added),
        MappingProxyType({path: tuple(gone) for path, gone in finder.removed.items()}),
        frozenset(above),
    )


def is_same(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are equal with their types: `1`, `1.0` and `true` differ.

    Two that nest without end are taken to differ.
    """
    try:
        return _is_same(one, other)
    except RecursionError:
        return False


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(one == other) or (one != one and other != other)  # not-a-number is itself here


class _Finder:
    def __init__(self) -> None:
        self.changed: list[FieldPath] = []
        self.added: list[FieldPath] = []
        self.removed: dict[FieldPath, list[tuple[str | int, JsonValue]]] = {}

    def compare(self, path: FieldPath, filed: JsonValue, scratch: JsonValue) -> None:
        if filed is scratch:
            return
        if isinstance(filed, dict) and isinstance(scratch, dict):
            for name, value in scratch.items():
                if name in filed:
                    self.compare((*path, name), filed[name], value)
                else:
                    self.added.append((*path, name))
            gone = [(name, value) for name, value in filed.items() if name not in scratch]
            if gone:
                self.removed[path] = gone
        elif isinstance(filed, list) and isinstance(scratch, list):
            self._items(path, filed, scratch)
        elif not _is_same(filed, scratch):
            self.changed.append(path)

    def _items(
        self, path: FieldPath, filed: Sequence[JsonValue], scratch: Sequence[JsonValue]
    ) -> None:
        """Items at both ends that are the same stay out of it, so that one that came moves none."""
        least = min(len(filed), len(scratch))
        first = 0
        while first < least and _is_same(filed[first], scratch[first]):
            first += 1
        last = 0
        while last < least - first and _is_same(filed[-1 - last], scratch[-1 - last]):
            last += 1
        old, new = filed[first : len(filed) - last], scratch[first : len(scratch) - last]
        gone: list[tuple[str | int, JsonValue]] = []
        for before, until, begin, end in _apart(old, new):
            paired = min(until - before, end - begin)
            for step in range(paired):
                self.compare((*path, first + begin + step), old[before + step], new[begin + step])
            self.added += [(*path, first + at) for at in range(begin + paired, end)]
            gone += [(first + at, old[at]) for at in range(before + paired, until)]
        if gone:
            self.removed[path] = gone


def _apart(
    old: Sequence[JsonValue], new: Sequence[JsonValue]
) -> Iterator[tuple[int, int, int, int]]:
    """Where two lists differ: from one place of the old up to another, and the same of the new."""
    if len(old) + len(new) > ALIGNED:
        yield 0, len(old), 0, len(new)
        return
    matcher = SequenceMatcher(None, [*map(repr, old)], [*map(repr, new)], autojunk=False)
    for word, before, until, begin, end in matcher.get_opcodes():
        if word != "equal":
            yield before, until, begin, end
