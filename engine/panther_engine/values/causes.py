"""Groups failures that have a common cause: the same place and error, or the same finding.

One line of a helper can fail a hundred tests, and one missing module fifty policies. Fixing it
fixes all of them, so it is reported once and skipped as a whole. Pure: both the text report and the
screen group with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from panther_engine.model import Diagnostic, Level, Outcome, PolicyResult, TestResult
from panther_engine.values.frozen import dataclass

PLACELESS = frozenset({"missing-module"})
"""Codes of findings whose cause lies in no file of the repository: equal words are one cause."""


Key: TypeAlias = tuple[str, int, str, str]
"""What makes failures have one cause: path, line, error, and of a finding its words."""


@dataclass(frozen=True, slots=True)
class Casualty:
    """A test that a cause fails, or a policy that it keeps from running."""

    spec: str
    test: str = ""
    """The test's name; empty for the policy as a whole."""
    line: int = 0
    """The line of the test's entry in the spec; of the whole policy, where the finding is."""
    index: int | None = None
    """The test's place in the results of its policy; None for the policy as a whole."""
    path: str = ""
    """Of the whole policy: the file that the finding is in."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One place and error that several failures share. Two are equal if their keys are."""

    key: Key
    message: str = field(compare=False)
    """Of the first failure."""
    casualties: tuple[Casualty, ...] = field(compare=False)
    """In the order of the results."""
    messages: int = field(default=1, compare=False)
    """How many different messages the failures have."""
    found: Diagnostic | None = field(default=None, compare=False)
    """The first finding, if it keeps policies from running."""
    first: TestResult | None = field(default=None, compare=False)
    """The first test, if it fails tests."""

    @property
    def path(self) -> str:
        """The file that it is in; empty if it lies in none of the repository."""
        return self.key[0]

    @property
    def line(self) -> int:
        """1-based; 0 without a path."""
        return self.key[1]

    @property
    def error(self) -> str:
        """The exception's class, the name of a stop such as `Timeout`, or a finding's code."""
        return self.key[2]

    @property
    def place(self) -> tuple[str, int]:
        """Path and line where all of it meets the fault; empty and 0 if each has its own."""
        met = {(casualty.path, casualty.line) for casualty in self.casualties}
        return (self.path, self.line) if self.path or len(met) > 1 else met.pop()

    @property
    def specs(self) -> tuple[str, ...]:
        """The policies that it fails, each once, in the order of the results."""
        return tuple(dict.fromkeys(casualty.spec for casualty in self.casualties))


def cause_of_test(test: TestResult) -> Key | None:
    """What makes this failure the same as others; None if it passed, or was a wrong verdict."""
    error = test.error
    if test.outcome is Outcome.PASSED or error is None or not (error.path and error.line):
        return None
    return (error.path, error.line, error.type, "")


def cause_of_finding(found: Diagnostic) -> Key | None:
    """What makes this finding the same as others; None if it keeps nothing from running."""
    if found.severity is not Level.ERROR:
        return None
    words = _words(found)
    if found.code in PLACELESS:
        return ("", 0, found.code, words)
    return (found.path, found.line, found.code, words)


def find_causes(
    results: Iterable[PolicyResult],
    findings: Mapping[str, Sequence[Diagnostic]] | None = None,
) -> tuple[Cause, ...]:
    """All causes of what failed, the most casualties first, then by place.

    Args:
        results: what the policies came to, in the order in which to tell them.
        findings: by spec path, what was found in it by reading, besides the results' own.
    """
    groups: dict[Key, list[tuple[Casualty, str, Diagnostic | TestResult]]] = {}
    for result in results:
        own = dict.fromkeys((*(findings or {}).get(result.spec, ()), *result.diagnostics))
        for found in own:
            if (key := cause_of_finding(found)) is not None:
                casualty = Casualty(result.spec, line=found.line, path=found.path)
                groups.setdefault(key, []).append((casualty, _words(found), found))
        for index, test in enumerate(result.results):
            if (key := cause_of_test(test)) is not None:
                said = test.error.message if test.error else ""
                casualty = Casualty(result.spec, test.name, test.line, index)
                groups.setdefault(key, []).append((casualty, said, test))
    causes = [_cause(key, group) for key, group in groups.items()]
    return tuple(sorted(causes, key=lambda it: (-len(it.casualties), it.key)))


def shared(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Those that fail more than one policy."""
    return tuple(cause for cause in causes if len(cause.specs) > 1)


def _cause(key: Key, group: Sequence[tuple[Casualty, str, Diagnostic | TestResult]]) -> Cause:
    _, message, first = group[0]
    return Cause(
        key=key,
        message=message,
        casualties=tuple(casualty for casualty, _, _ in group),
        messages=len({said for _, said, _ in group}),
        found=first if isinstance(first, Diagnostic) else None,
        first=first if isinstance(first, TestResult) else None,
    )


def _words(found: Diagnostic) -> str:
    """The message without the body that happened to meet the fault."""
    head, mark, _ = found.message.rpartition(" (imported by ")
    return head if mark and found.message.endswith(")") else found.message
