"""Changes of a resource."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.model import FieldPath, JsonValue
from panther_engine.values.changes import apply_change, apply_changes
from panther_engine.values.insight import Change

RESOURCE = {"Name": "b", "Tags": [{"Key": "a"}, {"Key": "b"}], "Owner": None}


def changed(op: str, field: FieldPath, new: JsonValue = None) -> JsonValue:
    return apply_change(RESOURCE, Change(op, field, None, new))


def test_a_set_value_keeps_the_place_of_its_key() -> None:
    after = changed("set", ("Name",), "c")
    assert next(iter(after.items())) == ("Name", "c")  # type: ignore[attr-defined]
    assert changed("set", ("Tags", 1, "Key"), 5) == {
        **RESOURCE,
        "Tags": [{"Key": "a"}, {"Key": 5}],
    }


def test_a_key_is_added_last_and_an_item_where_it_is_wanted() -> None:
    assert list(changed("add", ("Zone",), 1)) == ["Name", "Tags", "Owner", "Zone"]  # type: ignore[call-overload]
    assert changed("add", ("Tags", 1), {}) == {**RESOURCE, "Tags": [{"Key": "a"}, {}, {"Key": "b"}]}


def test_keys_and_items_are_removed() -> None:
    assert changed("remove", ("Owner",)) == {"Name": "b", "Tags": RESOURCE["Tags"]}
    assert changed("remove", ("Tags", 0)) == {**RESOURCE, "Tags": [{"Key": "b"}]}


@pytest.mark.parametrize(
    "change",
    [
        Change("add", ("Name",), None, 1),
        Change("set", ("None",), None, 1),
        Change("remove", ("Tags", 2), None, None),
        Change("set", ("Tags", -1), None, 1),
        Change("add", ("Tags", 3), None, 1),
        Change("set", ("Name", 0), None, 1),
        Change("set", ("Tags", "Key"), None, 1),
        Change("remove", (), None, None),
    ],
)
def test_a_change_that_leads_nowhere_is_refused(change: Change) -> None:
    with pytest.raises(LookupError):
        apply_change(RESOURCE, change)


def test_the_whole_resource_can_be_another() -> None:
    assert apply_changes(RESOURCE, (Change("set", (), RESOURCE, []),)) == []


def test_a_value_that_stands_twice_changes_where_it_was_changed_only() -> None:
    shared = {"Key": "a"}
    after = apply_change([shared, shared], Change("set", (0, "Key"), "a", "b"))
    assert after == [{"Key": "b"}, {"Key": "a"}]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.integers())
def test_the_resource_itself_stays_as_it_was_and_the_rest_is_shared(
    path: list[int], new: int
) -> None:
    def tree(depth: int) -> JsonValue:
        return [tree(depth - 1) for _ in range(4)] if depth else 0

    before = tree(4)
    kept = copy.deepcopy(before)
    after = apply_change(before, Change("set", tuple(path), None, new))
    assert before == kept
    assert isinstance(after, list)
    assert isinstance(before, list)
    for at in range(4):
        assert (after[at] is before[at]) == (at != path[0])
