"""An engine of the tests' own, and a repository that it tells of."""

from __future__ import annotations

import asyncio
import math
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from textual.pilot import Pilot

from panther_engine.events import (
    Command,
    Event,
    InterpreterChosen,
    PolicyFinished,
    PolicyOpened,
    RepositoryChanged,
    Run,
    RunFinished,
    RunStarted,
    Select,
    entry_of,
)
from panther_engine.model import (
    Failure,
    Frame,
    FunctionResult,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestCase,
    TestResult,
    Verdict,
)
from panther_tui.app.app import PantherApp
from panther_tui.features.feature import Feature
from panther_tui.overlays.reading.seen import SeenScreen

T = TypeVar("T", bound=Command)
F = TypeVar("F", bound=Feature)

BODY = """def policy(resource):
    for grant in resource["Grants"]:
        return False
    return True
"""
PATIENCE = 30.0
"""Seconds after which a condition that is awaited counts as never coming."""
TICK = 0.005
"""Seconds between two looks at such a condition."""


class FakeEngine:
    """Says what a test tells it to; answers `Select` with the policy's texts."""

    def __init__(self, policies: Sequence[Policy] = (), bodies: str = BODY) -> None:
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._waiting: list[Event] = []
        self._gone = False
        self.policies = {policy.spec: policy for policy in policies}
        self.bodies = bodies
        self.sent: list[Command] = []
        self.closed = False
        self.stuck = 0.0
        """Seconds for which it seems to have taken nothing."""

    def say(self, *events: Event) -> None:
        """Have these events wait for the app."""
        self._waiting += events
        self._far.send(b"x")

    def die(self, *events: Event) -> None:
        """Say these events last, and end."""
        self._gone = True
        self._waiting += events
        self._far.send(b"x")
        self._far.shutdown(socket.SHUT_WR)

    def asked(self, kind: type[T]) -> list[T]:
        """The commands of one kind that have come."""
        return [command for command in self.sent if isinstance(command, kind)]

    def send(self, command: Command) -> None:
        self.sent.append(command)
        if isinstance(command, Select) and command.spec in self.policies:
            self.say(opened_event(self.policies[command.spec], self.bodies))
        if isinstance(command, Run):
            self.say(RunStarted(1, dict.fromkeys(command.specs, "asked for")))

    def stuck_for(self) -> float:
        return self.stuck

    def fileno(self) -> int:
        return self._near.fileno()

    def receive(self) -> tuple[Event, ...]:
        self._near.recv(1 << 16)
        if self._gone and not self._waiting:
            raise EOFError("the engine is gone")
        waiting, self._waiting = tuple(self._waiting), []
        return waiting

    def close(self) -> None:
        self.closed = True
        self._near.close()
        self._far.close()


def opened_event(policy: Policy, body: str = BODY) -> PolicyOpened:
    """All of a policy, as the engine sends it."""
    return PolicyOpened(1, policy, spec_text(policy), body)


def spec_text(policy: Policy) -> str:
    """A spec as its author could have written it."""
    head = ["AnalysisType: policy", f"PolicyID: {policy.id}", "Tests:"]
    tests = [f"  - Name: {test.name.encode('unicode_escape').decode()}" for test in policy.tests]
    return "\n".join([*head, *tests, ""])


def policy(name: str, *tests: tuple[str, bool], folder: str = "policies/s3") -> Policy:
    """A policy with these tests, by name and what is expected."""
    cases = tuple(
        TestCase(test, line, expected, {"Name": test, "Grants": None})
        for line, (test, expected) in enumerate(tests, start=4)
    )
    file = name.rpartition(".")[2].lower()
    return Policy(
        spec=f"{folder}/{file}.yml",
        body=f"{folder}/{file}.py",
        id=name,
        severity="High",
        resource_types=("AWS.S3.Bucket",),
        tests=cases,
    )


def passed(test: TestCase) -> TestResult:
    """The test came out as expected."""
    verdict = Verdict.PASS if test.expected else Verdict.FAIL
    functions = {"policy": FunctionResult(test.expected, None, True)}
    if not test.expected:
        functions["title"] = FunctionResult(f"Alert of {test.name}", None, True)
    return TestResult(test.name, test.line, test.expected, verdict, Outcome.PASSED, 0.25, functions)


def failed(test: TestCase) -> TestResult:
    """The test came out with the other verdict."""
    verdict = Verdict.FAIL if test.expected else Verdict.PASS
    return replace(passed(test), verdict=verdict, outcome=Outcome.FAILED)


def errored(test: TestCase, body: str, line: int = 2) -> TestResult:
    """The body raised."""
    source = 'for grant in resource["Grants"]:'
    error = Failure(
        "TypeError",
        "'NoneType' object is not iterable",
        body,
        line,
        (Frame(body, line, "policy", source), Frame("global_helpers/base.py", 7, "dig", "x")),
    )
    return replace(
        passed(test), verdict=Verdict.ERROR, outcome=Outcome.ERRORED, error=error, output="hello\n"
    )


def finish(policy: Policy, *results: TestResult) -> PolicyFinished:
    """The end of a policy's run with these results, all passed if there are none."""
    found = results or tuple(passed(test) for test in policy.tests)
    fine = all(result.outcome is Outcome.PASSED for result in found)
    status = Status.PASSED if fine else Status.FAILED
    return PolicyFinished(PolicyResult(policy.spec, 1, status, found))


def repository(engine: FakeEngine, *more: Event) -> tuple[Event, ...]:
    """What an engine says first of its policies."""
    entries = tuple(entry_of(it) for it in engine.policies.values())
    return (
        InterpreterChosen("/venv/bin/python", "3.11", ".venv"),
        RepositoryChanged(1, "/checkout", "develop", entries, (), ()),
        *more,
    )


def done(affected: int, changed_at: float | None = None) -> RunFinished:
    """The end of a run."""
    return RunFinished(1, affected, 0.041, changed_at)


def screen_text(app: PantherApp) -> str:
    """What is on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def feature(app: PantherApp, kind: type[F]) -> F:
    """The app's feature of this kind."""
    return next(it for it in app.main.features if isinstance(it, kind))


async def wait_for(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Let the app work until a condition holds; fails with the screen's text if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        app = pilot.app
        assert isinstance(app, PantherApp)
        assert time.monotonic() < deadline, f"it never came to that:\n{screen_text(app)}"
        await pilot.pause()
        await asyncio.sleep(TICK)


async def shows(pilot: Pilot[None], *texts: str) -> None:
    """Wait until all these texts are on the screen."""
    app = pilot.app
    assert isinstance(app, PantherApp)
    await wait_for(pilot, lambda: all(text in screen_text(app) for text in texts))


async def asks(pilot: Pilot[None], kind: type[SeenScreen]) -> None:
    """Wait until a question of this kind is there to read."""
    app = pilot.app
    await wait_for(pilot, lambda: isinstance(app.screen, kind) and app.screen.was_seen(math.inf))
