"""The plan of any request."""

from __future__ import annotations

from typing import assert_never

from panther_engine.authoring.accept import Accepted, accept_result
from panther_engine.authoring.edits.specs import change_metadata, remove_metadata
from panther_engine.authoring.edits.steps import Refusal, RefusedError
from panther_engine.authoring.plans.fix_plans import plan_fix, plan_guard
from panther_engine.authoring.plans.pasted_plans import plan_example, plan_pasted
from panther_engine.authoring.plans.planned import Ground, Planned, plan_steps, read_data
from panther_engine.authoring.plans.policy_plans import plan_policy
from panther_engine.authoring.plans.test_plans import plan_test
from panther_engine.model import Status
from panther_engine.reading.storage.gc_pause import collecting_later
from panther_engine.text.one_line import shorten
from panther_engine.values.edits import (
    AcceptVerdict,
    AddExample,
    AddPasted,
    AddTest,
    CopyPolicy,
    CreatePolicy,
    DeletePolicy,
    DeleteTest,
    DuplicateTest,
    EditRequest,
    FileChange,
    FixFaults,
    GuardNull,
    MoveTest,
    PutMock,
    RemoveMock,
    RenamePolicy,
    RenameTest,
    ReplaceResource,
    SetMetadata,
    WriteFiles,
)


def plan_edit(request: EditRequest, ground: Ground) -> Planned | Refusal:
    """What a request would write, or why it cannot be done. Raises OSError of files unread."""
    with (
        collecting_later()
    ):  # data and nodes of a large spec would be looked through again and again
        return _plan(request, ground)


def _plan(request: EditRequest, ground: Ground) -> Planned | Refusal:
    try:
        match request:
            case WriteFiles(title, said, files, notes):
                return Planned(title, said, files, notes)
            case AcceptVerdict():
                return _plan_accept(request, ground)
            case SetMetadata(spec):
                return _plan_metadata(request, ground.read(spec))
            case FixFaults():
                return plan_fix(request, ground)
            case GuardNull():
                return plan_guard(request, ground)
            case AddPasted(spec):
                return plan_pasted(request, ground.read(spec))
            case AddExample(spec):
                return plan_example(request, ground.read(spec))
            case AddTest(spec):
                return plan_test(request, ground.read(spec), spec)
            case (
                ReplaceResource() | RenameTest() | DuplicateTest() | MoveTest() | DeleteTest()
                | PutMock() | RemoveMock()
            ):  # fmt: skip
                return plan_test(request, ground.read(request.test.spec), request.test.spec)
            case CreatePolicy() | CopyPolicy() | RenamePolicy() | DeletePolicy():
                return plan_policy(request, ground)
            case _:
                assert_never(request)
    except RefusedError as refused:
        return refused.refusal


def path_of(request: EditRequest) -> str:
    """The file that a request is about, from the root; the first of several, empty of none."""
    match request:
        case WriteFiles(files=files):
            return files[0].path if files else ""
        case FixFaults(path) | GuardNull(path):
            return path
        case (
            AcceptVerdict(spec)
            | SetMetadata(spec)
            | AddTest(spec)
            | AddPasted(spec)
            | AddExample(spec)
        ):
            return spec
        case CopyPolicy(spec) | RenamePolicy(spec) | DeletePolicy(spec):
            return spec
        case CreatePolicy():
            return ""
        case _:
            return request.test.spec


def _plan_accept(request: AcceptVerdict, ground: Ground) -> Planned | Refusal:
    result = ground.settled(request.spec)
    if result is not None and result.status is Status.INVALID:
        line = result.diagnostics[0].line if result.diagnostics else 1
        return Refusal(
            "no test of the policy could run: there is no verdict to accept", line,
            "mend what is wrong with it first",
        )  # fmt: skip
    if result is None or not 0 <= request.test < len(result.results):
        return Refusal("the test has no verdict yet: wait for its run")
    test = result.results[request.test]
    content = ground.read(request.spec)
    found = accept_result(content, request.spec, request.test, test)
    if not isinstance(found, Accepted):
        return found
    change = FileChange(request.spec, found.edit.before, found.edit.after)
    return Planned(f'expectation of "{shorten(test.name)}"', found.said, (change,))


def _plan_metadata(request: SetMetadata, content: bytes) -> Planned | Refusal:
    named = [key for key, _ in request.values] + list(request.removed)
    data = read_data(content, request.spec)
    steps = [step for key, value in request.values for step in change_metadata(data, key, value)]
    steps += [step for key in request.removed for step in remove_metadata(key)]
    keys = ", ".join(f"`{shorten(key)}`" for key in named)
    return plan_steps(
        content, request.spec, tuple(steps), f"metadata: {keys}", f"This changes {keys}."
    )
