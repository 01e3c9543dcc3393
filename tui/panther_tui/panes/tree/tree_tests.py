"""The tests under the policies of the tree, and filters of the form KEY=VALUE. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from panther_engine import nearest_name
from panther_engine.events import PolicyEntry
from panther_engine.model import Outcome
from panther_engine.state import PolicyState
from panther_tui.style.marks import mark_of_test
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.selection import is_stale
from panther_tui.triage.transitions import FLIP_TOKENS, Flip
from panther_tui.views.line import Line


@dataclass(frozen=True, slots=True)
class TestKey:
    """The key of a test's row in the tree."""

    __test__ = False

    spec: str
    index: int
    folder: str = ""
    """Path of the group in a row that repeats it; empty in the first."""

    def is_of(self, spec: str, index: int) -> bool:
        """Whether this is a row of that test."""
        return (self.spec, self.index) == (spec, index)


def tree_test_line(
    policy: PolicyState, index: int, *, selected: bool, flip: Flip | None = None
) -> Line:
    """A test's row: its mark, its name, and what the last change made of it."""
    test = policy.entry.tests[index]
    result = policy.results[index] if index < len(policy.results) else None
    mark = mark_of_test(result, stale=is_stale(policy))
    fails = result is not None and result.outcome is not Outcome.PASSED
    style = "title bold" if selected else "" if fails else "muted"
    name = printable(test.name or "(no name)", 120)
    tail = ((f"{flip} ", FLIP_TOKENS[flip]),) if flip is not None else ()
    gutter = (("    ", ""), (f"{mark.shape} ", mark.token))
    return Line(((name, style),), gutter=gutter, tail=tail, middle=True)


def split_filter(query: str) -> tuple[list[tuple[str, str, bool]], str]:
    """The parts `KEY=VALUE` and `KEY!=VALUE` (key, value, wanted) of a filter, and the rest."""
    parts: list[tuple[str, str, bool]] = []
    rest = []
    for word in query.split():
        key, equals, value = word.partition("=")
        name = key.removesuffix("!").lower()
        if equals and name in _FIELDS:
            parts.append((name, value.lower(), not key.endswith("!")))
        else:
            rest.append(word)
    return parts, " ".join(rest)


def filter_fault(query: str, entries: Iterable[PolicyEntry]) -> str:
    """What keeps a filter from fitting any policy: a key or a value that there is not; or nothing.

    Words with `=` that name no key are told as such, with the nearest, or all of them.
    """
    entries = list(entries)
    for word in query.split():
        key, equals, value = word.partition("=")
        name = key.removesuffix("!").lower()
        if not equals or not name:
            continue
        if name not in _FIELDS:
            near = nearest_name(name, _KEYS.values())
            return f"no key {printable(key)}: " + (
                f"{near}?" if near else ", ".join(_KEYS.values())
            )
        have = {it for entry in entries for it in _FIELDS[name](entry) if it}
        for choice in filter(None, value.lower().split(",")):
            if not any(it.lower().startswith(choice) for it in have):
                near = nearest_name(choice, have)
                shown = [near + "?"] if near else sorted(have)[:_VALUES_SHOWN]
                return f"no {_KEYS[name]} {printable(choice)}: {printable(', '.join(shown))}"
    return ""


def fits(entry: PolicyEntry, parts: Iterable[tuple[str, str, bool]]) -> bool:
    """Whether a policy has all the values (a comma means or) that a filter wants.

    A value that is still being typed counts as the beginning of one.
    """
    for name, value, wanted in parts:
        have = [it.lower() for it in _FIELDS[name](entry)]
        choices = [it for it in value.split(",") if it] or [""]
        if any(it.startswith(choice) for it in have for choice in choices) is not wanted:
            return False
    return True


_FIELDS: dict[str, Callable[[PolicyEntry], tuple[str, ...]]] = {
    "severity": lambda entry: (entry.severity,),
    "resourcetypes": lambda entry: entry.resource_types,
    "enabled": lambda entry: (str(entry.enabled),),
    "policyid": lambda entry: (entry.id,),
    "displayname": lambda entry: (entry.display_name,),
    "filename": lambda entry: (entry.body.rpartition("/")[2],),
    "reports": lambda entry: tuple(name for name, _ in entry.reports),
    "tags": lambda entry: entry.tags,
}
"""PAT's keys, in lower case, of those fields that the tree knows."""
_KEYS = {
    name.lower(): name
    for name in (
        "Severity", "ResourceTypes", "Enabled", "PolicyID", "DisplayName", "Filename", "Reports",
        "Tags",
    )
}  # fmt: skip
"""As PAT writes them."""
_VALUES_SHOWN = 5
