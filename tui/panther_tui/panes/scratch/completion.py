"""What can stand in a field, as the policy's other tests and the catalogue have it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from panther_engine.model import FieldPath, JsonValue
from panther_tui.panes.scratch.typed import offered_text

MOST = 40
"""Names or values that are offered."""
LOOKED_AT = 200
"""Values of other tests that are looked at for each step of a path."""
LONGEST = 200
"""Characters of a value that is offered."""
_EMPTY = {"string": '""', "timestamp": '""', "int": "0", "bool": "false", "list": "[]", "map": "{}"}


def names_for(
    path: FieldPath, resource: JsonValue, others: Iterable[JsonValue], types: Sequence[str]
) -> list[str]:
    """Names of keys that the object at a path has not, those that other tests have first."""
    holders = list(similar((resource,), path))[:1]
    here = set(holders[0]) if holders and isinstance(holders[0], dict) else set()
    beside = path[:-1] if path and isinstance(path[-1], int) else None
    seen: Counter[str] = Counter()
    everywhere = list(similar(others, path))
    if beside is not None:  # items of one list are alike
        everywhere += [it for lst in similar((resource,), beside) for it in _items(lst)]
    for holder in everywhere:
        if isinstance(holder, dict):
            seen.update(name for name in holder if isinstance(name, str))
    found = [name for name, _ in seen.most_common()]
    found += [name for type_ in types for name in _catalogued(type_, path)]
    return [name for name in dict.fromkeys(found) if name not in here][:MOST]


def values_for(path: FieldPath, old: JsonValue, others: Iterable[JsonValue]) -> list[str]:
    """What other tests have in a field, as JSON, the most frequent first, without `old`."""
    texts = Counter(offered_text(value) for value in similar(others, path))
    if isinstance(old, bool):
        texts[offered_text(not old)] += 0
    now = offered_text(old)
    found = [text for text, _ in texts.most_common() if text != now and len(text) <= LONGEST]
    if not isinstance(old, dict | list) and old is not None and "null" not in found:
        found.append("null")
    return found[:MOST]


def first_value(
    path: FieldPath, resource: JsonValue, others: Iterable[JsonValue], types: Sequence[str]
) -> str:
    """What to offer for a key or item that is new: as other tests have it, else something empty."""
    held = list(similar((resource,), path[:-1]))[:1]
    if isinstance(path[-1], int) and held and (items := _items(held[0])):
        return offered_text(items[-1])
    texts = Counter(offered_text(value) for value in similar(others, path))
    for text, _ in texts.most_common():
        if len(text) <= LONGEST:
            return text
    if len(path) == 1:
        from panther_engine import fields_of  # the catalogue waits until somebody types

        for type_ in types:
            field = fields_of(type_).get(str(path[0]))
            if field is not None:
                return _EMPTY.get(field.type, "null")
    return '""' if isinstance(path[-1], int) else "null"


def similar(resources: Iterable[JsonValue], path: FieldPath) -> Iterator[JsonValue]:
    """What resources have at a path, in any item of the lists on the way."""
    level = list(resources)
    for step in path:
        below: list[JsonValue] = []
        for value in level:
            if isinstance(step, int) and isinstance(value, list):
                below += value[: LOOKED_AT - len(below)]
            elif isinstance(value, dict) and step in value:
                below.append(value[step])
            if len(below) >= LOOKED_AT:
                break
        level = below
    yield from level


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _catalogued(type_: str, path: FieldPath) -> Iterable[str]:
    """Names that the catalogue knows for the object at a path."""
    from panther_engine import fields_of

    fields = fields_of(type_)
    if not path:
        return sorted(fields, key=lambda name: fields[name].common)
    field = fields.get(str(path[0]))
    one_down = len(path) == 1 or (len(path) == 2 and isinstance(path[1], int))
    return field.keys if field is not None and one_down else ()
