"""What `y` and `Y` copy: the thing at the cursor, and where it is."""

from __future__ import annotations

import json

from panther_engine.model import JsonValue
from panther_tui.views.json_lines import Path


def value_text(value: JsonValue) -> str:
    """A value of a resource for another program: a text as it is, all else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, indent=2, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return repr(value)


def value_at(value: JsonValue, path: Path) -> JsonValue:
    """The value that a path leads to. Raises LookupError or TypeError if it leads nowhere."""
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


def access_path(path: Path) -> str:
    """A path as a body reads it: `resource["Owner"]["Tags"][0]`."""
    return "resource" + "".join(f"[{json.dumps(it) if isinstance(it, str) else it}]" for it in path)
