"""Finds the names that a module defines when it is imported."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

_REFLECTION = frozenset(
    {
        "exec",
        "eval",
        "globals",
        "locals",
        "vars",
        "setattr",
        "__import__",
        "__dict__",
        "f_globals",
        "__builtins__",
    }
)
"""Whoever names one of these may bind names that the text does not show."""


@dataclass(slots=True)
class Bindings:
    """The names a module binds at its top level, and whether there may be others."""

    names: dict[str, list[ast.AST]] = field(default_factory=dict)
    uncertain: bool = False

    def of(self, name: str) -> list[ast.AST]:
        """What binds a name, in file order."""
        return self.names.get(name, [])

    def add(self, name: str, node: ast.AST) -> None:
        """Note that `node` binds a name."""
        self.names.setdefault(name, []).append(node)


def module_bindings(tree: ast.Module) -> Bindings:
    """The names that a module binds.

    Uncertain with star imports, a module `__getattr__`, or a word that can bind names unseen.
    """
    bindings = Bindings()
    for node in ast.walk(tree):
        named = (isinstance(node, ast.Name) and node.id in _REFLECTION) or (
            isinstance(node, ast.Attribute) and node.attr in _REFLECTION
        )
        if named or (isinstance(node, ast.alias) and node.name == "*"):
            bindings.uncertain = True
        if isinstance(node, ast.Attribute) and node.attr == "modules":
            bindings.uncertain = True  # sys.modules
        if isinstance(node, ast.Global):
            for name in node.names:
                bindings.add(name, node)
    _bind(tree.body, bindings)
    if "__getattr__" in bindings.names:
        bindings.uncertain = True
    return bindings


def _bind(statements: list[ast.stmt], bindings: Bindings) -> None:
    """Bind what top-level statements bind, in file order, however deep they nest."""
    waiting: list[tuple[ast.AST, ast.AST | None]] = [(one, None) for one in reversed(statements)]
    while waiting:
        node, owner = waiting.pop()
        inner = _bind_one(node, owner, bindings)
        plain = isinstance(node, (ast.Assign, ast.AnnAssign))
        for child in reversed(inner):
            # a target of a plain assignment is known by its value, one inside a tuple is not
            direct = plain and isinstance(child, ast.Name)
            waiting.append((child, node if direct else None))


def _bind_one(node: ast.AST, owner: ast.AST | None, bindings: Bindings) -> list[ast.AST]:
    """Bind what a node itself binds; gives the nodes in it that may bind more.

    `owner` is the statement that a target belongs to.
    """
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            bindings.add(node.name, node)
            return [*node.decorator_list, *_evaluated(node)]
        case ast.Lambda() | ast.AnnAssign(value=None):
            return []
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                bindings.add(alias.asname or alias.name.split(".")[0], node)
            return []
        case ast.Name(ctx=ast.Store()):
            bindings.add(node.id, owner or node)
            return []
        case ast.ExceptHandler() if node.name:
            bindings.add(node.name, node)
        case ast.MatchAs() | ast.MatchStar() if node.name:
            bindings.add(node.name, node)
        case ast.MatchMapping() if node.rest:
            bindings.add(node.rest, node)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for inner in ast.walk(node):  # only walrus targets leave a comprehension
                if isinstance(inner, ast.NamedExpr):
                    bindings.add(inner.target.id, inner)
            return []
    return list(ast.iter_child_nodes(node))


def _evaluated(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[ast.expr]:
    """The expressions of a definition that are evaluated in the module."""
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *(keyword.value for keyword in node.keywords)]
    return [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
