"""Parses and compiles a body, or reports why that is impossible."""

from __future__ import annotations

import ast
import warnings
from types import CodeType

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.source.syntax import parse_source
from panther_engine.text.conflict import CONFLICT_HINT, conflict_lines, say_conflict
from panther_engine.text.one_line import one_line, shorten


def parse_body(path: str, source: bytes) -> tuple[ast.Module, CodeType] | Diagnostic:
    """The body's tree and its code, or why there is none."""
    try:
        tree = parse_source(source)
    except _FAULTS as error:
        return _explain(path, source, error)
    code = compile_body(path, source, tree)
    return code if isinstance(code, Diagnostic) else (tree, code)


def compile_body(path: str, source: bytes, tree: ast.Module | None = None) -> CodeType | Diagnostic:
    """The code of a source, which may have been parsed already, or why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code: CodeType = compile(tree or source, path, "exec", dont_inherit=True)
        except _FAULTS as error:
            return _explain(path, source, error)
    return code


_FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)


def _explain(path: str, source: bytes, error: Exception) -> Diagnostic:
    if isinstance(error, SyntaxError):
        return _explain_syntax(path, error, conflict_lines(source))
    if isinstance(error, ValueError):
        return Diagnostic(
            path, 1, 0, Level.ERROR, "syntax-error", f"not Python: {one_line(str(error))}"
        )
    return _too_deep(path)


def _too_deep(path: str) -> Diagnostic:
    """No error: whether Python takes it depends on how deep it is called, so only a run tells."""
    return Diagnostic(
        path, 1, 0, Level.WARNING, "nested-too-deeply",
        "this nests too deep to be checked without running it",
        "split the longest expression, or unnest the deepest block",
    )  # fmt: skip


def _explain_syntax(path: str, error: SyntaxError, conflict: tuple[int, ...]) -> Diagnostic:
    if conflict:
        message = f"Python cannot read this: {say_conflict(conflict)}"
        return Diagnostic(
            path, conflict[0], 0, Level.ERROR, "syntax-error", message, CONFLICT_HINT
        )  # fmt: skip
    line = error.lineno or 1
    column = max((error.offset or 1) - 1, 0)
    text = (error.text or "").strip()
    problem = error.msg or "invalid syntax"
    message = f"Python cannot read this: {one_line(problem)}" + (
        f": {shorten(text)}" if text else ""
    )
    hint = "look at this line and at the one before it"
    if "encod" in problem or "utf-8" in problem.lower() or "null byte" in problem:
        hint = "save the file as UTF-8 text"
    elif "Missing parentheses in call to 'print'" in problem:
        hint = "this is Python 2; write print(...)"
    elif isinstance(error, (IndentationError, TabError)):
        hint = "indent with four spaces, and every line of a block alike"
    elif "never closed" in problem:
        hint = "close it"
    return Diagnostic(path, line, column, Level.ERROR, "syntax-error", message, hint)
