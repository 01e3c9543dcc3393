"""The groups of the policy tree: by folder, severity, type, status, report or cause. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from panther_engine.events import PolicyEntry
from panther_engine.model import SEVERITIES, Status
from panther_engine.state import PolicyState
from panther_tui.panes.tree.cause_groups import cause_group, cause_label, cause_order
from panther_tui.panes.tree.tree_rows import Folder, group_by_folder, shared_prefix
from panther_tui.terminal.safe_text import printable

GROUPINGS: tuple[str, ...] = (
    "folder",
    "severity",
    "resource-type",
    "status",
    "report",
    "cause",
)
"""In the order of the key; named as in the settings."""

_STATUS_ORDER = ("failing", "invalid", "not run", "passed", "no tests", "skipped")
_LABEL_LIMIT = 120


def status_group(policy: PolicyState) -> str:
    """What the policy came to when it last ran: it stays there while it runs again."""
    result = policy.result
    if policy.entry.invalid or (result is not None and result.status is Status.INVALID):
        return "invalid"
    if policy.failures:
        return "failing"
    if result is None:
        return "not run"
    words = {Status.UNTESTED: "no tests", Status.SKIPPED: "skipped", Status.FAILED: "failing"}
    return words.get(result.status, "passed")


def groups_of(policy: PolicyState, by: str) -> tuple[str, ...]:
    """The groups of a policy: one with several resource types or reports is under each of them."""
    entry = policy.entry
    if by == "severity":
        return (entry.severity.capitalize() or "no severity",)
    if by == "resource-type":
        return tuple(sorted(set(entry.resource_types))) or ("no resource type",)
    if by == "report":
        return tuple(sorted({name for name, _ in entry.reports})) or ("in no report",)
    if by == "cause":
        return (cause_group(policy) or status_group(policy),)
    return (status_group(policy),)


def group_policies(policies: Iterable[PolicyState], by: str) -> tuple[Folder, ...]:
    """The groups in an order that puts first what matters most; within one by ID."""
    if by == "folder" or by not in GROUPINGS:
        return group_by_folder(policy.entry for policy in policies)
    groups: dict[str, list[PolicyEntry]] = {}
    for policy in policies:
        for name in groups_of(policy, by):
            groups.setdefault(name, []).append(policy.entry)
    found = []
    sizes = {name: len(inside) for name, inside in groups.items()}
    order = cause_order(sizes, _STATUS_ORDER) if by == "cause" else _order(by)
    for name in sorted(groups, key=order):
        inside = sorted(groups[name], key=_by_name)
        specs = tuple(entry.spec for entry in inside)
        label = printable(cause_label(name) if by == "cause" else name, _LABEL_LIMIT)
        found.append(Folder(f"{by}:{name}", label, specs, shared_prefix(inside)))
    return tuple(found)


def _by_name(entry: PolicyEntry) -> tuple[str, str]:
    return (entry.name or entry.spec.rpartition("/")[2]).casefold(), entry.spec


def _order(by: str) -> Callable[[str], tuple[int, str]]:
    known: tuple[str, ...] = ()
    if by == "severity":
        known = tuple(reversed(SEVERITIES))
    elif by == "status":
        known = _STATUS_ORDER
    places = {name: place for place, name in enumerate(known)}
    return lambda name: (places.get(name, len(known) + name.startswith(("no ", "in no "))), name)
