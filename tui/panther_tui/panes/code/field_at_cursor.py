"""Which fields of a resource are meant where the cursor is. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

_TEXT = re.compile(r"""(["'])(\w+)\1""")


def fields_in_code(line: str, known: Collection[str]) -> tuple[str, ...]:
    """The fields that a line of Python names in quotes, in their order, each once."""
    found = (match[2] for match in _TEXT.finditer(line))
    return tuple(dict.fromkeys(name for name in found if name in known))


def names_in_code(line: str) -> tuple[str, ...]:
    """All that could be names of fields: a subscript's text, or what `get` is asked for."""
    found = re.findall(r"""(?:\[|get\(\w*,?\s*)["'](\w+)["']""", line)
    return tuple(dict.fromkeys(found))
