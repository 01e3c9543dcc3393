"""What of a body a test can replace, and what a replacement returns as people type it. Pure."""

from __future__ import annotations

import ast
import builtins
import json

from panther_engine.model import Diagnostic
from panther_engine.reading.check.compiling import parse_body
from panther_engine.reading.source.bindings import module_bindings

CALLED_BY_PANTHER = frozenset(
    {
        "policy", "title", "dedup", "description", "severity", "reference", "runbook",
        "destinations", "alert_context",
    }
)  # fmt: skip


def mockable_names(body: str) -> tuple[str, ...]:
    """Names at the top level of a body that a test can replace, those that it imports first."""
    parsed = parse_body("", body.encode("utf-8", "replace"))
    if isinstance(parsed, Diagnostic):
        return ()
    names = [
        (not isinstance(found[0], ast.Import | ast.ImportFrom | ast.alias), name)
        for name, found in module_bindings(parsed[0]).names.items()
        if name not in CALLED_BY_PANTHER and not name.startswith("__")
    ]
    return tuple(name for _, name in sorted(names))


def lacks_name(body: str, name: str) -> bool:
    """Whether a body surely has no such name, so that a test that replaces it errs."""
    parsed = parse_body("", body.encode("utf-8", "replace"))
    if isinstance(parsed, Diagnostic):
        return False
    bindings = module_bindings(parsed[0])
    return not (bindings.uncertain or bindings.of(name) or hasattr(builtins, name))


def read_return(typed: str) -> str | bool:
    """What a mock returns: `true` and `false`, a text in double quotes, or a text as it stands."""
    bare = typed.strip()
    if bare in ("true", "false"):
        return bare == "true"
    if bare.startswith('"'):
        try:
            value = json.loads(bare)
        except ValueError:
            return typed
        return value if isinstance(value, str) else typed
    return typed


def write_return(value: str | bool) -> str:
    """A text that `read_return` reads as this value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    plain = value == value.strip() and value.isprintable() and read_return(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)
