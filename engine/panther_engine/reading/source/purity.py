"""Decides whether a source leaves nothing behind in its process. Pure: text in, answer out.

It works from a list of what is harmless (`harmless`), never from a list of what is not: an unknown
construct, name or attribute makes the source impure.

The underlying rule: a source must never hold a value that others can see. It may call a library's
functions and classes, compare them and annotate with them, but not assign them, pass them on,
return them or reach into them. What they return is new or immutable. So the source can only change
what it made itself.

An unlisted module is taken for a global of the repository. That is imported afresh for each policy,
but may itself have imported something shared, so its names are held to nearly the same rules.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from panther_engine.reading.source import harmless
from panther_engine.reading.source.source_names import (
    EXCEPTIONS,
    PLAIN,
    ImpureError,
    SourceNames,
    lookup,
)
from panther_engine.reading.source.syntax import parse_source

_LOOKING = frozenset(
    {
        "all", "any", "bool", "dict", "enumerate", "filter", "frozenset", "len", "list", "map",
        "repr", "reversed", "set", "sorted", "str", "sum", "tuple", "zip",
    }
)  # fmt: skip
"""Builtins that only look into, or only call, the first thing that they are given."""
_ORDERING = frozenset({"max", "min", "sorted"})
"""Builtins that only call what they are given as `key`."""
_INITIALISERS = frozenset({"__init__", "__post_init__"})


def leaves_nothing(content: bytes) -> bool:
    """Whether a source surely changes nothing but what it made itself.

    That the unlisted modules it imports are the repository's globals is for the caller to see to.
    """
    try:
        tree = parse_source(content)
        _Reader(tree).read()
    except (SyntaxError, ValueError, RecursionError, MemoryError, ImpureError):
        return False
    return True


def is_harmless_module(name: str) -> bool:
    """Whether importing a (dotted) module, and using it as `leaves_nothing` allows, is harmless."""
    return name in harmless.CALLABLES


class _Reader:
    """Reads one source; raises ImpureError at the first thing that is not known to be harmless."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._names = SourceNames(tree)
        self._own = ""
        """Name of the object that the function around was called to initialise."""
        self._guarded = 0
        """How many `try` and `with` statements of the function are around."""

    def read(self) -> None:
        """Read all of it."""
        for statement in self._tree.body:
            self._visit(statement)

    def _visit(self, node: ast.AST) -> None:
        special = _SPECIAL.get(type(node))
        if special is not None:
            special(self, node)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child)

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self._visit(node)

    def _use(self, node: ast.expr, *tables: Mapping[str, frozenset[str]]) -> None:
        """Visit what is only called, compared or looked into: it may be imported."""
        chain = self._names.chain_of(node)
        if chain is None:
            self._visit(node)
            return
        for full in self._names.meanings(*chain):
            if full is not None and not any(map(lookup(full), tables or (harmless.CALLABLES,))):
                raise ImpureError(full)

    def _use_kinds(self, node: ast.expr | None) -> None:
        """Visit what is only asked whether something is of that kind."""
        match node:
            case None:
                pass
            case ast.Tuple(elts=parts):
                for part in parts:
                    self._use_kinds(part)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self._use_kinds(left)
                self._use_kinds(right)
            case ast.Call(func=ast.Name(id="type"), args=[ast.Constant(value=None)]):
                pass
            case _:
                self._use(node)

    def _name(self, node: ast.Name) -> None:
        name = node.id
        if not isinstance(node.ctx, ast.Load):
            return
        if self._names.is_imported(name):
            self._check_constant(node, [])
        elif name not in PLAIN and (name not in self._names.bound or name.startswith("__")):
            raise ImpureError(name)

    def _check_constant(self, name: ast.Name, attributes: list[str]) -> None:
        if not self._names.is_listed(name.id) or any(self._names.meanings(name, attributes)):
            raise ImpureError(name.id)

    def _attribute(self, node: ast.Attribute) -> None:
        chain = self._names.chain_of(node)
        if chain is not None:
            self._check_constant(*chain)
            return
        if isinstance(node.ctx, ast.Store):
            owner = node.value
            if not (self._own and isinstance(owner, ast.Name) and owner.id == self._own):
                raise ImpureError(node.attr)
            return
        if isinstance(node.ctx, ast.Del):
            raise ImpureError(node.attr)
        match node:
            case ast.Attribute(
                attr="__init__", value=ast.Call(func=ast.Name(id="super"), args=[], keywords=[])
            ):
                return
            case ast.Attribute(attr="__name__", value=ast.Call(func=ast.Name(id="type")) as call):
                self._type_call(call)
                return
            case ast.Attribute(attr="__name__", value=ast.Attribute(attr="__class__", value=owner)):
                self._visit(owner)
                return
        self._names.check_attribute(node.attr)
        match node.value:
            case ast.Call(func=ast.Name(id="super"), args=[], keywords=[]):
                pass
            case value:
                self._visit(value)

    def _type_call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(args=[value], keywords=[]) if not isinstance(value, ast.Starred):
                self._visit(value)
            case _:
                raise ImpureError("type")

    def _call(self, node: ast.Call) -> None:
        arguments = list(node.args)
        match node.func:
            case ast.Name(id="isinstance" | "issubclass"):
                if len(arguments) != 2:
                    raise ImpureError("isinstance")
                self._visit(arguments[0])
                self._use_kinds(arguments[1])
                return
            case ast.Name(id="getattr"):
                match arguments:
                    case [_, ast.Constant(value=str(name)), *_]:
                        self._names.check_attribute(name)
                    case _:
                        raise ImpureError("getattr")
            case ast.Name(id="hasattr"):
                pass
            case ast.Name(id=name) if arguments and self._names.is_builtin(name, _LOOKING):
                self._use(arguments.pop(0))
            case function:
                self._use(function)
        self._visit_all(arguments)
        ordering = isinstance(node.func, ast.Name) and self._names.is_builtin(
            node.func.id, _ORDERING
        )
        for keyword in node.keywords:
            if ordering and keyword.arg == "key":
                self._use(keyword.value)
            else:
                self._visit(keyword.value)

    def _compare(self, node: ast.Compare) -> None:
        for operand in (node.left, *node.comparators):
            match operand:
                case ast.Call(func=ast.Name(id="type")):
                    self._type_call(operand)
                case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                    for part in parts:
                        self._use(part)
                case _:
                    self._use(operand)

    def _operands(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._use(child)
            else:
                self._visit(child)

    def _tested(self, node: ast.If | ast.While | ast.IfExp) -> None:
        self._use(node.test)
        for name, value in ast.iter_fields(node):
            if name != "test":
                self._visit_all(value if isinstance(value, list) else [value])

    def _iterating(self, node: ast.For | ast.comprehension) -> None:
        self._use(node.iter)
        self._visit(node.target)
        if isinstance(node, ast.For):
            self._visit_all([*node.body, *node.orelse])
        else:
            self._visit_all(node.ifs)

    def _subscript(self, node: ast.Subscript) -> None:
        self._use(node.value, {})
        self._visit(node.slice)

    def _raise(self, node: ast.Raise) -> None:
        for part in (node.exc, node.cause):
            if part is not None:
                self._use(part)

    def _handler(self, node: ast.ExceptHandler) -> None:
        self._use_kinds(node.type)
        self._visit_all(node.body)

    def _guarded_block(self, node: ast.AST) -> None:
        self._guarded += 1
        for child in ast.iter_child_nodes(node):
            self._visit(child)
        self._guarded -= 1

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        """A generator that is never finished is closed at some time: nothing may happen then."""
        if self._guarded:
            raise ImpureError("yield")
        self._visit_all([node.value])

    def _annotation(self, node: ast.AST | None) -> None:
        match node:
            case None | ast.Constant():
                pass
            case ast.Name() | ast.Attribute():
                chain = self._names.chain_of(node)
                if chain is None:
                    self._visit(node)
                else:
                    tables = (harmless.CALLABLES, harmless.BASES)
                    for full in self._names.meanings(*chain):
                        if full is not None and not any(map(lookup(full), tables)):
                            raise ImpureError(full)
            case ast.Subscript(value=value, slice=inner):
                self._annotation(value)
                self._annotation(inner)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._annotation(part)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self._annotation(left)
                self._annotation(right)
            case _:
                raise ImpureError("an annotation")

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)
        self._visit_all([node.target, node.value])

    def _arguments(self, node: ast.arguments) -> None:
        starred = [one for one in (node.vararg, node.kwarg) if one]
        for argument in (*node.posonlyargs, *node.args, *node.kwonlyargs, *starred):
            self._annotation(argument.annotation)
        self._visit_all([*node.defaults, *node.kw_defaults])

    def _function(self, node: ast.FunctionDef, own: str = "") -> None:
        for decorator in node.decorator_list:
            self._decorator(decorator)
        self._arguments(node.args)
        self._annotation(node.returns)
        outer = self._own, self._guarded
        self._own, self._guarded = own, 0
        self._visit_all(node.body)
        self._own, self._guarded = outer

    def _lambda(self, node: ast.Lambda) -> None:
        self._arguments(node.args)
        outer, self._guarded = self._guarded, 0
        self._visit(node.body)
        self._guarded = outer

    def _decorator(self, node: ast.expr) -> None:
        match node:
            case ast.Call(func=function, args=arguments, keywords=keywords):
                self._visit_all(arguments)
                self._visit_all(keyword.value for keyword in keywords)
                self._use(function, harmless.DECORATORS)
            case _:
                self._use(node, harmless.DECORATORS)

    def _class(self, node: ast.ClassDef) -> None:
        if node.keywords:
            raise ImpureError("class")
        for decorator in node.decorator_list:
            self._decorator(decorator)
        for base in node.bases:
            chain = self._names.chain_of(base)
            if chain is not None and (
                not self._names.is_listed(chain[0].id) or None in list(self._names.meanings(*chain))
            ):
                raise ImpureError("class")
            if isinstance(base, ast.Name) and chain is None:
                if base.id not in self._names.bound | EXCEPTIONS | {"object"}:
                    raise ImpureError(base.id)
            elif chain is None:
                raise ImpureError("class")
            self._use(base, harmless.BASES)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef):
                self._function(statement, _own_name(statement))
            else:
                self._visit(statement)

    def _match_class(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            self._names.check_attribute(name)
        self._visit_all([node.cls, *node.patterns, *node.kwd_patterns])

    def _nothing(self, node: ast.AST) -> None:
        pass


_SPECIAL: Mapping[type[ast.AST], Callable[..., None]] = {
    ast.AnnAssign: _Reader._annotated,
    ast.Attribute: _Reader._attribute,
    ast.BinOp: _Reader._operands,
    ast.Call: _Reader._call,
    ast.ClassDef: _Reader._class,
    ast.Compare: _Reader._compare,
    ast.Constant: _Reader._nothing,
    ast.ExceptHandler: _Reader._handler,
    ast.For: _Reader._iterating,
    ast.FormattedValue: _Reader._operands,
    ast.FunctionDef: _Reader._function,
    ast.If: _Reader._tested,
    ast.IfExp: _Reader._tested,
    ast.Import: _Reader._nothing,
    ast.ImportFrom: _Reader._nothing,
    ast.Lambda: _Reader._lambda,
    ast.MatchClass: _Reader._match_class,
    ast.MatchValue: _Reader._operands,
    ast.Name: _Reader._name,
    ast.Raise: _Reader._raise,
    ast.Starred: _Reader._operands,
    ast.Subscript: _Reader._subscript,
    ast.Try: _Reader._guarded_block,
    ast.UnaryOp: _Reader._operands,
    ast.While: _Reader._tested,
    ast.With: _Reader._guarded_block,
    ast.Yield: _Reader._yield,
    ast.YieldFrom: _Reader._yield,
    ast.comprehension: _Reader._iterating,
}


def _own_name(function: ast.FunctionDef) -> str:
    """What a method that makes an object calls it, if the name can stand for nothing else."""
    if function.name not in _INITIALISERS or function.decorator_list or not function.args.args:
        return ""
    own = function.args.args[0].arg
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name == own:
                return ""
            case ast.arg(arg=name) if name == own and node is not function.args.args[0]:
                return ""
            case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
                if name == own:
                    return ""
            case ast.MatchMapping(rest=name) if name == own:
                return ""
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if name == own:
                return ""
            case ast.Global(names=names) | ast.Nonlocal(names=names) if own in names:
                return ""
            case ast.alias(name=name, asname=asname) if own in (name, asname):
                return ""
    return own
