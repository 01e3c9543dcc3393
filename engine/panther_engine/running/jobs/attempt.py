"""Decides what to do about a job when something happens to its worker. Pure.

If a worker ends early, another one continues with the remaining tests, or starts the job over if
the first worker had run other jobs before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, assert_never

from panther_engine.running.processes.job import Job
from panther_engine.running.processes.stops import Stop
from panther_engine.values.frozen import dataclass

ATTEMPTS = 3
"""How often a job is started anew when its worker dies through no fault of its own."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A job in a worker, and how far it came there."""

    whole: Job
    left: Job
    """The tests that this worker was given: all, or those after the one that ended the last."""
    follows: bool = False
    """Its worker ran other jobs before: what does not pass there is run again in a new one."""
    tries: int = 1
    """Workers that were started for these tests, this one included."""
    reported: int = 0
    """How many of `left` have a result."""
    importing: bool = True
    """The body is not imported yet, or could not be."""
    stop: Stop | None = None
    """Why the worker is being ended."""
    stopped_in: int = 0
    """How many tests it had reported by then: if more come, none is to blame."""


# What happens --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reported:
    """The worker said something. `fine`: nothing failed so far."""

    reported: int
    importing: bool
    fine: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The worker has said all that there was to say."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The worker has to end: it took too long, or sent nonsense."""

    stop: Stop


@dataclass(frozen=True, slots=True)
class NeverStarted:
    """The worker did not begin, and nothing will be heard of it."""

    stop: Stop


@dataclass(frozen=True, slots=True)
class Refused:
    """No worker can be had, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The worker ended through no fault of its own; the reason, if one is known."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker ended by itself, or as it had to."""

    stop: Stop


Happening: TypeAlias = Reported | Done | Stopped | NeverStarted | Refused | Lost | Ended


# What to do ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoOn:
    """Listen on; the running test has the whole limit of time, unless the worker is being ended."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Kill:
    """End the worker, and listen until it has ended."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Restart:
    """Start another worker on what is left. `blame` is what the running test came to, if it did."""

    attempt: Attempt
    blame: Stop | None


@dataclass(frozen=True, slots=True)
class BeginAnew:
    """Give the worker up, forget all that it said, and start another one on the whole job."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Finish:
    """The job is over. `blame` is what the running test, or the import, came to, if it did."""

    attempt: Attempt
    blame: Stop | None = None


Step: TypeAlias = GoOn | Kill | Restart | BeginAnew | Finish


def next_step(attempt: Attempt, event: Happening) -> Step:
    """What to do when this happens to the worker of an attempt."""
    alone = not attempt.follows or attempt.stop is not None
    match event:
        case Reported(reported, importing, fine):
            if attempt.follows and not fine:
                return _begin_anew(attempt)
            return GoOn(replace(attempt, reported=reported, importing=importing))
        case Done():
            return Finish(attempt)
        case Stopped(stop):
            if attempt.stop is not None:
                return GoOn(attempt)
            return Kill(_stopped(attempt, stop))
        case NeverStarted(stop):
            return _after(_stopped(attempt, stop), stop) if alone else _begin_anew(attempt)
        case Refused(reason):
            stop = Stop("NoWorker", reason)
            return _after(_stopped(attempt, stop), stop)
        case Lost(reason):
            if not alone:
                return _begin_anew(attempt)
            if attempt.stop is not None:
                return _after(attempt, attempt.stop)
            if attempt.tries < ATTEMPTS:
                return Restart(_rest(attempt, attempt.reported, attempt.tries + 1), None)
            stop = Stop("NoWorker", reason or f"its worker was lost {ATTEMPTS} times")
            return _after(_stopped(attempt, stop), stop)
        case Ended(stop):
            return _after(attempt, attempt.stop or stop) if alone else _begin_anew(attempt)
        case _:
            assert_never(event)


def _stopped(attempt: Attempt, stop: Stop) -> Attempt:
    return replace(attempt, stop=stop, stopped_in=attempt.reported)


def _begin_anew(attempt: Attempt) -> BeginAnew:
    return BeginAnew(Attempt(attempt.whole, attempt.whole))


def _rest(attempt: Attempt, count: int, tries: int = 1) -> Attempt:
    """An attempt at the tests after the first `count`."""
    return Attempt(attempt.whole, attempt.left.without_first(count), tries=tries)


def _after(attempt: Attempt, stop: Stop) -> Step:
    """The worker is gone: blame what it was at, unless that came to its end meanwhile."""
    blamed = attempt.stop is None or attempt.reported == attempt.stopped_in
    ended = attempt.reported + blamed
    blame = stop if blamed else None
    if attempt.importing or ended >= len(attempt.left.tests):
        return Finish(attempt, blame)
    return Restart(_rest(attempt, ended), blame)
