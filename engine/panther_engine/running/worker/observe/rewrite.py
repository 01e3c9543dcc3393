"""Code that does what a file's does and tells on the way: every expression loaded, every statement.

An expression `E` becomes `VALUE(n, E)`, a statement is preceded by `MARK(n)`, a function begins
with `ENTER(n)`; `n` is the number of a site. Nothing is evaluated twice or in another order, and
positions are copied, so a traceback is the same to the column.

The three functions are constants of the code (`connect` puts them there), so no name is added that
`globals()`, `locals()` or `dir()` could show.
"""

import ast
import types
import warnings
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from .sites import FUNCTIONS, LEFT_ALONE, Sites

VALUE, MARK, ENTER = ("\0panther-tui value\0", "\0panther-tui mark\0", "\0panther-tui enter\0")
"""Stand in the compiled code for the functions."""
NOT_WRAPPED = (
    ast.Constant,
    ast.Starred,
    ast.Slice,
    ast.FormattedValue,
    ast.Lambda,
    ast.Dict,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.GeneratorExp,
)
LEFT_IN_STATEMENTS = frozenset({*LEFT_ALONE, "targets", "target", "optional_vars", "type", "names"})
LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Rewritten(NamedTuple):
    """A file's code that can be connected to a recorder."""

    code: types.CodeType
    sites: List[List[Any]]


def rewrite(path: str, content: bytes, coarse: bool = False) -> Rewritten:
    """Rewrite a file. Raises what `compile` raises, RecursionError for code that nests too deep.

    `coarse` leaves out loops and every function but `policy`: for policies of millions of steps.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the plain run says what there is to say of the source
        tree: Any = compile(content, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        sites = Sites()
        _Rewriter(sites, coarse).module(tree)
        code: types.CodeType = compile(tree, path, "exec", dont_inherit=True)
    return Rewritten(code, sites.table)


def connect(
    code: types.CodeType, value: Callable[..., Any], mark: Callable[..., Any], enter: Any
) -> types.CodeType:
    """The code with these functions in it; they take a site's number, `value` a value too."""
    functions = {VALUE: value, MARK: mark, ENTER: enter}

    def put(constant: Any) -> Any:
        if isinstance(constant, types.CodeType):
            return constant.replace(co_consts=tuple(map(put, constant.co_consts)))
        return functions.get(constant, constant) if isinstance(constant, str) else constant

    connected: types.CodeType = put(code)
    return connected


class _Rewriter:
    def __init__(self, sites: Sites, coarse: bool) -> None:
        self._sites = sites
        self._coarse = coarse
        self._quiet = False
        """Inside a loop of a coarse rewriting: only what returns tells."""

    def module(self, tree: ast.AST) -> None:
        """Rewrite the functions that a module or class defines, and nothing that it does itself."""
        for field, value in ast.iter_fields(tree):
            if isinstance(tree, ast.ClassDef) and field in LEFT_ALONE:
                continue
            for node in value if isinstance(value, list) else [value]:
                if isinstance(node, FUNCTIONS):
                    if self._coarse and getattr(node, "name", "") != "policy":
                        continue
                    self._sites.number(node, -1, "")
                    self._function(node)
                elif isinstance(node, ast.AST):
                    self.module(node)

    def _function(self, node: Any) -> None:
        number = self._sites.numbers[node]
        if isinstance(node, ast.Lambda):
            body = self._expression(node.body)
            entered = self._call(ENTER, number, node.body)
            nothing = ast.copy_location(ast.Constant(None), node.body)
            node.body = ast.copy_location(ast.IfExp(entered, body, nothing), node.body)
            return
        last = node.body[-1]
        documented = _is_docstring(node.body[0])
        body = self._block(node.body[documented:])
        if not isinstance(last, (ast.Return, ast.Raise)):
            fell = self._sites.add("Fell", number, "fell", last)
            body.append(self._mark(fell, last))
        first = self._statement(ENTER, number, node.body[0])
        node.body = [*node.body[:documented], first, *body]

    def _block(self, statements: List[Any]) -> List[Any]:
        out: List[Any] = []
        for statement in statements:
            if not self._quiet or isinstance(statement, (ast.Return, ast.Raise)):
                out.append(self._mark(self._sites.numbers[statement], statement))
            self._rewrite_statement(statement)
            out.append(statement)
        return out

    def _rewrite_statement(self, node: Any) -> None:
        if isinstance(node, ast.ClassDef):
            self._class(node)
            return
        if isinstance(node, FUNCTIONS):
            if not self._coarse:
                self._function(node)
            return
        quiet = self._quiet
        if isinstance(node, ast.Return):
            number = self._sites.numbers[node]
            if node.value is not None:
                returned = self._sites.add("Returned", number, "returned", node.value)
                value = self._expression(node.value)
                node.value = self._call(VALUE, returned, value, value)
            return
        if self._coarse and isinstance(node, LOOPS):
            if not quiet and isinstance(node, (ast.For, ast.AsyncFor)):
                node.iter = self._expression(node.iter)
            self._quiet = True
            node.body = self._block(node.body)
            self._quiet = quiet
            node.orelse = self._block(node.orelse)
            return
        self._fields(node)
        if isinstance(node, (ast.If, *LOOPS)) and not node.orelse and not quiet:
            other = self._sites.add("Else", self._sites.numbers[node], "else", node)
            node.orelse = [self._mark(other, node)]

    def _class(self, node: ast.ClassDef) -> None:
        """A class in a function: only its methods tell what they do."""
        for child in node.body:
            if isinstance(child, ast.ClassDef):
                self._class(child)
            elif isinstance(child, FUNCTIONS) and not self._coarse:
                self._function(child)

    def _fields(self, node: Any) -> None:
        for field, value in list(ast.iter_fields(node)):
            if isinstance(node, ast.stmt) and field in LEFT_IN_STATEMENTS:
                continue
            if isinstance(value, list):
                if value and isinstance(value[0], ast.stmt):
                    setattr(node, field, self._block(value))
                else:
                    setattr(node, field, [self._part(item) for item in value])
            elif isinstance(value, ast.AST):
                setattr(node, field, self._part(value))

    def _part(self, node: Any) -> Any:
        """An expression, or what holds expressions without being one: a handler, a case."""
        if isinstance(node, ast.expr):
            return self._expression(node)
        if isinstance(node, ast.comprehension):
            node.iter = self._expression(node.iter)
            node.ifs = [self._expression(one) for one in node.ifs]
        elif isinstance(node, ast.ExceptHandler):
            node.body = self._block(node.body)
        elif isinstance(node, ast.withitem):
            node.context_expr = self._expression(node.context_expr)
        elif isinstance(node, ast.keyword):
            node.value = self._expression(node.value)
        elif type(node).__name__ == "match_case":
            node.guard = self._expression(node.guard) if node.guard else None
            node.body = self._block(node.body)
        return node

    def _expression(self, node: Any) -> Any:
        if self._quiet:
            return node
        if isinstance(node, ast.Lambda):
            if not self._coarse:
                self._function(node)
            return node
        if self._coarse and isinstance(
            node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        ):
            first = node.generators[0]
            first.iter = self._expression(first.iter)
        elif isinstance(node, ast.Call):
            self._call_parts(node)
        elif isinstance(node, ast.FormattedValue):
            node.value = self._expression(node.value)
        elif type(node).__name__ in ("TemplateStr", "Interpolation"):
            return node
        elif isinstance(node, ast.NamedExpr):
            node.value = self._expression(node.value)
        else:
            self._fields(node)
        loaded = isinstance(getattr(node, "ctx", None), (ast.Load, type(None)))
        if not loaded or isinstance(node, NOT_WRAPPED):
            return node
        return self._call(VALUE, self._sites.numbers[node], node, node)

    def _call_parts(self, node: ast.Call) -> None:
        """The parts of a call, but not the name that is called: `super()` depends on it."""
        if isinstance(node.func, ast.Attribute):
            node.func.value = self._expression(node.func.value)
        elif not isinstance(node.func, ast.Name):
            node.func = self._expression(node.func)
        node.args = [self._expression(one) for one in node.args]
        node.keywords = [self._part(one) for one in node.keywords]

    def _mark(self, number: int, place: Any) -> ast.stmt:
        return self._statement(MARK, number, place)

    def _statement(self, which: str, number: int, place: Any) -> ast.stmt:
        return ast.copy_location(ast.Expr(self._call(which, number, place)), place)

    def _call(self, which: str, number: int, place: Any, value: Optional[Any] = None) -> Any:
        told = ast.copy_location(ast.Constant(which), place)
        arguments: List[Any] = [ast.copy_location(ast.Constant(number), place)]
        if value is not None:
            arguments.append(value)
        return ast.copy_location(ast.Call(told, arguments, []), place)


def _is_docstring(node: Any) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


class RewrittenFiles:
    """Files rewritten before; lives as long as the zygote that holds it."""

    def __init__(self) -> None:
        self._known: Dict[Tuple[str, bool], Tuple[bytes, Rewritten]] = {}

    def get(self, path: str, content: bytes, coarse: bool = False) -> Rewritten:
        """The file rewritten. Raises as `rewrite`, and SyntaxError where it nests too deep."""
        known = self._known.get((path, coarse))
        if known is None or known[0] != content:
            try:
                known = (content, rewrite(path, content, coarse))
            except RecursionError:
                raise SyntaxError("nests too deep to be observed") from None
            self._known[path, coarse] = known
        return known[1]
