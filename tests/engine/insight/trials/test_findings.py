"""The null probe and the mutants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from panther_engine.insight.report.findings import (
    mutants_json,
    mutants_text,
    probe_github,
    probe_json,
    probe_text,
)
from panther_engine.insight.trials.apart import suggest_tests
from panther_engine.insight.trials.mutating import Mutated, mutate_policies, set_aside
from panther_engine.insight.trials.probing import Probed, nullable_fields, probe_policies
from panther_engine.model import Failure, Verdict
from panther_engine.reading.repository.repository import Repository
from panther_engine.report.text.paint import Paint
from panther_engine.values.findings import Suggestion
from tests.engine.insight.explained import Sample, with_workers, write_checkout

OPEN_LOOP = """
    def policy(resource):
        for grant in resource["Grants"]:
            if grant == resource["Region"]:
                return False
        return resource["LoggingPolicy"] is None
"""
BOUNDARY = """
    LEAST = 90

    def policy(resource):
        return resource["Days"] >= LEAST

    def title(resource):
        return "days" + str(1)
"""


def chosen(repository: Repository) -> dict[str, frozenset[int]]:
    return {spec: frozenset(range(len(one.tests))) for spec, one in repository.policies.items()}


def probe(repository: Repository) -> list[Probed]:
    broken: list[tuple[str, Failure]] = []
    found = with_workers(
        repository,
        lambda jobs: probe_policies(
            repository, chosen(repository), jobs, lambda *told: broken.append(told)
        ),
    )
    assert broken == []
    return found


def mutate(repository: Repository, refused: list[str] | None = None) -> list[Mutated]:
    told: list[str] = [] if refused is None else refused
    return with_workers(
        repository,
        lambda jobs: mutate_policies(
            repository, chosen(repository), jobs, lambda spec, failure: told.append(spec)
        ),
    )


def mutate_one(root: Path, source: str, resources: Sequence[object], expected: bool) -> Mutated:
    repository = write_checkout(root, {"body": Sample(source, resources, expected)})
    (found,) = mutate(repository)
    return found


def test_a_nullable_field_that_makes_a_policy_raise_is_found_with_its_line(tmp_path: Path) -> None:
    resource = {"Grants": ["x"], "Region": "y", "LoggingPolicy": None}
    repository = write_checkout(tmp_path, {"body": Sample(OPEN_LOOP, (resource,))})
    (probed,) = probe(repository)
    found = {one.field: one for one in probed.fields}
    assert found[("Grants",)].verdict is Verdict.ERROR
    assert found[("Grants",)].line == 2
    assert found[("Grants",)].error == ("TypeError", "'NoneType' object is not iterable")
    assert found[("LoggingPolicy",)].verdict is Verdict.PASS
    assert ("Region",) not in found  # Panther never sends it as null


def test_fields_that_no_test_read_are_not_probed(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return True\n"
    repository = write_checkout(tmp_path, {"body": Sample(source, ({"Grants": []},))})
    assert probe(repository) == [Probed("policies/body.json", ())]


def test_without_a_type_a_field_counts_that_is_nullable_in_any(tmp_path: Path) -> None:
    repository = write_checkout(
        tmp_path, {"any": Sample("", types=()), "bucket": Sample("", types=("AWS.S3.Bucket",))}
    )
    anything = nullable_fields(repository.policies["policies/any.json"])
    bucket = nullable_fields(repository.policies["policies/bucket.json"])
    assert bucket < anything
    assert "Grants" in bucket
    assert "AccountId" not in anything


def test_the_probe_is_reported_in_every_format(tmp_path: Path) -> None:
    resource = {"Grants": ["x"], "Region": "y", "LoggingPolicy": None}
    repository = write_checkout(tmp_path, {"body": Sample(OPEN_LOOP, (resource,))})
    probed = probe(repository)
    document = json.loads(probe_json(repository, "python", probed))
    assert list(document) == ["version", "root", "python", "policies"]
    assert document["policies"] == [
        {
            "id": "Test.body",
            "spec": "policies/body.json",
            "fields": [
                {
                    "field": "$.Grants",
                    "verdict": "ERROR",
                    "line": 2,
                    "error": {"type": "TypeError", "message": "'NoneType' object is not iterable"},
                },
                {"field": "$.LoggingPolicy", "verdict": "PASS", "line": None, "error": None},
            ],
        }
    ]
    assert "raises if Grants is null: TypeError" in probe_text(repository, probed, Paint())
    assert probe_github(repository, probed).startswith("::warning file=policies/body.py,line=2")


def test_a_boundary_that_no_test_has_survives_and_one_that_a_test_has_does_not(
    tmp_path: Path,
) -> None:
    open_ended = mutate_one(tmp_path / "a", BOUNDARY, ({"Days": 200},), True)
    words = [one.words for one in open_ended.survivors]
    assert "`>=` could be `>`: no test has the value between them" in words
    assert "`90` could be `91`: no test tells" in words
    pinned = mutate_one(tmp_path / "b", BOUNDARY, ({"Days": 90},), True)
    assert "`>=` could be `>`: no test has the value between them" not in [
        one.words for one in pinned.survivors
    ]
    assert pinned.killed > open_ended.killed
    assert pinned.total == open_ended.total


def test_alert_functions_are_left_alone(tmp_path: Path) -> None:
    found = mutate_one(tmp_path, BOUNDARY, ({"Days": 90},), True)
    assert all(one.line < 6 for one in found.survivors)


def test_a_survivor_tells_its_place(tmp_path: Path) -> None:
    source = "def policy(resource):\n    größe = resource['A']; return größe == 1 or größe == 2\n"
    found = mutate_one(tmp_path, source, ({"A": 1},), True)
    places = {(one.before, one.after): (one.line, one.column) for one in found.survivors}
    assert places[("2", "3")] == (2, source.splitlines()[1].rindex("2"))


def test_a_comment_sets_the_survivors_of_its_line_aside(tmp_path: Path) -> None:
    source = BOUNDARY.replace("LEAST = 90", "LEAST = 90  # not pinned: it is only a wish")
    found = mutate_one(tmp_path, source, ({"Days": 200},), True)
    aside = [one for one in found.survivors if one.reason]
    assert [(one.line, one.reason) for one in aside] == [(1, "it is only a wish")]
    assert aside[0] not in found.open
    repository = write_checkout(tmp_path, {"body": Sample(source, ({"Days": 200},))})
    assert "set aside: it is only a wish" in mutants_text(repository, [found], Paint(), None)
    (policy,) = json.loads(mutants_json(repository, "python", [found]))["policies"]
    assert policy["set_aside"][0]["reason"] == "it is only a wish"
    assert len(policy["survivors"]) == len(found.open)


def test_only_a_comment_sets_aside() -> None:
    assert set_aside(
        b"a = '# not pinned: no'\nb = 1  # not pinned: yes\nc = 1  # not pinned:\n"
    ) == {2: "yes"}


def test_a_mutant_that_never_ends_counts_as_told_apart(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            count = 0
            while True:
                count += 1
                if count > resource["A"]:
                    break
            return count == 3
    """
    found = mutate_one(tmp_path, source, ({"A": 2},), True)
    assert "`break` could be left out: no test tells" not in [one.words for one in found.survivors]
    assert found.total > found.killed >= 5 or found.total == found.killed


def test_a_mutant_that_ends_its_process_counts_as_told_apart(tmp_path: Path) -> None:
    source = """
        import os

        def policy(resource):
            if resource["A"] > 5:
                os._exit(3)
            return resource["A"] == 2
    """
    found = mutate_one(tmp_path, source, ({"A": 2},), True)
    assert found.total == 8
    assert '`resource["A"] > 5` could always be true: no test tells' not in [
        one.words for one in found.survivors
    ]
    assert "`>` could be `>=`: no test has the value between them" in [
        one.words for one in found.survivors
    ]


def suggest(repository: Repository, mutated: list[Mutated]) -> dict[str, Suggestion]:
    found = with_workers(repository, lambda jobs: suggest_tests(repository, mutated, jobs))
    return {one.survivor.words: one for one in found.values()}


def test_a_test_is_suggested_that_tells_a_survivor_from_the_body(tmp_path: Path) -> None:
    repository = write_checkout(tmp_path, {"body": Sample(BOUNDARY, ({"Days": 200},))})
    mutated = mutate(repository)
    found = suggest(repository, mutated)["`>=` could be `>`: no test has the value between them"]
    assert [(one.field, one.new) for one in found.changes] == [(("Days",), 90)]
    assert (found.resource, found.expected) == ({"Days": 90}, True)
    told = {(found.spec, found.survivor.number): found}
    assert 'add a test like "test 0": PASS if Days is 90 (now 200)' in mutants_text(
        repository, mutated, Paint(), None, told
    )
    (policy,) = json.loads(mutants_json(repository, "python", mutated, told))["policies"]
    (suggested,) = [one["suggestion"] for one in policy["survivors"] if "suggestion" in one]
    assert suggested == {
        "test": "test 0",
        "expected": True,
        "changes": [{"op": "set", "field": "$.Days", "old": 200, "new": 90}],
    }


def test_nothing_is_suggested_where_only_an_exception_would_tell(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return resource['A'] is not None or resource['B']['C']\n"
    repository = write_checkout(tmp_path, {"body": Sample(source, ({"A": 1, "B": {}},))})
    mutated = mutate(repository)
    words = "`'C'` could be `'CXX'`: no test tells"
    assert words in [one.words for one in mutated[0].survivors]
    assert words not in suggest(repository, mutated)


@pytest.mark.parametrize("tests", [(), ({"A": 1},)])
def test_a_policy_without_tests_is_left_out(tmp_path: Path, tests: Sequence[object]) -> None:
    source = "def policy(resource):\n    return resource['A'] == 1\n"
    repository = write_checkout(tmp_path, {"body": Sample(source, tests)})
    assert len(mutate(repository)) == len(tests)


def test_a_body_that_cannot_be_imported_is_told_and_left_out(tmp_path: Path) -> None:
    repository = write_checkout(tmp_path, {"body": Sample("raise ValueError\ndef policy(r): 0\n")})
    refused: list[str] = []
    assert mutate(repository, refused) == []
    assert refused == ["policies/body.json"]
