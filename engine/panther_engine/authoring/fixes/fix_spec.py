"""All fixes of one spec, one after the other, until none is left."""

from __future__ import annotations

from collections.abc import Iterator

from yaml.nodes import ScalarNode

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import SpecText, read_spec, start_of
from panther_engine.authoring.edits.steps import RefusedError
from panther_engine.authoring.fixes.fix import Done, Fix
from panther_engine.authoring.fixes.key_fixes import key_fixes
from panther_engine.authoring.fixes.value_fixes import value_fixes
from panther_engine.model import FieldPath

_MOST = 500
_CODES = frozenset(
    {
        "missing-key",
        "number-rewritten",
        "repeated-value",
        "unknown-key",
        "unknown-resource-type",
        "wrong-type",
        "wrong-value",
    }
)
"""Codes that there are fixes for."""


def fix_spec(
    content: bytes,
    path: str,
    codes: frozenset[str],
    bodies: frozenset[str] = frozenset(),
    *,
    only: bool = False,
) -> tuple[bytes, tuple[Done, ...]]:
    """The spec with what can be fixed of the faults that a check found, and what was done.

    `codes` are those of its diagnostics: without one that there is a fix for nothing is touched.
    With `only` no fault of another code is mended.
    What cannot be edited stays.
    """
    if not codes & _CODES:
        return content, ()
    done: list[Done] = []
    for _ in range(_MOST):
        for fix, line in _fixes(content, path, bodies):
            if only and fix.code not in codes:
                continue
            edited = apply_steps(content, path, fix.steps)
            if isinstance(edited, Edited) and edited.after != content:
                content = edited.after
                done.append(Done(path, line, fix.code, fix.said))
                break
        else:
            break
    return content, tuple(done)


def _fixes(content: bytes, path: str, bodies: frozenset[str]) -> Iterator[tuple[Fix, int]]:
    try:
        spec = read_spec(content, path)
    except RefusedError:
        return
    data = spec.data
    if not isinstance(data, dict) or data.get("AnalysisType") != "policy":
        return

    def written(place: FieldPath) -> str:
        try:
            node = spec.find(place)
        except RefusedError:
            return ""
        return str(node.value) if isinstance(node, ScalarNode) else ""

    for fix in (*key_fixes(data, path, bodies), *value_fixes(data, written)):
        yield fix, _line(spec, fix)


def _line(spec: SpecText, fix: Fix) -> int:
    path = fix.steps[0].path
    try:
        return spec.line_of(start_of(spec.find(path)))
    except RefusedError:
        return 1
