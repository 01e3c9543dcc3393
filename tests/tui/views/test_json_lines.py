"""A resource as lines, whatever is in it."""

from __future__ import annotations

import datetime
import json

from hypothesis import given
from hypothesis import strategies as st

from panther_tui.views.json_lines import LINES_LIMIT, json_lines, show_path

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def text_of(value: object) -> str:
    return "\n".join("".join(text for text, _ in line.pieces) for line in json_lines(value))


@given(VALUES)
def test_what_is_json_is_shown_as_json(value: object) -> None:
    assert text_of(value) == json.dumps(value, indent=2, ensure_ascii=False)


@given(VALUES, VALUES, st.lists(st.integers(0, 5), max_size=4))
def test_lines_that_are_taken_over_are_those_that_would_be_made(
    old: object, part: object, places: list[int]
) -> None:
    new = put(old, part, places)
    assert json_lines(new, (old, json_lines(old))) == json_lines(new)


def put(value: object, part: object, places: list[int]) -> object:
    """A value with another part somewhere, which shares all else with it."""
    if not places:
        return part
    if isinstance(value, dict):
        names = [*value, "new"]
        name = names[places[0] % len(names)]
        return {**value, name: put(value.get(name), part, places[1:])}
    if isinstance(value, list):
        place = places[0] % (len(value) + 1)
        rest = value[place + 1 :]
        return [*value[:place], put(dict(enumerate(value)).get(place), part, places[1:]), *rest]
    return part


def test_a_long_resource_is_cut_the_same_where_lines_are_taken_over() -> None:
    old = {"Items": [{"Key": at} for at in range(LINES_LIMIT // 3 + 9)], "Last": [1]}
    new = {**old, "First": 5}
    lines = json_lines(old)
    assert json_lines(new, (old, lines)) == json_lines(new)
    items = json_lines(new, (old, lines))[1]
    assert items is lines[1]


def test_keys_keep_their_order() -> None:
    assert text_of({"b": 1, "a": [True, None]}) == (
        '{\n  "b": 1,\n  "a": [\n    true,\n    null\n  ]\n}'
    )


def test_what_json_does_not_know_is_shown_all_the_same() -> None:
    value = {
        1: float("nan"),
        None: datetime.date(2024, 1, 2),
        False: {3},
        "x": b"\x1b",
        (1, 2): "y",
    }
    shown = text_of(value)
    assert "NaN" in shown
    assert "2024-01-02" in shown
    assert "null: " in shown
    assert "\x1b" not in shown


def test_an_object_that_contains_itself_ends() -> None:
    loop: dict[str, object] = {}
    loop["again"] = loop
    assert text_of(loop) == '{\n  "again": …\n}'


def test_depth_and_length_are_limited() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    assert "…" in text_of(deep)
    lines = json_lines(list(range(50_000)))
    assert len(lines) <= LINES_LIMIT + 5


def test_a_line_that_opens_something_knows_where_it_ends() -> None:
    lines = json_lines({"a": [1, 2], "b": 3})
    opening = lines[1]
    assert "".join(text for text, _ in opening.closed) == '  "a": [ … 2 items ],'
    assert lines[opening.end].path == ("b",)


def test_paths_read_like_code() -> None:
    assert show_path(("Owner", "Tags", 0, "a b", 3)) == '$.Owner.Tags[0]["a b"][3]'
