"""A report with one of each kind, and the files that it speaks of."""

from __future__ import annotations

from pathlib import Path

from panther_engine.model import (
    Diagnostic,
    Failure,
    Frame,
    FunctionResult,
    Level,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestCase,
    TestResult,
    Verdict,
)
from panther_engine.running.jobs.report import RunReport

SPEC = "policies/bucket.yml"
BODY = "policies/bucket.py"

BODY_TEXT = """\
from fields import deep_get


def policy(resource):
    for grant in resource["Grants"]:
        if grant["Permission"] == "READ":
            return False
    return True


def severity(resource):
    return deep_get(resource, "Level").upper()
"""

SPEC_TEXT = """\
AnalysisType: policy
PolicyID: Bucket.PublicRead
Tests:
  - Name: Anyone may read
    ExpectedResult: false
    Resource: {Grants: []}
  - Name: No grants at all
    ExpectedResult: true
    Resource: {Grants: null}
  - Name: No owner's grants
    ExpectedResult: true
    Resource: {Grants: null}
  - Name: Read for everyone
    ExpectedResult: false
    Resource: {Grants: [{Permission: READ}]}
  - Name: Private
    ExpectedResult: true
    Resource: {Grants: []}
"""

TYPE_ERROR = Failure(
    "TypeError",
    "'NoneType' object is not iterable",
    BODY,
    5,
    (Frame(BODY, 5, "policy", 'for grant in resource["Grants"]:'),),
)


def write_sources(root: Path) -> None:
    (root / "policies").mkdir(parents=True)
    (root / SPEC).write_text(SPEC_TEXT)
    (root / BODY).write_text(BODY_TEXT)
    (root / "policies/key.yml").write_text(
        "AnalysisType: policy\nPolicyID: Key\nResourceType:\n  - AWS.KMS.Key\n"
    )


def judged(output: object, expected: bool) -> FunctionResult:
    return FunctionResult(output, None, output is expected)


BUCKET = Policy(
    spec=SPEC,
    body=BODY,
    id="Bucket.PublicRead",
    severity="High",
    resource_types=("AWS.S3.Bucket",),
    tests=(
        TestCase("Anyone may read", 4, False, {"Grants": []}),
        TestCase("No grants at all", 7, True, {"Grants": None}),
        TestCase("No owner's grants", 10, True, {"Grants": None}),
        TestCase("Read for everyone", 13, False, {"Grants": [{"Permission": "READ"}]}),
        TestCase("Private", 16, True, {"Grants": []}),
    ),
)

BUCKET_RESULT = PolicyResult(
    SPEC,
    3,
    Status.FAILED,
    results=(
        TestResult(
            "Anyone may read",
            4,
            False,
            Verdict.PASS,
            Outcome.FAILED,
            0.21,
            {
                "dedup": FunctionResult("defaultDedupString:Bucket.PublicRead", None, True),
                "policy": judged(True, False),
            },
            output="looking at 0 grants\n",
        ),
        TestResult(
            "No grants at all",
            7,
            True,
            Verdict.ERROR,
            Outcome.ERRORED,
            0.4,
            {"policy": FunctionResult(None, "TypeError: 'NoneType' object is not iterable", False)},
            error=TYPE_ERROR,
        ),
        TestResult(
            "No owner's grants",
            10,
            True,
            Verdict.ERROR,
            Outcome.ERRORED,
            0.3,
            {"policy": FunctionResult(None, "TypeError: 'NoneType' object is not iterable", False)},
            error=TYPE_ERROR,
        ),
        TestResult(
            "Read for everyone",
            13,
            False,
            Verdict.FAIL,
            Outcome.FAILED,
            0.5,
            {
                "policy": judged(False, False),
                "severity": FunctionResult(
                    None, "AttributeError: 'NoneType' object has no attribute 'upper'", False
                ),
            },
        ),
        TestResult(
            "Private", 16, True, Verdict.PASS, Outcome.PASSED, 0.1, {"policy": judged(True, True)}
        ),
    ),
    diagnostics=(
        Diagnostic(
            BODY, 4, 4, Level.WARNING, "mutated-resource", "the policy changes its resource"
        ),
    ),
)

KEY = Policy(
    spec="policies/key.yml",
    body="",
    id="Key",
    tests=(TestCase("t", 5, True, {}),),
    diagnostics=(
        Diagnostic(
            "policies/key.yml",
            3,
            0,
            Level.ERROR,
            "unknown-key",
            "`ResourceType` is not a key of a policy",
            "it is spelt `ResourceTypes`",
        ),
    ),
)
KEY_RESULT = PolicyResult("policies/key.yml", 3, Status.INVALID)

LOOP = Policy(
    "policies/loop.yml", "policies/loop.py", "Loop", tests=(TestCase("Any", 9, True, {}),)
)
LOOP_RESULT = PolicyResult(
    "policies/loop.yml",
    3,
    Status.FAILED,
    (
        TestResult(
            "Any",
            9,
            True,
            Verdict.ERROR,
            Outcome.ERRORED,
            10_000.0,
            error=Failure("Timeout", "still running after 10 s", "policies/loop.py", 3),
        ),
    ),
)

FINE = Policy("policies/fine.yml", "policies/fine.py", "Fine", tests=(TestCase("Ok", 9, True, {}),))
FINE_RESULT = PolicyResult(
    "policies/fine.yml",
    3,
    Status.PASSED,
    (TestResult("Ok", 9, True, Verdict.PASS, Outcome.PASSED, 0.2),),
)

BARE = Policy("policies/bare.yml", "policies/bare.py", "Bare")
BARE_RESULT = PolicyResult("policies/bare.yml", 3, Status.UNTESTED)

OFF = Policy(
    "policies/off.yml", "policies/off.py", "Off", enabled=False, tests=(TestCase("o", 9, True, {}),)
)
OFF_RESULT = PolicyResult("policies/off.yml", 3, Status.SKIPPED)

NOT_YAML = Diagnostic(
    "policies/torn.yml", 2, 4, Level.ERROR, "not-yaml", "this is not YAML: a `]` is missing"
)


def sample_report(root: Path | str) -> RunReport:
    """One failed, one stopped, one invalid, one passed, one untested, one skipped policy."""
    return RunReport(
        root=str(root),
        python="/usr/bin/python3",
        generation=3,
        policies=(
            (BARE, BARE_RESULT),
            (BUCKET, BUCKET_RESULT),
            (FINE, FINE_RESULT),
            (KEY, KEY_RESULT),
            (LOOP, LOOP_RESULT),
            (OFF, OFF_RESULT),
        ),
        diagnostics=(NOT_YAML,),
        seconds=11.5,
    )
