"""A field that a body cannot take as null: what stands for it then is written where it is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.model import FieldPath
from panther_engine.text.one_line import shorten

_ONCE_THROUGH = frozenset(
    {"all", "any", "enumerate", "frozenset", "len", "list", "set", "sorted", "sum", "tuple"}
)
_OF_TABLES = frozenset({"get", "items", "keys", "values"})
_WORDS = {"[]": "an empty list", "{}": "an empty table", '""': "an empty text"}


@dataclass(frozen=True, slots=True)
class Guarded:
    """The body with the guard."""

    after: bytes
    line: int
    """Where it is, 1-based."""
    said: str
    """What null counts as now."""


def guard_null(content: bytes, line: int, field: FieldPath) -> Guarded | Refusal:
    """The body in which null counts as empty where `line`, which raises, takes the field.

    A field that was put in a variable is guarded there. Refused where the line does something with
    it that nothing empty would survive, or where it is not clear which value is meant.
    """
    key = field[-1] if field else None
    shown = shorten(".".join(map(str, field)))
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return Refusal("the body is no Python that can be read", line)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    reads = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and isinstance(key, str) and _reads(node, key)
    ]
    found = [
        (node, use) for node in reads for use in _uses(node, parents) if _is_at(use, parents, line)
    ]
    if len(found) != 1:
        many = "more than one place" if found else "no place"
        return Refusal(
            f"line {line} takes `{shown}` from {many} that is understood", line,
            "write what null means there by hand",
        )  # fmt: skip
    node, use = found[0]
    made = _guard(content, node, use, parents)
    if made is None:
        return Refusal(
            f"what line {line} does with `{shown}` has no meaning for an empty value", line,
            "write what null means there by hand",
        )  # fmt: skip
    start, end, text, empty = made
    after = content[:start] + text + content[end:]
    try:
        ast.parse(after)
    except (SyntaxError, ValueError):
        return Refusal(f"the guard of `{shown}` would be no Python", line)
    return Guarded(after, node.lineno, f"`{shown}` that is null counts as {_WORDS[empty]} now")


def _reads(node: ast.AST, key: str) -> bool:
    """`x["key"]`, `x.get("key")` and `deep_get(x, …, "key")`."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=value), ctx=ast.Load()):
            return bool(value == key)
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=value), *_]):
            return bool(value == key)
        case ast.Call(func=ast.Name(id="deep_get"), args=[*_, ast.Constant(value=value)]):
            return bool(value == key)
    return False


def _uses(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.expr]:
    """The read itself, or where the variable is used that alone holds it."""
    holder = parents.get(node)
    match holder:
        case ast.Assign(targets=[ast.Name(id=name)]):
            pass
        case ast.AnnAssign(target=ast.Name(id=name)):
            pass
        case _:
            yield node
            return
    function: ast.AST = holder
    while not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
        function = parents[function]
    names = [it for it in ast.walk(function) if isinstance(it, ast.Name) and it.id == name]
    if sum(isinstance(it.ctx, ast.Store) for it in names) == 1:
        yield from (it for it in names if isinstance(it.ctx, ast.Load))


def _is_at(use: ast.expr, parents: dict[ast.AST, ast.AST], line: int) -> bool:
    """Whether a line is one of what takes the value; of a loop, one of the value."""
    taker = parents[use]
    whole = taker if isinstance(taker, ast.expr) else use
    return whole.lineno <= line <= (whole.end_lineno or whole.lineno)


def _guard(
    content: bytes, node: ast.expr, use: ast.expr, parents: dict[ast.AST, ast.AST]
) -> tuple[int, int, bytes, str] | None:
    """From where to where, what is written there, and what null counts as."""
    taker = parents[use]
    start, end = _span(content, node)
    source = content[start:end]
    empty = ""
    bare = node is not use
    match taker:
        case ast.For(iter=it) | ast.AsyncFor(iter=it) | ast.comprehension(iter=it) if it is use:
            empty, bare = "[]", True
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[it]) if it is use:
            empty = "[]"
        case ast.Call(func=ast.Name(id=name), args=[it, *_]) if it is use and name in _ONCE_THROUGH:
            empty, bare = "[]", True
        case ast.Attribute(value=it, attr=name) if it is use and name in _OF_TABLES:
            empty = "{}"
        case ast.Attribute(value=it, attr=name) if it is use and hasattr(str, name):
            empty = '""'
        case ast.Subscript(value=it, slice=ast.Constant(value=str()) as inner, ctx=ast.Load()) if (
            it is use and node is use
        ):  # no empty table has the key
            _, end = _span(content, taker)
            first, last = _span(content, inner)
            key = content[first:last]
            return start, end, b"(" + source + b" or {}).get(" + key + b")", "{}"
    if not empty:
        return None
    guarded = source + b" or " + empty.encode()
    return start, end, guarded if bare else b"(" + guarded + b")", empty


def _span(content: bytes, node: ast.expr) -> tuple[int, int]:
    """Where an expression stands in the bytes."""
    starts = [0]
    for one in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(one))
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    first, last = starts[node.lineno - 1], starts[node.end_lineno - 1]
    return first + node.col_offset, last + node.end_col_offset
