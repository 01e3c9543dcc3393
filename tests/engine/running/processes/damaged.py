"""Damaged reports of workers and damaged caches, made up from a seed, against their readers.

`python -m tests.engine.running.processes.damaged --seconds N` goes on for N seconds and counts.
"""

from __future__ import annotations

import argparse
import copy
import random
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from panther_engine.model import Outcome, TestCase, Verdict
from panther_engine.running.processes.job import Job
from panther_engine.running.processes.protocol import OUTPUT_LIMIT, RunningJob
from panther_engine.running.processes.reports import Forked, Hello, decode_news
from panther_engine.running.processes.untrusted import TEXT_LIMIT, NonsenseError
from panther_engine.running.worker.wire.frames import HEADER
from tests.engine.running.processes.damage import as_json, change, deepen, forge, hurt
from tests.engine.running.processes.damaged_caches import Caches

BODY = "/repo/policies/a.py"
FAILURE = {
    "type": "KeyError",
    "message": "'x'",
    "path": BODY,
    "line": 2,
    "frames": [{"path": BODY, "line": 2, "function": "policy", "source": "x"}],
}
NEWS: tuple[dict[str, object], ...] = (
    {"what": "hello", "version": "3.11.7"},
    {"what": "loaded", "module": "boto3"},
    {"what": "started", "job": 3, "pid": 4711},
    {"what": "ended", "job": 3, "status": 9, "stack": "File", "peak_kib": 9},
)
MEMORY = 64 << 20
"""Bytes that the reader of one job may take for what is sent here."""


def honest() -> list[object]:
    """What a worker sends for two tests."""

    def result(index: int, error: object) -> dict[str, object]:
        return {
            "kind": "test",
            "index": index,
            "duration_ms": 1.5,
            "verdict": "PASS",
            "outcome": "passed",
            "functions": {"policy": {"output": True, "error": None, "matched": True}},
            "error": error,
            "mutated": False,
        }

    return [
        {"kind": "started"},
        {"kind": "ready"},
        result(5, None),
        result(6, copy.deepcopy(FAILURE)),
        {"kind": "end", "files": ["/repo/g.py"]},
    ]


def running() -> RunningJob:
    """The parent's end of it."""
    tests = tuple((index, TestCase(f"t{index}", 1, True, {})) for index in (5, 6))
    return RunningJob(Job("policies/a.yml", 1, "Test.A", BODY, b"x\n", tests), "/repo/")


def damaged_reports(rng: random.Random) -> bytes:
    """Reports with fields, order, sizes, nesting and bytes changed."""
    reports = honest()
    for _ in range(rng.randint(0, 3)):
        rng.choice((change, change, _drop, _double, _shuffle, deepen))(rng, reports)
    data = b"".join(_packed(rng, one) for one in reports)
    for _ in range(rng.choice((0, 0, 1, 3))):
        data = hurt(rng, data)
    return data


def damaged_output(rng: random.Random, marker: bytes) -> bytes:
    """What is printed: markers that fit, are too many, too few, cut short, or of another job."""
    parts = [rng.choice((b"", b"text", b"\xff\x1b[2J", b"y" * 150_000)) + marker for _ in range(5)]
    for _ in range(rng.choice((0, 0, 1, 2))):
        place = rng.randrange(len(parts))
        forged = (marker * rng.randint(2, 50), marker[: rng.randrange(14)], b"\0" + b"a" * 12)
        parts[place] = rng.choice((b"", *forged, parts[place] * 2))
    return b"".join(parts)


def check_reader(seed: int) -> str:
    """Send what the seed makes, in pieces, beside an honest worker; what became of it.

    Raises whatever the reader raises but NonsenseError, and AssertionError for a broken promise.
    """
    rng = random.Random(seed)
    run, neighbour = running(), running()
    streams = [
        _pieces(rng, damaged_reports(rng), run.feed),
        _pieces(rng, damaged_output(rng, run.marker), run.feed_output),
    ]
    beside = [
        _pieces(rng, b"".join(_packed(None, one) for one in honest()), neighbour.feed),
        _pieces(rng, neighbour.marker * 5, neighbour.feed_output),
    ]
    end, said = "taken", ""
    while streams or beside:
        chosen = rng.choice((*streams, *beside))
        try:
            next(chosen)
        except StopIteration:
            (streams if chosen in streams else beside).remove(chosen)
        except NonsenseError as error:
            assert chosen not in beside, "an honest worker is believed"
            said = str(error)
            end, streams = "refused", []
    assert [one.verdict for one in neighbour.results] == [Verdict.PASS, Verdict.PASS]
    assert neighbour.done
    assert len(said) < 300
    assert [one.name for one in run.results] == ["t5", "t6"][: len(run.results)]
    for one in run.results:
        assert isinstance(one.verdict, Verdict)
        assert isinstance(one.outcome, Outcome)
        assert 0 <= one.duration_ms < 1e13
        assert len(one.output) < 5 * OUTPUT_LIMIT  # a byte that is no text is told by four signs
        assert one.error is None or len(one.error.message) <= TEXT_LIMIT
    return end if end == "refused" or run.done else "unfinished"


def _pieces(
    rng: random.Random, data: bytes, feed: Callable[[bytes], Iterator[object]]
) -> Iterator[None]:
    place = 0
    while place < len(data):
        size = rng.choice((1, 7, 100, 4096, 1 << 16))
        list(feed(data[place : place + size]))
        place += size
        yield


def _packed(rng: random.Random | None, report: object) -> bytes:
    body = report if isinstance(report, bytes) else as_json(report)
    size = len(body)
    if rng is not None and rng.random() < 0.03:
        size = rng.choice((0, size - 1, size + 1, 2**31, 2**32 - 1)) % 2**32
    return HEADER.pack(size) + body


def _drop(rng: random.Random, reports: list[object]) -> None:
    if reports:
        del reports[rng.randrange(len(reports))]


def _double(rng: random.Random, reports: list[object]) -> None:
    if reports:
        place = rng.randrange(len(reports))
        reports[place:place] = [reports[place]] * rng.choice((1, 2, 40))


def _shuffle(rng: random.Random, reports: list[object]) -> None:
    rng.shuffle(reports)


def check_news(seed: int) -> str:
    """What a zygote tells, damaged: one of the four kinds of news or nonsense."""
    rng = random.Random(seed)
    held: list[object] = [
        copy.deepcopy(rng.choice(NEWS)),
    ]
    for _ in range(rng.randint(0, 2)):
        rng.choice((change, deepen, forge))(rng, held)
    data = as_json(held[0])
    try:
        news = decode_news(hurt(rng, data) if rng.random() < 0.3 else data)
    except NonsenseError as error:
        return "refused" if len(str(error)) < 300 else "refused at length"
    assert not isinstance(news, Forked) or news.pid > 1
    assert not isinstance(news, Hello) or news.version.isprintable()
    return "taken"


def main() -> None:
    """Go on until the time is over, and print how often what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    seed, end = given.seed, time.monotonic() + given.seconds
    tracemalloc.start()
    with tempfile.TemporaryDirectory() as folder:
        caches = Caches(Path(folder))
        while time.monotonic() < end:
            try:
                counts[f"reader: {check_reader(seed)}"] += 1
                counts[f"news: {check_news(seed)}"] += 1
                counts[f"caches: {caches.check(seed)}"] += 1
            except BaseException:
                print(f"seed {seed}, after {dict(counts)}")
                raise
            seed += 1
    most = tracemalloc.get_traced_memory()[1]
    print(f"{seed - given.seed} rounds, {dict(counts)}, at most {most >> 20} MiB")
    assert most < MEMORY


if __name__ == "__main__":
    main()
