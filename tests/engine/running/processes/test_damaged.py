"""Whatever a worker or a cache holds, the parent raises nothing, keeps little and believes less."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from panther_engine.running.processes.protocol import (
    AHEAD_BYTES,
    AHEAD_MARKERS,
    FINDINGS_BYTES,
    REPORT_LIMIT,
    RunningJob,
)
from panther_engine.running.processes.untrusted import NonsenseError
from panther_engine.running.worker.wire.frames import HEADER
from tests.engine.running.processes.damage import as_json
from tests.engine.running.processes.damaged import check_news, check_reader, running
from tests.engine.running.processes.damaged_caches import Caches


def test_damaged_reports_are_results_or_nonsense_and_a_neighbour_keeps_its_own() -> None:
    ends = {check_reader(seed) for seed in range(80)}
    assert ends == {"taken", "refused", "unfinished"}, "the damage is of every kind"


def test_damaged_caches_are_discarded(tmp_path: Path) -> None:
    caches = Caches(tmp_path)
    ends = {caches.check(seed) for seed in range(30)}
    assert len(ends) > 1


def test_damaged_news_of_a_zygote_is_news_or_nonsense() -> None:
    assert {check_news(seed) for seed in range(60)} == {"taken", "refused"}


def test_what_is_nested_deeper_than_a_stack_is_sent_too() -> None:
    usual = sys.getrecursionlimit()
    deep: object = 1
    for _ in range(1200):
        deep = [deep]
    assert as_json(deep) == b"[" * 1200 + b"1" + b"]" * 1200
    assert sys.getrecursionlimit() == usual


def test_markers_without_reports_are_refused_before_they_fill_the_memory() -> None:
    run = running()
    list(run.feed_output(run.marker * AHEAD_MARKERS))
    with pytest.raises(NonsenseError, match="markers"):
        list(run.feed_output(run.marker))


def packed(size: int) -> bytes:
    body = b'{"kind": "finding", "x": "' + b"x" * size + b'"}'
    return HEADER.pack(len(body)) + body


def send_for_ever(run: RunningJob, piece: bytes, *, limit: int, marker: bytes) -> None:
    """Send it as often as goes into the limit, and twice more."""
    for _ in range(2 + limit // len(piece)):
        list(run.feed_output(marker))
        list(run.feed(piece))


def test_reports_without_markers_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(NonsenseError, match="ahead"):
        send_for_ever(running(), packed(REPORT_LIMIT // 4), limit=AHEAD_BYTES, marker=b"")


def test_findings_without_end_are_refused_before_they_fill_the_memory() -> None:
    run = running()
    piece = packed(REPORT_LIMIT // 2)
    with pytest.raises(NonsenseError, match="findings"):
        send_for_ever(run, piece, limit=FINDINGS_BYTES, marker=run.marker)


@pytest.mark.parametrize(
    "body",
    [
        b'{"\xfd": 1}',
        b'{"kind": "\xfd"}',
        b'{"kind": "ready", "\\ud800": 1}',
        b'{"kind": "\\ud800"}',
    ],
)
def test_a_report_of_bytes_that_are_no_text_raises_nothing_but_nonsense(body: bytes) -> None:
    with suppress(NonsenseError):
        list(running().feed(HEADER.pack(len(body)) + body))
