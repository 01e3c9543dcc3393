"""Scans are kept as intervals, and what changed between two of them is told with why."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.model import Failure, Policy, Verdict
from panther_engine.scan.inventory.spool import private_spool
from panther_engine.scan.store.compare import Change, Changed, Why, changed
from panther_engine.scan.store.keep import Keeper, Made
from panther_engine.scan.store.rollups import (
    Count,
    Group,
    causes,
    counts,
    findings,
    scans,
    worst_resources,
)
from panther_engine.scan.store.schema import StoreError, open_store
from panther_engine.values.scanned import Evaluation
from tests.engine.scan.judged import KIND, resources

FAIL, ERROR, PASS = Verdict.FAIL, Verdict.ERROR, Verdict.PASS
BROKEN = Failure("KeyError", "'x'", "policies/p.py", 3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    found = open_store(tmp_path / "state" / "scans.sqlite")
    yield found
    found.close()


def made(name: str = "P", body: bytes = b"1", helpers: bytes = b"1") -> Made:
    policy = Policy(spec=f"{name}.yml", body="p.py", id=name, severity="High")
    return Made(policy, (KIND,), body, helpers)


def evaluation(at: int, verdict: Verdict, name: str = "P", **more: object) -> Evaluation:
    error = BROKEN if verdict is ERROR else None
    return Evaluation(f"{name}.yml", name, f"r{at}", verdict, error=error, **more)  # type: ignore[arg-type]


def keep(
    store: sqlite3.Connection,
    verdicts: Mapping[int, Verdict],
    *,
    of: tuple[Made, ...] | None = None,
    fields: Mapping[int, object] | None = None,
    partial: bool = False,
    kept: int = 20,
    looked_up: tuple[str, ...] = (),
) -> int:
    """A scan of the resources that have a verdict here, with one policy or more."""
    policies = of or (made(),)
    with private_spool() as spool:
        changes = fields or {}
        for at, one in enumerate(resources(*({"n": changes.get(at)} for at in range(9)))):
            if at in verdicts:
                spool.add(one)
        spool.settle()
        keeper = Keeper(store, spool.folder / "index.sqlite", policies, partial=partial)
        for policy in policies:
            keeper.add(
                evaluation(at, verdict, policy.policy.id, looked_up=looked_up)
                for at, verdict in verdicts.items()
                if verdict is not PASS
            )
        keeper.complete(
            resources=len(verdicts), passed_over=0, seconds=1.0, inventory="i", keep=kept
        )
    return keeper.number


def shown(found: Iterator[Changed]) -> list[tuple[str, Change, Why]]:
    return [(one.resource_id, one.change, one.why) for one in found]


def test_verdicts_are_counted_by_group(store: sqlite3.Connection) -> None:
    number = keep(store, {0: PASS, 1: FAIL, 2: FAIL, 3: ERROR, 4: PASS})
    (count,) = counts(store, number, Group.POLICY)
    assert (count.name, count.passed, count.failed, count.erred) == ("P", 2, 2, 1)
    assert count.verdict is ERROR
    for group in Group:
        (count,) = counts(store, number, group)
        assert (count.passed, count.failed, count.erred) == (2, 2, 1)
    assert causes(store, number) == [(BROKEN, 1)]


def test_a_suppressed_resource_that_passes_hides_nothing(store: sqlite3.Connection) -> None:
    with private_spool() as spool:
        for one in resources({}, {}):
            spool.add(one)
        spool.settle()
        keeper = Keeper(store, spool.folder / "index.sqlite", (made(),))
        keeper.add((evaluation(0, FAIL), evaluation(1, PASS, suppressed=True, missing=("x",))))
        keeper.complete(resources=2, passed_over=0, seconds=1.0, inventory="i", keep=20)
    (count,) = counts(store, keeper.number, Group.SEVERITY)
    assert (count.failed, count.suppressed, count.unverified) == (1, 0, 1)


def test_the_worst_resources_are_those_that_critical_policies_fail(
    store: sqlite3.Connection,
) -> None:
    critical = replace(made("C"), policy=replace(made("C").policy, severity="Critical"))
    with private_spool() as spool:
        for one in resources({}, {}, {}, {}):
            spool.add(one)
        spool.settle()
        of = (critical, made("H"), made("I"))
        keeper = Keeper(store, spool.folder / "index.sqlite", of)
        keeper.add((evaluation(1, FAIL, "C"), evaluation(3, FAIL, "C", suppressed=True)))
        keeper.add((evaluation(0, FAIL, "H"), evaluation(0, ERROR, "I"), evaluation(2, FAIL, "H")))
        keeper.complete(resources=4, passed_over=0, seconds=1.0, inventory="i", keep=20)
    assert worst_resources(store, keeper.number) == [
        Count("r1", 2, 1, 0, 0, 0),
        Count("r0", 1, 1, 1, 0, 0),
        Count("r2", 2, 1, 0, 0, 0),
    ]


def test_a_resource_that_a_partial_scan_did_not_see_is_none_of_its_worst(
    store: sqlite3.Connection,
) -> None:
    keep(store, {0: FAIL, 1: FAIL})
    number = keep(store, {1: FAIL}, partial=True)
    assert worst_resources(store, number) == [Count("r1", 0, 1, 0, 0, 0)]


def test_two_processes_that_meet_an_old_store_both_use_it(tmp_path: Path) -> None:
    file = tmp_path / "scans" / "s.sqlite"
    store = open_store(file)
    _take_back_to_3(store)
    store.execute("PRAGMA user_version = 3")
    store.close()
    command = [
        sys.executable,
        "-c",
        "import sys; from pathlib import Path;"
        "from panther_engine.scan.store.schema import open_store; open_store(Path(sys.argv[1]))",
        str(file),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    started = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [one.wait() for one in started] == [0, 0, 0]


def test_what_stays_as_it_is_costs_nothing(store: sqlite3.Connection) -> None:
    for _ in range(3):
        number = keep(store, {0: PASS, 1: FAIL})
    assert store.execute("SELECT count(*) FROM finding").fetchone() == (1,)
    assert [one.since for one in findings(store, number)] == [1]
    assert list(changed(store, 1, 3)) == []


def test_what_changed_is_told_with_its_reason(store: sqlite3.Connection) -> None:
    keep(store, {0: FAIL, 1: PASS, 2: FAIL, 3: FAIL, 4: FAIL})
    keep(store, {0: PASS, 1: FAIL, 2: ERROR, 3: FAIL}, fields={1: "new"})
    assert shown(changed(store, 1, 2)) == [
        ("r0", Change.RESOLVED, Why.CLOCK),
        ("r1", Change.NEW, Why.RESOURCE),
        ("r2", Change.OTHER, Why.CLOCK),
        ("r4", Change.GONE, Why.RESOURCE),
    ]


@pytest.mark.parametrize(
    ("after", "why"),
    [(made(body=b"2"), Why.POLICY), (made(helpers=b"2"), Why.HELPER), (made(), Why.CLOCK)],
)
def test_a_changed_policy_or_helper_is_the_reason(
    store: sqlite3.Connection, after: Made, why: Why
) -> None:
    keep(store, {0: PASS})
    keep(store, {0: FAIL}, of=(after,))
    assert shown(changed(store, 1, 2)) == [("r0", Change.NEW, why)]


def test_a_resource_that_was_looked_up_is_the_reason_if_it_changed(
    store: sqlite3.Connection,
) -> None:
    keep(store, {0: PASS, 5: PASS})
    keep(store, {0: FAIL, 5: PASS}, fields={5: "new"}, looked_up=("r5",))
    assert shown(changed(store, 1, 2)) == [("r0", Change.NEW, Why.LOOKED_UP)]


def test_scans_that_are_not_neighbours_are_compared(store: sqlite3.Connection) -> None:
    keep(store, {0: FAIL, 1: PASS})
    keep(store, {0: PASS, 1: FAIL})
    keep(store, {0: FAIL, 1: FAIL})
    assert shown(changed(store, 1, 3)) == [("r1", Change.NEW, Why.CLOCK)]
    assert shown(changed(store, 2, 3)) == [("r0", Change.NEW, Why.CLOCK)]


def test_a_partial_scan_closes_only_what_it_looked_at(store: sqlite3.Connection) -> None:
    keep(store, {0: FAIL, 1: FAIL, 2: FAIL})
    keep(store, {1: PASS, 2: FAIL}, partial=True)
    assert shown(changed(store, 1, 2)) == [("r1", Change.RESOLVED, Why.CLOCK)]
    keep(store, {0: FAIL, 1: PASS, 2: FAIL})
    assert shown(changed(store, 2, 3)) == []
    assert sorted(one.since for one in findings(store, 3)) == [1, 1]


def test_a_scan_of_some_policies_leaves_the_others_as_they_are(store: sqlite3.Connection) -> None:
    keep(store, {0: FAIL}, of=(made("P"), made("Q")))
    keep(store, {0: PASS}, of=(made("P"),))
    assert [one.policy_id for one in changed(store, 1, 2)] == ["P"]
    keep(store, {0: FAIL}, of=(made("P"), made("Q")))
    assert [(one.policy_id, one.since) for one in findings(store, 3)] == [("Q", 1), ("P", 3)]


def test_a_scan_that_was_interrupted_changes_nothing(store: sqlite3.Connection) -> None:
    keep(store, {0: FAIL})
    with private_spool() as spool:
        spool.settle()
        keeper = Keeper(store, spool.folder / "index.sqlite", (made(),))
        keeper.add([evaluation(0, FAIL)])
        keeper.give_up()
    assert [one.number for one in scans(store)] == [1]
    keep(store, {0: FAIL})
    assert [one.since for one in findings(store, 2)] == [1]


def test_old_scans_are_forgotten_with_all_that_only_they_knew(store: sqlite3.Connection) -> None:
    keep(store, {0: ERROR, 1: FAIL, 2: PASS})
    keep(store, {1: FAIL})
    keep(store, {1: FAIL}, kept=2)
    assert [one.number for one in scans(store)] == [3, 2]
    assert store.execute("SELECT id FROM resource").fetchall() == [("r1",)]
    assert store.execute("SELECT count(*) FROM cause").fetchone() == (0,)
    assert [one.since for one in findings(store, 3)] == [1]


def test_findings_come_in_pages(store: sqlite3.Connection) -> None:
    number = keep(store, dict.fromkeys(range(9), FAIL))
    first = list(findings(store, number, limit=4))
    rest = list(findings(store, number, after=first[-1].key))
    assert [one.resource_id for one in (*first, *rest)] == [f"r{at}" for at in range(9)]
    assert [one.resource_id for one in findings(store, number, resource_id="r3")] == ["r3"]
    assert list(findings(store, number, policy_id="Q")) == []


def test_the_file_belongs_to_the_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "scans.sqlite"
    open_store(file).close()
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(file.parent).st_mode) == 0o700


@pytest.mark.parametrize("harm", ["a link", "others write", "no database", "another version"])
def test_a_file_that_is_none_of_ours_is_refused_with_what_to_do(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    file = folder / "scans.sqlite"
    if harm == "a link":
        file.symlink_to(tmp_path / "elsewhere")
    elif harm == "others write":
        file.touch()
        file.chmod(0o666)
    elif harm == "no database":
        file.write_bytes(b"x" * 5000)
        file.chmod(0o600)
    else:
        store = open_store(file)
        store.execute("PRAGMA user_version = 99")
        store.close()
    with pytest.raises(StoreError, match=r"scans\.sqlite"):
        open_store(file)


def test_a_pass_that_leans_on_what_is_not_there_is_counted_and_is_no_change(
    store: sqlite3.Connection,
) -> None:
    with private_spool() as spool:
        for one in resources({"n": None}):
            spool.add(one)
        spool.settle()
        keeper = Keeper(store, spool.folder / "index.sqlite", (made(),))
        keeper.add([evaluation(0, PASS, missing=("x", "y"))])
        keeper.complete(resources=1, passed_over=0, seconds=1.0, inventory="i", keep=20)
    (count,) = counts(store, 1, Group.POLICY)
    assert (count.passed, count.unverified) == (1, 1)
    assert [one.missing for one in findings(store, 1)] == [("x", "y")]
    keep(store, {0: PASS})
    assert list(changed(store, 1, 2)) == []
    keep(store, {0: FAIL})
    assert shown(changed(store, 1, 3)) == [("r0", Change.NEW, Why.CLOCK)]


def test_a_store_of_the_version_before_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "scans" / "s.sqlite"
    store = open_store(file)
    number = keep(store, {0: FAIL})
    store.execute("ALTER TABLE finding DROP COLUMN ignored")
    store.execute("ALTER TABLE finding DROP COLUMN since")
    store.execute("ALTER TABLE looked_at DROP COLUMN ignored")
    store.execute("ALTER TABLE policy DROP COLUMN cost")
    _take_back_to_3(store)
    for table in ("done", "pending"):
        store.execute(f"DROP TABLE {table}")
    store.execute("PRAGMA user_version = 1")
    store.close()
    store = open_store(file)
    assert [one.since for one in findings(store, number)] == [number]
    later = keep(store, {0: FAIL})
    (found,) = findings(store, later)
    assert (found.since, found.ignored) == (number, "")
    store.close()


def _take_back_to_3(store: sqlite3.Connection) -> None:
    store.execute("DROP TABLE worst")
    store.execute("DROP INDEX finding_cause")
    for table in ("finding", "pending"):
        store.execute(f"ALTER TABLE {table} DROP COLUMN wording")
    store.execute("DROP TABLE wording")


def test_an_alert_that_was_kept_whole_is_read_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "scans" / "s.sqlite"
    store = open_store(file)
    number = keep(store, {0: FAIL})
    whole = json.dumps({"title": "then", "destinations": None})
    store.execute("UPDATE finding SET alert = ?", (whole,))
    _take_back_to_3(store)
    store.execute("PRAGMA user_version = 3")
    store.close()
    store = open_store(file)
    (found,) = findings(store, number)
    assert found.alert == {"title": "then", "destinations": None}
    store.close()
