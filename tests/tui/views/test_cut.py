"""Names that are too long for where they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from panther_tui.views.cut import cut_middle


def test_a_name_loses_its_middle_and_keeps_both_ends() -> None:
    assert cut_middle("S3.Bucket.PublicRead", 13) == "S3.Buc…icRead"
    assert cut_middle("S3.Bucket.PublicRead", 20) == "S3.Bucket.PublicRead"
    assert cut_middle("abcdef", 3) == "ab…"
    assert cut_middle("abcdef", 0) == ""


@given(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=40),
    st.integers(0, 30),
)
def test_it_never_takes_more_room_than_it_has(text: str, room: int) -> None:
    assert cell_len(cut_middle(text, room)) <= room
