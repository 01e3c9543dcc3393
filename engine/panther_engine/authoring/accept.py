"""A test's expectation made what was got, and what that means."""

from __future__ import annotations

from dataclasses import dataclass

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.specs import set_expectation
from panther_engine.authoring.edits.steps import Refusal, RefusedError
from panther_engine.model import Outcome, TestResult, Verdict
from panther_engine.text.one_line import shorten


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting would write."""

    edit: Edited
    said: str
    """What it means, in one sentence."""


def accept_result(content: bytes, path: str, test: int, result: TestResult) -> Accepted | Refusal:
    """Expect of a test (0-based) what it got. Refused where there is nothing to accept."""
    name = shorten(result.name)
    if result.verdict is Verdict.ERROR:
        return Refusal(
            f'"{name}" ended in an error: there is no verdict to accept', result.line,
            "mend the error first",
        )  # fmt: skip
    got = result.verdict is Verdict.PASS
    try:
        data = read_spec(content, path).data
    except RefusedError as refused:
        return refused.refusal
    tests = data.get("Tests") if isinstance(data, dict) else None
    entry = tests[test] if isinstance(tests, list) and 0 <= test < len(tests) else None
    if not isinstance(entry, dict) or entry.get("Name") != result.name:
        return Refusal(f'"{name}" is not there any more', result.line, "wait for the next run")
    if entry.get("ExpectedResult") is got:
        failed = result.outcome is Outcome.FAILED and result.expected is got
        hint = "it fails for what its alert functions did: mend them" if failed else ""
        return Refusal(f'"{name}" expects already what it got', result.line, hint)
    edited = apply_steps(content, path, set_expectation(test, got))
    if isinstance(edited, Refusal):
        return edited
    meant = "to pass" if got else "to alert on"
    said = f'This policy will now be expected {meant} "{name}"{_title(result)}.'
    return Accepted(edited, said)


def _title(result: TestResult) -> str:
    """With which title it alerts."""
    title = result.functions.get("title")
    output = None if title is None or result.verdict is not Verdict.FAIL else title.output
    return f' with the title "{shorten(output)}"' if isinstance(output, str) and output else ""
