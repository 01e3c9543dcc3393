"""Renders explanations, null findings and survivors in the requested format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from panther_engine.events import Explained
from panther_engine.headless.insight.workplace import Workplace
from panther_engine.insight.report.findings import (
    mutants_json,
    mutants_text,
    probe_github,
    probe_json,
    probe_text,
)
from panther_engine.report.text.paint import Paint
from panther_engine.values.findings import Mutated, Probed, Suggestion

InsightFormat = Literal["text", "json"]
ProbeFormat = Literal["text", "json", "github"]


def render_explained(
    place: Workplace, explained: Sequence[Explained], form: InsightFormat, paint: Paint
) -> str:
    """Why tests got their verdicts."""
    policy_ids = {spec: policy.id for spec, policy in place.repository.policies.items()}
    if form == "json":
        from panther_engine.insight.report import json

        root = str(place.repository.root)
        return json.render_explained(root, place.python, explained, policy_ids)
    from panther_engine.insight.report.text import render_explained_text

    return render_explained_text(explained, policy_ids, paint)


def render_probed(
    place: Workplace, probed: Sequence[Probed], form: ProbeFormat, paint: Paint
) -> str:
    """Which fields make policies raise when they are null."""
    match form:
        case "json":
            return probe_json(place.repository, place.python, probed)
        case "github":
            last = probe_text(place.repository, probed, Paint()).splitlines()[-1]
            return f"{probe_github(place.repository, probed)}{last}\n"
        case "text":
            return probe_text(place.repository, probed, paint)


def render_mutated(
    place: Workplace,
    mutated: Sequence[Mutated],
    suggestions: Mapping[tuple[str, int], Suggestion],
    form: InsightFormat,
    paint: Paint,
    minimum: float | None = None,
) -> str:
    """What no test pins down; `minimum` is the percentage that was asked for."""
    if form == "json":
        return mutants_json(place.repository, place.python, mutated, suggestions)
    return mutants_text(place.repository, mutated, paint, minimum, suggestions)
