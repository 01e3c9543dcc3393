"""The report as one JSON document, which is a contract with other programs: see docs/reports.md.

The document is valid JSON in plain ASCII whatever a policy returned: values that JSON cannot
express are written as text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping

from panther_engine.model import (
    ALERT_FUNCTIONS,
    Diagnostic,
    Failure,
    FunctionResult,
    JsonValue,
    Level,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestResult,
)
from panther_engine.reading.selection.notes import Note
from panther_engine.report.tally import count, findings_of
from panther_engine.report.text.findings import column_of
from panther_engine.running.jobs.report import RunReport
from panther_engine.text.clean import replace_surrogates

VERSION = 2
"""Raised when a key is removed or changes its meaning; new keys do not raise it.

2: `column` counts from 1, as `line` does and as the other formats do; in 1 it counted from 0.
"""

DEPTH_LIMIT = 200
"""Deeper values are written as text; a program that reads the document may recurse less than we."""

_FUNCTION_ORDER = ("policy", *ALERT_FUNCTIONS)


def render_json(report: RunReport) -> str:
    """The report as a JSON document, ending in a line break."""
    tally = count(report)
    statuses = (Status.PASSED, Status.FAILED, Status.INVALID, Status.UNTESTED, Status.SKIPPED)
    return _write(
        {
            "version": VERSION,
            "root": report.root,
            "python": report.python,
            "generation": report.generation,
            "policies": [_policy(policy, result) for policy, result in report.policies],
            "diagnostics": [_diagnostic(found) for found in report.diagnostics],
            "summary": {
                "policies": {status.value: tally.policies[status] for status in statuses},
                "tests": {
                    outcome.value: tally.tests[outcome]
                    for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED)
                },
                "seconds": round(report.seconds, 3),
            },
            "notes": [_note(note) for note in report.all_notes],
        }
    )


def render_findings_json(
    root: str, policies: int, found: Iterable[Diagnostic], notes: Iterable[Note] = ()
) -> str:
    """What `check` found as a JSON document, ending in a line break.

    Args:
        root: absolute path of the repository.
        policies: how many were checked.
        found: all diagnostics, those of policies too.
        notes: what was left out.
    """
    findings = list(found)
    return _write(
        {
            "version": VERSION,
            "root": root,
            "diagnostics": [_diagnostic(one) for one in findings],
            "summary": {
                "policies": policies,
                "errors": sum(one.severity is Level.ERROR for one in findings),
                "warnings": sum(one.severity is Level.WARNING for one in findings),
                "infos": sum(one.severity is Level.INFO for one in findings),
            },
            "notes": [_note(note) for note in notes],
        }
    )


def _write(document: Mapping[str, JsonValue]) -> str:
    return json.dumps(_safe(document, 0), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _policy(policy: Policy, result: PolicyResult) -> dict[str, JsonValue]:
    return {
        "id": policy.id,
        "spec": policy.spec,
        "body": policy.body,
        "enabled": policy.enabled,
        "severity": policy.severity,
        "resource_types": policy.resource_types,
        "status": result.status.value,
        "diagnostics": [_diagnostic(found) for found in findings_of(policy, result)],
        "tests": [_test(test) for test in result.results],
    }


def _diagnostic(found: Diagnostic) -> dict[str, JsonValue]:
    return {
        "path": found.path,
        "line": found.line,
        "column": column_of(found),
        "severity": found.severity.value,
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
    }


def _note(note: Note) -> dict[str, JsonValue]:
    return {"code": note.code, "message": note.message, "paths": note.paths}


def _test(test: TestResult) -> dict[str, JsonValue]:
    return {
        "name": test.name,
        "line": test.line,
        "expected": test.expected,
        "verdict": test.verdict.value,
        "outcome": test.outcome.value,
        "duration_ms": round(test.duration_ms, 3),
        "functions": {
            name: _function(test.functions[name])
            for name in _FUNCTION_ORDER
            if name in test.functions
        },
        "error": _failure(test.error) if test.error else None,
        "output": test.output,
    }


def _function(function: FunctionResult) -> dict[str, JsonValue]:
    return {
        "output": function.output,
        "error": function.error,
        "matched": function.matched,
    }


def _failure(failure: Failure) -> dict[str, JsonValue]:
    return {
        "type": failure.type,
        "message": failure.message,
        "path": failure.path,
        "line": failure.line,
        "frames": [
            {
                "path": frame.path,
                "line": frame.line,
                "function": frame.function,
                "source": frame.source,
            }
            for frame in failure.frames
        ],
    }


def _safe(value: JsonValue, depth: int) -> JsonValue:
    """The value with everything that JSON cannot hold as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, int):
        # Python refuses to write very long integers in decimal
        return value if value.bit_length() <= 10_000 else hex(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else _not_finite(value)
    if depth >= DEPTH_LIMIT:
        return "…"
    if isinstance(value, Mapping):
        return {_key(key): _safe(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_safe(item, depth + 1) for item in value]
    return replace_surrogates(str(value))


def _key(key: object) -> str:
    """A key as JSON's own writer spells it."""
    if isinstance(key, str):
        return replace_surrogates(key)
    if key is None or isinstance(key, (bool, float)):
        spelt = _safe(key, 0)
        return spelt if isinstance(spelt, str) else json.dumps(spelt)
    return str(_safe(key, 0))


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
