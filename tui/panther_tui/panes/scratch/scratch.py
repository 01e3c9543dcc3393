"""A scratch: a copy of a test whose resource is changed, and stands in no file. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from panther_engine.model import FieldPath, JsonValue, TestCase
from panther_engine.values.changes import apply_change, apply_changes
from panther_engine.values.frozen import dataclass
from panther_engine.values.insight import Change
from panther_tui.panes.scratch.differences import is_same


@dataclass(frozen=True, slots=True)
class Scratch:
    """What was changed since the copy was taken, and what the file has."""

    spec: str
    test: int
    """The test's place in the spec."""
    case: TestCase
    """The test as it was when the copy was taken, with the mocks that it has now."""
    filed: JsonValue
    """The resource that the file has now."""
    resource: JsonValue
    """That of the case with the changes."""
    changes: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()
    """The last first."""
    real: bool = False
    """It is a resource of the inventory, shown in the place of the test, and copies none."""

    @property
    def file_moved_on(self) -> bool:
        """Whether the file's resource is another one than the copy was taken of."""
        return not self.real and not is_same(self.case.resource, self.filed)

    @property
    def differs(self) -> bool:
        """Whether something would be lost with it."""
        return self.real or not is_same(self.resource, self.filed)

    def stands_in(self, test: TestCase) -> bool:
        """Whether this is another test of the file with the resource of the scratch."""
        return test.name != self.case.name and is_same(test.resource, self.resource)

    @property
    def judged_as(self) -> TestCase:
        """The case with the resource as it is now."""
        return replace(self.case, resource=self.resource)


def take_scratch(spec: str, test: int, case: TestCase) -> Scratch:
    """A fresh copy of a test."""
    return Scratch(spec, test, case, case.resource, case.resource)


def take_resource(spec: str, test: int, case: TestCase) -> Scratch:
    """A resource of the inventory, to be shown in the place of a test."""
    return replace(take_scratch(spec, test, case), real=True)


def change(scratch: Scratch, made: Change) -> Scratch:
    """The scratch after a change. Raises LookupError if that leads nowhere."""
    resource = apply_change(scratch.resource, made)
    changes = (*scratch.changes, made)
    return replace(scratch, resource=resource, changes=changes, undone=())


def undo(scratch: Scratch) -> Scratch:
    """The scratch without its last change."""
    if not scratch.changes:
        return scratch
    *kept, last = scratch.changes
    resource = apply_changes(scratch.case.resource, kept)
    return replace(scratch, resource=resource, changes=tuple(kept), undone=(last, *scratch.undone))


def redo(scratch: Scratch) -> Scratch:
    """The scratch with the change again that was undone last."""
    if not scratch.undone:
        return scratch
    first, *rest = scratch.undone
    return replace(change(scratch, first), undone=tuple(rest))


def set_value(scratch: Scratch, path: FieldPath, value: JsonValue) -> Change:
    """The change that puts a value where one is."""
    return Change("set", path, value_at(scratch.resource, path), value)


def add_value(path: FieldPath, value: JsonValue) -> Change:
    """The change that adds a key or an item."""
    return Change("add", path, None, value)


def remove_value(scratch: Scratch, path: FieldPath) -> Change:
    """The change that takes a key or an item away."""
    return Change("remove", path, value_at(scratch.resource, path), None)


def value_at(resource: JsonValue, path: FieldPath) -> JsonValue:
    """What is at a path. Raises LookupError or TypeError if nothing is."""
    for step in path:
        resource = resource[step]  # type: ignore[index]
    return resource


def follow_file(scratch: Scratch, tests: Sequence[TestCase]) -> Scratch | None:
    """The scratch beside the tests as the file has them now; None if its test is gone.

    The test is found by its name where it moved. What copies none stays as it is.
    """
    if scratch.real:
        return scratch
    names = [test.name for test in tests]
    place, name = scratch.test, scratch.case.name
    if not (place < len(names) and names[place] == name):
        if names.count(name) != 1:
            return None
        place = names.index(name)
    now = tests[place]
    filed = scratch.filed if is_same(now.resource, scratch.filed) else now.resource
    case = replace(now, resource=scratch.case.resource)
    return replace(scratch, test=place, case=case, filed=filed)
