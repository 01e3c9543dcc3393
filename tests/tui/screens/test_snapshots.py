"""Pictures of the screens that people see most; `pytest --snapshot-update` takes them again."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

import pytest
from textual.pilot import Pilot

from panther_engine.events import Event, PolicyFinished
from panther_engine.model import (
    Diagnostic,
    Frame,
    JsonValue,
    Level,
    Policy,
    PolicyResult,
    Status,
    TestResult,
)
from panther_tui.app.app import PantherApp
from panther_tui.settings.settings import Config
from tests.tui.fake_engine import (
    FakeEngine,
    done,
    errored,
    failed,
    finish,
    passed,
    policy,
    repository,
    shows,
    wait_for,
)

WIDE = (160, 45)
SAVED = time.mktime((2026, 3, 14, 12, 1, 7, 0, 0, -1))
"""Seven seconds past 12:01 on the wall, wherever that is."""

BODY = '''\
from panther_base_helpers import deep_get

ALL = "http://acs.amazonaws.com/groups/global/AllUsers"
READS = ("READ", "READ_ACP", "FULL_CONTROL")


def policy(resource):
    # Whoever is in one of these groups may be anybody.
    for grant in resource["Grants"]:
        if grant["Permission"] in READS and is_public(grant):
            return False
    return True


def is_public(grant, limit=1):
    """Whether a grant is to everybody."""
    return len(ALL) > limit and deep_get(grant, "Grantee", "URI") == ALL


def title(resource):
    return f"Anybody can read {resource['Name']!r}"
'''
FAILING_LINE = 9
FAILING_TEXT = 'for grant in resource["Grants"]:'


def bucket(name: str, grants: JsonValue, **more: JsonValue) -> dict[str, JsonValue]:
    """A bucket as Panther stores it, shortened."""
    return {
        "AccountId": "123456789012",
        "Arn": f"arn:aws:s3:::{name}",
        "EncryptionRules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}],
        "Grants": grants,
        "LoggingPolicy": None,
        "MFADelete": None,
        "Name": name,
        "Region": "eu-central-1",
        "Tags": {"team": "platform", "cost-centre": "4711"},
        "Versioning": "Enabled",
        **more,
    }


def to_all(permission: str) -> JsonValue:
    """One grant to everybody."""
    group = {"URI": "http://acs.amazonaws.com/groups/global/AllUsers", "Type": "Group"}
    return [{"Grantee": group, "Permission": permission}]


def named_like_its_id(made: Policy) -> Policy:
    """The policy in files of its own: two IDs can end in the same word."""
    stem = f"{made.spec.rpartition('/')[0]}/{made.id.lower().replace('.', '_')}"
    return replace(made, spec=f"{stem}.yml", body=f"{stem}.py")


def public_read() -> Policy:
    """The policy with failing tests, with resources that differ in a few lines."""
    made = policy(
        "AWS.S3.Bucket.PublicRead",
        ("Bucket allows READ to all users", False),
        ("Null configuration", True),
        ("Bucket is private", True),
        ("Only a canonical user may read", True),
        folder="policies/aws_s3_policies",
    )
    resources = (
        bucket("website", to_all("READ")),
        bucket("logs", None, Versioning="Suspended"),
        bucket("backups", []),
        bucket("exports", to_all("WRITE"), MFADelete="Enabled"),
    )
    tests = zip(made.tests, resources, strict=True)
    cases = tuple(replace(test, resource=it) for test, it in tests)
    return named_like_its_id(replace(made, tests=cases))


def others(folder: str, *names: str) -> tuple[Policy, ...]:
    """Policies that are there to be listed."""
    tests = (("Compliant", True), ("Not compliant", False))
    made = (policy(name, *tests, folder=f"policies/{folder}") for name in names)
    return tuple(named_like_its_id(it) for it in made)


READ = public_read()
IAM = others(
    "aws_iam_policies",
    "AWS.IAM.Credentials.Unused",
    "AWS.IAM.Group.Users",
    "AWS.IAM.Policy.Administrative",
    "AWS.IAM.RootUser.MFA",
    "AWS.IAM.User.MFA",
)
S3 = others(
    "aws_s3_policies",
    "AWS.S3.Bucket.Encryption",
    "AWS.S3.Bucket.Logging",
    "AWS.S3.Bucket.MFADelete",
    "AWS.S3.Bucket.NameDNSCompliance",
)
VPC = others("aws_vpc_policies", "AWS.VPC.DefaultNetworkACL", "AWS.VPC.FlowLogs")
BROKEN = replace(
    VPC[1],
    diagnostics=(
        Diagnostic(
            VPC[1].spec, 3, 0, Level.ERROR, "bad-severity", "`Hihg` is no severity", "High?"
        ),
    ),
)
ALL = (*IAM, *S3, READ, VPC[0], BROKEN)


def raised() -> TestResult:
    """What the test with null for grants came to."""
    result = errored(READ.tests[1], READ.body, FAILING_LINE)
    assert result.error is not None
    frames = (Frame(READ.body, FAILING_LINE, "policy", FAILING_TEXT),)
    return replace(result, error=replace(result.error, frames=frames), output="")


EVENTS: tuple[Event, ...] = (
    *(finish(it) for it in (*IAM, *S3)),
    finish(READ, passed(READ.tests[0]), raised(), passed(READ.tests[2]), failed(READ.tests[3])),
    finish(VPC[0], passed(VPC[0].tests[0]), failed(VPC[0].tests[1])),
    PolicyFinished(PolicyResult(BROKEN.spec, 1, Status.INVALID)),
    done(1, SAVED),
)


class SnapCompare(Protocol):
    """The fixture of pytest-textual-snapshot: whether the screen looks as it did."""

    def __call__(
        self,
        app: PantherApp,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[None]], Awaitable[None]],
    ) -> bool: ...


class LooksTheSame(Protocol):
    """Whether the app looks as it did after these keys, once it shows these texts."""

    def __call__(
        self,
        *keys: str,
        shown: Sequence[str],
        size: tuple[int, int] = WIDE,
        theme: str = "panther-dark",
    ) -> bool: ...


@pytest.fixture
def looks_the_same(snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch) -> LooksTheSame:
    """Compares with the kept picture, on a terminal that is the same everywhere."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")

    def compare(
        *keys: str,
        shown: Sequence[str],
        size: tuple[int, int] = WIDE,
        theme: str = "panther-dark",
    ) -> bool:
        engine = FakeEngine(ALL, BODY)
        app = PantherApp(engine, config=Config(theme=theme), clock=lambda: SAVED + 0.041)

        async def come_to_rest(pilot: Pilot[None]) -> None:
            engine.say(*repository(engine, *EVENTS))
            await wait_for(pilot, lambda: app.state.last_run and has_opened(app, READ))
            await wait_for(pilot, lambda: is_coloured(app))
            await pilot.press(*keys)
            await shows(pilot, *shown)
            assert not app._notifications, "nothing is to lie over the screen"

        return snap_compare(app, terminal_size=size, run_before=come_to_rest)

    return compare


def has_opened(app: PantherApp, policy: Policy) -> bool:
    """Whether the texts and resources of a policy are there."""
    opened = app.state.opened
    return opened is not None and opened.policy.spec == policy.spec


def is_coloured(app: PantherApp) -> bool:
    """Whether the colours of the code have come from their thread."""
    pieces = (piece for line in app.main.panes.code._lines for piece in line)
    return any(token.startswith("syntax-") for _, token in pieces)


FAILING = ("╰ TypeError: 'NoneType' object is not iterable", '"Grants": null', "got ERROR")


@pytest.mark.parametrize("size", [(100, 30), (160, 45), (250, 70)], ids="{0[0]}x{0[1]}".format)
def test_the_panes_share_the_screen_and_show_why_a_test_fails(
    looks_the_same: LooksTheSame, size: tuple[int, int]
) -> None:
    assert looks_the_same(size=size, shown=FAILING)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        pytest.param("1", "S3.Bucket.PublicRead", id="policies"),
        pytest.param("4", "got ERROR", id="results"),
    ],
)
def test_a_small_screen_shows_one_pane_with_tabs(
    looks_the_same: LooksTheSame, key: str, shown: str
) -> None:
    assert looks_the_same(key, size=(80, 24), shown=[shown])


@pytest.mark.parametrize("theme", ["panther-light", "high-contrast", "ansi-dark"])
def test_a_theme_colours_all_of_the_screen(looks_the_same: LooksTheSame, theme: str) -> None:
    assert looks_the_same(theme=theme, shown=FAILING)


def test_without_colours_shapes_and_words_tell_the_same(
    looks_the_same: LooksTheSame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert looks_the_same(shown=FAILING)


def test_help_lists_the_keys_over_the_screen(looks_the_same: LooksTheSame) -> None:
    assert looks_the_same("question_mark", shown=["esc closes"])


def test_the_walk_says_which_failure_this_is_and_what_to_do(looks_the_same: LooksTheSame) -> None:
    assert looks_the_same("i", shown=["triage 1/4", *FAILING])


def test_a_resource_is_compared_with_that_of_another_test(looks_the_same: LooksTheSame) -> None:
    assert looks_the_same("3", "D", shown=["compared with", "Compare with"])


def test_all_failures_are_listed_over_the_screen(looks_the_same: LooksTheSame) -> None:
    assert looks_the_same("I", size=(100, 30), shown=["All failures", "got an alert"])
