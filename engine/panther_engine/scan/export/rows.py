"""A finding as flat names and values: what all formats but SARIF write."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.scan.store.rollups import Finding

Row = Mapping[str, str | int | bool | None]

NAMES = (
    "policy",
    "spec",
    "severity",
    "resource",
    "resource_type",
    "account",
    "region",
    "verdict",
    "new",
    "suppressed",
    "ignored",
    "why_ignored",
    "unverified",
    "mapping",
    "since",
    "title",
    "error_type",
    "error_message",
    "error_path",
    "error_line",
)
"""In the order in which they are written."""


def row_of(found: Finding, scan: int) -> Row:
    """The row of a finding of this scan."""
    error, alert = found.error, found.alert or {}
    title = alert.get("title")
    return {
        "policy": found.policy_id,
        "spec": found.spec,
        "severity": found.severity,
        "resource": found.resource_id,
        "resource_type": found.resource_type,
        "account": found.account,
        "region": found.region,
        "verdict": found.verdict.value,
        "new": found.since == scan,
        "suppressed": found.suppressed,
        "ignored": bool(found.ignored),
        "why_ignored": found.ignored or None,
        "unverified": found.unverified,
        "mapping": found.mapping,
        "since": found.since,
        "title": title if isinstance(title, str) else None,
        "error_type": None if error is None else error.type,
        "error_message": None if error is None else error.message,
        "error_path": None if error is None else error.path,
        "error_line": None if error is None else error.line,
    }
