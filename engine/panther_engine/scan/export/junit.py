"""JUnit XML: a suite for each policy, and a case for each resource that it does not pass.

Those that pass are one case together, so that a file stays as small as what is wrong and no suite
is empty; how many they are is in its name and in the suite's properties. What is suppressed, or
passes unverified, is a skipped case: neither is a failure, and neither may go unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from panther_engine.model import Verdict
from panther_engine.report.junit import writable
from panther_engine.report.text.words import count_of
from panther_engine.scan.export.exported import Exported
from panther_engine.scan.store.rollups import Count, Finding, Group

SKIPPED = """
SELECT p.id, sum((f.suppressed OR f.ignored <> '') AND f.verdict = 'FAIL'),
    sum((f.suppressed OR f.ignored <> '') AND f.verdict = 'ERROR'), sum(f.verdict = 'PASS')
FROM finding f JOIN policy p ON p.key = f.policy WHERE f.first <= :scan AND f.last >= :scan
GROUP BY p.id
"""


@dataclass(frozen=True, slots=True)
class Suite:
    """What a policy's suite holds."""

    count: Count
    silent_fails: int = 0
    """Those that are suppressed or ignored."""
    silent_errors: int = 0
    unverified: int = 0
    """Of those that pass."""

    @property
    def passing(self) -> int:
        """Resources that are one case together."""
        return self.count.passed - self.unverified

    @property
    def numbers(self) -> dict[str, int]:
        """Its attributes: the cases that it holds."""
        skipped = self.silent_fails + self.silent_errors + self.unverified
        named = self.count.failed + self.count.erred + self.unverified
        return {
            "tests": named + self.has_passing_case,
            "failures": self.count.failed - self.silent_fails,
            "errors": self.count.erred - self.silent_errors,
            "skipped": skipped,
        }

    @property
    def has_passing_case(self) -> bool:
        """Whether there is anything to tell in one case, or else nothing at all."""
        return bool(self.passing or not self.count.failed + self.count.erred + self.unverified)


def junit_document(exported: Exported) -> Iterator[str]:
    """The document, suite by suite."""
    skipped = {
        name: numbers
        for name, *numbers in exported.store.execute(SKIPPED, {"scan": exported.number})
    }
    counts = sorted(exported.counts(Group.POLICY), key=lambda one: one.name)
    suites = [Suite(one, *skipped.get(one.name, ())) for one in counts]
    sums = {
        name: str(sum(one.numbers[name] for one in suites))
        for name in ("tests", "failures", "errors")
    }
    seconds = f"{exported.scan.seconds:.3f}"
    top = _attributes({"name": "panther-tui scan", **sums, "time": seconds})
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {top}>\n'
    for suite in suites:
        yield from _suite(exported, suite)
    yield "</testsuites>\n"


def _suite(exported: Exported, suite: Suite) -> Iterator[str]:
    count = suite.count
    cases = exported.findings(count.name)
    first = next(cases, None)
    numbers = {name: str(number) for name, number in suite.numbers.items()}
    file = {} if first is None else {"file": exported.checkout.path(first.spec) or first.spec}
    top = {"name": count.name, **numbers, "time": "0.000", **file}
    yield f"<testsuite {_attributes(top)}>\n<properties>\n"
    properties = {
        "judged": count.passed + count.failed + count.erred,
        "PASS": count.passed,
        "FAIL": count.failed,
        "ERROR": count.erred,
        "suppressed": count.suppressed,
        "ignored": count.ignored,
        "unverified": count.unverified,
    }
    for name, number in properties.items():
        yield f"<property {_attributes({'name': name, 'value': str(number)})}/>\n"
    yield "</properties>\n"
    if suite.has_passing_case:
        passes = "passes" if suite.passing == 1 else "pass"
        told = f"{count_of(suite.passing, 'resource')} {passes}"
        yield f"<testcase {_case(count.name, told)}/>\n"
    if first is not None:
        for found in chain((first,), cases):
            yield f"<testcase {_case(count.name, found.resource_id)}>{_outcome(found)}</testcase>\n"
    yield "</testsuite>\n"


def _case(policy: str, name: str) -> str:
    return _attributes({"classname": policy, "name": name, "time": "0.000"})


def _outcome(found: Finding) -> str:
    if found.verdict is Verdict.PASS:
        missing = ", ".join(found.missing)
        return _skipped(f"unverified: it looked up {missing}, which is not in the inventory")
    if found.suppressed:
        return _skipped(f"suppressed by the spec: {found.verdict}: {_said(found)}")
    if found.ignored:
        return _skipped(f"ignored, {found.ignored}: {found.verdict}: {_said(found)}")
    tag, kind = "failure", found.severity
    if found.error is not None:
        tag, kind = "error", found.error.type
    fault = _attributes({"type": kind, "message": _said(found)})
    return f"<{tag} {fault}>{escape(writable(_told(found)))}</{tag}>"


def _skipped(message: str) -> str:
    return f"<skipped {_attributes({'message': message})}/>"


def _said(found: Finding) -> str:
    title = (found.alert or {}).get("title")
    if found.error is not None:
        return f"{found.error.type}: {found.error.message}"
    return title if isinstance(title, str) else found.policy_id


def _told(found: Finding) -> str:
    lines = [f"{found.resource_type} {found.account} {found.region}".strip()]
    if found.error is not None and found.error.path:
        lines.append(f"{found.error.path}:{found.error.line}")
    lines += [f"looked up {one}, which is not in the inventory" for one in found.missing]
    lines += [f"mapped by {found.mapping}"] if found.mapping else []
    return "\n".join(lines)


def _attributes(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(writable(value))}" for name, value in values.items())
