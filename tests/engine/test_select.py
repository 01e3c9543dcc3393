from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from panther_tui.engine.model import Diagnostic, Global, Level, Policy, TestCase
from panther_tui.engine.report.frame import source_reader
from panther_tui.engine.select import (
    Choice,
    SelectionError,
    choose,
    keep_exact_names,
    keep_failed,
    keep_names,
    lines_of,
    locate,
    parse_place,
    resolve,
)

BUCKET_SPEC = """\
AnalysisType: policy
PolicyID: Bucket
Tests:
  - Name: Anyone may read
    ExpectedResult: false
    Resource:
      Grants:
        - Everyone
  # the other case
  - Name: Private
    ExpectedResult: true
    Resource: {}
Severity: High
"""


@dataclass
class FakeRepository:
    policies: Mapping[str, Policy]
    globals: Mapping[str, Global]
    diagnostics: tuple[Diagnostic, ...] = ()
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def finding(path: str) -> Diagnostic:
    return Diagnostic(path, 1, 0, Level.ERROR, "c", "m")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("policies/s3", "policies/iam", "global_helpers", ".git", "odd"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "policies/s3/bucket.yml").write_text(BUCKET_SPEC)
    for name in (
        "policies/s3/bucket.py",
        "policies/iam/user.yml",
        "policies/iam/user.py",
        "global_helpers/base.yml",
        "global_helpers/base.py",
        "policies/s3/torn.yml",
        "odd/notes.yml",
    ):
        (tmp_path / name).write_text("")
    return tmp_path


BUCKET = Policy(
    "policies/s3/bucket.yml",
    "policies/s3/bucket.py",
    "Bucket",
    tests=(
        TestCase("Anyone may read", 4, False, {}),
        TestCase("Private", 10, True, {}),
    ),
)
USER = Policy(
    "policies/iam/user.yml",
    "policies/iam/user.py",
    "User",
    tests=(TestCase("No MFA", 9, False, {}), TestCase("MFA", 12, True, {})),
)
BASE = Global("base", "global_helpers/base.yml", "global_helpers/base.py")
REPOSITORY = FakeRepository(
    {USER.spec: USER, BUCKET.spec: BUCKET},
    {"base": BASE},
    (finding("policies/s3/torn.yml"), finding("global_helpers/base.py")),
    {USER.spec: ("base",)},
)


def chosen(root: Path, *texts: str, here: Path | None = None) -> Choice:
    return choose(
        resolve(texts, here or root, lambda root: "."),
        REPOSITORY,
        lambda spec: REPOSITORY.uses.get(spec, ()),
        source_reader(str(root)),
    )


def names(choice: Choice) -> dict[str, list[str]]:
    return {policy.id: [test.name for test in policy.tests] for policy in choice.policies.values()}


BOTH = ["Anyone may read", "Private"]


def test_no_path_means_where_one_stands(root: Path) -> None:
    assert list(names(chosen(root))) == ["User", "Bucket"]
    assert names(chosen(root, here=root / "policies/s3")) == {"Bucket": BOTH}


def test_where_one_stands_at_the_root_pats_settings_say_what_is_meant(root: Path) -> None:
    assert resolve((), root, lambda _: "policies").scopes == ("policies",)
    assert resolve(("."), root, lambda _: "policies").scopes == (".",)
    with pytest.raises(SelectionError, match="asks for the path gone, which is no directory"):
        resolve((), root, lambda _: "gone")


def test_a_directory_is_its_own_scope(root: Path) -> None:
    selection = resolve(("policies/s3", "policies/iam/"), root, lambda _: ".")
    assert selection.scopes == ("policies/s3", "policies/iam")
    assert selection.root == root
    assert list(names(chosen(root, "policies/s3"))) == ["Bucket"]


def test_a_spec_and_a_body_mean_their_policy(root: Path) -> None:
    assert names(chosen(root, "policies/s3/bucket.yml")) == {"Bucket": BOTH}
    assert names(chosen(root, "policies/s3/bucket.py")) == {"Bucket": BOTH}
    assert names(chosen(root, "policies/s3/bucket.py:3")) == {"Bucket": BOTH}


def test_a_file_is_looked_for_everywhere_and_in_its_own_directory(root: Path) -> None:
    assert resolve(("odd/notes.yml",), root, lambda _: ".").scopes == (".", "odd")


@pytest.mark.parametrize("path", ["base.py", "base.yml", "base.py:2", "."])
def test_a_global_means_the_policies_that_it_affects(root: Path, path: str) -> None:
    assert list(names(chosen(root, f"global_helpers/{path}"))) == ["User"]
    assert resolve((f"global_helpers/{path}",), root, lambda _: ".").scopes[0] == "."


@pytest.mark.parametrize(
    ("line", "tests"),
    [
        (1, BOTH),
        (3, BOTH),
        (4, ["Anyone may read"]),
        (8, ["Anyone may read"]),
        (9, ["Anyone may read"]),
        (10, ["Private"]),
        (12, ["Private"]),
        (13, BOTH),
        (99, BOTH),
    ],
)
def test_a_line_means_the_test_that_holds_it_or_else_all(
    root: Path, line: int, tests: list[str]
) -> None:
    assert names(chosen(root, f"policies/s3/bucket.yml:{line}")) == {"Bucket": tests}


def test_a_column_after_the_line_is_let_pass(root: Path) -> None:
    assert names(chosen(root, "policies/s3/bucket.yml:4:17")) == {"Bucket": ["Anyone may read"]}


def test_several_paths_add_up(root: Path) -> None:
    spec = "policies/s3/bucket.yml"
    assert names(chosen(root, f"{spec}:4", f"{spec}:10")) == {"Bucket": BOTH}
    assert names(chosen(root, f"{spec}:4", spec)) == {"Bucket": BOTH}
    assert names(chosen(root, f"{spec}:4", "policies/iam")) == {
        "User": ["No MFA", "MFA"],
        "Bucket": ["Anyone may read"],
    }


def test_the_runner_hears_of_lines_only_where_tests_were_left_out(root: Path) -> None:
    choice = chosen(root, "policies/s3/bucket.yml:4", "policies/iam")
    assert lines_of(choice, REPOSITORY) == {BUCKET.spec: frozenset({4})}


def test_findings_are_those_of_what_was_asked_for(root: Path) -> None:
    def paths(*texts: str) -> list[str]:
        return [found.path for found in chosen(root, *texts).diagnostics]

    assert paths("policies/s3/bucket.yml") == []
    assert paths("policies/iam/user.yml") == ["global_helpers/base.py"]
    assert paths("policies/s3/torn.yml") == ["policies/s3/torn.yml"]
    assert len(paths("policies")) == len(paths()) == 2


def test_a_broken_spec_is_no_policy_and_yet_something_to_report(root: Path) -> None:
    assert names(chosen(root, "policies/s3/torn.yml")) == {}


def test_a_path_that_is_not_there_is_told_with_the_nearest(root: Path) -> None:
    with pytest.raises(
        SelectionError,
        match=r"^policies/s3/bukcet.yml: there is no such file .*"
        r"nearest: bucket.yml",
    ):
        chosen(root, "policies/s3/bukcet.yml")
    with pytest.raises(SelectionError, match="nearest: policies"):
        chosen(root, "polices/s3/bucket.yml:3")


def test_a_policys_id_is_not_a_path_but_nearly_an_answer(root: Path) -> None:
    with pytest.raises(SelectionError, match=r"--filter PolicyID=AWS\.S3\.Bucket"):
        chosen(root, "AWS.S3.Bucket")


def test_a_path_outside_of_the_repository_is_refused(root: Path) -> None:
    with pytest.raises(SelectionError, match="lies outside of the repository"):
        chosen(root, "policies", str(root.parent))
    (root / "odd/.git").mkdir()
    with pytest.raises(SelectionError, match="lies in another repository"):
        chosen(root, "policies", "odd/notes.yml")


def test_a_file_that_is_no_part_of_a_policy_is_told_with_the_nearest(root: Path) -> None:
    (root / "policies/s3/bucket.yaml").write_text("")
    with pytest.raises(SelectionError, match=r"neither .* nor a global; nearest: .*bucket.yml"):
        chosen(root, "policies/s3/bucket.yaml")


def test_a_directory_has_no_lines(root: Path) -> None:
    with pytest.raises(SelectionError, match="a directory has no line 3"):
        chosen(root, "policies:3")


def test_a_drive_letter_is_not_taken_for_a_path_with_a_line(tmp_path: Path) -> None:
    assert parse_place("C:12", tmp_path).line is None
    place = parse_place(r"C:\work\policies\a.yml:12", tmp_path)
    assert (place.line, str(place.path).endswith("a.yml")) == (12, True)
    assert parse_place(r"C:\work\policies\a.yml", tmp_path).line is None


def test_a_file_whose_name_ends_like_a_line_is_itself(tmp_path: Path) -> None:
    (tmp_path / "a.yml:12").write_text("")
    assert parse_place("a.yml:12", tmp_path).line is None


def test_the_app_is_told_of_a_mistyped_command(root: Path) -> None:
    assert locate("policies/s3/bucket.yml:4", root, ["test"]).line == 4
    with pytest.raises(SelectionError, match="did you mean the command `test`"):
        locate("tets", root, ["test", "check"])


def test_names_are_matched_in_part_and_whatever_their_case(root: Path) -> None:
    assert names(keep_names(chosen(root), ["mfa"])) == {"User": ["No MFA", "MFA"]}
    assert names(keep_names(chosen(root), ["no mfa", "priv"])) == {
        "User": ["No MFA"],
        "Bucket": ["Private"],
    }
    assert names(keep_names(chosen(root), [])) == names(chosen(root))


def test_a_name_that_no_test_has_is_told_with_the_nearest(root: Path) -> None:
    with pytest.raises(SelectionError, match='no test\'s name holds "Privat3"; nearest: Private'):
        keep_names(chosen(root), ["Privat3"])


def test_pats_own_names_are_exact(root: Path) -> None:
    assert names(keep_exact_names(chosen(root), ["MFA"])) == {"User": ["MFA"]}


def test_what_failed_last_time_is_chosen_by_spec_and_name(root: Path) -> None:
    assert names(keep_failed(chosen(root), {USER.spec: ("MFA",)})) == {"User": ["MFA"]}
    assert names(keep_failed(chosen(root), {})) == {}


def test_what_was_invalid_or_has_other_tests_now_is_chosen_whole(root: Path) -> None:
    both = {"User": ["No MFA", "MFA"]}
    assert names(keep_failed(chosen(root), {USER.spec: ()})) == both
    assert names(keep_failed(chosen(root), {USER.spec: ("Renamed",)})) == both


def test_an_invalid_policy_without_readable_tests_is_still_among_the_failed(root: Path) -> None:
    choice = chosen(root, "policies/iam")
    bare = replace(choice, policies={USER.spec: replace(USER, tests=())})
    assert list(keep_failed(bare, {USER.spec: ()}).policies) == [USER.spec]
