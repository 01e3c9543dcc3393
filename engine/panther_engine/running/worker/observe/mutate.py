"""Small changes of a body, one at a time: what survives its tests is pinned down by none."""

import ast
import types
import warnings
from typing import Any, Dict, Iterator, List, NamedTuple, Set, Tuple

from ..semantics import FUNCTIONS
from .sites import OPERATORS

TURNED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
TEXT_LIMIT = 80
"""Longer texts are left alone: they are messages."""
READ = 400
"""Bytes of one line that are read for a text of which SHOWN characters are shown."""
SHOWN = 60


class Mutant(NamedTuple):
    """One change: the attribute `name` of `node` (or its item `at`) is `new` instead of `old`."""

    line: int
    column: int
    kind: str
    before: str
    after: str
    node: ast.AST
    name: str
    at: int
    """-1 if the attribute is no list."""
    old: Any
    new: Any


class Mutants:
    """The mutants of one body."""

    def __init__(self, path: str, source: bytes, everything: bool = False) -> None:
        """Find them: in what a verdict can depend on, or in `everything` that the module does."""
        self._path = path
        text = source.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        self._lines = text.encode("utf-8").split(b"\n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                tree: Any = compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
            except RecursionError:
                raise SyntaxError("nests too deep to be changed") from None
            self._tree = tree
        nodes = list(ast.iter_child_nodes(self._tree)) if everything else _judging(self._tree)
        self.all = [mutant for node in nodes for mutant in self._below(node)]

    def compile(self, mutant: Mutant) -> types.CodeType:
        """The body's code with this change. Raises RecursionError where it nests too deep."""
        _put(mutant, mutant.new)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code: types.CodeType = compile(self._tree, self._path, "exec", dont_inherit=True)
        finally:
            _put(mutant, mutant.old)
        return code

    def source_of(self, mutant: Mutant) -> str:
        """The body's source with this change, without comments and layout."""
        _put(mutant, mutant.new)
        try:
            return ast.unparse(self._tree)
        finally:
            _put(mutant, mutant.old)

    def _below(self, node: ast.AST) -> Iterator[Mutant]:
        """Mutants of a node and of what it holds, in the order of the source, however deep."""
        yield from self._of(node)
        waiting = [self._inside(node)]
        while waiting:
            for holder, name, at, item in waiting[-1]:
                yield from self._replacements(holder, name, at, item)
                yield from self._of(item)
                waiting.append(self._inside(item))
                break
            else:
                waiting.pop()

    def _inside(self, node: ast.AST) -> Iterator[Tuple[ast.AST, str, int, ast.AST]]:
        """What a node holds, with where: the node, the attribute and the place in a list."""
        for name, value in ast.iter_fields(node):
            if name in ("decorator_list", "annotation", "returns", "type_comment"):
                continue
            items = value if isinstance(value, list) else [value]
            for at, item in enumerate(items):
                if not isinstance(item, ast.AST) or isinstance(item, ast.JoinedStr):
                    continue
                if isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant):
                    continue  # a docstring
                place = at if isinstance(value, list) else -1
                yield node, name, place, item

    def _of(self, node: Any) -> Iterator[Mutant]:
        if isinstance(node, ast.Compare):
            left = node.left
            for at, (op, right) in enumerate(zip(node.ops, node.comparators)):  # noqa: B905 (3.9)
                turned = TURNED[type(op)]
                yield Mutant(
                    left.end_lineno or node.lineno,
                    left.end_col_offset or 0,
                    "comparison",
                    OPERATORS[type(op)],
                    OPERATORS[turned],
                    node,
                    "ops",
                    at,
                    op,
                    turned(),
                )
                left = right
        elif isinstance(node, ast.BoolOp):
            isand = isinstance(node.op, ast.And)
            words = ("and", "or") if isand else ("or", "and")
            other = ast.Or() if isand else ast.And()
            first = node.values[0]
            yield Mutant(
                first.end_lineno or node.lineno,
                first.end_col_offset or 0,
                "logic",
                *words,
                node,
                "op",
                -1,
                node.op,
                other,
            )
        elif isinstance(node, ast.If) and not isinstance(node.test, ast.Constant):
            yield self._replaced(
                "condition", node.test, node, "test", -1, ast.Constant(True), "True"
            )

    def _replacements(self, holder: ast.AST, name: str, at: int, item: Any) -> Iterator[Mutant]:
        if isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.Not):
            yield self._replaced(
                "not", item, holder, name, at, item.operand, self._source(item.operand)
            )
        elif isinstance(item, (ast.Break, ast.Continue)):
            yield self._replaced("jump", item, holder, name, at, ast.Pass(), "pass")
        elif isinstance(item, ast.Constant):
            value = item.value
            if isinstance(value, bool):
                yield self._constant("bool", item, holder, name, at, not value)
            elif isinstance(value, int):
                yield self._constant("number", item, holder, name, at, value + 1)
            elif isinstance(value, str) and 0 < len(value) < TEXT_LIMIT:
                yield self._constant("text", item, holder, name, at, value + "XX")

    def _constant(
        self, kind: str, item: ast.Constant, holder: ast.AST, name: str, at: int, value: Any
    ) -> Mutant:
        after = repr(value)
        if self._source(item).startswith('"') and after == f"'{value}'" and '"' not in after:
            after = f'"{value}"'
        return self._replaced(kind, item, holder, name, at, ast.Constant(value), after)

    def _replaced(
        self, kind: str, item: Any, holder: ast.AST, name: str, at: int, new: Any, after: str
    ) -> Mutant:
        if new is not getattr(item, "operand", None):
            ast.copy_location(new, item)
        return Mutant(
            item.lineno,
            item.col_offset,
            kind,
            self._source(item),
            after if len(after) <= SHOWN else after[: SHOWN - 1] + "…",
            holder,
            name,
            at,
            item,
            new,
        )

    def _source(self, node: ast.AST) -> str:
        """The node's text in one line, cut; of a long one no more is read than is shown."""
        first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", None) or 1
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None) or 0
        parts = []
        for number in range(first, min(last, first + SHOWN) + 1):
            line = self._lines[number - 1]
            begin = start if number == first else 0
            stop = end if number == last else len(line)
            parts.append(line[begin : min(stop, begin + READ)].decode("utf-8", "replace"))
        text = " ".join(" ".join(parts).split())
        return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _put(mutant: Mutant, value: Any) -> None:
    if mutant.at < 0:
        setattr(mutant.node, mutant.name, value)
    else:
        getattr(mutant.node, mutant.name)[mutant.at] = value


def _judging(tree: Any) -> List[ast.AST]:
    """What of a module a verdict can depend on: `policy`, and what it names, directly or not."""
    by_name: Dict[str, List[ast.AST]] = {}
    rest: List[ast.AST] = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            by_name.setdefault(node.name, []).append(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [one.id for one in targets if isinstance(one, ast.Name)]
            for name in named:
                by_name.setdefault(name, []).append(node)
            if not named:
                rest.append(node)
        elif not isinstance(node, (ast.Import, ast.ImportFrom, ast.Expr)):
            rest.append(node)
    queue: List[ast.AST] = [*by_name.get("policy", []), *rest]
    met: Set[int] = {id(node) for node in queue}
    for node in queue:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                for found in by_name.get(inner.id, []):
                    if id(found) not in met and inner.id not in FUNCTIONS:
                        met.add(id(found))
                        queue.append(found)
    return [node for node in tree.body if id(node) in met]
