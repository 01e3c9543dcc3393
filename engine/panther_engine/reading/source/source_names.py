"""Resolves what the names in a source refer to, as far as the source shows it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Mapping

from panther_engine.reading.source import harmless

EXCEPTIONS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
PLAIN = harmless.BUILTINS | EXCEPTIONS
CAREFUL = frozenset({"getattr", "hasattr", "isinstance", "issubclass", "super", "type"})
"""Builtins that are harmless in some calls only."""
FORBIDDEN = frozenset(vars(builtins)) - PLAIN - CAREFUL
_DUNDER_ATTRIBUTES = frozenset({"__doc__", "__name__", "__qualname__"})
_DUNDER_NAMES = frozenset(
    {
        "__all__", "__author__", "__doc__", "__file__", "__init__", "__name__", "__post_init__",
        "__repr__", "__str__", "__version__",
    }
)  # fmt: skip
"""Those that a source may bind: no other method of a class is called without being named."""
_NODES = frozenset(
    {
        "Add", "And", "AnnAssign", "Assert", "Assign", "Attribute", "AugAssign", "BinOp", "BitAnd",
        "BitOr", "BitXor", "BoolOp", "Break", "Call", "ClassDef", "Compare", "Constant", "Continue",
        "Del", "Delete", "Dict", "DictComp", "Div", "Eq", "ExceptHandler", "Expr", "FloorDiv",
        "For", "FormattedValue", "FunctionDef", "GeneratorExp", "Global", "Gt", "GtE", "If",
        "IfExp", "Import", "ImportFrom", "In", "Invert", "Is", "IsNot", "JoinedStr", "LShift",
        "Lambda", "List", "ListComp", "Load", "Lt", "LtE", "Match", "MatchAs", "MatchClass",
        "MatchMapping", "MatchOr", "MatchSequence", "MatchSingleton", "MatchStar", "MatchValue",
        "Mod", "Module", "Mult", "Name", "NamedExpr", "Nonlocal", "Not", "NotEq", "NotIn", "Or",
        "Pass", "Pow", "RShift", "Raise", "Return", "Set", "SetComp", "Slice", "Starred", "Store",
        "Sub", "Subscript", "Try", "TryStar", "Tuple", "UAdd", "USub", "UnaryOp", "While", "With",
        "Yield", "YieldFrom", "alias", "arg", "arguments", "comprehension", "keyword", "match_case",
        "withitem",
    }
)  # fmt: skip
_ROOTS = frozenset(name.partition(".")[0] for name in harmless.CALLABLES)


class ImpureError(Exception):
    """Something was met that is not known to be harmless."""


class SourceNames:
    """The names that one source binds and imports; raises ImpureError at what is not harmless."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._parts: dict[str, int] = {"collections.abc": 0}
        """Submodules that are surely there as attributes, and after which line."""
        self._imported: dict[str, set[tuple[str, bool]]] = {}
        """What a name may stand for: a dotted name, and whether it is surely a module."""
        self.bound: set[str] = set()
        self._fields: set[str] = set()
        """Attributes that classes of this source have."""
        for node in ast.walk(tree):
            self._collect(node)
        for name in self.bound & (CAREFUL | FORBIDDEN):
            raise ImpureError(name)

    def _collect(self, node: ast.AST) -> None:
        if type(node).__name__ not in _NODES:
            raise ImpureError(type(node).__name__)
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                self._bind(name)
            case ast.FunctionDef(name=name):
                self._bind(name)
            case ast.ClassDef(name=name, body=body):
                self._bind(name)
                self._fields.update(_names_bound_by(body))
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self._fields.add(name)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                self._bind(name)
            case ast.Import():
                self._collect_import(node)
            case ast.ImportFrom():
                self._collect_import_from(node)
            case ast.Call(
                func=ast.Name(id="namedtuple") | ast.Attribute(attr="namedtuple"),
                args=[_, fields, *_],
            ):
                for part in ast.walk(fields):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        self._fields.update(part.value.replace(",", " ").split())

    def _bind(self, name: str) -> None:
        if name.startswith("__") and name not in _DUNDER_NAMES:
            raise ImpureError(name)
        self.bound.add(name)

    def _collect_import(self, node: ast.Import) -> None:
        for alias in node.names:
            root, _, part = alias.name.partition(".")
            if part and alias.name not in harmless.CALLABLES:
                raise ImpureError(alias.name)
            if root in _ROOTS and alias.name not in harmless.CALLABLES:
                raise ImpureError(alias.name)
            if part and not alias.asname and node not in self._tree.body:
                raise ImpureError(alias.name)  # whether it is ever imported is not known
            if part and not alias.asname:
                self._parts.setdefault(alias.name, node.lineno)
            self._note(alias.asname or root, alias.name if alias.asname else root, True)

    def _collect_import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level or not module:
            raise ImpureError("a relative import")
        listed = module.partition(".")[0] in _ROOTS
        if not listed and "." in module:
            raise ImpureError(module)
        for alias in node.names:
            full = f"{module}.{alias.name}"
            if alias.name == "*" or (alias.name.startswith("_") and module != "__future__"):
                raise ImpureError(full)
            is_module = listed and full in harmless.CALLABLES
            if listed and module != "__future__" and not is_module and not _is_listed(full):
                raise ImpureError(full)
            self._note(alias.asname or alias.name, full, is_module)

    def _note(self, name: str, full: str, is_module: bool) -> None:
        if name.startswith("__") or name in CAREFUL | FORBIDDEN:
            raise ImpureError(name)
        self._imported.setdefault(name, set()).add((full, is_module))

    def chain_of(self, node: ast.AST) -> tuple[ast.Name, list[str]] | None:
        """An imported name and the attributes after it; None for anything else."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._imported:
            return None
        if not isinstance(node.ctx, ast.Load):
            return None
        return node, attributes[::-1]

    def meanings(self, name: ast.Name, attributes: list[str]) -> Iterable[str | None]:
        """What a chain may stand for: a listed name; None for a constant or a global's own."""
        for full, is_module in self._imported[name.id]:
            if full.partition(".")[0] in _ROOTS:
                yield self._listed_meaning(full, attributes, name.lineno)
                continue
            if is_module and not attributes:
                raise ImpureError(full)
            for place, attribute in enumerate(attributes):
                known = attribute in harmless.ATTRIBUTES or (is_module and place == 0)
                if not known or attribute.startswith("_"):
                    raise ImpureError(attribute)
            yield None

    def _listed_meaning(self, full: str, attributes: list[str], line: int) -> str | None:
        parts = [*full.split("."), *attributes]
        for end in range(len(parts), 0, -1):
            module = ".".join(parts[:end])
            if module in harmless.CALLABLES:
                break
        rest = parts[end:]
        is_part = len(module) > len(full)
        if not rest or (is_part and self._parts.get(module, line) >= line):
            raise ImpureError(module)
        constants = harmless.CONSTANTS.get(module, frozenset())
        for last in range(1, min(len(rest), 2) + 1):
            if ".".join(rest[:last]) in constants:
                for attribute in rest[last:]:
                    self.check_attribute(attribute)
                return None
        return f"{module}:{'.'.join(rest)}"

    def is_listed(self, name: str) -> bool:
        """Whether an imported name can only stand for what `engine.harmless` lists."""
        return all(full.partition(".")[0] in _ROOTS for full, _ in self._imported[name])

    def is_builtin(self, name: str, among: frozenset[str]) -> bool:
        """Whether a name is one of these builtins, and nothing in the source binds it anew."""
        return name in among and name not in self.bound and name not in self._imported

    def check_attribute(self, name: str) -> None:
        """Raise ImpureError at an attribute that may reach what others see."""
        if name in harmless.ATTRIBUTES or name in _DUNDER_ATTRIBUTES:
            return
        if name not in self._fields or name.startswith(("_", *harmless.REACHING_PREFIXES)):
            raise ImpureError(name)
        if name in harmless.REACHING:
            raise ImpureError(name)

    def is_imported(self, name: str) -> bool:
        """Whether an import statement of this source binds the name."""
        return name in self._imported


def lookup(full: str) -> Callable[[Mapping[str, frozenset[str]]], bool]:
    """Asks a table of `engine.harmless` for a name given as `module:name`."""
    module, _, name = full.partition(":")
    return lambda table: name in table.get(module, frozenset())


def _is_listed(full: str) -> bool:
    module, _, name = full.rpartition(".")
    tables = (harmless.CALLABLES, harmless.CONSTANTS, harmless.DECORATORS, harmless.BASES)
    return any(map(lookup(f"{module}:{name}"), tables))


def _names_bound_by(body: Iterable[ast.stmt]) -> Iterable[str]:
    """The attributes of a class with this body."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield target.id
