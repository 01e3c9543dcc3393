"""Checks a policy's body without running it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field

from panther_engine.model import Diagnostic, Level, Policy
from panther_engine.reading.check.compiling import compile_body, parse_body
from panther_engine.reading.source.bindings import Bindings, module_bindings
from panther_engine.reading.source.dict_attributes import check_attributes
from panther_engine.reading.source.undefined_names import check_names, lacking_names
from panther_engine.text.one_line import shorten
from panther_engine.text.suggest import nearest_name

_RULE_WORDS = ("rule", "main", "check", "evaluate", "handler")


def check_body(path: str, source: bytes) -> tuple[Diagnostic, ...]:
    """Faults of a body: it cannot be compiled, has no `policy`, or one that cannot judge.

    An error only where the import would surely fail or leave no `policy`; what makes every test
    err is a warning, since PAT runs the tests then.
    """
    parsed = parse_body(path, source)
    if isinstance(parsed, Diagnostic):
        return (parsed,)
    tree, code = parsed
    bindings = module_bindings(tree)
    return (
        *_check_policy(path, tree, bindings),
        *check_names(path, tree, lacking_names(code), bindings),
        *check_attributes(path, tree, bindings),
    )


def check_helper(path: str, source: bytes) -> tuple[Diagnostic, ...]:
    """Faults of a global's body: it cannot be compiled, or reads names that nothing defines."""
    code = compile_body(path, source)
    if isinstance(code, Diagnostic):
        return (code,)
    lacking = lacking_names(code)
    parsed = parse_body(path, source) if lacking else None
    if parsed is None or isinstance(parsed, Diagnostic):
        return ()
    return tuple(check_names(path, parsed[0], lacking, module_bindings(parsed[0])))


def _check_policy(path: str, tree: ast.Module, bindings: Bindings) -> Sequence[Diagnostic]:
    found = bindings.of("policy")
    if not found:
        return () if bindings.uncertain else (_no_policy(path, tree, bindings),)
    if len(found) > 1 or bindings.uncertain:
        return ()
    return _check_policy_binding(path, found[0])


def check_mocks(policy: Policy, source: bytes) -> tuple[Diagnostic, ...]:
    """Warnings for mocks of names that the body surely lacks: such tests err.

    Builtins can be replaced too. Mocks of attributes (`a.b`) are reported with the spec.
    """
    if not any(test.mocks for test in policy.tests):
        return ()
    parsed = parse_body(policy.body, source)
    if isinstance(parsed, Diagnostic):
        return ()
    bindings = module_bindings(parsed[0])
    if bindings.uncertain:
        return ()
    known = set(bindings.names)
    allowed = {name for name in dir(builtins) if not name.startswith("_")}
    found = []
    for test in policy.tests:
        for name in dict.fromkeys(mock.object_name for mock in test.mocks):
            if name in known or name in allowed or "." in name or name.startswith("__"):
                continue
            near = nearest_name(name, sorted(known))
            found.append(
                Diagnostic(
                    policy.spec,
                    test.line,
                    0,
                    Level.WARNING,
                    "unknown-mock",
                    f"the test will err: {policy.body} has no `{shorten(name)}` to replace",
                    f"did you mean `{near}`?"
                    if near
                    else "name something that the body defines or imports",
                )
            )
    return tuple(found)


def _no_policy(path: str, tree: ast.Module, bindings: Bindings) -> Diagnostic:
    defined = {name: found[0] for name, found in bindings.names.items()}
    functions = [name for name, node in defined.items() if isinstance(node, ast.FunctionDef)]
    near = nearest_name("policy", functions)
    if not near:
        near = next((name for name in _RULE_WORDS if name in functions), "")
    message = "no `policy` is defined at the top level of the body"
    if near:
        node = defined[near]
        return Diagnostic(
            path, _line(node), _column(node), Level.ERROR, "no-policy", message,
            f"rename `{near}` to `policy`",
        )  # fmt: skip
    nested = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name == "policy"
        ),
        None,
    )
    if nested is not None:
        return Diagnostic(
            path, nested.lineno, nested.col_offset, Level.ERROR, "no-policy", message,
            "this one is inside a class or a function: move it out",
        )  # fmt: skip
    return Diagnostic(
        path, 1, 0, Level.ERROR, "no-policy", message,
        "add `def policy(resource):` that returns True for a compliant resource",
    )  # fmt: skip


def _check_policy_binding(path: str, node: ast.AST) -> list[Diagnostic]:
    if isinstance(node, ast.AsyncFunctionDef):
        return [
            _warn(path, node, "policy-is-async", "`policy` is async: it returns a coroutine",
                  "remove `async`")
        ]  # fmt: skip
    if isinstance(node, ast.ClassDef):
        if node.bases or node.keywords or node.decorator_list or _defines(node, "__new__"):
            return []
        return [
            _warn(path, node, "policy-not-a-function", "`policy` is a class: it gives no bool",
                  "make it a function")
        ]  # fmt: skip
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        value = node.value
        if isinstance(value, ast.Lambda):
            return _check_signature(path, node, value.args)
        if isinstance(value, (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.Set, ast.JoinedStr)):
            return [
                _warn(path, node, "policy-not-a-function", "`policy` cannot be called",
                      "make it a function")
            ]  # fmt: skip
        return []
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return []
    return _check_signature(path, node, node.args) + _check_returns(path, node)


def _check_signature(path: str, node: ast.AST, args: ast.arguments) -> list[Diagnostic]:
    positional = [*args.posonlyargs, *args.args]
    needed = len(positional) - len(args.defaults)
    required = [
        arg.arg
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if not default
    ]
    if needed > 1:
        what = f"`policy` asks for {needed} arguments; it is called with one, the resource"
    elif not positional and args.vararg is None:
        what = "`policy` takes no argument; it is called with one, the resource"
    elif required:
        what = f"`policy` asks for `{required[0]}` by name; it is called with the resource only"
    else:
        return []
    return [_warn(path, node, "wrong-signature", what, "write `def policy(resource):`")]


@dataclass(slots=True)
class _Returns:
    """The returns and yields of one function, without those of functions inside it."""

    values: list[ast.expr | None] = field(default_factory=list)
    yields: bool = False
    leaves: bool = False


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _returns_of(function: ast.FunctionDef) -> _Returns:
    seen = _Returns()
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SCOPES):
            continue
        if isinstance(node, ast.Return):
            seen.values.append(node.value)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            seen.yields = True
        elif isinstance(node, ast.Raise):
            seen.leaves = True
        waiting.extend(ast.iter_child_nodes(node))
    return seen


def _check_returns(path: str, node: ast.FunctionDef) -> list[Diagnostic]:
    seen = _returns_of(node)
    if seen.yields:
        return [
            _warn(path, node, "policy-is-generator", "`policy` yields: it returns a generator",
                  "return True or False")
        ]  # fmt: skip
    values = [value for value in seen.values if not _is_none(value)]
    if values or seen.leaves:
        return []
    return [
        _warn(path, node, "returns-nothing", "`policy` never returns True or False",
              "end it with `return True`")
    ]  # fmt: skip


def _defines(node: ast.ClassDef, name: str) -> bool:
    return any(isinstance(one, ast.FunctionDef) and one.name == name for one in node.body)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _warn(path: str, node: ast.AST, code: str, message: str, hint: str) -> Diagnostic:
    what = f"every test will err: {message}"
    return Diagnostic(path, _line(node), _column(node), Level.WARNING, code, what, hint)


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 1))


def _column(node: ast.AST) -> int:
    return int(getattr(node, "col_offset", 0))
