"""Verdicts that stand, with what is ignored and mapped of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from panther_engine.model import Verdict
from panther_engine.scan.evaluating.standing import Standing
from panther_engine.scan.inventory.spool import Spool
from panther_engine.values.scanned import Counts, Evaluation, Moved
from tests.engine.scan.judged import resources

FAIL, ERROR = Verdict.FAIL, Verdict.ERROR


def evaluation(at: int, verdict: Verdict = FAIL, ignored: str = "") -> Evaluation:
    return Evaluation("p.yml", "P", f"r{at}", verdict, resource_key=at + 1, ignored=ignored)


def test_what_is_ignored_is_counted_listed_last_and_told_why(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for one in resources({}, {}, {}):
        spool.add(replace(one, mapping="m"))
    spool.settle()
    standing = Standing(tmp_path)
    standing.begin("p.yml")
    standing.add("p.yml", (evaluation(0, ignored="known"), evaluation(1), evaluation(2, ERROR)))
    assert standing.settle("p.yml", 3) == (Counts(0, 2, 1, ignored=1), None)
    total, rows = standing.rows("p.yml", 0)
    assert total == 3
    assert [(row.resource_id, row.ignored, row.mapping) for row in rows] == [
        ("r2", "", "m"),
        ("r1", "", "m"),
        ("r0", "known", "m"),
    ]
    standing.begin("p.yml")
    standing.add("p.yml", (evaluation(0), evaluation(1)))
    counts, moved = standing.settle("p.yml", 3)
    assert (counts, moved) == (Counts(1, 2, 0), Moved(no_longer_err=1))
    standing.close()
    spool.close()
