"""User text never reaches the terminal as anything but cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from panther_tui.style.tokens import Tokens
from panther_tui.terminal.safe_text import printable, printable_lines
from panther_tui.views.line import Line, paint


def test_plain_text_stays_as_it_is() -> None:
    assert printable("a bücket [bold] 桶 ✓") == "a bücket [bold] 桶 ✓"


def test_escape_sequences_become_visible() -> None:
    assert printable("\x1b[31mred\x1b[0m\x07") == "\\x1b[31mred\\x1b[0m\\x07"


def test_bidi_overrides_and_surrogates_become_visible() -> None:
    assert printable("a\u202eb\ud800c\u2028") == "a\\u202eb\\ud800c\\u2028"


def test_tabs_go_to_tab_stops_and_newlines_are_named() -> None:
    assert printable("a\tb\nc") == "a   b\\nc"


def test_what_is_too_long_says_how_much_more_there_is() -> None:
    assert printable("x" * 2500, 2000) == "x" * 2000 + " … 500 more"


def test_lines_end_at_newlines_of_every_system_only() -> None:
    assert printable_lines("a\r\nb\rc\n\x0bd\n") == ["a", "b", "c", "\\x0bd"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("⚠️ ✔️", "⚠ ✔"), ("1️⃣ ☎︎", "1⃣ ☎"), ("👩‍👦", "👩\\u200d👦"), ("🇩🇪 é 桶", "🇩🇪 é 桶")],
)
def test_what_terminals_give_different_widths_never_gets_there(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable_lines(f"{text}\n") == [shown]


@given(st.text("a⚠️✔️☎︎桶é👩🇩 ", max_size=40), st.integers(1, 60), st.integers(0, 20))
def test_a_row_is_as_wide_as_it_says_wherever_it_is_cut(text: str, width: int, left: int) -> None:
    line = Line(((printable(text), ""),), gutter=(("! ", "fail"),), tail=((" 3 ", "muted"),))
    tokens = Tokens({"foreground": "#eeeeee", "background": "#111111"}, plain=False)
    for row in (line, Line(line.text)):
        strip = paint(row, tokens, width, left=left)
        assert strip.cell_length == width
        assert sum(map(cell_len, strip.text)) == width
        assert "\ufe0f" not in strip.text


@given(st.text(st.characters(), max_size=200))
def test_whatever_comes_in_is_printable_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    shown.encode()
