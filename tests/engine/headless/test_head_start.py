"""A few policies run while the rest of the checkout is read; what they come to is not believed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from panther_engine.events import Event, PolicyFinished, PolicyStarted, RunStarted
from panther_engine.headless.run import HeadlessRun, Part, run_headless
from panther_engine.model import Status
from panther_engine.reading.repository.load import HEAD, read_in_steps
from panther_engine.reading.repository.parse_cache import Parsed
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.report import RunOptions, RunReport
from panther_engine.running.jobs.warm_up import warm_up
from tests.engine.reading.repository.checkout import Checkout, spec_text

NAMES = tuple(f"p{number:02}" for number in range(HEAD + 3))
SPECS = tuple(f"policies/{name}.yml" for name in NAMES)
USES = "import words\ndef policy(resource):\n    return words.help()\n"
FAILS = "def policy(resource):\n    return False\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout")
    for name in NAMES:
        checkout.policy(name, body=USES)
    checkout.helper("words")
    return checkout


def read(
    checkout: Checkout, wanted: Callable[[str], bool] = lambda spec: True
) -> tuple[list[Repository], Repository]:
    """The heads that come, and the whole."""
    heads = []
    steps = read_in_steps(
        checkout.root,
        (".",),
        PatSettings(),
        check_syntax=True,
        parsed=Parsed(),
        wanted=wanted,
    )
    while True:
        try:
            if (head := next(steps)) is not None:
                heads.append(head)
        except StopIteration as ended:
            return heads, ended.value


class Run:
    """A run whose head start is over before the whole is read."""

    def __init__(self, checkout: Checkout, between: Callable[[], object] = lambda: None) -> None:
        self._checkout = checkout
        self._between = between
        self.events: list[Event] = []
        options = RunOptions()
        workers = warm_up(checkout.root, sys.executable, options)
        try:
            run = HeadlessRun(checkout.root, options, workers)
            self.report: RunReport = run.run_parts(self._parts(), self.events.append)
        finally:
            workers.close()

    def _parts(self) -> Iterator[Part | None]:
        ((head,), _) = read(self._checkout)
        yield Part(head, tuple(head.policies), whole=False)
        while self.count(PolicyFinished) < len(head.policies):
            yield None
        self._between()
        yield from [None] * 10  # what was sent meanwhile is heard
        _, whole = read(self._checkout)
        yield Part(whole, tuple(whole.policies))

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in self.events)

    @property
    def statuses(self) -> dict[str, Status]:
        return {policy.spec: result.status for policy, result in self.report.policies}


def test_the_head_holds_all_globals_and_the_first_policies_that_are_wanted(
    checkout: Checkout,
) -> None:
    ((head,), whole) = read(checkout, lambda spec: spec != SPECS[0])
    assert tuple(head.policies) == SPECS[1 : HEAD + 1]
    assert list(head.globals) == ["words"]
    assert tuple(whole.policies) == SPECS
    assert all(whole.policies[spec] is policy for spec, policy in head.policies.items())


def test_a_policy_whose_id_seems_to_be_taken_twice_is_in_no_head(checkout: Checkout) -> None:
    checkout.write("policies/twin.yml", spec_text("p00"))
    ((head,), _) = read(checkout)
    assert SPECS[0] not in head.policies
    assert "policies/twin.yml" not in head.policies


def test_what_ran_early_does_not_run_again(checkout: Checkout) -> None:
    run = Run(checkout)
    assert run.statuses == dict.fromkeys(SPECS, Status.PASSED)
    assert run.count(PolicyStarted) == len(SPECS)
    assert [len(one.reasons) for one in run.events if isinstance(one, RunStarted)] == [
        HEAD,
        len(SPECS),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda checkout: checkout.write("policies/p00.py", FAILS),
        lambda checkout: checkout.write("global_helpers/words.py", "def help():\n    return 0\n"),
        lambda checkout: checkout.write("policies/a_twin.yml", spec_text("p00")),
        lambda checkout: checkout.helper("another"),
    ],
    ids=["body", "helper", "ID taken twice", "another helper"],
)
def test_what_ran_early_on_something_else_counts_for_nothing(
    checkout: Checkout, change: Callable[[Checkout], object]
) -> None:
    run = Run(checkout, lambda: change(checkout))
    _, whole = read(checkout)
    cold = run_headless(whole, tuple(whole.policies), RunOptions(), lambda event: None)
    assert run.statuses == {policy.spec: result.status for policy, result in cold.policies}
    assert run.count(PolicyStarted) > len(SPECS)


def test_ctrl_c_before_the_whole_is_known_reports_nothing(checkout: Checkout) -> None:
    with pytest.raises(KeyboardInterrupt):
        Run(checkout, lambda: os.kill(os.getpid(), signal.SIGINT))
