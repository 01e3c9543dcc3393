"""Tests and mocks added, changed, moved and removed."""

from __future__ import annotations

from typing import assert_never

from panther_engine.authoring.edits.specs import (
    Steps,
    add_mock,
    add_test,
    delete_test,
    duplicate_test,
    edit_mock,
    move_test,
    remove_mock,
    rename_test,
    replace_resource,
)
from panther_engine.authoring.edits.steps import Refusal, RefusedError
from panther_engine.authoring.plans.planned import Planned, plan_steps, read_data
from panther_engine.model import JsonValue
from panther_engine.text.one_line import shorten
from panther_engine.values.edits import (
    AddTest,
    DeleteTest,
    DuplicateTest,
    MoveTest,
    PutMock,
    RemoveMock,
    RenameTest,
    ReplaceResource,
    TestRef,
    TestRequest,
)


def plan_test(request: TestRequest, content: bytes, path: str) -> Planned | Refusal:
    """What a request about a test of this spec would write. Raises RefusedError."""
    data = read_data(content, path)
    notes: tuple[str, ...] = ()
    if isinstance(request, AddTest):
        title, said = _added(request)
        steps: Steps = add_test(
            data, request.name, request.expected, request.resource, request.mocks, request.index
        )
        notes = request.notes
        _refuse_name(data, request.name)
    else:
        title, said, steps = _changed(request, data, len(content))
    return plan_steps(content, path, steps, title, said, notes)


def _added(request: AddTest) -> tuple[str, str]:
    name = shorten(request.name)
    return f'new test "{name}"', f'A new test, "{name}", expects the policy {_meant(request)}.'


def _meant(request: AddTest) -> str:
    return "to pass" if request.expected else "to alert"


def _changed(
    request: ReplaceResource | RenameTest | DuplicateTest | MoveTest | DeleteTest | PutMock
    | RemoveMock,
    data: dict[str, JsonValue],
    size: int,
) -> tuple[str, str, Steps]:  # fmt: skip
    at, test = request.test.index, _find(data, request.test)
    name = shorten(request.test.name)
    match request:
        case ReplaceResource(resource=resource):
            said = f'The test "{name}" judges another resource.'
            return f'resource of "{name}"', said, replace_resource(data, at, resource, size)
        case RenameTest(name=new):
            if new != request.test.name:
                _refuse_name(data, new)
            said = f'The test "{name}" is called "{shorten(new)}".'
            return f'name of "{name}"', said, rename_test(at, new)
        case DuplicateTest(name=new):
            _refuse_name(data, new)
            said = f'A copy of the test "{name}" comes behind it, called "{shorten(new)}".'
            return f'copy of "{name}"', said, duplicate_test(at, new)
        case MoveTest(to=to):
            up = "up" if to < at else "down"
            said = f'The test "{name}" moves {up}, to place {to + 1}.'
            return f'place of "{name}"', said, move_test(at, to)
        case DeleteTest():
            said = f'The test "{name}" is removed. What it pinned down nothing else may.'
            return f'removal of "{name}"', said, delete_test(at)
        case PutMock(mock=mock, index=index):
            function = shorten(mock.object_name)
            said = f'In the test "{name}" `{function}` is replaced.'
            if index is None:
                return f"mock of `{function}`", said, add_mock(data, at, mock)
            _refuse_index(test, index)
            return f"mock of `{function}`", said, edit_mock(at, index, mock)
        case RemoveMock(index=index):
            _refuse_index(test, index)
            said = f'In the test "{name}" one function less is replaced.'
            return f'mock of "{name}"', said, remove_mock(data, at, index)
        case _:
            assert_never(request)


def _tests(data: dict[str, JsonValue]) -> list[JsonValue]:
    tests = data.get("Tests")
    return tests if isinstance(tests, list) else []


def _find(data: dict[str, JsonValue], wanted: TestRef) -> dict[str, JsonValue]:
    """The test that is meant. Raises RefusedError if another stands there."""
    tests = _tests(data)
    test = tests[wanted.index] if 0 <= wanted.index < len(tests) else None
    if not isinstance(test, dict) or str(test.get("Name")) != wanted.name:
        raise RefusedError(
            f'"{shorten(wanted.name)}" is not there any more', hint="wait for the next run"
        )
    return test


def _refuse_index(test: dict[str, JsonValue], index: int) -> None:
    mocks = test.get("Mocks")
    if not isinstance(mocks, list) or not 0 <= index < len(mocks):
        raise RefusedError("the mock is not there any more", hint="wait for the next run")


def _refuse_name(data: dict[str, JsonValue], name: str) -> None:
    if not name.strip():
        raise RefusedError("a test needs a name")
    if any(isinstance(one, dict) and one.get("Name") == name for one in _tests(data)):
        raise RefusedError(
            f'another test is called "{shorten(name)}" already', hint="give it another name"
        )
