"""What each request would write, in words and bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.plans.plan import path_of, plan_edit
from panther_engine.authoring.plans.planned import Ground, Planned
from panther_engine.model import Mock, Outcome, PolicyResult, Status, TestResult, Verdict
from panther_engine.reading.repository.load import load_repository
from panther_engine.values.edits import (
    AcceptVerdict,
    AddTest,
    DeleteTest,
    DuplicateTest,
    EditRequest,
    FileChange,
    MoveTest,
    PutMock,
    RemoveMock,
    RenameTest,
    ReplaceResource,
    SetMetadata,
    TestRef,
    WriteFiles,
)

SPEC = "policies/a.yml"
TEXT = """\
# mine
AnalysisType: policy
Filename: a.py
PolicyID: A
Enabled: true
Severity: High
ResourceTypes:
  - AWS.S3.Bucket
Tests:
  - Name: One
    ExpectedResult: true
    Mocks:
      - objectName: now
        returnValue: "1"
    Resource:
      {
        "Name": "one", # here
        "Size": 1
      }
  - Name: Two
    ExpectedResult: false
    Resource:
      {
        "Name": "two"
      }
"""
ONE, TWO = TestRef(SPEC, 0, "One"), TestRef(SPEC, 1, "Two")
RESULT = PolicyResult(
    SPEC, 1, Status.FAILED,
    (TestResult("One", 10, True, Verdict.FAIL, Outcome.FAILED, 1.0, {}),),
)  # fmt: skip


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[EditRequest], Planned | Refusal]:
    (tmp_path / "policies").mkdir()
    (tmp_path / SPEC).write_text(TEXT, encoding="utf-8", newline="")
    broken = PolicyResult("policies/broken.yml", 1, Status.INVALID)
    ground = Ground(
        tmp_path, {SPEC: RESULT, broken.spec: broken}.get, lambda: load_repository(tmp_path)
    )
    return lambda request: plan_edit(request, ground)


def changed(planned: Planned | Refusal) -> tuple[list[str], list[str]]:
    """The lines that go, and those that come."""
    assert isinstance(planned, Planned), planned
    (change,) = planned.files
    assert change.before is not None
    assert change.after is not None
    old, new = change.before.decode().splitlines(), change.after.decode().splitlines()
    return [it for it in old if it not in new], [it for it in new if it not in old]


CASES: list[tuple[EditRequest, str, list[str], list[str]]] = [
    (
        AcceptVerdict(SPEC, 0), 'will now be expected to alert on "One"',
        ["    ExpectedResult: true"], [],
    ),
    (
        RenameTest(TWO, "Second"), 'The test "Two" is called "Second"',
        ["  - Name: Two"], ["  - Name: Second"],
    ),
    (
        ReplaceResource(ONE, {"Name": "other", "Size": 1}),
        'The test "One" judges another resource',
        ['        "Name": "one", # here'], ['        "Name": "other", # here'],
    ),
    (
        DuplicateTest(ONE, "One again"), 'A copy of the test "One" comes behind it',
        [], ["  - Name: One again"],
    ),
    (DeleteTest(TWO), 'The test "Two" is removed', [
        "  - Name: Two", "    ExpectedResult: false", '        "Name": "two"',
    ], []),
    (MoveTest(TWO, 0), 'The test "Two" moves up, to place 1', [], []),
    (
        AddTest(SPEC, "Three", False, {"Name": "three"}), '"Three", expects the policy to alert',
        [], ["  - Name: Three", '        "Name": "three"'],
    ),
    (
        PutMock(TWO, Mock("then", "2")), 'In the test "Two" `then` is replaced',
        [], ["      - objectName: then", '        returnValue: "2"'],
    ),
    (
        PutMock(ONE, Mock("now", "3"), 0), 'In the test "One" `now` is replaced',
        ['        returnValue: "1"'], ['        returnValue: "3"'],
    ),
    (
        RemoveMock(ONE, 0), "one function less is replaced",
        ["    Mocks:", "      - objectName: now", '        returnValue: "1"'], [],
    ),
    (
        SetMetadata(SPEC, (("Severity", "Low"), ("Tags", ["new"])), ("Enabled",)),
        "This changes `Severity`, `Tags`, `Enabled`.",
        ["Enabled: true", "Severity: High"], ["Severity: Low", "Tags:", "  - new"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "said", "gone", "come"), CASES, ids=lambda it: type(it).__name__
)
def test_a_request_changes_its_lines_and_says_so(
    plan: Callable[[EditRequest], Planned | Refusal], request_: EditRequest, said: str,
    gone: list[str], come: list[str],
) -> None:  # fmt: skip
    planned = plan(request_)
    assert isinstance(planned, Planned), planned
    assert said in planned.said
    assert changed(planned) == (gone, come)
    assert planned.files[0].before != planned.files[0].after
    assert path_of(request_) == SPEC


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (RenameTest(TestRef(SPEC, 1, "One"), "x"), '"One" is not there any more'),
        (RenameTest(TestRef(SPEC, 9, "Two"), "x"), '"Two" is not there any more'),
        (RenameTest(TWO, "One"), 'another test is called "One" already'),
        (RenameTest(TWO, " "), "a test needs a name"),
        (AddTest(SPEC, "Two", True, {}), 'another test is called "Two" already'),
        (DuplicateTest(TWO, "One"), 'another test is called "One" already'),
        (RemoveMock(TWO, 0), "the mock is not there any more"),
        (PutMock(ONE, Mock("now", ""), 3), "the mock is not there any more"),
        (MoveTest(TWO, 2), "`Tests` has no place 3"),
        (AcceptVerdict(SPEC, 1), "the test has no verdict yet"),
        (AcceptVerdict("policies/b.yml", 0), "the test has no verdict yet"),
        (AcceptVerdict("policies/broken.yml", 0), "no test of the policy could run"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    plan: Callable[[EditRequest], Planned | Refusal], request_: EditRequest, reason: str
) -> None:
    refused = plan(request_)
    assert isinstance(refused, Refusal), refused
    assert reason in refused.reason


def test_a_file_that_is_not_there_is_an_error_of_the_disk(
    plan: Callable[[EditRequest], Planned | Refusal],
) -> None:
    with pytest.raises(FileNotFoundError):
        plan(SetMetadata("policies/b.yml", (("Severity", "Low"),)))


def test_files_whose_bytes_are_known_are_written_as_they_are(
    plan: Callable[[EditRequest], Planned | Refusal],
) -> None:
    files = (FileChange("b.yml", None, b"b"),)
    assert plan(WriteFiles("b", "b is made.", files, ("note",))) == Planned(
        "b", "b is made.", files, ("note",)
    )
    assert path_of(WriteFiles("b", "b is made.", files)) == "b.yml"
