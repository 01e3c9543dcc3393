"""Decides whether a source keeps no state between calls of its functions. Pure, like `purity`.

It is asked only of sources that are pure (`purity`). State could only live in the module itself, so
the module may hold undecorated functions, classes without state, and constants. A list, set or dict
of plain values is allowed if it is only read.
"""

from __future__ import annotations

import ast

from panther_engine.reading.source.purity import is_harmless_module, leaves_nothing
from panther_engine.reading.source.syntax import parse_source

_LOOKING = frozenset(
    {
        "all", "any", "bool", "dict", "enumerate", "frozenset", "len", "list", "repr", "set",
        "sorted", "str", "sum", "tuple",
    }
)  # fmt: skip
"""Builtins that keep nothing of the first thing that they are given."""
_READING = frozenset(
    {
        "copy", "count", "difference", "get", "index", "intersection", "isdisjoint", "issubset",
        "issuperset", "items", "join", "keys", "symmetric_difference", "union", "values",
    }
)  # fmt: skip
"""Methods of lists, sets and dicts that change nothing and return none of it but plain values."""
_MAKES_PLAIN = frozenset({"compile", "ip_address", "ip_network", "timedelta"})
"""Functions of libraries whose results cannot change."""
_MAKES_TEXT = frozenset({"bool", "float", "int", "len", "repr", "str"})
"""Builtins whose results cannot change, whatever they are given."""
_MAKES_HELD = frozenset({"dict", "list", "set", "sorted"})


def keeps_nothing(content: bytes) -> bool:
    """Whether a source is pure, and no call of its functions can see that there was one before."""
    if not leaves_nothing(content):
        return False
    try:
        tree = parse_source(content)
        reader = _Reader()
        for statement in tree.body:
            reader.define(statement)
        for statement in tree.body:
            reader.check(statement)
    except (SyntaxError, ValueError, RecursionError, MemoryError, _KeepsError):
        return False
    return True


class _KeepsError(Exception):
    """Something was met that could remember."""


class _Reader:
    """Reads one source; raises _KeepsError at the first thing that could remember."""

    def __init__(self) -> None:
        self._libraries: dict[str, str] = {}
        """What was imported from libraries: the last part of its name, by the name it has here."""
        self._modules: set[str] = set()
        """Globals that were imported whole."""
        self._plain: set[str] = set()
        """Module constants that cannot change."""
        self._held: set[str] = set()
        """What could be changed, and is only looked into."""
        self._defined: set[str] = set()

    def define(self, statement: ast.stmt) -> None:
        """Take in what a statement of the module makes."""
        match statement:
            case ast.Import(names=aliases):
                for alias in aliases:
                    name = alias.asname or alias.name.partition(".")[0]
                    if is_harmless_module(alias.name):
                        self._libraries[name] = alias.name
                    else:
                        self._modules.add(name)
            case ast.ImportFrom(names=aliases, module=str(module)):
                for alias in aliases:
                    name = alias.asname or alias.name
                    if is_harmless_module(module):
                        self._libraries[name] = alias.name
                    else:
                        self._held.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                self._defined.add(name)
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                self._take(name, value)
            case _:
                raise _KeepsError

    def _take(self, name: str, value: ast.expr) -> None:
        if any(isinstance(node, ast.NamedExpr) for node in ast.walk(value)):
            raise _KeepsError
        if self._is_plain(value):
            self._plain.add(name)
        elif self._is_held(value):
            self._held.add(name)
        else:
            raise _KeepsError

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether a value cannot change."""
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return name in self._plain and name not in self._held
            case ast.Attribute(value=ast.Name(id=name)):
                return name in self._libraries  # a pure source holds nothing but its constants
            case ast.Tuple(elts=parts) | ast.JoinedStr(values=parts):
                return all(map(self._is_plain, parts))
            case ast.FormattedValue(value=value, format_spec=None) | ast.UnaryOp(operand=value):
                return self._is_plain(value)
            case ast.BinOp(left=left, right=right):
                return self._is_plain(left) and self._is_plain(right)
            case ast.Call(func=ast.Name(id="frozenset"), args=[value], keywords=[]):
                return self._is_builtin("frozenset") and (
                    self._is_plain(value) or self._is_held(value)
                )
            case ast.Call(func=ast.Name(id=name)) if name in _MAKES_TEXT:
                return self._is_builtin(name)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                if self._libraries.get(name) not in _MAKES_PLAIN or name in self._defined:
                    return False
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr=function),
                args=arguments,
                keywords=keywords,
            ):
                if name not in self._libraries or function not in _MAKES_PLAIN:
                    return False
            case _:
                return False
        return all(map(self._is_plain, (*arguments, *(one.value for one in keywords))))

    def _is_held(self, node: ast.expr) -> bool:
        """Whether a value is a container of values that cannot change."""
        match node:
            case ast.List(elts=parts) | ast.Set(elts=parts):
                return all(map(self._is_plain, parts))
            case ast.Dict(keys=keys, values=values):
                return all(key is not None and self._is_plain(key) for key in keys) and all(
                    map(self._is_plain, values)
                )
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                made = name in _MAKES_HELD and self._is_builtin(name) and len(arguments) < 2
                return made and all(self._is_plain(it) or self._is_held(it) for it in arguments)
        return False

    def _is_builtin(self, name: str) -> bool:
        taken = (self._libraries, self._modules, self._plain, self._held, self._defined)
        return not any(name in names for names in taken)

    def check(self, node: ast.AST) -> None:
        """Look for what could remember in a statement or an expression."""
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                if name in self._held or name in self._modules:
                    raise _KeepsError
            case ast.Global() | ast.Nonlocal():
                raise _KeepsError
            case ast.FunctionDef(decorator_list=[_, *_]) | ast.ClassDef(decorator_list=[_, *_]):
                raise _KeepsError
            case ast.arguments(defaults=defaults, kw_defaults=keywords):
                if not all(map(self._is_plain, (*defaults, *filter(None, keywords)))):
                    raise _KeepsError
            case ast.ClassDef(body=body):
                self._check_class(body)
            case ast.Call():
                self._check_call(node)
            case ast.Subscript(value=value, slice=inner, ctx=ast.Load()):
                self._look(value)
                self.check(inner)
            case (
                ast.Compare()
                | ast.BinOp()
                | ast.FormattedValue()
                | ast.Starred()
                | ast.Raise()
                | ast.ExceptHandler()
                | ast.If()
                | ast.While()
                | ast.UnaryOp()
                | ast.Dict()
            ):
                self._look_inside(node)
            case ast.For(iter=value, target=target, body=body, orelse=otherwise):
                self._look(value)
                for child in (target, *body, *otherwise):
                    self.check(child)
            case ast.comprehension(iter=value, target=target, ifs=conditions):
                self._look(value)
                for child in (target, *conditions):
                    self.check(child)
            case ast.arg() | ast.Import() | ast.ImportFrom():
                pass  # annotations keep nothing
            case ast.AnnAssign(target=target, value=value):
                self.check(target)
                if value is not None:
                    self.check(value)
            case ast.Assign(targets=[ast.Name()], value=value) if self._is_held(value):
                pass
            case _:
                for child in ast.iter_child_nodes(node):
                    self.check(child)

    def _check_class(self, body: list[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                    if not self._is_plain(value):
                        raise _KeepsError
                case ast.FunctionDef() | ast.AnnAssign() | ast.Pass():
                    self.check(statement)
                case ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    raise _KeepsError

    def _check_call(self, node: ast.Call) -> None:
        arguments = list(node.args)
        match node.func:
            case ast.Name(id=name):
                if name in _LOOKING and self._is_builtin(name) and arguments:
                    self._look(arguments.pop(0))
            case ast.Attribute(value=ast.Name(id=name)) if name in self._modules:
                pass
            case ast.Attribute(value=value, attr=name) if name in _READING:
                self._look(value)
                if name not in ("get", "index", "count"):
                    while arguments:
                        self._look(arguments.pop())
            case function:
                self.check(function)
        for argument in (*arguments, *(keyword.value for keyword in node.keywords)):
            self.check(argument)

    def _look(self, node: ast.AST) -> None:
        """Check what is only looked into."""
        if not isinstance(node, ast.Name):
            self.check(node)
        elif node.id in self._modules:
            raise _KeepsError

    def _look_inside(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._look(child)
