"""What took long is begun first the next time."""

from __future__ import annotations

from pathlib import Path

from panther_engine.events import Event, PolicyStarted
from panther_engine.headless.remembered.durations import (
    durations_file,
    load_durations,
    save_durations,
)
from panther_engine.headless.run import run_headless
from panther_engine.model import Outcome, Policy, PolicyResult, Status, TestResult, Verdict
from panther_engine.reading.repository.load import load_repository
from panther_engine.running.jobs.report import RunOptions, RunReport
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.reading.storage.telling import refuse

DONE = TestResult("one", 1, True, Verdict.PASS, Outcome.PASSED, 1.0)


def report(**milliseconds: float) -> RunReport:
    ran = tuple(
        (
            Policy(f"{name}.yml", f"{name}.py", name),
            PolicyResult(f"{name}.yml", 1, Status.PASSED, (DONE,), duration_ms=duration),
        )
        for name, duration in milliseconds.items()
    )
    return RunReport("/checkout", "python3", 1, ran, (), 1.0)


def test_only_what_takes_long_is_kept_and_what_did_not_run_stays(tmp_path: Path) -> None:
    file = tmp_path / "durations.json"
    save_durations(file, report(slow=1200.4, quick=3.0), refuse)
    save_durations(file, report(other=150.0), refuse)
    assert load_durations(file, refuse) == {"slow.yml": 1200, "other.yml": 150}
    save_durations(file, report(slow=2.0), refuse)
    assert load_durations(file, refuse) == {"other.yml": 150}


def test_nonsense_and_nothing_are_no_durations(tmp_path: Path) -> None:
    told: list[str] = []
    file = tmp_path / "durations.json"
    assert load_durations(file, refuse) == {}
    file.write_text('{"version": 1, "milliseconds": {"a.yml": "long"}}')
    assert load_durations(file, told.append) == {}
    assert len(told) == 1
    file.write_text('{"version": 1, "milliseconds": {"a.yml": NaN, "b.yml": 1e999}}')
    assert load_durations(file, refuse) == {}
    save_durations(tmp_path, report(slow=1200.0), told.append)  # a folder cannot be written


def test_each_repository_has_its_own(tmp_path: Path) -> None:
    assert durations_file(tmp_path) != durations_file(tmp_path.parent)


def test_the_longest_begin_first(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    for name in ("a", "b", "c"):
        checkout.policy(name)
    repository = load_repository(tmp_path, (".",))
    order = tuple(repository.policies)
    began: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, PolicyStarted):
            began.append(event.spec)

    known = {order[1]: 200.0, order[2]: 900.0}
    run_headless(repository, order, RunOptions(workers=1), note, durations=known)
    assert began == [order[2], order[1], order[0]]
