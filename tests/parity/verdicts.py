"""What a tool said of a repository, in one form for both: what is compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

ADDRESS = re.compile(r"\bat 0x[0-9a-f]+")
OTHER_KINDS = {
    "correlation_rule",
    "datamodel",
    "lookup_table",
    "pack",
    "rule",
    "saved_query",
    "scheduled_prompt",
    "scheduled_query",
    "scheduled_rule",
}
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


class FunctionRecord(TypedDict):
    """PAT's `FunctionTestResult`; `output` is text, JSON for what is no text."""

    output: str | None
    error: str | None
    matched: bool


class TestRecord(TypedDict):
    """A test in PAT's hands. One that could not start has no functions."""

    name: str
    started: bool
    passed: bool
    functions: dict[str, FunctionRecord]
    output: str


class SpecRecord(TypedDict):
    """A spec as PAT took it: `state` is `tested`, `invalid`, or `loaded` if never reached."""

    kind: str
    id: str
    state: str
    phase: str | None
    """Of an invalid one: `spec` or `setup`."""
    error: str | None
    counted_failed: bool
    """Whether PAT's summary and exit code count it as failed."""
    tests: list[TestRecord]


class Answer(TypedDict):
    """PAT's answer: `died` says what kept it from ending by itself."""

    exit: int | None
    died: str | None
    specs: dict[str, SpecRecord]


@dataclass(frozen=True, slots=True)
class FunctionVerdict:
    """What a function came to."""

    output: str | None
    error: str | None
    matched: bool


@dataclass(frozen=True, slots=True)
class TestVerdict:
    """What a test came to."""

    __test__ = False

    name: str
    passed: bool
    functions: Mapping[str, FunctionVerdict]
    output: str
    expected: bool | None = None
    """Known of ours only."""


@dataclass(frozen=True, slots=True)
class SpecVerdict:
    """What a policy came to; `failed` is whether the summary counts it so."""

    valid: bool
    failed: bool
    tests: tuple[TestVerdict, ...]
    note: str = ""
    """Why it is invalid; shown, never compared: each tool has its own words."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a repository came to."""

    exit: int | None
    died: str | None
    policies: Mapping[str, SpecVerdict]
    """By spec path."""
    faulty: Mapping[str, str]
    """Files with an error that belongs to no policy, and the error."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """The same for specs of rules, packs and the like, which only PAT checks in full."""


def from_pat(answer: Answer, root: str) -> Verdicts:
    """PAT's answer on the repository at `root`."""
    policies = {}
    faulty: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    for path, spec in answer["specs"].items():
        if spec["kind"] == "policy":
            policies[path] = SpecVerdict(
                valid=spec["state"] != "invalid",
                failed=spec["counted_failed"],
                tests=tuple(_test(test, root) for test in spec["tests"]),
                note=plain(spec["error"] or "", root),
            )
        elif spec["state"] == "invalid":
            faults = elsewhere if spec["kind"] in OTHER_KINDS else faulty
            faults[path] = plain(spec["error"] or "", root)
    died = answer["died"]
    return Verdicts(answer["exit"], died and plain(died, root), policies, faulty, elsewhere)


def _test(test: TestRecord, root: str) -> TestVerdict:
    return TestVerdict(
        name=test["name"],
        passed=test["passed"],
        functions={
            name: FunctionVerdict(
                plain_or_none(function["output"], root),
                plain_or_none(function["error"], root),
                function["matched"],
            )
            for name, function in test["functions"].items()
        },
        output=plain(test["output"], root),
    )


def plain(text: str, root: str) -> str:
    """The text without what differs from run to run: addresses, made-up IDs, where the copy is."""
    text = text.replace(root, "<root>")
    return UUID.sub("<uuid>", ADDRESS.sub("at <address>", text))


def plain_or_none(text: str | None, root: str) -> str | None:
    """`plain`, for what may be missing."""
    return None if text is None else plain(text, root)
