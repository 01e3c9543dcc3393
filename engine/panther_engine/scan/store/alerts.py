"""Alerts as the store keeps them: what a policy's spec says once, and of each what is otherwise.

A runbook and a description are the same for each of a policy's hundred thousand alerts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict

from panther_engine.model import JsonValue, Policy
from panther_engine.values.scanned import Alert

Kept = tuple[int | None, str | None]
"""The key of a wording, and what an alert has otherwise, as JSON."""


def spec_alert(policy: Policy) -> Alert:
    """The alert of a policy whose functions say nothing."""
    return Alert(
        title=policy.display_name or policy.id,
        severity=policy.severity.capitalize(),
        description=policy.description,
        reference=policy.reference,
        runbook=policy.runbook,
        dedup=f"defaultDedupString:{policy.id}",
        destinations=policy.output_ids or None,
        context={},
    )


class Wordings:
    """Takes alerts apart for one store.

    Wordings are never forgotten: they are the team's own texts, and few.
    """

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self._known: dict[str, tuple[int, Mapping[str, JsonValue]]] = {}

    def apart(self, policy: Policy, alert: Alert | None) -> Kept:
        """What is kept of an alert of this policy."""
        if alert is None:
            return None, None
        key, said = self._known.get(policy.spec) or self._learn(policy)
        other = {name: value for name, value in asdict(alert).items() if value != said[name]}
        return key, _json(other) if other else None

    def _learn(self, policy: Policy) -> tuple[int, Mapping[str, JsonValue]]:
        said = asdict(spec_alert(policy))
        (key,) = self._store.execute(
            "INSERT INTO wording (text) VALUES (?) ON CONFLICT DO UPDATE SET text = excluded.text"
            " RETURNING key",
            (_json(said),),
        ).fetchone()
        found = self._known[policy.spec] = (int(key), said)
        return found


def together(wording: str | None, otherwise: str | None) -> dict[str, JsonValue] | None:
    """An alert from what was kept of it; None for none."""
    if wording is None and otherwise is None:
        return None
    alert: dict[str, JsonValue] = json.loads(wording) if wording is not None else {}
    return {**alert, **json.loads(otherwise)} if otherwise is not None else alert


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
