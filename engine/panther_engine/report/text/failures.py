"""Prints a failed test: the reason, the code, the call stack and the output."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from panther_engine.model import Failure, Frame, Outcome, Policy, PolicyResult, TestResult
from panther_engine.report.text.frame import ReadSource, code_frame
from panther_engine.report.text.paint import FAIL_MARK, GUTTER, Paint
from panther_engine.report.text.words import (
    cause_of,
    comparison_of,
    failed_functions,
    reason_of,
    size_of,
)
from panther_engine.text.clean import clean_line, clean_text
from panther_engine.values.causes import Key, cause_of_test

OUTPUT_LINES = 20
"""Lines shown of what a test printed, unless all is asked for."""

TRACEBACK_STEPS = 12
"""Steps shown of a traceback, unless all is asked for."""


def failure_blocks(
    policy: Policy,
    result: PolicyResult,
    paint: Paint,
    read: ReadSource,
    everything: bool = False,
    told: Collection[Key] = (),
) -> Iterator[list[str]]:
    """A block of lines for each test that did not pass; one cause is told in full only once.

    Tests of a cause that was `told` before have none.
    """
    seen: set[tuple[str, str, int]] = set()
    for test in result.results:
        if test.outcome is not Outcome.PASSED and cause_of_test(test) not in told:
            cause = _cause_key(test)
            resource = _size(policy, test)
            yield _block(policy, test, resource, paint, read, everything, cause in seen)
            if cause is not None:
                seen.add(cause)


def _cause_key(test: TestResult) -> tuple[str, str, int] | None:
    """What makes two failures the same; None for those that have nothing in common."""
    if test.error is None or not test.error.line:
        return None
    return (reason_of(test), test.error.path, test.error.line)


def _size(policy: Policy, test: TestResult) -> str:
    """The size of a test's resource; empty if the spec says something else by now."""
    known = (t for t in policy.tests if (t.name, t.line) == (test.name, test.line))
    return next((size_of(found.resource) for found in known), "")


def _block(
    policy: Policy,
    test: TestResult,
    resource: str,
    paint: Paint,
    read: ReadSource,
    everything: bool,
    known: bool,
) -> list[str]:
    reason = reason_of(test)
    comparison = comparison_of(test)
    lines = [paint.bad(reason)]
    if comparison != reason:
        lines.append(comparison)
    if known and test.error is not None:
        lines.append(paint.quiet(f"as above, at {test.error.path}:{test.error.line}"))
    else:
        lines += _place(policy, test, paint, read)
        if test.error is not None and len(test.error.frames) > 1:
            lines += _traceback(test.error.frames, paint, everything)
    place = f"{clean_line(policy.spec)}:{test.line}"
    if paint.quiet(place) not in lines:
        resource = f"{place}  {resource}".rstrip()
    if resource:
        lines.append(paint.quiet(f"resource  {resource}"))
    if test.output.strip():
        lines += _printed(test.output, paint, everything)
    return [
        f"{paint.bad(FAIL_MARK)} {paint.strong(clean_line(test.name) or '(no name)')}",
        *(f"  {line}" for line in lines),
    ]


def _place(policy: Policy, test: TestResult, paint: Paint, read: ReadSource) -> list[str]:
    """Where it happened, and the code there."""
    if test.error is not None and test.error.path and test.error.line:
        return raised_at(test.error, paint, read)
    functions = ["policy"] if cause_of(test) else [name for name, _ in failed_functions(test)]
    for name in functions:
        lines = read(policy.body) if policy.body else None
        if line := _definition(lines, name):
            path = clean_line(policy.body)
            return [
                paint.quiet(f"{path}:{line} in {name}"),
                *code_frame(lines, line, paint, before=0, after=2),
            ]
    # nothing was raised, so there is only the expectation to show
    return [
        paint.quiet(f"{clean_line(policy.spec)}:{test.line}"),
        *code_frame(read(policy.spec), test.line, paint, before=0, after=2),
    ]


def raised_at(error: Failure, paint: Paint, read: ReadSource) -> list[str]:
    """The place where the user's own code was, and the code there as it ran."""
    step = next(
        (f for f in reversed(error.frames) if (f.path, f.line) == (error.path, error.line)), None
    )
    inside = f" in {clean_line(step.function)}" if step else ""
    frame = code_frame(read(error.path), error.line, paint)
    if step and step.source and not _holds(read(error.path), step):
        frame = code_frame([""] * (error.line - 1) + [step.source], error.line, paint, before=0)
    return [paint.quiet(f"{clean_line(error.path)}:{error.line}{inside}"), *frame]


def _holds(lines: list[str] | None, step: Frame) -> bool:
    """Whether the file still has the line that ran."""
    return (
        lines is not None
        and 1 <= step.line <= len(lines)
        and lines[step.line - 1].strip().startswith(step.source[:100])
    )


def _definition(lines: list[str] | None, name: str) -> int:
    """The 1-based line of the body that defines `name`; 0 if none plainly does."""
    pattern = re.compile(rf"(async\s+)?def\s+{name}\b|{name}\s*[:=]|from\b.*\bimport\b.*\b{name}\b")
    found = [number for number, text in enumerate(lines or (), 1) if pattern.match(text)]
    return found[-1] if found else 0


def _traceback(frames: Sequence[Frame], paint: Paint, everything: bool) -> list[str]:
    """The steps from the user's file inwards, one a line."""
    dropped = 0 if everything else max(0, len(frames) - TRACEBACK_STEPS)
    head, tail = frames[: TRACEBACK_STEPS // 2], frames[TRACEBACK_STEPS // 2 + dropped :]
    steps = [
        (f"{clean_line(step.path)}:{step.line} in {clean_line(step.function)}", step.source)
        for step in (*head, *tail)
    ]
    width = min(60, max(len(place) for place, _ in steps))
    lines = [
        f"  {place:<{width}}  {paint.quiet(clean_line(source))}".rstrip() for place, source in steps
    ]
    if dropped:
        lines.insert(len(head), paint.quiet(f"  … {dropped} more steps, -v shows them"))
    return [paint.quiet("traceback"), *lines]


def _printed(output: str, paint: Paint, everything: bool) -> list[str]:
    shown = clean_text(output).rstrip("\n").split("\n")
    dropped = 0 if everything else max(0, len(shown) - OUTPUT_LINES)
    lines = [f"  {paint.quiet(GUTTER)} {line}" for line in shown[: len(shown) - dropped]]
    if dropped:
        lines.append(paint.quiet(f"  … {dropped} more lines, -v shows them"))
    return [paint.quiet("printed"), *lines]
