"""User text never reaches the terminal as anything but cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panther_tui.terminal.safe_text import printable, printable_lines


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


@given(st.text(st.characters(), max_size=200))
def test_whatever_comes_in_is_printable_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    shown.encode()
