"""Runs without a screen: every chosen policy once, then a report."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from panther_engine.events import Event, PolicyFinished, RunStarted, TestFinished
from panther_engine.headless.run import HeadlessRun, run_headless
from panther_engine.model import Outcome, Status
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.interpreter.choose import InterpreterError
from panther_engine.running.jobs import policy_runs
from panther_engine.running.jobs.report import RunOptions, RunReport
from panther_engine.running.jobs.warm_up import warm_up
from tests.engine.reading.repository.checkout import Checkout, spec_text

A, B, C = "policies/a.yml", "policies/b.yml", "policies/c.yml"
BAD = "def policy(resource):\n    return False\n"
MORE_TESTS = (
    "  - Name: Second\n    ExpectedResult: false\n    Resource: {}\n"
    "  - Name: Third\n    ExpectedResult: true\n    Resource: {a: 1}\n"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a")
    checkout.policy("b", body="import words\ndef policy(resource):\n    return words.help()\n")
    checkout.policy("c", body=BAD)
    checkout.helper("words")
    return checkout


def load(checkout: Checkout) -> Repository:
    return load_repository(checkout.root, (".",), PatSettings())


def run(
    checkout: Checkout, *specs: str, events: list[Event] | None = None, **options: object
) -> RunReport:
    repository = load(checkout)
    said: list[Event] = [] if events is None else events
    return run_headless(
        repository,
        specs or tuple(repository.policies),
        RunOptions(**options),  # type: ignore[arg-type]
        said.append,
    )


def statuses(report: RunReport) -> dict[str, Status]:
    return {policy.spec: result.status for policy, result in report.policies}


def test_the_report_does_not_wait_for_the_end_of_the_workers(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    awaited: list[str] = []
    wait = subprocess.Popen.wait

    def note(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        awaited.append("worker")
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", note)
    repository, options = load(checkout), RunOptions()
    workers = warm_up(checkout.root, sys.executable, options)
    try:
        report = HeadlessRun(checkout.root, options, workers).run(repository, [A], lambda _: None)
        assert statuses(report) == {A: Status.PASSED}
        assert awaited == []
    finally:
        workers.close()
    assert awaited


def test_every_policy_is_in_the_report_by_spec_path(checkout: Checkout) -> None:
    report = run(checkout, C, A, B)
    assert list(statuses(report).items()) == [
        (A, Status.PASSED),
        (B, Status.PASSED),
        (C, Status.FAILED),
    ]
    assert not report.passed
    assert not report.interrupted
    assert report.root == str(checkout.root)


def test_a_run_of_policies_that_pass_passes(checkout: Checkout) -> None:
    assert run(checkout, A, B).passed


def test_every_result_is_told_as_it_comes(checkout: Checkout) -> None:
    events: list[Event] = []
    run(checkout, events=events)
    assert isinstance(events[0], RunStarted)
    assert {e.spec for e in events if isinstance(e, TestFinished)} == {A, B, C}
    assert {e.result.spec for e in events if isinstance(e, PolicyFinished)} == {A, B, C}


def test_an_invalid_policy_is_in_the_report_and_runs_nothing(checkout: Checkout) -> None:
    checkout.write(A, spec_text("a") + "Unknown: 1\n")
    checkout.write("policies/b.py", "import no_such_words\n")
    checkout.write("policies/c.py", "def policy(resource)\n")
    report = run(checkout)
    assert statuses(report) == dict.fromkeys((A, B, C), Status.INVALID)
    assert all(result.results == () for _, result in report.policies)
    assert not report.passed


def test_a_policy_without_tests_is_imported_all_the_same(checkout: Checkout) -> None:
    checkout.write(A, spec_text("a").partition("Tests:")[0])
    checkout.write(B, spec_text("b").partition("Tests:")[0])
    checkout.write(
        "policies/b.py", "import words\nwords.missing\ndef policy(r):\n    return True\n"
    )
    report = run(checkout, A, B)
    assert statuses(report) == {A: Status.UNTESTED, B: Status.INVALID}


def test_only_tests_of_these_names_run(checkout: Checkout) -> None:
    checkout.write(A, spec_text("a") + MORE_TESTS)
    ((_, result),) = run(checkout, A, test_names=("Second", "nowhere")).policies
    assert [(r.name, r.outcome) for r in result.results] == [("Second", Outcome.PASSED)]


def test_only_tests_at_these_lines_run(checkout: Checkout) -> None:
    checkout.write(A, spec_text("a") + MORE_TESTS)
    repository = load(checkout)
    line = repository.policies[A].tests[2].line
    report = run_headless(
        repository, (A,), RunOptions(), lambda event: None, lines={A: frozenset({line})}
    )
    ((_, result),) = report.policies
    assert [r.name for r in result.results] == ["Third"]


def test_results_follow_the_order_of_the_spec(checkout: Checkout) -> None:
    checkout.write(A, spec_text("a") + MORE_TESTS)
    ((_, result),) = run(checkout, A).policies
    assert [r.name for r in result.results] == ["Is good", "Second", "Third"]


def test_skipped_policies_are_in_the_report(checkout: Checkout) -> None:
    report = run_headless(load(checkout), (A,), RunOptions(), lambda event: None, skipped=(C,))
    assert statuses(report) == {A: Status.PASSED, C: Status.SKIPPED}
    assert report.passed


def test_too_few_tests_fail_a_policy(checkout: Checkout) -> None:
    checkout.write(A, spec_text("a") + MORE_TESTS)
    report = run(checkout, A, B, minimum_tests=2)
    assert statuses(report) == {A: Status.PASSED, B: Status.FAILED}
    codes = [found.code for _, result in report.policies for found in result.diagnostics]
    assert codes == ["too-few-tests"]


def test_a_fast_fail_leaves_the_rest_untouched(checkout: Checkout) -> None:
    report = run(checkout, C, A, B, fail_fast=True, workers=1)
    assert statuses(report) == {C: Status.FAILED}
    assert not report.passed


def test_a_stuck_policy_costs_its_limit_and_nothing_else(checkout: Checkout) -> None:
    checkout.write("policies/c.py", "def policy(resource):\n    while True:\n        pass\n")
    report = run(checkout, timeout=3.0)
    assert statuses(report) == {A: Status.PASSED, B: Status.PASSED, C: Status.FAILED}
    (result,) = report.policies[2][1].results
    assert result.error is not None
    assert (result.error.type, result.error.path) == ("Timeout", "policies/c.py")


def test_known_destinations_are_told_to_the_workers(checkout: Checkout) -> None:
    checkout.write(C, spec_text("c").replace("true\n    Resource", "false\n    Resource"))
    checkout.write("policies/c.py", BAD + "def destinations(resource):\n    return ['Slack']\n")
    assert run(checkout, C, available_destinations=("Slack",)).passed
    assert not run(checkout, C, available_destinations=("Jira",)).passed
    assert run(checkout, C).passed


def test_an_interrupted_run_reports_what_is_known(checkout: Checkout) -> None:
    checkout.write("policies/c.py", "def policy(resource):\n    while True:\n        pass\n")
    repository = load(checkout)

    def interrupt(event: Event) -> None:
        if isinstance(event, PolicyFinished):
            os.kill(os.getpid(), signal.SIGINT)

    report = run_headless(repository, (A, C), RunOptions(workers=1), interrupt)
    assert report.interrupted
    assert statuses(report) == {A: Status.PASSED}


def test_an_interpreter_that_is_not_there_is_an_error_of_the_user(checkout: Checkout) -> None:
    with pytest.raises(InterpreterError, match="no Python at"):
        run(checkout, python="/nowhere/python")


def test_nothing_to_run_ends_at_once(checkout: Checkout) -> None:
    report = run_headless(load(checkout), (), RunOptions(), lambda event: None)
    assert report.policies == ()


def test_a_fault_of_ours_ends_the_run_and_is_raised(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("injected")

    monkeypatch.setattr(policy_runs, "result_of", fail)
    with pytest.raises(RuntimeError, match="injected"):
        run(checkout)


def test_who_hears_of_the_run_and_fails_ends_it(checkout: Checkout) -> None:
    repository = load(checkout)

    def fail(event: Event) -> None:
        if isinstance(event, TestFinished):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run_headless(repository, tuple(repository.policies), RunOptions(), fail)
