"""What is done about a job, for everything that can happen to its worker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_engine.model import TestCase
from panther_engine.running.jobs.attempt import (
    ATTEMPTS,
    Attempt,
    BeginAnew,
    Done,
    Ended,
    Finish,
    GoOn,
    Happening,
    Kill,
    Lost,
    NeverStarted,
    Refused,
    Reported,
    Restart,
    Step,
    Stopped,
    next_step,
)
from panther_engine.running.processes.job import Job
from panther_engine.running.processes.stops import Stop

JOB = Job(
    "a.yml",
    1,
    "A",
    "/a.py",
    b"",
    tuple((index, TestCase(f"t{index}", index + 1, True, {})) for index in range(3)),
)
SLOW = Stop("Timeout", "too slow")
DIED = Stop("Exited", "died")
LATE = Stop("NotStarted", "late")
LAST = JOB.without_first(2)
NEW = Attempt(JOB, JOB)
IN_FIRST = replace(NEW, importing=False)
IN_LAST = replace(NEW, importing=False, reported=2)
ALL = replace(NEW, importing=False, reported=3)
FOLLOWS = replace(IN_LAST, follows=True)
STOPPED = replace(IN_LAST, stop=SLOW, stopped_in=2)
CAME_LATE = replace(STOPPED, reported=3)
STOPPED_EARLY = replace(IN_FIRST, stop=SLOW, stopped_in=0)
ONE_CAME_LATE = replace(STOPPED_EARLY, reported=1)
NO_WORKER = Stop("NoWorker", "why")


def left(count: int, tries: int = 1) -> Attempt:
    """A new attempt at the tests after the first `count`."""
    return Attempt(JOB, JOB.without_first(count), tries=tries)


@pytest.mark.parametrize(
    ("attempt", "event", "step"),
    [
        # it works
        (NEW, Reported(0, True, True), GoOn(NEW)),
        (NEW, Reported(0, False, True), GoOn(IN_FIRST)),
        (IN_FIRST, Reported(2, False, False), GoOn(IN_LAST)),
        (STOPPED, Reported(3, False, True), GoOn(CAME_LATE)),
        (ALL, Done(), Finish(ALL)),
        # it has to end
        (NEW, Stopped(SLOW), Kill(replace(NEW, stop=SLOW))),
        (IN_LAST, Stopped(SLOW), Kill(STOPPED)),
        (STOPPED, Stopped(DIED), GoOn(STOPPED)),
        # it ended
        (NEW, Ended(DIED), Finish(NEW, DIED)),
        (IN_FIRST, Ended(DIED), Restart(left(1), DIED)),
        (IN_LAST, Ended(DIED), Finish(IN_LAST, DIED)),
        (ALL, Ended(DIED), Finish(ALL, DIED)),  # nothing is left to be blamed
        (STOPPED, Ended(DIED), Finish(STOPPED, SLOW)),
        (CAME_LATE, Ended(DIED), Finish(CAME_LATE, None)),
        (STOPPED_EARLY, Ended(DIED), Restart(left(1), SLOW)),
        (ONE_CAME_LATE, Ended(DIED), Restart(left(1), None)),
        (replace(NEW, stop=SLOW), Ended(DIED), Finish(replace(NEW, stop=SLOW), SLOW)),
        # it was lost
        (NEW, Lost(""), Restart(left(0, tries=2), None)),
        (IN_LAST, Lost(""), Restart(left(2, tries=2), None)),
        (replace(IN_LAST, tries=2), Lost(""), Restart(left(2, tries=3), None)),
        (
            replace(NEW, tries=ATTEMPTS),
            Lost("why"),
            Finish(replace(NEW, tries=ATTEMPTS, stop=NO_WORKER), NO_WORKER),
        ),
        (replace(IN_FIRST, tries=ATTEMPTS), Lost("why"), Restart(left(1), NO_WORKER)),
        (STOPPED, Lost(""), Finish(STOPPED, SLOW)),
        # there is none
        (NEW, Refused("why"), Finish(replace(NEW, stop=NO_WORKER), NO_WORKER)),
        (NEW, NeverStarted(LATE), Finish(replace(NEW, stop=LATE), LATE)),
        # other jobs ran in it before
        (FOLLOWS, Reported(3, False, True), GoOn(replace(FOLLOWS, reported=3))),
        (FOLLOWS, Reported(3, False, False), BeginAnew(NEW)),
        (FOLLOWS, Ended(DIED), BeginAnew(NEW)),
        (FOLLOWS, Lost("why"), BeginAnew(NEW)),
        (FOLLOWS, NeverStarted(LATE), BeginAnew(NEW)),
        (
            replace(STOPPED, follows=True),
            Ended(DIED),
            Finish(replace(STOPPED, follows=True), SLOW),
        ),
        # it goes on after another one
        (Attempt(JOB, LAST), Ended(DIED), Finish(Attempt(JOB, LAST), DIED)),
        (Attempt(JOB, LAST, follows=True), Ended(DIED), BeginAnew(NEW)),
    ],
)
def test_the_next_step(attempt: Attempt, event: Happening, step: Step) -> None:
    assert next_step(attempt, event) == step


def test_a_worker_that_is_always_lost_is_started_so_often_and_not_more() -> None:
    attempt, steps = NEW, 0
    step = next_step(attempt, Lost("why"))
    while isinstance(step, Restart):
        steps += 1
        step = next_step(step.attempt, Lost("why"))
    assert steps == ATTEMPTS - 1
    assert isinstance(step, Finish)


ENDS = st.sampled_from([Ended(DIED), Lost(""), NeverStarted(LATE), Refused("why"), Stopped(SLOW)])


@settings(derandomize=True)
@given(st.booleans(), st.lists(ENDS | st.integers(0, 2), min_size=20, max_size=60))
def test_whatever_happens_every_test_is_given_a_result_once_or_the_job_is_over(
    follows: bool, happenings: list[Happening | int]
) -> None:
    attempt = replace(NEW, follows=follows)
    given_ = 0
    for happening in happenings:
        count = len(attempt.left.tests)
        if isinstance(happening, int):
            reported = min(attempt.reported + happening, count)
            given_ += reported - attempt.reported
            happening = Reported(reported, False, True)
        step = next_step(attempt, happening)
        if isinstance(step, BeginAnew):
            given_ = 0
        elif isinstance(step, Restart):
            given_ += step.blame is not None
            assert given_ + len(step.attempt.left.tests) == len(JOB.tests)
        elif isinstance(step, Finish):
            blamed = step.blame is not None and step.attempt.reported < count
            assert step.attempt.importing or given_ + blamed == len(JOB.tests)
            return
        attempt = step.attempt
        assert attempt.reported <= len(attempt.left.tests)
