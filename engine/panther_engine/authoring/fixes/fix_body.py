"""A function of a body that was meant to be `policy`, renamed."""

from __future__ import annotations

import ast
import io
import tokenize

from panther_engine.authoring.fixes.fix import Done
from panther_engine.model import Diagnostic
from panther_engine.reading.check.body import check_body


def fix_body(content: bytes, path: str, found: Diagnostic) -> tuple[bytes, tuple[Done, ...]]:
    """The body with its misspelt `policy` renamed everywhere in it, and what was done.

    `found` is the diagnostic `no-policy`. Nothing is done if `policy` stands for anything else in
    the body, if it is not UTF-8, or if the result would still have no `policy`.
    """
    try:
        text = content.decode("utf-8")
        tree = ast.parse(text)
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline="").readline))
    except (ValueError, SyntaxError, tokenize.TokenError, RecursionError):
        return content, ()
    old = next(
        (
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.lineno == found.line
        ),
        "",
    )
    names = [one for one in tokens if one.type == tokenize.NAME]
    if found.hint != f"rename `{old}` to `policy`" or any(one.string == "policy" for one in names):
        return content, ()
    lines = io.StringIO(text, newline="").readlines()
    for token in reversed(names):
        row, column = token.start
        line = lines[row - 1]
        if token.string == old and not line[:column].rstrip().endswith("."):
            lines[row - 1] = line[:column] + "policy" + line[column + len(old) :]
    after = "".join(lines).encode("utf-8")
    if any(one.code == "no-policy" for one in check_body(path, after)):
        return content, ()
    return after, (Done(path, found.line, found.code, f"renamed `{old}` to `policy`"),)
