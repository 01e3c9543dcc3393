"""Annotations name files as the pull request does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.model import Diagnostic, Failure, Level, Outcome, Verdict
from panther_engine.model import TestResult as Result
from panther_engine.report.github import render_findings_github, render_github
from panther_engine.report.workspace import Workspace, find_workspace
from panther_engine.running.jobs.report import RunReport
from tests.engine.report.sample import FINE, FINE_RESULT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository that is a folder of a larger checkout."""
    root = tmp_path / "work" / "checkout" / "panther"
    root.mkdir(parents=True)
    (root.parent / ".git").mkdir()
    return root


def test_paths_are_told_from_the_root_of_git(root: Path) -> None:
    workspace = find_workspace(str(root), {})
    assert workspace.path_of("policies/a.yml") == "panther/policies/a.yml"


def test_a_worktree_or_submodule_has_a_file_for_a_git_directory(root: Path) -> None:
    (root.parent / ".git").rmdir()
    (root.parent / ".git").write_text("gitdir: /elsewhere\n")
    assert find_workspace(str(root), {}).path_of("a.yml") == "panther/a.yml"


def test_githubs_workspace_comes_before_git_if_it_holds_the_repository(root: Path) -> None:
    held = {"GITHUB_WORKSPACE": str(root.parent.parent)}
    assert find_workspace(str(root), held).path_of("a.yml") == "checkout/panther/a.yml"
    (root / "deeper").mkdir()
    for other in (str(root / "deeper"), "/no/such/place", "", "relative"):
        elsewhere = {"GITHUB_WORKSPACE": other}
        assert find_workspace(str(root), elsewhere).path_of("a.yml") == "panther/a.yml"


def test_a_workspace_behind_a_link_holds_what_the_link_leads_to(root: Path) -> None:
    link = root.parent.parent.parent / "link"
    link.symlink_to(root.parent)
    workspace = find_workspace(str(root), {"GITHUB_WORKSPACE": str(link)})
    assert workspace.path_of("a.yml") == "panther/a.yml"


def test_without_git_paths_are_told_from_our_own_root(tmp_path: Path) -> None:
    assert find_workspace(str(tmp_path), {}).path_of("policies/a.yml") == "policies/a.yml"


def test_what_lies_outside_has_no_path_there(root: Path) -> None:
    workspace = find_workspace(str(root), {})
    assert workspace.path_of("/usr/lib/json.py") is None
    assert workspace.path_of(str(root.parent / "shared/x.py")) == "shared/x.py"
    assert workspace.path_of("../shared/x.py") == "shared/x.py"


def report_of(error: Failure, root: str) -> RunReport:
    failed = Result("t", 4, True, Verdict.ERROR, Outcome.ERRORED, 1.0, error=error)
    result = replace(FINE_RESULT, results=(failed,))
    return RunReport(root, "py", 1, ((FINE, result),), (), 0.1)


def test_a_test_that_raised_is_marked_at_the_line_of_the_pull_request() -> None:
    raised = Failure("TypeError", "no", "policies/fine.py", 3)
    told = render_github(report_of(raised, "/git/panther"), Workspace("/git/panther", "/git"))
    assert told.startswith("::error file=panther/policies/fine.py,line=3,")
    assert told.endswith("%0Atest at panther/policies/fine.yml:4\n")


def test_a_test_that_raised_in_a_file_of_another_place_is_marked_where_it_stands() -> None:
    raised = Failure("TypeError", "no", "/usr/lib/json.py", 3)
    told = render_github(report_of(raised, "/git/panther"), Workspace("/git/panther", "/git"))
    assert told.startswith("::error file=panther/policies/fine.yml,line=4,")
    assert told.endswith("%0Araised at /usr/lib/json.py:3\n")


def test_a_finding_in_a_file_of_another_place_marks_none_and_names_it() -> None:
    found = Diagnostic("/home/me/settings.toml", 2, 0, Level.WARNING, "c", "m")
    told = render_findings_github([found], Workspace("/git/panther", "/git"))
    assert told == "::warning title=c::/home/me/settings.toml:2:1: m\n"
