"""Finds names that are never defined: the line that reads one raises NameError.

pyflakes finds them. Running it on every source would make reading half as slow again, so it runs
only where the compiled code reads a global that the source never binds.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator
from dis import EXTENDED_ARG, opmap
from types import CodeType

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.source.bindings import Bindings
from panther_engine.text.suggest import nearest_name

_KNOWN = frozenset(dir(builtins)) | {
    "__annotations__", "__builtins__", "__cached__", "__file__", "__path__", "WindowsError",
    "PythonFinalizationError", "ExceptionGroup", "BaseExceptionGroup", "EncodingWarning",
    "aiter", "anext",
}  # fmt: skip
"""Names that a module finds without binding them, in some Python of ours."""
_EVALUATES_ANNOTATIONS = sys.version_info < (3, 14)
_OF_HELPERS = {
    "deep_get": "panther_base_helpers",
    "deep_walk": "panther_base_helpers",
    "is_ip_in_network": "panther_base_helpers",
    "listify": "panther_base_helpers",
    "pattern_match": "panther_base_helpers",
    "pattern_match_list": "panther_base_helpers",
    "resolve_timestamp_string": "panther_base_helpers",
    "resource_lookup": "panther_aws_helpers",
}
"""What panther-analysis defines in a global, and policies often use."""


def lacking_names(code: CodeType) -> frozenset[str]:
    """Names that a module's code reads as globals, and nothing in it binds as such."""
    read: set[str] = set()
    bound: set[str] = set()
    waiting = [code]
    while waiting:
        one = waiting.pop()
        own = frozenset(_named_by(one, "STORE_NAME"))
        read.update(_named_by(one, "LOAD_GLOBAL"))
        read.update(name for name in _named_by(one, "LOAD_NAME") if name not in own)
        bound.update(_named_by(one, "STORE_GLOBAL"), own if one is code else ())
        waiting += [inner for inner in one.co_consts if isinstance(inner, CodeType)]
    return frozenset(read - bound - _KNOWN)


def check_names(
    path: str, tree: ast.Module, lacking: frozenset[str], bindings: Bindings
) -> Iterator[Diagnostic]:
    """A warning for each of the lacking names that is surely read, at the first place.

    Nothing is said of sources that may bind names unseen, or that expect a NameError.
    """
    if not lacking or bindings.uncertain or _expects_it(tree):
        return
    evaluated = _evaluated_names(tree)
    told: set[str] = set()
    for name, place in _undefined(path, tree):
        if name in lacking and name not in told and (name, place) in evaluated:
            told.add(name)
            yield Diagnostic(
                path,
                *place,
                Level.WARNING,
                "undefined-name",
                f"`{name}` is not defined anywhere: this line raises NameError when it runs",
                _hint(name, bindings),
            )


def _named_by(code: CodeType, operation: str) -> Iterator[str]:
    """The names that the instructions of one kind have for their argument."""
    raw = code.co_code
    operations = raw[::2]
    wanted = opmap[operation]
    at = operations.find(wanted)
    while at >= 0:
        argument, place, factor = raw[2 * at + 1], at - 1, 256
        while place >= 0 and operations[place] == EXTENDED_ARG:
            argument += raw[2 * place + 1] * factor
            place, factor = place - 1, factor * 256
        yield code.co_names[argument >> 1 if operation == "LOAD_GLOBAL" else argument]
        at = operations.find(wanted, at + 1)


def _expects_it(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "NameError" for node in ast.walk(tree))


def _undefined(path: str, tree: ast.Module) -> Iterator[tuple[str, tuple[int, int]]]:
    """What pyflakes calls undefined, with line and column, in file order."""
    from pyflakes.checker import Checker  # few sources get here
    from pyflakes.messages import UndefinedName

    try:
        found = Checker(tree, path, builtins=_KNOWN).messages
    except RecursionError:
        return
    for message in sorted(found, key=lambda one: (one.lineno, one.col)):
        if isinstance(message, UndefinedName):
            yield str(message.message_args[0]), (int(message.lineno), int(message.col))


def _evaluated_names(tree: ast.Module) -> set[tuple[str, tuple[int, int]]]:
    """Names that are read when their line runs, which those in annotations need not be."""
    lazy = not _EVALUATES_ANNOTATIONS or _postpones(tree)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        for annotation in _unevaluated(node, lazy):
            skipped.update(id(inner) for inner in ast.walk(annotation))
    return {
        (node.id, (node.lineno, node.col_offset))
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in skipped
    }


def _unevaluated(node: ast.AST, lazy: bool) -> Iterator[ast.expr]:
    """The annotations of a node that are not evaluated, or not surely; all where they are lazy."""
    if lazy and isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
        yield node.annotation
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if lazy and node.returns is not None:
            yield node.returns
        for inner in ast.walk(node):
            if isinstance(inner, ast.AnnAssign):  # of a variable of the function
                yield inner.annotation


def _postpones(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )


def _hint(name: str, bindings: Bindings) -> str:
    if name in _OF_HELPERS:
        return f"write `from {_OF_HELPERS[name]} import {name}`"
    if name in sys.stdlib_module_names:
        return f"write `import {name}`"
    near = nearest_name(name, [*bindings.names, *_KNOWN])
    return f"did you mean `{near}`?" if near else "define it, or import it"
