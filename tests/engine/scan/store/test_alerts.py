"""Alerts are kept as what their policy's spec says, once, and what each has otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from panther_engine.model import Policy
from panther_engine.scan.store.alerts import Wordings, spec_alert, together
from panther_engine.scan.store.schema import open_store
from panther_engine.values.scanned import Alert

POLICY = Policy(
    spec="p.yml", body="p.py", id="P", severity="High", runbook="long\n", output_ids=("a", "b")
)
SAID = spec_alert(POLICY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    found = open_store(tmp_path / "state" / "scans.sqlite")
    yield found
    found.close()


@pytest.mark.parametrize(
    "alert",
    [
        SAID,
        replace(SAID, title="of one", dedup="of one"),
        replace(SAID, destinations=None, runbook=""),
        replace(SAID, destinations=("c",), context={"a": None, "b": {"c": [1, None]}}),
    ],
)
def test_an_alert_comes_back_as_it_was(store: sqlite3.Connection, alert: Alert) -> None:
    key, otherwise = Wordings(store).apart(POLICY, alert)
    (wording,) = store.execute("SELECT text FROM wording WHERE key = ?", (key,)).fetchone()
    told = together(wording, otherwise)
    assert told is not None
    named = told["destinations"]
    assert isinstance(named, list | None)
    assert {**told, "destinations": None if named is None else tuple(named)} == asdict(alert)


def test_what_the_spec_says_is_kept_once(store: sqlite3.Connection) -> None:
    for _ in range(2):
        wordings = Wordings(store)
        assert wordings.apart(POLICY, SAID) == (1, None)
        assert wordings.apart(POLICY, replace(SAID, title="t")) == (1, '{"title":"t"}')
    changed = replace(POLICY, runbook="another")
    assert Wordings(store).apart(changed, spec_alert(changed)) == (2, None)


def test_no_alert_is_none() -> None:
    assert together(None, None) is None
