"""Tells what changed between two scans, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from panther_engine.report.text.paint import Paint
from panther_engine.scan.store.compare import Changed
from panther_engine.text.clean import clean_line


def change_json(one: Changed) -> dict[str, object]:
    """As JSON has it; docs/reports.md tells the keys."""
    return {
        "policy": one.policy_id,
        "spec": one.spec,
        "resource": one.resource_id,
        "resource_type": one.resource_type,
        "change": one.change,
        "before": one.before,
        "after": one.after,
        "why": one.why,
        "mapping": one.mapping,
    }


def change_lines(moved: Iterable[Changed], paint: Paint) -> Iterator[str]:
    """A line for each, below its policy."""
    policy = ""
    for one in moved:
        if one.policy_id != policy:
            policy = one.policy_id
            yield paint.strong(clean_line(policy))
        told = f"{one.change:<8} {one.before} → {one.after}  {clean_line(one.resource_id)}"
        mapped = f", mapped by {clean_line(one.mapping)}" if one.mapping else ""
        yield f"    {told}  {paint.quiet(f'by the {one.why}{mapped}')}"
