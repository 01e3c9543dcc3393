"""Collects the constants in a body, which are the values that its policy compares with."""

from __future__ import annotations

import ast
import warnings

from panther_engine.model import JsonValue

LONGEST = 80
LIMIT = 40


def literals_of(source: bytes) -> tuple[JsonValue, ...]:
    """Short texts and integers in the code, each once, in order; none if it cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found: dict[tuple[type, JsonValue], JsonValue] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documents:
            value = node.value
            if isinstance(value, bool) or not isinstance(value, str | int):
                continue
            if isinstance(value, str) and not 0 < len(value) < LONGEST:
                continue
            found.setdefault((type(value), value), value)
    return tuple(found.values())[:LIMIT]
