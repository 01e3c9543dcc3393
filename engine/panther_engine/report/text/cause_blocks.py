"""Prints a shared cause once, with the first policy that fails because of it."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import Policy
from panther_engine.report.text.failures import raised_at
from panther_engine.report.text.findings import finding_block, hint_lines
from panther_engine.report.text.frame import ReadSource
from panther_engine.report.text.paint import DOT, FAIL_MARK, Paint
from panther_engine.report.text.words import count_of, reason_of
from panther_engine.text.clean import clean_line
from panther_engine.values.causes import Casualty, Cause

NAMED = 3
"""So many tests or policies are named; the rest is counted."""


def cause_block(
    cause: Cause, policies: Mapping[str, Policy], paint: Paint, read: ReadSource
) -> list[str]:
    """What it fails, where and why; the code there; the first three that it fails.

    Args:
        cause: what to tell.
        policies: by spec path, at least those that it fails.
        paint: colours or none.
        read: where the code is from.
    """
    lines = [f"{paint.bad(FAIL_MARK)} {paint.strong(_size(cause))} {DOT} {told_in_line(cause)}"]
    if cause.found is not None:
        # a cause without a place is on another line in each policy, shown with its name
        lines += (
            finding_block(cause.found, paint, read)[1:]
            if cause.place[0]
            else hint_lines(cause.found, paint)
        )
    elif cause.first is not None and cause.first.error is not None:
        _, *code = raised_at(cause.first.error, paint, read)
        lines += [f"  {line}" for line in code]
        if cause.messages > 1:
            more = count_of(cause.messages - 1, "other message")
            lines.append(f"  {paint.quiet(f'and {more} at this line')}")
    lines.append("")
    named = [(_place(one, cause), _name(one, policies)) for one in cause.casualties[:NAMED]]
    width = max(len(place) for place, _ in named)
    lines += [f"  {paint.quiet(f'{place:<{width}}')}  {name}" for place, name in named]
    if (unnamed := len(cause.casualties) - NAMED) > 0:
        noun = "policy" if cause.first is None else "test"
        lines.append(
            f"  {paint.quiet(f'and {unnamed:,} more {_plural(unnamed, noun)}, -v names all')}"
        )
    return lines


def told_in_line(cause: Cause) -> str:
    """Place and error in one line, such as `global_helpers/x.py:53 · TypeError: …`."""
    said = clean_line(cause.message)
    if cause.first is not None:
        said = reason_of(cause.first)
    path, line = cause.place
    return f"{clean_line(path)}:{line} {DOT} {said}" if path else said


def _size(cause: Cause) -> str:
    policies = count_of(len(cause.specs), "policy")
    if cause.first is None:
        return f"{policies} not run"
    return f"{count_of(len(cause.casualties), 'test')} of {policies}"


def _place(casualty: Casualty, cause: Cause) -> str:
    if casualty.index is not None:
        return f"{clean_line(casualty.spec)}:{casualty.line}"
    if cause.place[0]:
        return clean_line(casualty.spec)
    return f"{clean_line(casualty.path)}:{casualty.line}"


def _name(casualty: Casualty, policies: Mapping[str, Policy]) -> str:
    policy = policies.get(casualty.spec)
    name = clean_line(policy.id if policy and policy.id else casualty.spec)
    if casualty.index is None:
        return name
    return f"{name} {DOT} {clean_line(casualty.test) or '(no name)'}"


def _plural(number: int, noun: str) -> str:
    return count_of(number, noun).split(" ", 1)[1]
