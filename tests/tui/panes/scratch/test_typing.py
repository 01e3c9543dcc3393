"""The line in which a value is typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panther_tui.panes.scratch.typing import TypedLine


def after(line: TypedLine, *keys: str) -> TypedLine:
    for key in keys:
        pressed = line.pressed(key)
        line = line.typed(key) if pressed is None else pressed
    return line


def test_the_first_letter_replaces_what_is_offered_and_an_arrow_keeps_it() -> None:
    start = TypedLine.starting('"READ"')
    assert after(start, "5").text == "5"
    assert after(start, "backspace").text == ""
    assert after(start, "right", "x").text == '"READ"x'
    assert after(start, "left", "x").text == 'x"READ"'


def test_it_is_edited_inside() -> None:
    line = TypedLine("abcd", 4)
    assert after(line, "left", "left", "x") == TypedLine("abxcd", 3, base="abxcd")
    assert after(line, "home", "delete").text == "bcd"
    assert after(line, "left", "backspace").text == "abd"
    assert after(line, "home", "backspace").text == "abcd"
    assert after(line, "ctrl+u").text == ""
    assert after(TypedLine("one two", 7), "ctrl+w").text == "one"
    assert line.pressed("f5") is None


def test_what_is_pasted_is_one_line() -> None:
    assert TypedLine().typed('{\n  "a": 1\r\n}').text == '{   "a": 1  }'


def test_offers_are_narrowed_by_what_is_typed_and_come_back_to_it() -> None:
    line = TypedLine.starting("null", ('"READ"', '"WRITE"', "null"))
    assert after(line, "down").text == '"READ"'
    assert after(line, "down", "down").text == '"WRITE"'
    assert after(line, "up").text == "null"
    typed = after(line, "w")
    assert typed.fitting == ('"WRITE"',)
    assert after(typed, "tab").text == '"WRITE"'
    assert after(typed, "tab", "tab").text == "w", "what was typed is in the round"
    assert after(typed, "x", "tab").text == "wx", "nothing fits"


@given(
    st.text(max_size=60),
    st.lists(st.sampled_from(["left", "home", "backspace", "delete", "end", "right"]), max_size=20),
    st.integers(1, 30),
)
def test_the_cursor_is_in_the_text_and_in_what_is_shown(
    text: str, keys: list[str], room: int
) -> None:
    line = after(TypedLine().typed(text), *keys)
    assert 0 <= line.cursor <= len(line.text)
    shown = line.pieces(room, "")
    assert sum("reverse" in style for _, style in shown) == 1
    assert all(part.isprintable() for part, _ in shown)
