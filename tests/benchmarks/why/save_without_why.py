"""What a save pays for the why: saves with and without it, by turns."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from tests.benchmarks.app import opened
from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.figures.save_to_painted import BODY, BUG
from tests.benchmarks.saving import time_saves
from tests.benchmarks.workplace import Workplace

WITHOUT = """\
import sys
from panther_tui.features.insight.why import Why
Why.on_painted = lambda self: None
from panther_tui.__main__ import leave
sys.exit(leave())
"""
"""The app, which never asks why."""
TURNS = 3
SAVES = 20


def measure(workplace: Workplace) -> Iterator[Figure]:
    """How many times longer it takes from a save to its verdict on the screen with the why."""
    body = workplace.checkout / BODY
    broken = body.read_text("utf-8") + BUG
    without = replace(workplace, ours=(sys.executable, "-c", WITHOUT))
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(TURNS):
        for why, place in ((False, without), (True, workplace)):
            with opened(place, BODY) as terminal:
                times[why] += [one * 1000 for one in time_saves(terminal, body, broken, SAVES)]
    medians = {why: percentile(found, 0.5) for why, found in times.items()}
    more = {
        "with_ms": round(medians[True], 1),
        "without_ms": round(medians[False], 1),
        "saves": TURNS * SAVES,
    }
    yield Figure("save-with-why", medians[True] / medians[False], "x without", 1.1, 1.0, more)
