"""Finds attributes that a resource does not have: a policy gets a dict, not a rule's event.

PAT 1.11.1 passes the spec's own mapping to `policy` and the alert functions. The methods that
panther_core adds to a rule's event (`deep_get`, `deep_walk`, `udm`) are missing there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from panther_engine.model import ALERT_FUNCTIONS, Diagnostic, Level
from panther_engine.reading.source.bindings import Bindings
from panther_engine.text.suggest import nearest_name

_OF_A_DICT = frozenset(dir(dict))
_METHODS = frozenset(name for name in _OF_A_DICT if not name.startswith("_"))
_IMPORTED = frozenset({"deep_get", "deep_walk"})
_ASKING = frozenset({"callable", "getattr", "hasattr", "isinstance", "issubclass", "type"})


def check_attributes(path: str, tree: ast.Module, bindings: Bindings) -> Iterator[Diagnostic]:
    """A warning for each attribute of the resource that surely is none of a dict's."""
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef)
            and (node.name == "policy" or node.name in ALERT_FUNCTIONS)
            and not node.decorator_list
            and len(bindings.of(node.name)) == 1
            and (arguments := [*node.args.posonlyargs, *node.args.args])
        ):
            yield from _check_function(path, node, arguments[0].arg)


def _check_function(path: str, function: ast.FunctionDef, name: str) -> Iterator[Diagnostic]:
    """Those of one function's argument, unless it may stand for something else by then."""
    found: list[ast.Attribute] = []
    bound = 0
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute) if owner == name:
                if attribute not in _OF_A_DICT:
                    found.append(node)
            case ast.Name(id=owner, ctx=ast.Store() | ast.Del()) if owner == name:
                return
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return
            case (
                ast.FunctionDef(name=own)
                | ast.AsyncFunctionDef(name=own)
                | ast.ClassDef(name=own)
                | ast.ExceptHandler(name=own)
                | ast.MatchAs(name=own)
                | ast.MatchStar(name=own)
                | ast.MatchMapping(rest=own)
            ) if own == name:
                return
            case ast.alias(name=whole, asname=own) if name in (whole.split(".")[0], own):
                return
            case ast.arg(arg=argument) if argument == name:
                bound += 1
            case ast.Call(func=ast.Name(id=asking)) if asking in _ASKING:
                return  # it may be asked first what it is
            case ast.Try(handlers=[_, *_]):
                return
    if bound > 1:  # a function inside takes another one of the name
        return
    for node in sorted(found, key=lambda one: (one.lineno, one.col_offset)):
        yield Diagnostic(
            path,
            node.lineno,
            node.col_offset,
            Level.WARNING,
            "no-such-attribute",
            f"a policy gets a plain dict, which has no `{node.attr}`: this line raises"
            " AttributeError when it runs",
            _hint(name, node.attr),
        )


def _hint(name: str, attribute: str) -> str:
    if attribute in _IMPORTED:
        return (
            f"only a rule's event has it: write `from panther_base_helpers import {attribute}` and"
            f" `{attribute}({name}, ...)`"
        )
    if attribute == "udm":
        return f"only a rule's event has it: read the field by its name, `{name}.get(...)`"
    if near := nearest_name(attribute, _METHODS):
        return f"did you mean `{name}.{near}`?"
    return f'a field is read as `{name}["{attribute}"]`'
