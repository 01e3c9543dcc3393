"""What is typed as a value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.model import JsonValue
from panther_tui.panes.scratch.differences import is_same
from panther_tui.panes.scratch.typed import Refused, Value, offered_text, read_json, take_typed

TEXT = st.text().filter(lambda text: not any("\ud800" <= it <= "\udfff" for it in text))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def refused(text: str, old: JsonValue = None) -> str:
    found = take_typed(text, old)
    assert isinstance(found, Refused), found
    return found.reason


@given(JSON, JSON)
def test_what_is_offered_means_the_value_that_it_was_made_of(
    value: JsonValue, old: JsonValue
) -> None:
    found = take_typed(offered_text(value), old)
    assert isinstance(found, Value)
    assert is_same(found.value, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("true", True),
        (" 3 ", 3),
        ("-1.5e3", -1500.0),
        ('{"a": [1, null]}', {"a": [1, None]}),
    ],
)
def test_json_is_exactly_that(text: str, value: JsonValue) -> None:
    assert take_typed(text, value) == Value(value)


def test_a_bare_word_is_a_text_where_a_text_was() -> None:
    assert take_typed("WRITE", "READ") == Value("WRITE")
    assert take_typed("arn:aws:s3:::b/*", "x") == Value("arn:aws:s3:::b/*")
    assert "a text stands in quotes, and here was a number" in refused("WRITE", 5)
    assert "here was null" in refused("WRITE", None)
    assert take_typed("WRITE", None, anything=True) == Value("WRITE")


def test_another_type_than_before_is_said() -> None:
    assert take_typed("123456789012", "012345678901") == Value(123456789012, "a number; was a text")
    assert take_typed("null", "x") == Value(None)
    assert take_typed("7", 5.5) == Value(7)


def test_python_s_words_are_told_from_json_s() -> None:
    assert "JSON writes true" in refused("True", False)
    assert take_typed("None", "x") == Value("None", "the text; JSON writes null")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a value is missing"),
        ('"WRI', "the text is not closed"),
        ("'WRITE'", "double quotes"),
        ("{'a': 1}", "double quotes"),
        ("[1,", "column 4"),
        ('"a\tb"', "write \\t and \\n"),
        ('{"a": 1, "b": 2, "a": 3}', 'the key "a" stands twice'),
        ("NaN", "NaN is no JSON"),
        ("[Infinity]", "Infinity is no JSON"),
        ("1e999", "larger than any number"),
        ("9" * 101, "a number of 101 digits"),
        ("9" * 100_000, "a number of 100,000 digits"),
        ("[" * 70 + "]" * 70, "nests deeper than 60"),
        ("[" * 50_000 + "]" * 50_000, "nests deeper than 60"),
        ('"\\ud800"', "half of a surrogate pair"),
        ('{"\\udc00": 1}', "half of a surrogate pair"),
        ("x" * 100_001, "open it in the editor"),
        ("[NaN]", "NaN is no JSON"),
    ],
    ids=range(18),
)
def test_what_no_resource_should_hold_is_refused_with_the_reason(text: str, told: str) -> None:
    assert told in refused(text, 5)


@given(st.text() | st.text("[]{}\",:0123456789eE+-.\\untrfals '\x00\ud800", max_size=30))
def test_whatever_is_typed_is_a_value_or_told(text: str) -> None:
    for old in ("text", None, 5):
        found = take_typed(text, old)
        if isinstance(found, Value):
            assert is_same(json.loads(json.dumps(found.value)), found.value)
        else:
            assert found.reason


def test_of_a_text_of_many_lines_the_line_is_told() -> None:
    found = read_json('{\n  "a": 1,\n  "b" 2\n}')
    assert found == Refused("expecting ':' delimiter (line 3)")
