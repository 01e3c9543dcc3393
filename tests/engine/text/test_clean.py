"""Text for a terminal: no character whose width terminals do not agree on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panther_engine.text.clean import clean_line, clean_text, drop_styles


def test_selectors_of_an_emojis_look_go() -> None:
    assert clean_line("⚠️ 公開 ✔️ ☎︎") == "⚠ 公開 ✔ ☎"
    assert clean_text("a️\nb") == "a\nb"


@given(st.text())
def test_nothing_else_goes(text: str) -> None:
    shown = drop_styles(text)
    assert shown == text.replace("\ufe0f", "").replace("\ufe0e", "")
    assert not {"\ufe0e", "\ufe0f"} & set(clean_text(text))
