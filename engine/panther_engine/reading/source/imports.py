"""Finds the modules that a source imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import field

from panther_engine.reading.source.syntax import parse_source
from panther_engine.values.frozen import dataclass

_DYNAMIC = re.compile(rb"import_module|__import__|\bexec\b|\beval\b|\brunpy\b|spec_from_file")
_IMPORT_LINE = re.compile(
    r"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([^#\n]+))", re.MULTILINE
)
_MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_IMPORTERS = frozenset({"import_module", "__import__"})
_UNKNOWABLE = frozenset({"exec", "eval", "run_path", "run_module", "spec_from_file_location"})


@dataclass(frozen=True, slots=True)
class Imports:
    """The modules that a source names, dotted where it does, and whether it could load others."""

    names: frozenset[str]
    unknown: bool = False
    """It imports or executes something whose name only a run can tell."""
    roots: tuple[str, ...] = field(init=False)
    """The top-level names, sorted."""

    def __post_init__(self) -> None:
        roots = {name.partition(".")[0] for name in self.names}
        object.__setattr__(self, "roots", tuple(sorted(roots)))


def imports_of(source: bytes) -> frozenset[str]:
    """Absolute names of the modules imported anywhere in the source, also inside functions.

    Dotted forms are kept, such as `policyuniverse.policy`. `importlib.import_module("x")` and
    `__import__("x")` count. Never raises: source that does not parse is searched line by line.
    """
    return read_imports(source).names


def read_imports(source: bytes) -> Imports:
    """As `imports_of`, and whether there may be more than can be read."""
    dynamic = _DYNAMIC.search(source) is not None
    try:
        tree = parse_source(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Imports(frozenset(_guess(source)), unknown=dynamic)
    names: set[str] = set()
    for statement in _statements(tree):
        if isinstance(statement, ast.Import):
            names.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            names.add(statement.module)
    if not dynamic:
        return Imports(frozenset(names))
    asked, unknown = _dynamic_imports(tree)
    return Imports(frozenset(names | asked), unknown)


def _dynamic_imports(tree: ast.Module) -> tuple[set[str], bool]:
    """Names given as constants to import functions, and whether anything else may be loaded."""
    names: set[str] = set()
    mentions = 0
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str(module)), *_],
            ) if name in _IMPORTERS:
                names.add(module)
                mentions -= 1
            case _:
                pass
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                mentions += name in _IMPORTERS or name in _UNKNOWABLE
            case _:
                pass
    return names, mentions > 0


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Every statement; imports are statements, so expressions need no visit."""
    stack: list[ast.stmt] = list(tree.body)
    while stack:
        statement = stack.pop()
        yield statement
        for name in ("body", "orelse", "finalbody"):
            stack += getattr(statement, name, ())
        for name in ("handlers", "cases"):
            for branch in getattr(statement, name, ()):
                stack += branch.body


def _guess(source: bytes) -> Iterator[str]:
    text = source.decode("utf-8", "replace")
    for from_module, modules in _IMPORT_LINE.findall(text):
        if from_module:
            yield from_module
        for part in modules.split(","):
            if found := _MODULE.match(part.strip()):
                yield found.group()
