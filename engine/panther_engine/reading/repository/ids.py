"""Checks that IDs are unique across all analysis types (PAT 1.11.1: classify_analysis)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from panther_engine.model import Diagnostic, Global, Level, Policy
from panther_engine.reading.check.spec import Other
from panther_engine.text.one_line import shorten

_SPEC_FAULTS = frozenset(
    {
        "empty-value",
        "forbidden-character",
        "invalid-json",
        "invalid-yaml",
        "missing-key",
        "nested-too-deeply",
        "repeated-value",
        "unknown-analysis-type",
        "unknown-key",
        "unknown-resource-type",
        "unreadable-text",
        "wrong-type",
        "wrong-value",
    }
)
"""Errors of `check_spec` that keep a spec from claiming its ID."""


def check_ids(
    items: Sequence[Policy | Global | Other], lines: Mapping[str, int] | None = None
) -> Mapping[str, Diagnostic]:
    """An error for each spec whose ID was taken before, by spec path.

    `items` come in load order: the first keeps the ID. A spec that is invalid by its own text does
    not claim one. `lines` says where the IDs of policies and globals stand, by spec path.
    """
    places = lines or {}
    owners: dict[str, Policy | Global | Other] = {}
    conflicts: dict[str, Diagnostic] = {}

    def line_of(item: Policy | Global | Other) -> int:
        return item.line if isinstance(item, Other) else places.get(item.spec) or 1

    for item in items:
        if not item.id or (item.__class__ is not Other and _is_faulty(item)):
            continue
        owner = owners.setdefault(item.id, item)
        if owner is not item and owner.spec != item.spec:
            conflicts[item.spec] = Diagnostic(
                item.spec,
                line_of(item),
                0,
                Level.ERROR,
                "duplicate-id",
                f"the ID `{shorten(item.id)}` is taken by {owner.spec}, line {line_of(owner)}",
                "give each its own; rules, queries, packs and globals share the IDs of policies",
            )
    return conflicts


def _is_faulty(item: Policy | Global | Other) -> bool:
    if isinstance(item, Other) or not item.diagnostics:
        return False
    return any(
        found.severity is Level.ERROR and found.code in _SPEC_FAULTS and found.path == item.spec
        for found in item.diagnostics
    )
