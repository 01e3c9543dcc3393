"""When changes are reported, by a clock that the test sets: nothing here waits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.reading.watch.changes import Changes
from panther_engine.reading.watch.debouncer import BURST, LONGEST, QUIET, Debouncer

MOMENT = 0.001


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def debouncer(clock: Clock) -> Debouncer:
    return Debouncer(clock)


def written(*paths: str) -> Changes:
    return Changes(written=set(paths))


def unsettled(*paths: str) -> Changes:
    return Changes(unsettled=set(paths))


def test_nothing_is_due_while_nothing_changes(debouncer: Debouncer) -> None:
    assert debouncer.seconds_left() is None
    assert not debouncer.take_due()


def test_a_lone_save_is_due_at_once_and_only_once(debouncer: Debouncer) -> None:
    debouncer.add(written("a"))
    assert debouncer.seconds_left() == 0
    assert debouncer.take_due() == written("a")
    assert debouncer.seconds_left() is None


def test_a_deletion_waits_for_the_second_half_of_a_save(debouncer: Debouncer, clock: Clock) -> None:
    debouncer.add(unsettled("a"))
    assert debouncer.seconds_left() == pytest.approx(QUIET)
    assert not debouncer.take_due()
    clock.now += QUIET - MOMENT
    debouncer.add(written("a"))
    assert debouncer.take_due() == written("a")


def test_a_deletion_is_final_after_a_quiet_moment(debouncer: Debouncer, clock: Clock) -> None:
    debouncer.add(unsettled("a"))
    clock.now += QUIET
    assert debouncer.take_due() == unsettled("a")


def test_a_save_does_not_wait_for_another_files_deletion(
    debouncer: Debouncer, clock: Clock
) -> None:
    debouncer.add(unsettled("gone"))
    debouncer.add(written("saved"))
    assert debouncer.take_due() == written("saved")
    clock.now += QUIET
    assert debouncer.take_due() == unsettled("gone")


def test_saves_right_after_a_report_are_reported_together(
    debouncer: Debouncer, clock: Clock
) -> None:
    debouncer.add(written("a"))
    assert debouncer.take_due()
    for path in ("b", "c"):
        clock.now += MOMENT
        debouncer.add(written(path))
        assert not debouncer.take_due()
    assert debouncer.seconds_left() == pytest.approx(BURST - 2 * MOMENT)
    clock.now += BURST
    assert debouncer.take_due() == written("b", "c")


def test_a_save_after_the_burst_is_due_at_once_again(debouncer: Debouncer, clock: Clock) -> None:
    debouncer.add(written("a"))
    assert debouncer.take_due()
    clock.now += BURST
    debouncer.add(written("b"))
    assert debouncer.take_due() == written("b")


def test_a_burst_without_end_is_reported_all_the_same(debouncer: Debouncer, clock: Clock) -> None:
    started = clock.now
    while not (due := debouncer.take_due()):
        debouncer.add(unsettled(f"file at {clock.now}"))
        clock.now += QUIET / 2
    assert clock.now - started == pytest.approx(LONGEST, abs=QUIET)
    assert len(due.unsettled) > LONGEST / QUIET


def test_a_lost_event_is_reported_as_everything_when_the_burst_is_over(
    debouncer: Debouncer, clock: Clock
) -> None:
    debouncer.add(written("a"))
    debouncer.add(Changes(everything=True))
    assert not debouncer.take_due()
    clock.now += QUIET
    assert debouncer.take_due().everything
    assert debouncer.seconds_left() is None


def test_a_new_watch_has_everything_rescanned_at_once(debouncer: Debouncer) -> None:
    debouncer.add_everything()
    assert debouncer.seconds_left() == 0
    assert debouncer.take_due().everything


STEPS = st.lists(
    st.tuples(st.sampled_from(["written", "unsettled"]), st.sampled_from("abc"), st.floats(0, 0.1))
)


@given(STEPS)
def test_every_change_is_reported_within_the_longest_delay(
    steps: list[tuple[str, str, float]],
) -> None:
    clock = Clock()
    debouncer = Debouncer(clock)
    open_since: dict[str, float] = {}
    for kind, path, pause in [*steps, ("", "", 1.0)]:
        if kind:
            debouncer.add(written(path) if kind == "written" else unsettled(path))
            open_since.setdefault(path, clock.now)
        until = clock.now + pause
        while (left := debouncer.seconds_left()) is not None and clock.now + left <= until:
            clock.now += max(left, 1e-6)  # a float's rounding must not stop the clock
            due = debouncer.take_due()
            for one in due.written | due.unsettled:
                assert clock.now - open_since.pop(one, clock.now) <= LONGEST + MOMENT
        clock.now = max(clock.now, until)
    assert not open_since
