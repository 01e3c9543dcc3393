"""Differences of times in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from panther_engine.insight.trace.durations import duration_words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=7), "7 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(milliseconds=250), "0.25 seconds"),
        (timedelta(minutes=10), "10 minutes"),
        (timedelta(hours=1, seconds=3), "1 hour 3 seconds"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, hours=3, minutes=5, microseconds=9), "1 day 3 hours"),
        (timedelta(days=90, hours=11), "90 days 11 hours"),
        (timedelta(days=368_130, hours=11, microseconds=4), "368,130 days"),
        (timedelta(days=-2), "minus 2 days"),
        (timedelta(days=-355_417, hours=23, minutes=31, microseconds=1), "minus 355,416 days"),
        (timedelta(seconds=-1.5), "minus 1.5 seconds"),
    ],
)
def test_a_duration_is_told_by_its_two_largest_units(duration: timedelta, words: str) -> None:
    assert duration_words(str(duration)) == words


def test_what_is_none_stays() -> None:
    assert duration_words("<timedelta>") == "<timedelta>"
