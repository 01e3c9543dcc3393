"""What a scratch differs in from the file's resource."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panther_engine.model import JsonValue
from panther_tui.panes.scratch.differences import NONE, find_differences, is_same

FILED: dict[str, JsonValue] = {
    "Name": "b",
    "Tags": [{"Key": "a", "Value": 1}, {"Key": "b", "Value": 2}, {"Key": "c", "Value": 3}],
    "Owner": {"ID": "1"},
}
TAGS: list[JsonValue] = FILED["Tags"]  # type: ignore[assignment]


def test_the_same_differs_in_nothing() -> None:
    assert find_differences(FILED, FILED) == NONE
    assert find_differences(FILED, {**FILED, "Tags": [dict(it) for it in TAGS]}) == NONE  # type: ignore[call-overload]


def test_changed_added_and_removed_fields_are_told_apart() -> None:
    scratch = {"Name": "c", "Tags": TAGS, "Zone": {"a": 1}}
    found = find_differences(FILED, scratch)
    assert found.changed == {("Name",)}
    assert found.added == {("Zone",)}
    assert dict(found.removed) == {(): (("Owner", {"ID": "1"}),)}
    assert found.above == {()}
    assert found.count == 3


def test_an_item_that_came_or_went_moves_no_other() -> None:
    new = {"Key": "n"}
    found = find_differences(FILED, {**FILED, "Tags": [TAGS[0], new, *TAGS[1:]]})
    assert found.count == 1
    assert found.added == {("Tags", 1)}
    found = find_differences(FILED, {**FILED, "Tags": [TAGS[0], TAGS[2]]})
    assert found.count == 1
    assert dict(found.removed) == {("Tags",): ((1, TAGS[1]),)}


def test_items_that_went_here_and_there_move_no_other() -> None:
    filed = [{"n": number} for number in range(21)]
    scratch: list[JsonValue] = [one for one in filed if one["n"] not in (3, 9, 15)]
    found = find_differences({"l": filed}, {"l": [*scratch[:4], "new", *scratch[4:]]})
    assert found.removed == {("l",): ((3, {"n": 3}), (9, {"n": 9}), (15, {"n": 15}))}
    assert found.added == {("l", 4)}
    assert found.count == 4


def test_the_field_inside_an_item_is_the_one_that_differs() -> None:
    changed = [TAGS[0], {"Key": "b", "Value": 9}, TAGS[2]]
    found = find_differences(FILED, {**FILED, "Tags": changed})
    assert found.changed == {("Tags", 1, "Value")}
    assert found.above == {(), ("Tags",), ("Tags", 1)}


def test_types_make_a_difference_and_the_order_of_keys_makes_none() -> None:
    assert find_differences({"a": 1}, {"a": True}).changed == {("a",)}
    assert find_differences({"a": 1}, {"a": 1.0}).changed == {("a",)}
    assert is_same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert is_same([float("nan")], [float("nan")])
    assert find_differences({"a": {}}, {"a": []}).changed == {("a",)}


def test_what_holds_itself_is_compared_and_ends() -> None:
    def endless() -> dict[str, JsonValue]:
        value: dict[str, JsonValue] = {"a": 1}
        value["self"] = value
        return value

    one, other = endless(), endless()
    assert not is_same(one, other)
    assert is_same(one, one)
    assert find_differences(one, other).count == 1
    assert find_differences(one, {**one, "a": 2}).changed == {("a",)}


VALUES = st.recursive(
    st.integers(0, 2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_there_are_differences_exactly_where_two_are_not_the_same(
    one: JsonValue, other: JsonValue
) -> None:
    assert (find_differences(one, other).count == 0) == is_same(one, other)
