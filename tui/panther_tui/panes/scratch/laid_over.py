"""A scratch laid over the state: one more test of its policy, which no file has. Pure."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from panther_engine.events import ScratchJudged, TestEntry
from panther_engine.model import Diagnostic, Outcome, TestResult, Verdict
from panther_engine.state import State
from panther_engine.values.frozen import dataclass
from panther_tui.panes.scratch.differences import Differences
from panther_tui.panes.scratch.scratch import Scratch
from panther_tui.panes.scratch.typing import Typing
from panther_tui.triage.selection import Selection


@dataclass(frozen=True, slots=True)
class ShownScratch:
    """What panes have to know of a scratch besides the state that it is laid over."""

    test: int
    """The place of the scratch among the tests: after the last."""
    of: int
    """The place of the test that it is a copy of."""
    differences: Differences
    typing: Typing | None = None
    late: bool = False
    """Its verdict is of a former state of it, and the next one takes long."""
    filed: TestResult | None = None
    """What the file's own test came to; None for what is no copy of it."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Why it cannot be judged."""
    real: bool = False
    """It is a resource of the inventory."""

    @property
    def name(self) -> str:
        """What it is called."""
        return name_of(self.real)


def name_of(real: bool) -> str:
    """What a scratch is called."""
    return "real resource" if real else "scratch copy"


def lay_over(
    state: State, selection: Selection, scratch: Scratch, judged: ScratchJudged | None
) -> tuple[State, Selection]:
    """State and selection with the scratch as the last test of its policy, and selected."""
    policy, opened = state.policies.get(scratch.spec), state.opened
    if policy is None or opened is None or opened.policy.spec != scratch.spec:
        return state, selection
    place, case = len(policy.entry.tests), scratch.judged_as
    result = None if judged is None or judged.result is None else _as_wanted(judged.result)
    expected = case.expected if result is None else result.expected
    entry = TestEntry(case.name, case.line, expected)
    policy = replace(
        policy,
        entry=replace(policy.entry, tests=(*policy.entry.tests, entry)),
        results=(*policy.results, result),
    )
    explained = None if judged is None else judged.explained
    if explained is not None:
        insight = replace(explained.insight, test=place, expected=expected)
        explained = replace(explained, insight=insight)
    whole = opened.policy
    tests = (*whole.tests[:place], *(case,) * (place + 1 - len(whole.tests[:place])))
    policies = {**state.policies, scratch.spec: policy}
    state = replace(
        state,
        policies=MappingProxyType(policies),
        opened=replace(opened, policy=replace(whole, tests=tests)),
        explained=explained,
    )
    return state, replace(selection, test=place)


def _as_wanted(result: TestResult) -> TestResult:
    """No verdict of a scratch is wrong: it is what one wants to know. Errors are errors."""
    if result.verdict is Verdict.ERROR:
        return result
    failed = any(it.error is not None and not it.matched for it in result.functions.values())
    outcome = Outcome.FAILED if failed else Outcome.PASSED
    return replace(result, expected=result.verdict is Verdict.PASS, outcome=outcome)
