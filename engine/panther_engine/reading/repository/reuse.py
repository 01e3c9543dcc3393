"""Code that can leave nothing behind in its process, so that the next policy may run in the same.

A process of its own costs a policy 8 ms of processor time, five times what its tests take. Where
somebody waits for one policy that is nothing; in a run of hundreds it is most of the time.

What is tame is decided from the source, and strictly: it imports nothing but what is listed here
and globals that are tame too, and it changes nothing that it did not make. Whatever is not surely
tame is not. A test that does not pass is run again in a process of its own all the same.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from panther_engine.reading.repository.dependencies import reach_of
from panther_engine.reading.source.syntax import parse_source

if TYPE_CHECKING:
    from panther_engine.reading.repository.repository import Repository

HARMLESS = frozenset(
    {
        "__future__", "abc", "base64", "binascii", "bisect", "calendar", "collections", "copy",
        "dataclasses", "dateutil", "datetime", "difflib", "enum", "fnmatch", "functools", "hashlib",
        "heapq", "html", "ipaddress", "itertools", "json", "math", "numbers", "operator",
        "policyuniverse", "re", "statistics", "string", "textwrap", "time", "typing",
        "unicodedata", "urllib.parse", "uuid", "zoneinfo",
    }
)  # fmt: skip
"""Modules whose functions change nothing that others see."""

_POWERFUL = frozenset(
    {
        "__builtins__", "__import__", "__loader__", "__spec__", "breakpoint", "compile", "delattr",
        "eval", "exec", "globals", "input", "locals", "open", "setattr", "vars",
    }
)  # fmt: skip
"""Names with which code can reach what it does not name."""

_CHANGING = frozenset(
    {
        "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "register",
        "remove", "reverse", "setdefault", "sort", "update",
    }
)  # fmt: skip
"""Methods that change what they are called on."""

_KNOWN_DUNDERS = frozenset({"__class__", "__doc__", "__file__", "__init__", "__name__"})


def is_tame(repository: Repository, spec: str) -> bool:
    """Whether a policy's body and all globals that it can import leave nothing behind."""
    reach = reach_of(repository, spec)
    policy = repository.policies[spec]
    foreign = (name for name in reach.modules if name.partition(".")[0] not in repository.globals)
    if reach.unknown or not all(map(_is_harmless, foreign)):
        return False
    sources = repository.memory.sources
    paths = (policy.body, *(repository.globals[name].body for name in reach.globals))
    files = (repository.files.get(path) for path in paths)
    return all(source is not None and sources.is_tame(source) for source in files)


def leaves_nothing(content: bytes) -> bool:
    """Whether a source changes nothing but what it made itself, whatever it imports."""
    tree = _parse(content)
    if tree is None:
        return False
    nodes = list(ast.walk(tree))
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return not any(_may_leave_something(node, imported) for node in nodes)


def keeps_nothing(content: bytes) -> bool:
    """Whether no call of a tame source's functions can see that there was another call before."""
    tree = _parse(content)
    if tree is None:
        return False
    shared = {
        name
        for statement in tree.body
        for node in ast.walk(statement)
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)
        for name in ([node.id] if isinstance(node, ast.Name) else [])
    }
    return not any(
        _may_remember(node) or _may_leave_something(node, shared) for node in ast.walk(tree)
    )


def _parse(content: bytes) -> ast.Module | None:
    try:
        return parse_source(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_harmless(name: str) -> bool:
    return name in HARMLESS or name.partition(".")[0] in HARMLESS


def _may_remember(node: ast.AST) -> bool:
    match node:
        case ast.Global() | ast.ClassDef() | ast.Yield() | ast.YieldFrom() | ast.GeneratorExp():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return "cache" in name
        case ast.arguments(defaults=defaults, kw_defaults=keywords):
            return bool(defaults or any(keywords))
    return False


def _may_leave_something(node: ast.AST, imported: set[str]) -> bool:
    match node:
        case ast.ImportFrom(level=level, names=names):
            return level > 0 or any(alias.name == "*" for alias in names)
        case ast.Name(id=name):
            return name in _POWERFUL
        case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del(), value=owner):
            return not (isinstance(owner, ast.Name) and owner.id == "self")
        case ast.Attribute(attr=name):
            return name.startswith("__") and name not in _KNOWN_DUNDERS
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=owner):
            return _root(owner) in imported
        case ast.Call(func=ast.Attribute(attr=name, value=owner)):
            return name in _CHANGING and _root(owner) in imported
    return False


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes, items and calls begins with."""
    while True:
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner):
                node = inner
            case ast.Name(id=name):
                return name
            case _:
                return ""
