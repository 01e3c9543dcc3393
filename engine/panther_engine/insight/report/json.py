"""Renders insight as JSON. Keys are a contract: new ones are only added at the end."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

from panther_engine.events import Explained
from panther_engine.insight.trace.field import field_text
from panther_engine.model import JsonValue
from panther_engine.text.clean import replace_surrogates
from panther_engine.values.insight import Change, Condition, Flip, Operand

VERSION = 1
DEPTH_LIMIT = 200


def render_explained(
    root: str, python: str, explained: Sequence[Explained], policy_ids: Mapping[str, str]
) -> str:
    """What `explain` found, ending in a line break; `policy_ids` by spec."""
    return write(
        {
            "version": VERSION,
            "root": root,
            "python": python,
            "tests": [_test(one, policy_ids) for one in explained],
        }
    )


def write(document: Mapping[str, JsonValue]) -> str:
    """The document as text: plain ASCII, whatever a resource holds."""
    return json.dumps(_safe(document, 0), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _test(one: Explained, policy_ids: Mapping[str, str]) -> dict[str, JsonValue]:
    insight = one.insight
    deciding = insight.deciding
    return {
        "policy": policy_ids.get(insight.spec, ""),
        "spec": insight.spec,
        "test": insight.name,
        "line": insight.line,
        "expected": insight.expected,
        "verdict": insight.verdict.value,
        "same_as_plain": insight.same_as_plain,
        "deciding": None
        if deciding is None
        else {
            "path": deciding.place.path,
            "line": deciding.place.line,
            "column": deciding.place.column + 1,
            "kind": deciding.kind.value,
            "text": deciding.place.text,
        },
        "reason": insight.reason,
        "conditions": [_condition(step) for step in insight.conditions],
        "reads": [
            {"field": field_text(read.field), "kind": read.kind.value, "lines": list(read.lines)}
            for read in insight.reads
        ],
        "flips": [_flip(flip) for flip in one.flips or ()],
        "notes": list(insight.notes),
    }


def _condition(step: Condition) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "path": step.place.path,
        "line": step.place.line,
        "column": step.place.column + 1,
        "text": step.place.text,
        "value": step.value,
        "iteration": step.iteration,
        "operands": [_operand(operand) for operand in step.operands],
        "phrase": step.phrase,
        "decides": step.decides,
    }
    if step.loop is not None:
        found["loop"] = {
            "over": step.loop.over,
            "ran": step.loop.ran,
            "size": step.loop.size,
            "deciding": step.loop.deciding,
        }
    return found


def _operand(operand: Operand) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "text": operand.place.text,
        "value": operand.value,
        "field": None if operand.field is None else field_text(operand.field),
    }
    if operand.inside:
        found["inside"] = [_condition(step) for step in operand.inside]
    return found


def _flip(flip: Flip) -> dict[str, JsonValue]:
    return {
        "verdict": flip.verdict.value,
        "changes": [change_json(change) for change in flip.changes],
    }


def change_json(change: Change) -> dict[str, JsonValue]:
    """A change as every document has it."""
    return {
        "op": change.op,
        "field": field_text(change.field),
        "old": change.old,
        "new": change.new,
    }


def _safe(value: JsonValue, depth: int) -> JsonValue:
    """The value as JSON can hold it."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth >= DEPTH_LIMIT:
        return f"(nests more than {DEPTH_LIMIT} levels)"
    if isinstance(value, Mapping):
        return {replace_surrogates(str(key)): _safe(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(item, depth + 1) for item in value]
    return replace_surrogates(str(value))
