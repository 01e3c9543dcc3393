from __future__ import annotations

import io

import pytest

from panther_engine.events import PolicyFinished, PolicyStarted, RunStarted, TestFinished
from panther_engine.report.text import progress
from panther_engine.report.text.progress import Progress, wants_progress
from tests.engine.report.sample import BUCKET_RESULT, FINE_RESULT, KEY_RESULT


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals_that_can_take_it() -> None:
    assert wants_progress(Terminal(), {"TERM": "xterm"})
    assert not wants_progress(Terminal(), {"TERM": "dumb"})
    assert not wants_progress(io.StringIO(), {"TERM": "xterm"})


def test_the_line_says_how_far_the_run_is() -> None:
    shown = Progress(Terminal(), 80)
    shown.on_event(RunStarted(1, dict.fromkeys("abc", "asked for")))
    shown.on_event(PolicyStarted("policies/bucket.yml", 1))
    for index, result in enumerate(BUCKET_RESULT.results):
        shown.on_event(TestFinished("policies/bucket.yml", 1, index, result))
    shown.on_event(PolicyFinished(BUCKET_RESULT))
    shown.on_event(PolicyFinished(KEY_RESULT))
    assert shown.line() == "2/3 policies  ✓ 1  ✗ 5  bucket.yml"


def test_the_line_is_no_wider_than_the_terminal_and_holds_no_control_sequence() -> None:
    shown = Progress(Terminal(), 30)
    shown.on_event(PolicyStarted("policies/\x1b[2J" + "x" * 99, 1))
    assert len(shown.line()) == 29
    assert "\x1b" not in shown.line()


def test_the_line_is_gone_when_the_run_ends() -> None:
    terminal = Terminal()
    shown = Progress(terminal, 80)
    shown.on_event(RunStarted(1, {"a": ""}))
    assert "0/1 policies" in terminal.getvalue()
    shown.close()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_burst_of_events_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", float("inf"))
    terminal = Terminal()
    shown = Progress(terminal, 80)
    for _ in range(100):
        shown.on_event(PolicyFinished(FINE_RESULT))
    assert terminal.getvalue() == ""


def test_nothing_is_taken_away_where_nothing_was_written() -> None:
    terminal = Terminal()
    Progress(terminal, 80).close()
    assert terminal.getvalue() == ""
