"""When the terminal is asked for attention, and what it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.state import State, Totals
from panther_tui.terminal.notify import Turn, is_settled, signal_text, turn

NOTHING = Totals()
GREEN = Totals(passed=3)
RED = Totals(passed=2, failed=1)


@pytest.mark.parametrize("red", [RED, Totals(errored=1), Totals(passed=3, invalid=1)])
def test_failed_errored_and_invalid_all_turn_it_red_and_back(red: Totals) -> None:
    assert turn(GREEN, red) is Turn.RED
    assert turn(red, GREEN) is Turn.GREEN


def test_staying_red_or_green_is_no_turn() -> None:
    assert turn(RED, Totals(failed=9)) is None
    assert turn(GREEN, Totals(passed=9)) is None


def test_the_first_results_are_no_turn() -> None:
    assert turn(NOTHING, RED) is None
    assert turn(NOTHING, GREEN) is None
    assert turn(RED, NOTHING) is None


def test_only_a_state_that_tells_all_is_settled() -> None:
    assert is_settled(State(totals=GREEN))
    assert not is_settled(State(totals=GREEN, running=True))
    assert not is_settled(State(totals=Totals(passed=3, stale=1)))


def test_off_says_nothing_and_bell_only_rings() -> None:
    assert signal_text("off", Turn.RED, RED, "repo", {}) == ""
    assert signal_text("bell", Turn.RED, RED, "repo", {}) == "\a"


def test_a_desktop_notification_counts_what_is_wrong() -> None:
    totals = Totals(passed=1, failed=2, invalid=1)

    assert signal_text("desktop", Turn.RED, totals, "repo", {}) == (
        "\x1b]9;repo: 2 failed, 1 invalid\x1b\\"
    )
    assert "all 3 tests pass" in signal_text("desktop", Turn.GREEN, GREEN, "repo", {})


def test_terminals_that_know_only_the_other_sequence_get_that() -> None:
    assert signal_text("desktop", Turn.GREEN, GREEN, "repo", {"TERM": "foot-extra"}) == (
        "\x1b]777;notify;repo;all 3 tests pass\x1b\\"
    )


def test_tmux_passes_the_notification_on_and_rings_itself() -> None:
    sent = signal_text("desktop", Turn.GREEN, GREEN, "repo", {"TMUX": "x"})

    assert sent == "\x1bPtmux;\x1b\x1b]9;repo: all 3 tests pass\x1b\x1b\\\x1b\\\a"


@given(st.text())
def test_no_name_of_a_repository_can_end_the_sequence_early(name: str) -> None:
    sent = signal_text("desktop", Turn.GREEN, GREEN, name, {})

    assert sent.startswith("\x1b]9;")
    assert sent.endswith("\x1b\\")
    assert sent[4:-2].isprintable()
    assert not sent[4].isdigit()
