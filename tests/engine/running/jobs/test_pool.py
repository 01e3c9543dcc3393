"""The pool's order, replacements and limits, with workers that do what the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest

from panther_engine.model import Outcome, TestCase
from panther_engine.running.jobs.attempt import ATTEMPTS
from panther_engine.running.jobs.pool import (
    JobEnded,
    JobResult,
    JobStarted,
    Pool,
    PoolEvent,
    default_places,
)
from panther_engine.running.processes.job import Job, Limits
from panther_engine.running.processes.launcher import Callbacks, Running
from panther_engine.running.worker.wire.frames import HEADER

SOON = 0.01
"""Seconds: a time limit that is reached at once."""


def tame(spec: str, tests: int = 1, niceness: int = 0) -> Job:
    return replace(job(spec, tests), tame=True, niceness=niceness)


def job(spec: str, tests: int = 1, generation: int = 1, heavy: bool = False) -> Job:
    cases = tuple((index, TestCase(f"t{index}", index + 1, True, {})) for index in range(tests))
    body = b"def policy(resource):\n    return True\n"
    return Job(spec, generation, spec, f"/repo/{spec}.py", body, cases, heavy)


class FakeWorker:
    """A worker that the test plays."""

    def __init__(self, job: Job, marker: bytes, callbacks: Callbacks) -> None:
        self.job = job
        self.marker = marker
        self.callbacks = callbacks
        self.released = False
        self.killed = asyncio.Event()
        self.ran = [job.spec]
        self.takes_more = True

    def kill(self) -> None:
        self.killed.set()

    def release(self) -> None:
        self.released = True

    def take(self, job: Job, marker: bytes, callbacks: Callbacks) -> bool:
        if self.takes_more:
            self.job, self.marker, self.callbacks = job, marker, callbacks
            self.ran.append(job.spec)
        return self.takes_more

    def send(self, report: object) -> None:
        if self.released:
            return
        body = json.dumps(report).encode()
        self.callbacks.on_output(self.marker)
        self.callbacks.on_report(HEADER.pack(len(body)) + body)

    def started(self) -> None:
        self.send({"kind": "started"})

    def ready(self) -> None:
        self.send({"kind": "ready"})

    def report(self, count: int = 1, outcome: str = "passed") -> None:
        """The result of the test with this number."""
        self.send(
            {
                "kind": "test",
                "index": self.job.tests[count - 1][0],
                "duration_ms": 1.0,
                "verdict": "PASS",
                "outcome": outcome,
                "functions": {},
                "error": None,
                "mutated": False,
            }
        )

    def finish(self) -> None:
        """Everything a good worker says."""
        self.started()
        self.ready()
        for count in range(len(self.job.tests)):
            self.report(count + 1)
        self.send({"kind": "end", "files": []})

    def end(self, status: int | None, stack: str = "") -> None:
        if not self.released:
            self.callbacks.on_end(status, stack)


class FakeLauncher:
    """Remembers what was launched."""

    def __init__(self) -> None:
        self.workers: list[FakeWorker] = []
        self.refusal: OSError | None = None
        self.heavy_is_ready = True
        self.closed = False
        self.globals: list[tuple[Mapping[str, tuple[str, bytes]], tuple[str, ...]]] = []
        self.say_ready: Callable[[], None] = lambda: None

    def set_globals(
        self, changed: Mapping[str, tuple[str, bytes]], removed: tuple[str, ...]
    ) -> None:
        self.globals.append((changed, removed))

    def is_ready(self, job: Job) -> bool:
        return self.heavy_is_ready or not job.heavy

    def when_ready(self, on_ready: Callable[[], None]) -> None:
        self.say_ready = on_ready

    def launch(self, job: Job, marker: bytes, callbacks: Callbacks) -> Running:
        if self.refusal:
            raise self.refusal
        worker = FakeWorker(job, marker, callbacks)
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        self.closed = True

    @property
    def last(self) -> FakeWorker:
        return self.workers[-1]

    @property
    def specs(self) -> list[str]:
        return [worker.job.spec for worker in self.workers]


class Play:
    """A pool with its launcher and all that it said."""

    def __init__(self, places: int = 1, timeout: float = 60.0, start: float = 60.0) -> None:
        self.events: list[PoolEvent] = []
        self.launcher = FakeLauncher()
        self.pool = Pool(
            self.launcher, "/repo", places, Limits(timeout, start=start), self.events.append
        )

    def submit(self, jobs: Iterable[Job], *, first: bool = False) -> None:
        self.pool.submit(jobs, first=first)

    @property
    def ended(self) -> list[JobEnded]:
        return [event for event in self.events if isinstance(event, JobEnded)]

    @property
    def told(self) -> list[str]:
        words = {JobStarted: "started", JobResult: "result", JobEnded: "ended"}
        return [f"{words[type(event)]} {event.job.spec}" for event in self.events]


@pytest.fixture
async def play() -> Play:
    return Play()


# Order -------------------------------------------------------------------------------------------


async def test_jobs_run_in_the_order_in_which_they_were_given(play: Play) -> None:
    play.submit([job("a"), job("b"), job("c")])
    for _ in range(3):
        play.launcher.last.finish()
    assert play.launcher.specs == ["a", "b", "c"]
    assert play.told == [
        f"{word} {spec}" for spec in "abc" for word in ("started", "result", "ended")
    ]
    assert not play.pool.busy


async def test_as_many_run_at_once_as_there_are_places() -> None:
    play = Play(places=2)
    play.submit([job("a"), job("b"), job("c")])
    assert play.launcher.specs == ["a", "b"]
    play.launcher.workers[1].finish()
    assert play.launcher.specs == ["a", "b", "c"]


async def test_what_goes_first_goes_before_what_waits(play: Play) -> None:
    play.submit([job("a"), job("b"), job("c")])
    play.submit([job("x"), job("y")], first=True)
    for _ in range(5):
        play.launcher.last.finish()
    assert play.launcher.specs == ["a", "x", "y", "b", "c"]


async def test_a_promoted_job_is_next(play: Play) -> None:
    play.submit([job("a"), job("b"), job("c")])
    play.pool.promote("c")
    play.pool.promote("not there")
    play.launcher.last.finish()
    assert play.launcher.specs == ["a", "c"]


async def test_a_job_without_a_ready_worker_lets_others_pass(play: Play) -> None:
    play.launcher.heavy_is_ready = False
    play.submit([job("light one"), job("heavy", heavy=True), job("light two")])
    play.launcher.last.finish()
    assert play.launcher.specs == ["light one", "light two"]
    play.launcher.heavy_is_ready = True
    play.launcher.last.finish()
    assert play.launcher.last.job.spec == "heavy"


async def test_a_job_starts_when_its_worker_becomes_ready() -> None:
    play = Play(places=2)
    play.launcher.heavy_is_ready = False
    play.submit([job("light"), job("heavy", heavy=True)])
    assert play.launcher.specs == ["light"]
    play.launcher.heavy_is_ready = True
    play.launcher.say_ready()
    assert play.launcher.specs == ["light", "heavy"]


async def test_with_nothing_else_to_do_a_job_waits_in_its_worker(play: Play) -> None:
    play.launcher.heavy_is_ready = False
    play.submit([job("heavy", heavy=True)])
    assert play.launcher.specs == ["heavy"]


async def test_globals_are_given_to_the_launcher(play: Play) -> None:
    play.pool.set_globals({"words": ("/repo/words.py", b"")}, ["old"])
    assert play.launcher.globals == [({"words": ("/repo/words.py", b"")}, ("old",))]


def test_there_is_a_place_at_least() -> None:
    assert default_places() >= 1


# Replacing and cancelling ------------------------------------------------------------------------


async def test_a_new_job_replaces_a_running_one_of_its_spec(play: Play) -> None:
    play.submit([job("a", tests=2)])
    old = play.launcher.last
    old.ready()
    play.submit([job("a", generation=2)])
    assert old.killed.is_set()
    assert old.released
    old.report()
    old.end(9)
    new = play.launcher.last
    assert new.job.generation == 2
    new.finish()
    assert [(e.job.generation, len(e.results)) for e in play.ended] == [(2, 1)]
    assert not play.pool.busy


async def test_a_new_job_replaces_a_waiting_one_of_its_spec(play: Play) -> None:
    play.submit([job("a"), job("b"), job("c")])
    play.submit([job("b", generation=2)])
    for _ in range(3):
        play.launcher.last.finish()
    assert play.launcher.specs == ["a", "c", "b"]
    assert play.launcher.last.job.generation == 2


async def test_a_cancelled_job_says_nothing_more(play: Play) -> None:
    play.submit([job("a"), job("b")])
    worker = play.launcher.last
    assert play.pool.cancel() == ("b", "a")
    assert worker.killed.is_set()
    worker.finish()
    worker.end(9)
    assert play.told == ["started a"]
    assert not play.pool.busy


async def test_cancelling_one_lets_the_next_begin(play: Play) -> None:
    play.submit([job("a"), job("b")])
    assert play.pool.cancel(["a", "not there"]) == ("a",)
    assert play.launcher.specs == ["a", "b"]


async def test_a_worker_that_has_said_everything_is_not_killed(play: Play) -> None:
    play.submit([job("a")])
    play.launcher.last.finish()
    assert play.launcher.last.released
    assert not play.launcher.last.killed.is_set()


async def test_closing_ends_everything(play: Play) -> None:
    play.submit([job("a"), job("b")])
    play.pool.close()
    assert play.launcher.last.killed.is_set()
    assert play.launcher.closed
    assert play.launcher.specs == ["a"]


# Ends that are not good --------------------------------------------------------------------------


async def test_a_test_that_takes_too_long_is_stopped_and_the_next_one_runs() -> None:
    play = Play(timeout=SOON)
    play.submit([job("a", tests=2)])
    first = play.launcher.last
    first.ready()
    await asyncio.wait_for(first.killed.wait(), 10)
    first.end(9)
    second = play.launcher.last
    assert second is not first
    assert [index for index, _ in second.job.tests] == [1]
    second.finish()
    (ended,) = play.ended
    assert ended.job.spec == "a"
    assert len(ended.job.tests) == 2
    outcomes = [(index, result.outcome) for index, result in ended.results]
    assert outcomes == [(0, Outcome.ERRORED), (1, Outcome.PASSED)]
    assert ended.results[0][1].error is not None
    assert ended.results[0][1].error.type == "Timeout"


async def test_an_import_that_takes_too_long_makes_the_policy_invalid() -> None:
    play = Play(timeout=SOON)
    play.submit([job("a")])
    play.launcher.last.started()
    await asyncio.wait_for(play.launcher.last.killed.wait(), 10)
    play.launcher.last.end(9)
    (ended,) = play.ended
    assert ended.setup is not None
    assert ended.setup.type == "Timeout"
    assert len(play.launcher.workers) == 1


async def test_a_worker_that_does_not_start_is_given_up_and_blames_the_interpreter() -> None:
    play = Play(start=SOON / 2)
    play.submit([job("a"), job("b")])
    first = play.launcher.last
    await asyncio.wait_for(first.killed.wait(), 10)
    assert first.released  # what never ran may never tell that it ended
    (ended,) = play.ended
    assert ended.setup is not None
    assert ended.setup.type == "NotStarted"
    assert ended.setup.message == "the interpreter did not start within 0.01 s"
    assert play.launcher.last.job.spec == "b"


async def test_the_limit_of_a_test_begins_when_its_worker_has_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play = Play(timeout=2.0, start=25.0)
    delays: list[float] = []
    loop = asyncio.get_running_loop()
    call_later = loop.call_later

    def note(delay: float, callback: Callable[..., object], *arguments: object) -> object:
        delays.append(delay)
        return call_later(delay, callback, *arguments)

    monkeypatch.setattr(loop, "call_later", note)
    play.submit([job("a")])
    assert delays == [50.0]
    play.launcher.last.started()
    assert delays == [50.0, 2.0]


async def test_every_test_has_the_whole_limit_for_itself(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []
    call_later = loop.call_later

    def note(delay: float, callback: Callable[..., object], *arguments: object) -> object:
        timers.append(call_later(delay, callback, *arguments))
        return timers[-1]

    monkeypatch.setattr(loop, "call_later", note)
    play.submit([job("a", tests=2)])
    worker = play.launcher.last
    worker.ready()
    worker.report(1)
    worker.report(2)
    assert [timer.cancelled() for timer in timers] == [True, True, True, False]
    worker.send({"kind": "end", "files": []})
    assert all(timer.cancelled() for timer in timers)


async def test_a_worker_that_dies_costs_one_test_only(play: Play) -> None:
    play.submit([job("a", tests=3)])
    play.launcher.last.ready()
    play.launcher.last.report(1)
    play.launcher.last.end(3 << 8)
    play.launcher.last.finish()
    (ended,) = play.ended
    outcomes = [result.outcome.value for _, result in ended.results]
    assert outcomes == ["passed", "errored", "passed"]
    assert ended.results[1][1].error is not None
    assert ended.results[1][1].error.type == "Exited"


async def test_a_worker_that_dies_after_its_last_test_changes_nothing(play: Play) -> None:
    play.submit([job("a")])
    play.launcher.last.ready()
    play.launcher.last.report()
    play.launcher.last.end(11)
    (ended,) = play.ended
    assert [result.outcome for _, result in ended.results] == [Outcome.PASSED]


async def test_a_worker_that_was_lost_is_replaced_with_the_tests_that_are_left(
    play: Play,
) -> None:
    play.submit([job("a", tests=2)])
    play.launcher.last.ready()
    play.launcher.last.report(1)
    play.launcher.last.end(None, "its zygote died")
    assert [index for index, _ in play.launcher.last.job.tests] == [1]
    play.launcher.last.finish()
    (ended,) = play.ended
    assert [result.outcome for _, result in ended.results] == [Outcome.PASSED] * 2
    assert len(play.launcher.workers) == 2


async def test_a_job_whose_workers_are_always_lost_ends_with_what_is_known(play: Play) -> None:
    play.submit([job("a"), job("b")])
    for _ in range(ATTEMPTS):
        play.launcher.last.end(None, "no memory")
    (ended,) = play.ended
    assert ended.setup is not None
    assert ended.setup.type == "NoWorker"
    assert "no memory" in ended.setup.message
    assert play.launcher.last.job.spec == "b"


async def test_a_job_for_which_no_process_can_be_had_ends_too(play: Play) -> None:
    play.launcher.refusal = OSError(12, "Cannot allocate memory")
    play.submit([job("a")])
    await asyncio.sleep(0)
    (ended,) = play.ended
    assert ended.setup is not None
    assert ended.setup.type == "NoWorker"
    assert "Cannot allocate memory" in ended.setup.message
    assert not play.pool.busy


async def test_a_worker_that_sends_nonsense_is_stopped_and_its_test_blamed(play: Play) -> None:
    play.submit([job("a", tests=2), job("b")])
    worker = play.launcher.last
    worker.ready()
    worker.send({"kind": "sabotage"})
    assert worker.killed.is_set()
    worker.end(9)
    play.launcher.last.finish()
    ended = play.ended[0]
    outcomes = [result.outcome.value for _, result in ended.results]
    assert outcomes == ["errored", "passed"]
    assert ended.results[0][1].error is not None
    assert ended.results[0][1].error.type == "Tampered"
    assert play.launcher.last.job.spec == "b"


async def test_nothing_that_is_said_after_nonsense_counts(play: Play) -> None:
    play.submit([job("a", tests=2)])
    worker = play.launcher.last
    worker.ready()
    worker.callbacks.on_report(b"\xff\xff\xff\xff")
    worker.report(1)
    worker.end(9)
    play.launcher.last.finish()
    (ended,) = play.ended
    assert [result.outcome.value for _, result in ended.results] == ["errored", "passed"]


async def test_a_result_that_comes_when_the_limit_was_reached_is_not_lost() -> None:
    play = Play(timeout=SOON)
    play.submit([job("a", tests=2)])
    worker = play.launcher.last
    worker.ready()
    await asyncio.wait_for(worker.killed.wait(), 10)
    worker.report(1)
    worker.end(9)
    if play.launcher.last is not worker:
        play.launcher.last.finish()
    (ended,) = play.ended
    assert [index for index, _ in ended.results] == [0, 1]


async def test_an_event_that_cancels_its_own_job_ends_it() -> None:
    play = Play()

    def cancel(event: PoolEvent) -> None:
        play.events.append(event)
        if isinstance(event, JobResult):
            play.pool.cancel()

    play.pool._on_event = cancel
    play.submit([job("a", tests=2)])
    worker = play.launcher.last
    worker.callbacks.on_output(worker.marker * 4)
    tests: tuple[dict[str, object], ...] = tuple(
        {
            "kind": "test",
            "index": index,
            "duration_ms": 1.0,
            "verdict": "PASS",
            "outcome": "passed",
            "functions": {},
            "error": None,
            "mutated": False,
        }
        for index in (0, 1)
    )
    data = b""
    for report in ({"kind": "ready"}, *tests, {"kind": "end", "files": []}):
        body = json.dumps(report).encode()
        data += HEADER.pack(len(body)) + body
    worker.callbacks.on_report(data)
    assert play.told == ["started a", "result a"]


# Tame jobs ---------------------------------------------------------------------------------------


async def test_tame_jobs_follow_each_other_in_one_worker(play: Play) -> None:
    play.submit([tame("a"), tame("b"), tame("c")])
    for _ in range(3):
        play.launcher.last.finish()
    (worker,) = play.launcher.workers
    assert worker.ran == ["a", "b", "c"]
    assert worker.released
    assert [event.job.spec for event in play.ended] == ["a", "b", "c"]
    assert not play.pool.busy


@pytest.mark.parametrize("second", [job("b"), tame("b", niceness=10)], ids=["wild", "nicer"])
async def test_what_is_not_alike_gets_a_worker_of_its_own(play: Play, second: Job) -> None:
    play.submit([tame("a"), second])
    play.launcher.last.finish()
    play.launcher.last.finish()
    assert [worker.ran for worker in play.launcher.workers] == [["a"], ["b"]]
    assert play.launcher.workers[0].released


async def test_a_worker_that_takes_no_more_is_let_go(play: Play) -> None:
    play.submit([tame("a"), tame("b")])
    play.launcher.last.takes_more = False
    play.launcher.last.finish()
    assert [worker.ran for worker in play.launcher.workers] == [["a"], ["b"]]
    assert play.launcher.workers[0].released


async def test_what_does_not_pass_after_other_jobs_is_run_again_alone(play: Play) -> None:
    play.submit([tame("a"), tame("b", tests=2)])
    first = play.launcher.last
    first.finish()
    first.ready()
    first.report(1)
    first.report(2, outcome="failed")
    assert first.killed.is_set()
    assert [worker.ran for worker in play.launcher.workers] == [["a", "b"], ["b"]]
    assert len(play.ended) == 1
    play.launcher.last.ready()
    play.launcher.last.report(1)
    play.launcher.last.report(2, outcome="failed")
    play.launcher.last.send({"kind": "end", "files": []})
    outcomes = [result.outcome for _, result in play.ended[-1].results]
    assert outcomes == [Outcome.PASSED, Outcome.FAILED]


async def test_an_import_that_fails_after_other_jobs_is_tried_again_alone(play: Play) -> None:
    play.submit([tame("a"), tame("b")])
    play.launcher.last.finish()
    error = {"type": "ImportError", "message": "no", "path": "", "line": 0, "frames": []}
    play.launcher.last.send({"kind": "setup", "error": error})
    assert [worker.ran for worker in play.launcher.workers] == [["a", "b"], ["b"]]
    play.launcher.last.finish()
    assert play.ended[-1].setup is None


@pytest.mark.parametrize("status", [9, None])
async def test_a_worker_that_dies_after_other_jobs_costs_nothing(
    play: Play, status: int | None
) -> None:
    play.submit([tame("a"), tame("b")])
    play.launcher.last.finish()
    play.launcher.last.end(status)
    play.launcher.last.finish()
    assert [worker.ran for worker in play.launcher.workers] == [["a", "b"], ["b"]]
    assert play.ended[-1].results[0][1].outcome is Outcome.PASSED


async def test_a_job_cancelled_when_it_is_about_to_follow_leaves_no_worker_behind() -> None:
    play = Play()

    def cancel(event: PoolEvent) -> None:
        if isinstance(event, JobStarted) and event.job.spec == "b":
            play.pool.cancel(["b"])

    play.pool = Pool(play.launcher, "/repo", 1, Limits(60.0), cancel)
    play.submit([tame("a"), tame("b")])
    play.launcher.last.finish()
    assert play.launcher.last.released
    assert not play.pool.busy
