"""What is said above the tests of a policy besides their verdicts."""

from __future__ import annotations

from panther_engine.events import Inspected
from panther_tui.panes.results.remark_lines import remark_details
from panther_tui.triage.selection import Place


def test_a_test_that_leans_on_those_before_it_is_named_with_its_place() -> None:
    (found,) = remark_details(Inspected("a.yml", 1, leaning=(("Too\x1b few", 11),)), "a.py")
    assert "".join(text for text, _ in found.line.gutter).strip() == "▲"
    assert found.line.plain == (
        "'Too\\x1b few' passes in this order of the tests and not in the reverse"
    )
    assert found.place == Place("a.yml", 11)
