"""The alert that a test's resource would cause, with what the spec adds to it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from panther_engine.model import (
    ALERT_FUNCTIONS,
    FunctionResult,
    JsonValue,
    Policy,
    TestResult,
    Verdict,
)
from panther_tui.terminal.safe_text import printable, printable_lines
from panther_tui.views.line import Line

LABEL = 14
"""Cells for the name of a part."""

TEXT_LINES = 12
"""Lines of one part; a runbook can be a book."""

_NAMES = {"alert_context": "context"}


def alert_lines(result: TestResult) -> list[Line]:
    """What the alert functions said of this resource; empty if nothing but Panther's own dedup."""
    functions = result.functions
    known = [name for name in ALERT_FUNCTIONS if name in functions]
    sent = result.verdict is Verdict.FAIL
    if not sent and (not known or _is_default_alone(functions)):
        return []
    said = (name for name in known if not _is_default(name, functions[name]))
    return [line for name in said for line in _said(name, functions[name])]


def spec_lines(result: TestResult, policy: Policy) -> list[tuple[str, list[Line]]]:
    """The alert's other texts by name, which no function made: the same for every resource.

    Defaults as Panther has them: title DisplayName, then PolicyID; dedup the title, then
    `defaultDedupString:` and the ID; the others what the spec says.
    """
    defaults = dict(_defaults(result, policy))
    return [
        (_NAMES.get(name, name), _part(name, printable_lines(defaults[name]), "muted"))
        for name in ALERT_FUNCTIONS
        if defaults.get(name) and _is_default(name, result.functions.get(name))
    ]


def show_value(value: JsonValue) -> str:
    """A value in one line, as JSON where it can be."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return repr(value)


def _is_default_alone(functions: Mapping[str, FunctionResult]) -> bool:
    """Whether nothing is known but the dedup that Panther makes up by itself."""
    others = [name for name in ALERT_FUNCTIONS if name in functions and name != "dedup"]
    return not others and _is_default("dedup", functions.get("dedup"))


def _is_default(name: str, function: FunctionResult | None) -> bool:
    """Whether no function of the policy said it: for dedup Panther makes a text up by itself."""
    if function is None:
        return True
    output = function.output
    made_up = isinstance(output, str) and output.startswith("defaultDedupString:")
    return name == "dedup" and made_up


def _defaults(result: TestResult, policy: Policy) -> Iterator[tuple[str, str]]:
    title = result.functions.get("title")
    spoken = title.output if title is not None and title.error is None else None
    yield "title", policy.display_name or policy.id
    yield "description", policy.description
    yield "reference", policy.reference
    yield "severity", policy.severity
    yield "runbook", policy.runbook
    yield "destinations", ", ".join(policy.output_ids) or "those of the severity"
    yield (
        "dedup",
        spoken if isinstance(spoken, str) and spoken else f"defaultDedupString:{policy.id}",
    )


def _said(name: str, function: FunctionResult) -> list[Line]:
    if function.error:
        return _part(
            name, printable_lines(function.error), "muted" if function.matched else "error"
        )
    output = function.output
    if name == "alert_context" and isinstance(output, str):
        try:
            output = json.loads(output)
        except (ValueError, RecursionError):
            output = function.output
    if isinstance(output, dict) and output:
        width = max(len(str(key)) for key in output)
        shown = [f"{key!s:<{min(width, 24)}}  {show_value(it)}" for key, it in output.items()]
        return _part(name, [printable(text) for text in shown], "")
    if isinstance(output, str) and "\n" in output:
        return _part(name, printable_lines(output), "")
    return _part(name, [printable(show_value(output))], "")


def _part(name: str, texts: list[str], token: str) -> list[Line]:
    label = _NAMES.get(name, name)
    shown = texts[:TEXT_LINES]
    if len(texts) > TEXT_LINES:
        shown.append(f"… {len(texts) - TEXT_LINES} more lines")
    return [
        Line(
            ((text, token),),
            gutter=((f"       {label if place == 0 else '':<{LABEL}}", "muted"),),
        )
        for place, text in enumerate(shown or [""])
    ]
