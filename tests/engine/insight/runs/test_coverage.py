"""Which lines and branches the tests of a policy reach."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from panther_engine.insight.report.coverage import coverage_json, coverage_lcov
from panther_engine.insight.runs.coverage import Covered, cover_policies
from panther_engine.reading.repository.repository import Repository
from tests.engine.insight.explained import Sample, with_workers, write_checkout

SOURCE = '''
    LEAST = 1

    def policy(resource):
        """What it is for."""
        for item in resource["Items"]:
            if item == 1:
                continue
            elif item == 2:
                return False
        else:
            resource["A"] = 1
        return never(resource)

    def never(resource):
        if resource.get("A"): return True
        while resource["B"]:
            resource["B"] -= 1
        return False
'''


def cover(repository: Repository, tests: Sequence[int] | None = None) -> list[Covered]:
    chosen = {
        spec: frozenset(range(len(one.tests)) if tests is None else tests)
        for spec, one in repository.policies.items()
    }

    def refuse(*told: object) -> None:
        raise AssertionError(told)

    return with_workers(repository, lambda jobs: cover_policies(repository, chosen, jobs, refuse))


def test_lines_and_branches_are_told_with_the_tests_that_reach_them(tmp_path: Path) -> None:
    resources = ({"Items": [1]}, {"Items": [2]})
    repository = write_checkout(tmp_path, {"body": Sample(SOURCE, resources)})
    (covered,) = cover(repository)
    both, first, second, none = {0, 1}, {0}, {1}, set[int]()
    assert {line: set(tests) for line, tests in covered.lines.items()} == {
        5: both,
        6: both,
        7: first,
        8: second,
        9: second,
        11: first,
        12: first,
        15: first,
        16: none,
        17: none,
        18: none,
    }
    assert covered.missing == (16, 17, 18)
    ways = {(one.line, one.way): set(one.tests) for one in covered.branches}
    assert ways[(5, "body")] == both
    assert ways[(5, "else")] == first
    assert ways[(6, "body")] == first
    assert ways[(8, "else")] == none
    assert ways[(15, "body")] == first
    assert [(one.line, one.way) for one in covered.missing_branches] == [(8, "else"), (15, "else")]


def test_only_the_tests_that_were_asked_for_count(tmp_path: Path) -> None:
    resources = ({"Items": [1]}, {"Items": [2]})
    repository = write_checkout(tmp_path, {"body": Sample(SOURCE, resources)})
    (covered,) = cover(repository, [1])
    assert covered.lines[9] == {1}
    assert 12 in covered.missing


def test_what_the_title_reaches_counts(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            return False

        def title(resource):
            return "it"
    """
    repository = write_checkout(tmp_path, {"body": Sample(source, ({},), False)})
    (covered,) = cover(repository)
    assert covered.percent == 100.0


def test_many_steps_do_not_hide_the_lines_after_them(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            for _ in range(1_500_000):
                pass
            return True
    """
    repository = write_checkout(tmp_path, {"body": Sample(source)})
    (covered,) = cover(repository)
    assert covered.missing == ()


def test_it_is_reported_as_json_and_as_lcov(tmp_path: Path) -> None:
    resources = ({"Items": [1]}, {"Items": [2]})
    repository = write_checkout(tmp_path, {"body": Sample(SOURCE, resources)})
    covered = cover(repository)
    (policy,) = json.loads(coverage_json(repository, "python", covered))["policies"]
    assert policy["missing"] == [16, 17, 18]
    assert policy["lines"][2] == {"line": 7, "tests": ["test 0"]}
    assert {"line": 8, "to": "else", "tests": []} in policy["branches"]
    records = coverage_lcov(covered).splitlines()
    assert records[:2] == ["TN:", "SF:policies/body.py"]
    assert "DA:5,2" in records
    assert "DA:16,0" in records
    assert "LF:11" in records
    assert "LH:8" in records
    assert records[-1] == "end_of_record"
    unreached = [one for one in records if one.startswith("BRDA:16,")]
    assert [one.rsplit(",", 1)[1] for one in unreached] == ["-", "-"]
