"""The places of a file that an observer can speak of: its statements and expressions, numbered.

A site is a list that JSON can hold, so that whoever explains a run needs no parser of this
Python's version:

`[line, column, end_line, end_column, kind, parent, role, extra]`

Lines are 1-based, columns count bytes from 0, `kind` is the name of the node's class, `parent` the
number of the site that holds it or -1, `role` where in the parent it stands (`test`, `values.1`,
`generators.0.iter`, `body.2`). `extra` depends on the kind; see `_extra`.
"""

import ast
import sys
from typing import Any, Dict, List, Tuple

LINE, COLUMN, END_LINE, END_COLUMN, KIND, PARENT, ROLE, EXTRA = range(8)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
OPERATORS = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
LEFT_ALONE = frozenset(
    {"decorator_list", "annotation", "returns", "type_params", "type_comment", "bases", "keywords"}
)
"""Fields of definitions that are part of the module's set-up and not of a run."""


class Sites:
    """Numbers the nodes of one file that lie in functions; pseudo-sites stand for what has none."""

    def __init__(self) -> None:
        self.table: List[List[Any]] = []
        self.numbers: Dict[ast.AST, int] = {}

    def add(self, kind: str, parent: int, role: str, place: Any, extra: Any = None) -> int:
        """A site at the place of a node; returns its number."""
        self.table.append(
            [
                place.lineno,
                place.col_offset,
                place.end_lineno,
                place.end_col_offset,
                kind,
                parent,
                role,
                extra,
            ]
        )
        return len(self.table) - 1

    def number(self, node: ast.AST, parent: int, role: str, place: Any = None) -> None:
        """Number a node and all below it."""
        if isinstance(node, (ast.expr, ast.stmt)):
            found = self.add(type(node).__name__, parent, role, place or node, _extra(node))
            self.numbers[node] = found
            parent, role = found, ""
            if isinstance(node, ast.JoinedStr) and sys.version_info < (3, 12):
                place = node  # parts of f-strings had no places of their own
        for field, value in ast.iter_fields(node):
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and field in LEFT_ALONE:
                continue
            prefix = f"{role}.{field}" if role else field
            if isinstance(value, ast.AST):
                self.number(value, parent, prefix, place)
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.AST):
                        self.number(item, parent, f"{prefix}.{index}", place)


def _extra(node: ast.AST) -> Any:
    """What else must be known of a node, as JSON."""
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Name):
        return [node.id, type(node.ctx).__name__]
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Compare):
        return [OPERATORS[type(op)] for op in node.ops]
    if isinstance(node, ast.BoolOp):
        return "and" if isinstance(node.op, ast.And) else "or"
    if isinstance(node, (ast.UnaryOp, ast.BinOp, ast.AugAssign)):
        return type(node.op).__name__
    if isinstance(node, (ast.Call, ast.ClassDef)):
        return [keyword.arg for keyword in node.keywords]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [node.name, *_parameters(node.args)]
    if isinstance(node, ast.Lambda):
        return ["<lambda>", *_parameters(node.args)]
    return None


def _constant(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return [value[:300] if isinstance(value, str) else value]
    if isinstance(value, int):
        return [value] if value.bit_length() < 64 else None
    if isinstance(value, float):
        return [value] if value == value and abs(value) != float("inf") else None
    return None


def _parameters(arguments: ast.arguments) -> Tuple[str, ...]:
    return tuple(one.arg for one in [*arguments.posonlyargs, *arguments.args])
