"""What the list says of a resource, a group, and of all of them. Pure."""

from __future__ import annotations

from panther_engine.model import Verdict
from panther_engine.values.scanned import Counts, GroupBy, RowOrder, ScannedGroup, ScannedRow
from panther_tui.style.marks import ERRORED, FAILED, PASSED, Mark
from panther_tui.terminal.safe_text import printable

MARKS = {Verdict.PASS: PASSED, Verdict.FAIL: FAILED, Verdict.ERROR: ERRORED}
GROUPINGS = {
    GroupBy.CAUSE: "cause",
    GroupBy.ACCOUNT: "account",
    GroupBy.REGION: "region",
    GroupBy.TYPE: "resource type",
    GroupBy.VERDICT: "verdict",
}
ORDERS = {
    RowOrder.MOVED: "what moved first",
    RowOrder.ID: "by ID",
    RowOrder.ACCOUNT: "by account",
    RowOrder.REGION: "by region",
    RowOrder.TYPE: "by type",
    RowOrder.VERDICT: "by verdict",
    RowOrder.SAID: "by what was said",
}


def mark_of(row: ScannedRow) -> Mark:
    """The mark of a row's verdict."""
    return MARKS[row.verdict]


def mark_of_group(group: ScannedGroup) -> Mark:
    """The mark of the worst in a group."""
    return ERRORED if group.erred else FAILED if group.failed else PASSED


def flags_of(row: ScannedRow) -> str:
    """What else is to be known of a row, in words."""
    flags = (
        ("moved", row.moved),
        ("suppressed", row.suppressed),
        (f"ignored: {printable(row.ignored, 100)}", bool(row.ignored)),
        ("unverified", row.unverified),
        (f"mapped by {printable(row.mapping, 40)}", bool(row.mapping)),
    )
    return ", ".join(word for word, on in flags if on)


def group_words(group: ScannedGroup) -> str:
    """`12 fail · 3 err`."""
    others = group.count - group.failed - group.erred
    parts = (
        (group.failed, "fail"),
        (group.erred, "err"),
        (others, "unverified"),
    )
    return " · ".join(f"{count:,} {word}" for count, word in parts if count)


def counts_words(counts: Counts) -> str:
    """`12 fail · 3 err of 200`."""
    parts = [
        f"{counts.failed:,} fail" if counts.failed else "",
        f"{counts.erred:,} err" if counts.erred else "",
        f"{counts.suppressed:,} suppressed" if counts.suppressed else "",
        f"{counts.ignored:,} ignored" if counts.ignored else "",
        f"{counts.unverified:,} unverified" if counts.unverified else "",
    ]
    told = " · ".join(part for part in parts if part) or "all pass"
    return f"{told} of {counts.total:,}"
