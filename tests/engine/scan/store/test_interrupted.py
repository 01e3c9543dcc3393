"""A scan that is interrupted changes nothing of what is known, and another one goes on from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.model import Frame, Policy, Verdict
from panther_engine.scan.inventory.spool import Spool, private_spool
from panther_engine.scan.store.interrupted import Done, left, pending
from panther_engine.scan.store.keep import Keeper, Made
from panther_engine.scan.store.rollups import Group, costs, counts, findings, scans
from panther_engine.scan.store.schema import open_store
from panther_engine.values.scanned import Alert, Evaluation
from tests.engine.scan.judged import KIND, resources
from tests.engine.scan.store.test_store import BROKEN, keep, made

ALERT = Alert("Open", "High", "", "", "", "d", ("team",), {"a": [1]})
FOUND = (
    Evaluation("P.yml", "P", "r0", Verdict.FAIL, True, ("x",), ("y", "z"), None, ALERT),
    Evaluation("P.yml", "P", "r1", Verdict.ERROR, error=BROKEN),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    found = open_store(tmp_path / "state" / "scans.sqlite")
    yield found
    found.close()


@pytest.fixture
def spool() -> Iterator[Spool]:
    with private_spool() as found:
        for one in resources({}, {}, {}):
            found.add(one)
        found.settle()
        yield found


def interrupted(store: sqlite3.Connection, spool: Spool, *policies: Made) -> int:
    keeper = Keeper(store, spool.folder / "index.sqlite", policies or (made(),))
    keeper.add(FOUND)
    keeper.judged("P.yml", 0, 2, 4.0)
    judging = spool.of_type(KIND)
    next(judging)  # it was interrupted while there was more to be read
    kept = keeper.interrupt(resources=3, passed_over=0, seconds=5.0, sequence=spool.sequence())
    assert kept == 2
    return keeper.number


def test_what_was_found_is_kept_apart_until_another_scan_takes_it_over(
    store: sqlite3.Connection, spool: Spool
) -> None:
    before = keep(store, {0: Verdict.PASS})
    number = interrupted(store, spool)
    assert [one.state for one in scans(store)] == ["interrupted", "complete"]
    assert list(findings(store, number)) == []
    found = left(store)
    assert found is not None
    assert (found.number, found.sequence, found.seconds) == (number, spool.sequence(), 5.0)
    assert found.of("P", made().digest) == ((0, 2),)
    assert list(pending(store, number, {"P": "P.yml"})) == list(FOUND)
    keeper = Keeper(store, spool.folder / "index.sqlite", (made(),), resumes=True)
    keeper.add(pending(store, number, {"P": "P.yml"}))
    keeper.judged("P.yml", 0, 2)
    keeper.judged("P.yml", 2, 3, 0.5)
    keeper.complete(resources=3, passed_over=0, seconds=6.0, inventory="i", keep=20)
    assert [one.number for one in scans(store)] == [keeper.number, before]
    (count,) = counts(store, keeper.number, Group.POLICY)
    assert (count.passed, count.failed, count.erred, count.suppressed) == (1, 1, 1, 1)
    assert left(store) is None
    assert costs(store) == {"P": 0.5}
    assert store.execute("SELECT count(*) FROM pending").fetchone() == (0,)


def test_a_policy_that_changed_since_has_judged_nothing(
    store: sqlite3.Connection, spool: Spool
) -> None:
    interrupted(store, spool)
    found = left(store)
    assert found is not None
    for changed in (made(body=b"2"), made(helpers=b"2"), made("Q")):
        assert found.of(changed.policy.id, changed.digest) == ()
    other = Made(Policy("P.yml", "p.py", "P", severity="High"), (KIND, "AWS.KMS.Key"), b"1", b"1")
    assert found.of("P", other.digest) == ()


def test_the_last_one_that_was_interrupted_counts_and_others_go_on_around_it(
    store: sqlite3.Connection, spool: Spool
) -> None:
    interrupted(store, spool)
    number = interrupted(store, spool)
    assert [one.number for one in scans(store)] == [number]
    keep(store, {0: Verdict.ERROR})
    found = left(store)
    assert found is not None
    assert list(pending(store, number, {"P": "P.yml"})) == list(FOUND)
    assert list(pending(store, number, {})) == []
    for _ in range(2):
        keep(store, {0: Verdict.PASS}, kept=1)
    assert left(store) is None, "it is forgotten with the scans of its time"


def test_spans_that_touch_are_one() -> None:
    done = Done()
    for begin, until in ((0, 3), (3, 5), (9, 10)):
        done.add(begin, until, 0.0)
    assert (done.spans, done.resources, done.measured) == ([(0, 5), (9, 10)], 6, 0)


def test_frames_of_errors_come_back(store: sqlite3.Connection, spool: Spool) -> None:
    frames = (Frame("p.py", 3, "policy", "x"),)
    error = type(BROKEN)("KeyError", "'y'", "p.py", 3, frames)
    keeper = Keeper(store, spool.folder / "index.sqlite", (made(),))
    keeper.add([Evaluation("P.yml", "P", "r0", Verdict.ERROR, error=error)])
    keeper.judged("P.yml", 0, 1)
    keeper.interrupt(resources=1, passed_over=0, seconds=1.0, sequence="")
    (found,) = pending(store, keeper.number, {"P": "P.yml"})
    assert found.error == error
