from __future__ import annotations

from panther_engine.model import JsonValue
from panther_tui.views.compare import compare_resources


def shown(here: JsonValue, other: JsonValue) -> list[str]:
    return [
        "".join(text for text, _ in (*line.gutter, *line.text))
        for line in compare_resources(here, other)
    ]


def test_the_order_of_keys_is_no_difference_at_any_depth() -> None:
    here: JsonValue = {"A": 1, "B": [{"C": 1, "D": {"E": 1, "F": 2}}]}
    other: JsonValue = {"B": [{"D": {"F": 2, "E": 1}, "C": 1}], "A": 1}
    assert shown(here, other) == ["both resources are the same"]


def test_the_order_of_items_is_a_difference() -> None:
    assert any(line.startswith("- ") for line in shown({"A": [1, 2]}, {"A": [2, 1]}))


def test_a_key_that_only_one_has_is_the_only_difference() -> None:
    found = shown({"A": 1, "B": 2}, {"C": 3, "B": 2, "A": 1})
    assert [line for line in found if line[0] in "+-"] == ['-   "C": 3']
