"""Damaged reports of workers and damaged caches, made up from a seed, against their readers.

`python -m tests.engine.running.processes.damaged --seconds N` goes on for N seconds and counts.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from panther_engine.headless.remembered.durations import load_durations
from panther_engine.headless.remembered.last_failed import load_failed
from panther_engine.model import Outcome, TestCase, Verdict
from panther_engine.reading.repository.parse_cache import _decode
from panther_engine.reading.storage.kept import load_kept
from panther_engine.running.processes.job import Job
from panther_engine.running.processes.protocol import OUTPUT_LIMIT, RunningJob
from panther_engine.running.processes.untrusted import TEXT_LIMIT, NonsenseError
from panther_engine.running.worker.wire.frames import HEADER

BODY = "/repo/policies/a.py"
FAILURE = {
    "type": "KeyError",
    "message": "'x'",
    "path": BODY,
    "line": 2,
    "frames": [{"path": BODY, "line": 2, "function": "policy", "source": "x"}],
}
JUNK: tuple[object, ...] = (
    *(None, True, -1, 0, 10**18, 10**400, -(10**400), 1e308, float("nan"), float("-inf"), 0.5),
    *("", "x" * 30_000, "\x1b]0;x\x07\x1b[2J", "\ud800", "\u202e", "\0", "PASS", "test", "ready"),
    *([], {}, [[]], [None] * 20_000, {"": {}}, {"kind": "end"}),
)
MEMORY = 64 << 20
"""Bytes that the reader of one job may take for what is sent here."""
DEEPEST = 5_000
"""Calls that writing what is nested here takes; those who read it have the usual number."""


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
        rng.choice((_change, _change, _drop, _double, _shuffle, _deepen))(rng, reports)
    data = b"".join(_packed(rng, one) for one in reports)
    for _ in range(rng.choice((0, 0, 1, 3))):
        data = _hurt(rng, data)
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


def check_caches(seed: int, folder: Path) -> str:
    """Have each reader of a cache read a damaged file; it is used or discarded, and no more."""
    rng = random.Random(seed)
    texts: dict[str, object] = {
        "durations": {"version": 1, "milliseconds": {"a.yml": 120.0, "b.yml": 1e3}},
        "failed": {"version": 1, "failed": {"a.yml": ["t"]}},
    }
    told: list[str] = []
    for name, document in texts.items():
        held: list[object] = [document]
        for _ in range(rng.randint(1, 3)):
            rng.choice((_change, _deepen))(rng, held)
        data = _text(held[0])
        _write(folder / name, _hurt(rng, data) if rng.random() < 0.5 else data)
    for ms in load_durations(folder / "durations", told.append).values():
        assert isinstance(ms, float)
        assert ms < float("inf")
    for spec, names in load_failed(folder / "failed", told.append).items():
        assert all(isinstance(one, str) for one in (spec, *names))
    parsed = folder / "parsed"
    _write(parsed, rng.choice((b"", b"PK", rng.randbytes(200))) + rng.randbytes(rng.randrange(99)))
    assert load_kept(parsed, _decode, told.append) is None
    assert all(one.count("\n") == 0 or one.isprintable() is False for one in told)
    return f"{len(told)} discarded"


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    file.chmod(0o600)


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
    body = report if isinstance(report, bytes) else _text(report)
    size = len(body)
    if rng is not None and rng.random() < 0.03:
        size = rng.choice((0, size - 1, size + 1, 2**31, 2**32 - 1)) % 2**32
    return HEADER.pack(size) + body


def _text(value: object) -> bytes:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try:
        return json.dumps(value).encode()
    finally:
        sys.setrecursionlimit(usual)


def _holders(value: object) -> list[dict[str, object] | list[object]]:
    """All objects and lists in it, however deep."""
    found: list[dict[str, object] | list[object]] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict | list):
            found.append(one)
            left += one.values() if isinstance(one, dict) else one
    return found


def _change(rng: random.Random, reports: list[object]) -> None:
    holder = rng.choice(_holders(reports))
    if isinstance(holder, dict):
        name = rng.choice((*holder, "kind", "index", "whole", "\x1b", "__class__"))
        if name in holder and rng.random() < 0.3:
            del holder[name]
        else:
            holder[name] = _copy(rng.choice(JUNK))
    else:
        holder.insert(rng.randint(0, len(holder)), _copy(rng.choice(JUNK)))


def _copy(junk: object) -> object:
    return copy.deepcopy(junk)


def _drop(rng: random.Random, reports: list[object]) -> None:
    if reports:
        del reports[rng.randrange(len(reports))]


def _double(rng: random.Random, reports: list[object]) -> None:
    if reports:
        place = rng.randrange(len(reports))
        reports[place:place] = [reports[place]] * rng.choice((1, 2, 40))


def _shuffle(rng: random.Random, reports: list[object]) -> None:
    rng.shuffle(reports)


def _deepen(rng: random.Random, reports: list[object]) -> None:
    """A value that nests far deeper than anyone's stack, in the middle of a report."""
    deep: object = 1
    for _ in range(rng.choice((10, 199, 201, 400))):
        deep = [deep] if rng.random() < 0.5 else {"a": deep}
    holder = rng.choice(_holders(reports[:]) or [reports])
    if isinstance(holder, dict) and holder:
        holder[rng.choice(list(holder))] = deep
    elif isinstance(holder, list):
        holder.append(deep)


def _hurt(rng: random.Random, data: bytes) -> bytes:
    place = rng.randrange(len(data) + 1)
    match rng.randrange(5):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + rng.randbytes(rng.randint(1, 9)) + data[place:]
        case 2:
            return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
        case 3:
            return data[:place] + b"[" * 100_000 + data[place:]
        case _:
            return data[:place] + data[max(place - 50, 0) :]


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
        while time.monotonic() < end:
            try:
                counts[f"reader: {check_reader(seed)}"] += 1
                counts[f"caches: {check_caches(seed, Path(folder))}"] += 1
            except BaseException:
                print(f"seed {seed}, after {dict(counts)}")
                raise
            seed += 1
    most = tracemalloc.get_traced_memory()[1]
    print(f"{seed - given.seed} rounds, {dict(counts)}, at most {most >> 20} MiB")
    assert most < MEMORY


if __name__ == "__main__":
    main()
