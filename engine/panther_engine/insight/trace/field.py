"""Fields of a resource: their paths, how paths are written, and the value at a path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from panther_engine.model import FieldPath, JsonValue

_PLAIN = re.compile(r"[^\W\d]\w*")


def field_text(path: FieldPath) -> str:
    """`$.A.B[0]["a b"]`."""
    return "$" + "".join(_step(key) for key in path)


def field_name(path: FieldPath) -> str:
    """The field as sentences name it: `A.B[0]`; `the resource` for all of it."""
    text = field_text(path)[1:].removeprefix(".")
    return text or "the resource"


def look_up(resource: JsonValue, path: FieldPath) -> tuple[bool, JsonValue]:
    """Whether there is such a field, and what it holds."""
    value = resource
    for key in path:
        if isinstance(value, list):
            if not isinstance(key, int) or not -len(value) <= key < len(value):
                return False, None
            value = value[key]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return False, None
    return True, value


def paths_below(resource: JsonValue, path: FieldPath) -> Iterator[FieldPath]:
    """A field and those below it, those near the top first; of many the first."""
    _, value = look_up(resource, path)
    queue = [(path, value)]
    for at, one in queue:
        if at:
            yield at
        if isinstance(one, dict):
            queue += [((*at, key), item) for key, item in one.items() if isinstance(key, str | int)]
        elif isinstance(one, list):
            queue += [((*at, key), item) for key, item in enumerate(one)]
        if len(queue) > 200:
            return


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"
