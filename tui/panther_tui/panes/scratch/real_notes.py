"""What is said of a test of a real resource: what decides, and what it comes to. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from panther_engine.events import CaseTried
from panther_engine.model import JsonValue, Mock, Verdict
from panther_engine.values.changes import apply_changes
from panther_tui.panes.scratch.real import ToMake


def about_what_decides(resource: JsonValue, tried: CaseTried) -> tuple[str, bool]:
    """How much of a resource decides, and whether it can be taken alone."""
    if tried.result is None:
        return "the policy cannot run: nobody knows what decides", False
    if not tried.changes:
        return "all of it decides", False
    whole = _count(resource)
    left = _count(apply_changes(resource, tried.changes))
    return f"only what decides: {left:,} of {whole:,} fields and items", True


def outcome_notes(wanted: ToMake, mocks: tuple[Mock, ...], tried: CaseTried) -> Iterator[str]:
    """What the test comes to, where that is not what the policy says in the inventory."""
    result = tried.result
    if result is None:
        yield "the policy cannot run now: what the test comes to is not known"
    elif not wanted.is_same(result):
        said = f": {result.error.type} at line {result.error.line}" if result.error else ""
        yield (
            f"in the inventory the policy says {wanted.verdict}; the test comes to"
            f" {result.verdict}{said}{'' if mocks else _without(wanted.looked_up)}"
        )
    elif result.verdict is Verdict.ERROR:
        yield "the policy raises on it; the test expects no alert: change that if need be"


def shared_notes(wanted: ToMake, mocks: tuple[Mock, ...]) -> Iterator[str]:
    """What the test stands for, and what it has in place of the inventory."""
    if wanted.shared > 1:
        yield f"it stands for {wanted.shared:,} resources that share: {wanted.cause}"
    if mocks:
        what = f", {wanted.looked_up[0]}," if wanted.looked_up else ""
        yield f"what it looked up{what} is a Mock of `resource_lookup`"


def _without(looked_up: tuple[str, ...]) -> str:
    if not looked_up:
        return ""
    more = f" and {len(looked_up) - 1} more" if len(looked_up) > 1 else ""
    return (
        f"; it looked up {looked_up[0]}{more}, which no test has: a Mock returns text, and this"
        " policy wants the resource itself"
    )


def _count(value: JsonValue) -> int:
    """Fields and items at all levels."""
    left, count = [value], 0
    while left:
        one = left.pop()
        if isinstance(one, dict | list):
            count += len(one)
            left += one.values() if isinstance(one, dict) else one
    return count
