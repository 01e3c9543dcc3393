"""What failures on the screen have in common: one cause, told once and passed over as a whole.

Pure. What makes two failures one cause is the engine's to say; the text report groups by it too.
"""

from __future__ import annotations

from collections import Counter

from panther_engine.model import Diagnostic, Outcome
from panther_engine.state import PolicyState, State
from panther_engine.values.causes import Key, cause_of_finding, cause_of_test
from panther_tui.style.marks import is_failing


def findings_of(policy: PolicyState) -> tuple[Diagnostic, ...]:
    """What was found in a policy by reading and by running, each once."""
    found = policy.result.diagnostics if policy.result is not None else ()
    return tuple(dict.fromkeys((*policy.entry.diagnostics, *found)))


def causes_of(policy: PolicyState) -> tuple[Key | None, ...]:
    """The cause of each failure of a policy; None where no other failure can have the same.

    A policy that cannot run is one failure, with the first cause that was found.
    """
    failing = [it for it in policy.results if it is not None and it.outcome is not Outcome.PASSED]
    if failing:
        return tuple(cause_of_test(result) for result in failing)
    return (_what_is_found(policy),) if is_failing(policy) else ()


def cause_at(policy: PolicyState, test: int | None) -> Key | None:
    """The cause of one test's failure; with None that of a policy that cannot run."""
    if test is None:
        return _what_is_found(policy)
    result = policy.results[test] if test < len(policy.results) else None
    return None if result is None else cause_of_test(result)


def main_cause(policy: PolicyState) -> Key | None:
    """The cause of most of a policy's failures, the first of them if several are equal."""
    known = Counter(key for key in causes_of(policy) if key is not None)
    return known.most_common(1)[0][0] if known else None


def sharing_note(state: State, spec: str, test: int) -> str:
    """How many failures share the cause of this one: `94 tests share this`; empty if it has none.

    Of a policy that cannot run: `51 policies share this`.
    """
    policy = state.policies.get(spec)
    if policy is None or not is_failing(policy):
        return ""
    key = cause_at(policy, test if policy.failures else None)
    if key is None:
        return ""
    count = sum(causes_of(it).count(key) for it in state.policies.values() if is_failing(it))
    return f"{count} {'tests' if policy.failures else 'policies'} share this" if count > 1 else ""


def describe_cause(key: Key) -> str:
    """Error and place in a few words, such as `TypeError base.py:53`; of a finding what it says."""
    path, line, error, words = key
    place = f" {path.rpartition('/')[2]}:{line}" if path else ""
    return f"{' '.join(words.split()) or error}{place}"


def _what_is_found(policy: PolicyState) -> Key | None:
    keys = (cause_of_finding(found) for found in findings_of(policy))
    return next((key for key in keys if key is not None), None)
