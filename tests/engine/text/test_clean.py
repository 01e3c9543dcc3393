"""No text of a user's moves a terminal, and all that make it safe spell the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.text.clean import clean_line, clean_text, drop_styles, spell_out
from panther_engine.text.one_line import one_line
from panther_tui.terminal.safe_text import printable

UNSAFE = ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ufeff", "\U000e0041"]


@pytest.mark.parametrize("character", UNSAFE, ids=ascii)
def test_what_a_terminal_would_obey_is_spelt_out_by_each_in_the_same_way(character: str) -> None:
    shown = f"a{spell_out(character)}b"
    assert shown.isprintable()
    assert {clean(f"a{character}b") for clean in (clean_text, clean_line, one_line, printable)} == {
        shown
    }


def test_a_text_keeps_its_lines_and_a_line_spells_them_out() -> None:
    assert clean_text("a\r\nb\tc") == "a\nb    c"
    assert clean_line("a\nb\n") == "a\\nb"


def test_selectors_of_an_emojis_look_go() -> None:
    assert clean_line("⚠️ 公開 ✔️ ☎︎") == "⚠ 公開 ✔ ☎"
    assert clean_text("a️\nb") == "a\nb"


@given(st.text())
def test_nothing_else_goes(text: str) -> None:
    shown = drop_styles(text)
    assert shown == text.replace("\ufe0f", "").replace("\ufe0e", "")
    assert not {"\ufe0e", "\ufe0f"} & set(clean_text(text))
