"""The named steps of mappings: small changes of a value, none of which knows any source.

Panther's documents have null where a source has an empty list, an empty map or no key, at every
depth: Go's structs have all their members, and its encoder for DynamoDB writes what is empty as
null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import unquote

from panther_engine.model import JsonValue
from panther_engine.scan.mapping.mapping import Path, Step
from panther_engine.text.strict_json import decode as decode_json

DECODED = 3
"""Times that a text is decoded: some sources have JSON as text in JSON as text."""
JSON_START = ("{", "[", '"')


class UnmappableError(ValueError):
    """A value is not what the mapping says; the text says what it is."""


def apply_steps(value: JsonValue, steps: Iterable[Step]) -> JsonValue:
    """The value after these steps. Raises UnmappableError."""
    for step in steps:
        value = STEPS[step.name](value, step.argument)
    return value


def fill_nulls(value: JsonValue, nulls: Mapping[Path, tuple[str, ...]]) -> JsonValue:
    """The value with the keys that maps at these paths always have."""
    for path, keys in nulls.items():
        for found in _maps_at(value, path):
            for key in keys:
                found.setdefault(key, None)
    return value


def _maps_at(value: JsonValue, path: Path) -> Iterable[dict[str, JsonValue]]:
    if isinstance(value, list):
        for one in value:
            yield from _maps_at(one, path)
    elif isinstance(value, dict):
        if path:
            yield from _maps_at(value.get(path[0]), path[1:])
        else:
            yield value


def decode(value: JsonValue, _: JsonValue = None) -> JsonValue:
    """JSON text decoded; anything else as it is."""
    for _ in range(DECODED):
        if not isinstance(value, str) or not value.lstrip().startswith(JSON_START):
            break
        try:
            value = decode_json(value)
        except ValueError as error:
            raise UnmappableError(f"text that is no JSON: {error}") from error
    return value


def empty_to_null(value: JsonValue, _: JsonValue = None) -> JsonValue:
    """Empty lists and maps as null, at every depth."""
    if isinstance(value, dict):
        return {key: empty_to_null(one) for key, one in value.items()} or None
    if isinstance(value, list):
        return [empty_to_null(one) for one in value] or None
    return value


def pascal(value: JsonValue, _: JsonValue = None) -> JsonValue:
    """Keys with a capital at their beginning, at every depth."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(one) for key, one in value.items()}
    if isinstance(value, list):
        return [pascal(one) for one in value]
    return value


def _rename(value: JsonValue, names: JsonValue) -> JsonValue:
    """Keys by other names, at every depth."""
    if isinstance(value, dict):
        new = names if isinstance(names, dict) else {}
        return {str(new.get(key, key)): _rename(one, names) for key, one in value.items()}
    return [_rename(one, names) for one in value] if isinstance(value, list) else value


def _drop(value: JsonValue, names: JsonValue) -> JsonValue:
    """Without these keys, at every depth."""
    if isinstance(value, dict):
        gone = names if isinstance(names, list) else [names]
        return {key: _drop(one, names) for key, one in value.items() if key not in gone}
    return [_drop(one, names) for one in value] if isinstance(value, list) else value


def _prefer(value: JsonValue, names: JsonValue) -> JsonValue:
    """`{a: b}`: what stands under `b` takes the place of `a`, at every depth."""
    if isinstance(value, dict):
        changed = {key: _prefer(one, names) for key, one in value.items()}
        for name, better in (names if isinstance(names, dict) else {}).items():
            if (found := changed.pop(str(better), None)) is not None:
                changed[name] = found
        return changed
    return [_prefer(one, names) for one in value] if isinstance(value, list) else value


def _wrap(value: JsonValue, names: JsonValue) -> JsonValue:
    """`{a: b}`: a text that is, or is in the list, under `a` becomes the map `{b: text}`."""
    if isinstance(value, dict):
        keys = names if isinstance(names, dict) else {}
        return {
            key: _wrapped(one, str(keys[key])) if key in keys else _wrap(one, names)
            for key, one in value.items()
        }
    return [_wrap(one, names) for one in value] if isinstance(value, list) else value


def _wrapped(value: JsonValue, key: str) -> JsonValue:
    if isinstance(value, list):
        return [_wrapped(one, key) for one in value]
    return {key: value} if isinstance(value, str) else value


def _values(value: JsonValue, by: JsonValue) -> JsonValue:
    """Texts, true and false by others, at every depth."""
    if isinstance(value, dict):
        return {key: _values(one, by) for key, one in value.items()}
    if isinstance(value, list):
        return [_values(one, by) for one in value]
    name = str(value).lower() if isinstance(value, bool) else value
    return by.get(name, value) if isinstance(by, dict) and isinstance(name, str) else value


def _first(value: JsonValue, having: JsonValue) -> JsonValue:
    """Of a list the first that has these values; null if none has."""
    wanted = having if isinstance(having, dict) else {}
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and all(one.get(key) == it for key, it in wanted.items()):
            return one
    return None


def _at(value: JsonValue, key: JsonValue) -> JsonValue:
    """What stands under a key; of a list, of each of its maps. What is no map stays."""
    if isinstance(value, dict):
        return value.get(str(key))
    return [_at(one, key) for one in value] if isinstance(value, list) else value


def _by(value: JsonValue, keys: JsonValue) -> JsonValue:
    """`[a, b]`: a list of maps as one map, from what stands under `a` to what under `b`."""
    name, held = map(str, keys) if isinstance(keys, list) and len(keys) == 2 else ("", "")
    pairs = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return {str(one.get(name)): one.get(held) for one in pairs}


def _need(value: JsonValue, key: JsonValue) -> JsonValue:
    """Null unless something stands under this key."""
    return value if isinstance(value, dict) and value.get(str(key)) is not None else None


def _url(value: JsonValue, _: JsonValue) -> JsonValue:
    """Texts without `%7B` and the like; those of a map and a list too."""
    if isinstance(value, dict):
        return {key: _url(one, None) for key, one in value.items()}
    if isinstance(value, list):
        return [_url(one, None) for one in value]
    return unquote(value) if isinstance(value, str) and value.startswith("%") else value


def _text(value: JsonValue, _: JsonValue) -> JsonValue:
    """A map or list as JSON text."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def _tags(value: JsonValue, _: JsonValue) -> JsonValue:
    """A list of `{key, value}` as one map; a map stays."""
    if not isinstance(value, list):
        return value
    names = [
        {str(key).lower(): it for key, it in one.items()} for one in value if isinstance(one, dict)
    ]
    return {str(one["key"]): one.get("value") for one in names if "key" in one}


def _time(value: JsonValue, names: JsonValue) -> JsonValue:
    """A moment as Go writes it: UTC, and no zeros after its last digit. Numbers are Unix times.

    With names of keys the moments under these, at every depth.
    """
    if isinstance(names, list):
        if isinstance(value, dict):
            return {
                key: _time(one, None) if key in names else _time(one, names)
                for key, one in value.items()
            }
        return [_time(one, names) for one in value] if isinstance(value, list) else value
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float):
            moment = datetime.fromtimestamp(value, UTC)
        else:
            moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except (ValueError, OverflowError, OSError) as error:
        raise UnmappableError(f"`{str(value)[:40]}` is no moment") from error
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    fraction = f".{moment.microsecond:06}".rstrip("0").rstrip(".")
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


STEPS: Mapping[str, Callable[[JsonValue, JsonValue], JsonValue]] = {
    "at": _at,
    "by": _by,
    "drop": _drop,
    "empty_to_null": empty_to_null,
    "first": _first,
    "json": decode,
    "need": _need,
    "pascal": pascal,
    "prefer": _prefer,
    "rename": _rename,
    "tags": _tags,
    "text": _text,
    "time": _time,
    "url": _url,
    "values": _values,
    "wrap": _wrap,
}
"""By the names that mappings use."""
