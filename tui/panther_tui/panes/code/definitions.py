"""Where the names on a line of Python are defined. Reads text only; nothing is imported. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_WORD = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_IMPORT = re.compile(r"\s*(?:from\s+([\w.]+)\s+import\b|import\s+([\w.]+))")


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, class or module: in which file, and by which name there."""

    path: str
    name: str
    """Empty for the module as a whole."""


def find_definitions(
    text: str, line: int, path: str, modules: Sequence[str]
) -> Iterator[Definition]:
    """What the names on a line (1-based) of a file stand for, left to right.

    `modules` are paths of the globals it imports; only what they or the file itself define is
    found, for nothing else of a policy's is ours to show. Works in a file that does not parse.
    """
    lines = text.splitlines()
    if not 0 < line <= len(lines):
        return
    here = lines[line - 1]
    imported = _imports(text)
    by_module = {PurePosixPath(module).stem: module for module in modules}
    own = _defined(text)
    statement = _IMPORT.match(here)
    for word in _WORD.findall(here.partition("#")[0]):
        first, _, rest = word.partition(".")
        module, name = imported.get(first, ("", ""))
        target = by_module.get(module)
        if target is not None:
            yield Definition(target, name or rest.partition(".")[0])
        elif statement and first in by_module:
            yield Definition(by_module[first], "")
        elif first in own and own[first] != line:
            yield Definition(path, first)


def line_of_name(text: str, name: str) -> int:
    """The line on which a file defines a name; 1 if it does not."""
    return _defined(text).get(name, 1)


def _imports(text: str) -> dict[str, tuple[str, str]]:
    """By the name in the file: the module, and the name there (empty: the module itself)."""
    found: dict[str, tuple[str, str]] = {}
    for node in _nodes(text):
        if isinstance(node, ast.ImportFrom) and node.module:
            for it in node.names:
                found[it.asname or it.name] = (node.module, it.name)
        elif isinstance(node, ast.Import):
            for it in node.names:
                found[it.asname or it.name.partition(".")[0]] = (it.name, "")
    return found


def _defined(text: str) -> dict[str, int]:
    pattern = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*(?::[^=]+)?=[^=]")
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := pattern.match(line):
            found.setdefault(match[1] or match[2], number)
    return found


def _nodes(text: str) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        for line in text.splitlines():
            if _IMPORT.match(line):
                try:
                    yield from ast.walk(ast.parse(line.strip()))
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue
