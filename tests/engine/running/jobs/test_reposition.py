"""Lines in results follow a file that changed in nothing but its looks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.headless.run import run_headless
from panther_engine.model import PolicyResult
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.report import RunOptions
from panther_engine.running.jobs.reposition import reposition
from tests.engine.reading.repository.checkout import Checkout

BODY = """import one

def policy(resource):
    return one.help(resource)
"""
HELPER = """def help(resource):
    value = resource["Missing"]
    return value
"""

Edit = Callable[[str], str]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path)
    checkout.policy("a", body=BODY)
    checkout.helper("one", HELPER)
    return checkout


def run(repository: Repository) -> PolicyResult:
    options = RunOptions(python=sys.executable)
    report = run_headless(repository, tuple(repository.policies), options, lambda event: None)
    ((_, result),) = report.policies
    return result


def timeless(result: PolicyResult) -> PolicyResult:
    results = tuple(replace(test, duration_ms=0.0) for test in result.results)
    return replace(result, duration_ms=0.0, generation=0, results=results)


def move(checkout: Checkout, path: str, edit: Edit) -> tuple[PolicyResult | None, PolicyResult]:
    """The result after the edit, without a run and with one."""
    old = load_repository(checkout.root)
    result = run(old)
    checkout.write(path, edit(checkout.read(path)))
    new = load_repository(checkout.root)
    return reposition(result, old, new), run(new)


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        pytest.param("policies/a.py", lambda text: "# a comment\n\n" + text, id="in body"),
        pytest.param("global_helpers/one.py", lambda text: "# why\n" + text, id="in global"),
        pytest.param(
            "global_helpers/one.py",
            lambda text: text.replace('resource["Missing"]', 'resource["Missing"]  # gone?'),
            id="in the line that failed",
        ),
        pytest.param("policies/a.yml", lambda text: "# a comment\n" + text, id="in spec"),
    ],
)
def test_a_result_without_a_run_is_the_one_that_a_run_would_give(
    checkout: Checkout, path: str, edit: Edit
) -> None:
    moved, ran = move(checkout, path, edit)
    assert moved is not None
    assert timeless(moved) == timeless(ran)


def test_a_file_that_means_something_else_leaves_lines_that_only_a_run_can_tell(
    checkout: Checkout,
) -> None:
    moved, _ = move(checkout, "global_helpers/one.py", lambda text: "import json\n" + text)
    assert moved is None


def test_a_line_that_was_split_in_two_needs_a_run(checkout: Checkout) -> None:
    def split(text: str) -> str:
        return text.replace(
            'value = resource["Missing"]', 'value = (\n        resource["Missing"])'
        )

    moved, _ = move(checkout, "global_helpers/one.py", split)
    assert moved is None


def test_a_policy_that_prints_a_traceback_needs_a_run(checkout: Checkout) -> None:
    body = (
        "import traceback\ndef policy(resource):\n"
        "    traceback.print_stack()\n    return bool(resource)\n"
    )
    checkout.write("policies/a.py", body)
    moved, _ = move(checkout, "policies/a.py", lambda text: "# a comment\n" + text)
    assert moved is None


def test_a_broken_import_stays_at_its_line(checkout: Checkout) -> None:
    checkout.write("policies/a.py", "import nowhere_to_be_found\n" + BODY)
    moved, ran = move(checkout, "policies/a.py", lambda text: "# a comment\n" + text)
    assert moved is None or timeless(moved) == timeless(ran)
