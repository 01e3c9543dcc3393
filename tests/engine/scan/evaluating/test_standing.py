"""Verdicts that stand, with what is ignored and mapped of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.model import Failure, Verdict
from panther_engine.scan.evaluating.standing import Standing
from panther_engine.scan.inventory.spool import Spool
from panther_engine.values.scanned import Alert, Counts, Evaluation, GroupBy, Moved, RowOrder
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


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Standing]:
    """Two errors at one place, and alerts with and without the resource's name."""
    spool = Spool(tmp_path)
    for at, one in enumerate(resources({}, {"Long": "x" * 90}, {}, {}, {}, {})):
        spool.add(
            replace(one, id=f"arn:aws:s3:::bucket-{at}", account=f"{at % 2}", region=f"eu-{at % 3}")
        )
    spool.settle()
    errors = [Failure("KeyError", f"'{name}'", "policies/p.py", 3) for name in "ab"]
    titles = ["[bucket-2] is open", "[bucket-3] is open", "arn:aws:s3:::bucket-4 is new"]
    standing = Standing(tmp_path)
    standing.begin("p.yml")
    standing.add(
        "p.yml",
        (
            *(
                replace(named(at), verdict=ERROR, error=error, looked_up=("x", "y"))
                for at, error in enumerate(errors)
            ),
            *(replace(named(at), alert=alert(title)) for at, title in enumerate(titles, 2)),
        ),
    )
    standing.settle("p.yml", 6)
    yield standing
    standing.close()
    spool.close()


def named(at: int) -> Evaluation:
    return replace(evaluation(at), resource_id=f"arn:aws:s3:::bucket-{at}")


def alert(title: str) -> Alert:
    return Alert(title, "High", "", "", "", "", None)


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (RowOrder.MOVED, "01234"),
        (RowOrder.ID, "01234"),
        (RowOrder.ACCOUNT, "04231"),
        (RowOrder.REGION, "03412"),
        (RowOrder.VERDICT, "01234"),
        (RowOrder.SAID, "01234"),
    ],
)
def test_rows_come_in_the_order_that_is_asked_for(
    standing: Standing, order: RowOrder, ids: str
) -> None:
    _, rows = standing.rows("p.yml", 0, order=order)
    assert "".join(row.resource_id[-1] for row in rows) == ids
    _, rows = standing.rows("p.yml", 2, order=order)
    assert "".join(row.resource_id[-1] for row in rows) == ids[2:]


def test_causes_are_places_of_errors_and_titles_whatever_they_name(standing: Standing) -> None:
    total, groups = standing.groups("p.yml", GroupBy.CAUSE)
    assert total == 3
    assert [(one.name, one.count, one.failed, one.erred) for one in groups] == [
        ("KeyError  policies/p.py:3", 2, 0, 2),
        ("[…] is open", 2, 2, 0),
        ("… is new", 1, 1, 0),
    ]
    assert groups[0].example.resource_id.endswith("bucket-0"), "its document is the smallest"
    _, rows = standing.rows("p.yml", 0, group=(GroupBy.CAUSE, "[…] is open"))
    assert [row.resource_id[-1] for row in rows] == ["2", "3"]


def test_groups_and_their_rows_are_narrowed_by_the_same_text(standing: Standing) -> None:
    total, groups = standing.groups("p.yml", GroupBy.ACCOUNT, "OPEN")
    assert (total, [(one.name, one.count) for one in groups]) == (2, [("0", 1), ("1", 1)])
    total, rows = standing.rows("p.yml", 0, "open", group=(GroupBy.ACCOUNT, "1"))
    assert (total, rows[0].resource_id[-1]) == (1, "3")


def test_rows_are_new_once_the_policy_has_judged_again(standing: Standing) -> None:
    assert standing.rows("p.yml", 0)[0] == 5
    standing.begin("p.yml")
    standing.add("p.yml", (named(2),))
    standing.settle("p.yml", 6)
    assert standing.rows("p.yml", 0)[0] == 1


def test_what_was_looked_up_is_known(standing: Standing) -> None:
    assert standing.looked_up("p.yml", 1) == ("x", "y")
    assert standing.looked_up("p.yml", 3) == ()
