"""The counts that every report shows, and the findings of a policy."""

from __future__ import annotations

from collections import Counter

from panther_engine.model import Diagnostic, Outcome, Policy, PolicyResult, Status
from panther_engine.running.jobs.report import RunReport
from panther_engine.values.frozen import dataclass

POLICY_STATUSES = (
    Status.FAILED,
    Status.INVALID,
    Status.PASSED,
    Status.UNTESTED,
    Status.SKIPPED,
)
"""What a finished policy can be, the worst first."""

TEST_OUTCOMES = (Outcome.FAILED, Outcome.ERRORED, Outcome.PASSED)
"""What a finished test can be, the worst first."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many policies have each status, and how many tests each outcome; zeros included."""

    policies: dict[Status, int]
    tests: dict[Outcome, int]


def count(report: RunReport) -> Tally:
    """The figures of a report."""
    statuses = Counter(result.status for _, result in report.policies)
    outcomes = Counter(test.outcome for _, result in report.policies for test in result.results)
    return Tally(
        policies={status: statuses[status] for status in POLICY_STATUSES},
        tests={outcome: outcomes[outcome] for outcome in TEST_OUTCOMES},
    )


def findings_of(policy: Policy, result: PolicyResult) -> tuple[Diagnostic, ...]:
    """What was found by reading and by running the policy, each once, in the order of places."""
    found = dict.fromkeys((*policy.diagnostics, *result.diagnostics))
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.column)))
