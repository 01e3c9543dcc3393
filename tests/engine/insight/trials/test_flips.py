"""What would turn a verdict."""

from __future__ import annotations

from pathlib import Path

from panther_engine.model import Verdict
from panther_engine.values.insight import Flip
from tests.engine.insight.explained import Sample, explain_all, explain_one, write_checkout


def flips_of(root: Path, source: str, *resources: object, expected: bool = True) -> list[Flip]:
    return list(explain_one(root, source, *resources, expected=expected, flips=True).flips or ())


def changes(flip: Flip) -> list[tuple[str, object, object, object]]:
    return [(one.op, one.field, one.old, one.new) for one in flip.changes]


def test_one_small_change_is_found_and_shown_with_the_resource(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return resource['A']['Days'] >= 90\n"
    first, *_ = flips_of(tmp_path, source, {"A": {"Days": 89}, "B": 1}, expected=False)
    assert changes(first) == [("set", ("A", "Days"), 89, 90)]
    assert first.verdict is Verdict.PASS
    assert first.resource == {"A": {"Days": 90}, "B": 1}


def test_what_a_sibling_test_has_is_tried(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return hash(resource['Key']) == hash('a' 'b')\n"
    first, *_ = flips_of(tmp_path, source, {"Key": "ab"}, {"Key": "zz"}, expected=False)
    assert changes(first) == [("set", ("Key",), "zz", "ab")]


def test_a_missing_field_is_added(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return resource.get('Mode') == 'on'\n"
    first, *_ = flips_of(tmp_path, source, {"A": 1}, expected=False)
    assert changes(first) == [("add", ("Mode",), None, "on")]


def test_two_changes_are_tried_where_one_is_not_enough(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            return resource["A"] == "good" and resource["B"] is True
    """
    first, *_ = flips_of(tmp_path, source, {"A": "bad", "B": False}, expected=False)
    assert changes(first) == [
        ("set", ("A",), "bad", "good"),
        ("set", ("B",), False, True),
    ]


def test_the_best_three_change_different_fields(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            return all(resource[name] == 1 for name in ("A", "B", "C", "D"))
    """
    found = flips_of(tmp_path, source, {"A": 1, "B": 1, "C": 1, "D": 1})
    assert len(found) == 3
    assert len({flip.changes[0].field for flip in found}) == 3
    assert all(len(flip.changes) == 1 for flip in found)


def test_for_an_error_the_expected_verdict_is_looked_for(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return len(resource['A']) == 0\n"
    first, *_ = flips_of(tmp_path, source, {"A": None}, expected=True)
    assert first.verdict is Verdict.PASS
    assert changes(first) == [("set", ("A",), None, [])]


def test_nothing_is_claimed_where_nothing_turns_it(tmp_path: Path) -> None:
    assert flips_of(tmp_path, "def policy(resource):\n    return True\n", {"A": 1}) == []


def test_a_run_that_hangs_costs_no_more_than_its_share(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            while resource["A"] == 2:
                pass
            return resource["A"] == 1
    """
    found = flips_of(tmp_path, source, {"A": 1})
    assert found
    assert found[0].verdict is Verdict.FAIL


def test_the_state_of_a_body_does_not_leak_from_run_to_run(tmp_path: Path) -> None:
    source = """
        SEEN = []

        def policy(resource):
            SEEN.append(1)
            return len(SEEN) == 1 and resource["A"] == 1
    """
    first, *_ = flips_of(tmp_path, source, {"A": 2}, expected=False)
    assert changes(first) == [("set", ("A",), 2, 1)]


def test_nothing_is_tried_for_a_policy_that_differs_when_it_is_observed(tmp_path: Path) -> None:
    source = (
        "def policy(resource):\n    return resource['A'] and len(policy.__code__.co_consts) < 5\n"
    )
    repository = write_checkout(tmp_path, {"body": Sample(source, ({"A": True},))})
    (one,) = explain_all(repository, flips=True)["body"]
    assert not one.insight.same_as_plain
    assert one.flips == ()
