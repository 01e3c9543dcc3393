from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.model import Policy
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.select import (
    Choice,
    choose,
    keep_exact_names,
    keep_failed,
    keep_names,
    keep_policies,
    lines_of,
)
from panther_engine.reading.selection.targets import SelectionError, locate, parse_place, resolve

KEYS = """\
AnalysisType: policy
Enabled: true
Filename: {name}.py
PolicyID: {id}
"""

BUCKET_SPEC = """\
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

USER_SPEC = """\
Severity: High
Tests:
  - {Name: No MFA, ExpectedResult: false, Resource: {}}
  - {Name: MFA, ExpectedResult: true, Resource: {MFA: true}}
"""

BODY = "def policy(resource):\n    return bool(resource)\n"

BUCKET = "policies/s3/bucket.yml"
USER = "policies/iam/user.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A bucket's policy, a user's that imports a broken global, a torn spec and a stranger."""
    texts = {
        BUCKET: KEYS.format(name="bucket", id="Bucket") + BUCKET_SPEC,
        "policies/s3/bucket.py": BODY,
        USER: KEYS.format(name="user", id="User") + USER_SPEC,
        "policies/iam/user.py": f"import base\n\n\n{BODY}",
        "global_helpers/base.yml": "AnalysisType: global\nGlobalID: base\nFilename: base.py\n",
        "global_helpers/base.py": "def (:\n",
        "global_helpers/lone.yml": "AnalysisType: global\nGlobalID: lone\nFilename: lone.py\n",
        "global_helpers/lone.py": "",
        "policies/s3/torn.yml": "AnalysisType: global\nTags: [a, b\n",
        "odd/notes.yml": "",
        ".git/HEAD": "",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def loaded(root: Path, *texts: str, here: Path | None = None) -> tuple[Choice, Repository]:
    selection = resolve(texts, here or root, lambda root: ".")
    repository = load_repository(selection.root, selection.scopes)
    return choose(selection, repository), repository


def chosen(root: Path, *texts: str, here: Path | None = None) -> Choice:
    return loaded(root, *texts, here=here)[0]


def names(choice: Choice) -> dict[str, list[str]]:
    return {policy.id: [test.name for test in policy.tests] for policy in choice.policies.values()}


BOTH = ["Anyone may read", "Private"]


def test_no_path_means_where_one_stands(root: Path) -> None:
    assert set(names(chosen(root))) == {"User", "Bucket"}
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
        (5, BOTH),
        (6, ["Anyone may read"]),
        (10, ["Anyone may read"]),
        (11, ["Anyone may read"]),
        (12, ["Private"]),
        (14, ["Private"]),
        (15, BOTH),
        (16, BOTH),
    ],
)
def test_a_line_means_the_test_that_holds_it_or_else_all(
    root: Path, line: int, tests: list[str]
) -> None:
    assert names(chosen(root, f"policies/s3/bucket.yml:{line}")) == {"Bucket": tests}


@pytest.mark.parametrize("line", [0, 17, 99])
def test_a_line_that_the_file_has_not_is_an_error(root: Path, line: int) -> None:
    for path, lines in ((BUCKET, 15), ("policies/s3/bucket.py", 2)):
        text = f"{path}:{line}"
        with pytest.raises(SelectionError, match=f"there is no line {line}, the file has {lines} "):
            chosen(root, text)
        with pytest.raises(SelectionError, match=f"there is no line {line}"):
            locate(text, root, ["test"])


def test_a_column_after_the_line_is_let_pass(root: Path) -> None:
    assert names(chosen(root, "policies/s3/bucket.yml:6:17")) == {"Bucket": ["Anyone may read"]}


def test_several_paths_add_up(root: Path) -> None:
    spec = BUCKET
    assert names(chosen(root, f"{spec}:6", f"{spec}:12")) == {"Bucket": BOTH}
    assert names(chosen(root, f"{spec}:6", spec)) == {"Bucket": BOTH}
    assert names(chosen(root, f"{spec}:6", "policies/iam")) == {
        "User": ["No MFA", "MFA"],
        "Bucket": ["Anyone may read"],
    }


def test_the_runner_hears_of_lines_only_where_tests_were_left_out(root: Path) -> None:
    choice, repository = loaded(root, f"{BUCKET}:6", "policies/iam")
    assert lines_of(choice, repository) == {BUCKET: frozenset({6})}


def test_findings_are_those_of_what_was_asked_for(root: Path) -> None:
    def paths(*texts: str) -> list[str]:
        return [found.path for found in chosen(root, *texts).diagnostics]

    assert paths(BUCKET) == []
    assert paths(USER) == ["global_helpers/base.py"]
    assert paths("policies/s3/torn.yml") == ["policies/s3/torn.yml"]
    assert set(paths("policies")) == {"policies/s3/torn.yml", "global_helpers/base.py"}


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


def noted(choice: Choice) -> list[str]:
    return [note.message for note in choice.notes]


def test_files_that_are_no_policies_are_passed_over_and_told(root: Path) -> None:
    (root / "README.md").write_text("")
    (root / "policies/s3/orphan.py").write_text("")
    choice = chosen(root, "README.md", BUCKET, "odd/notes.yml", "policies/s3/orphan.py")
    assert names(choice) == {"Bucket": BOTH}
    assert noted(choice) == [
        "3 files are no policies: README.md, odd/notes.yml, policies/s3/orphan.py"
    ]


def test_a_spec_or_body_of_another_detection_is_told_by_its_kind(root: Path) -> None:
    (root / "rules").mkdir()
    for name in ("one", "two"):
        text = f"AnalysisType: rule\nRuleID: {name}\nFilename: {name}.py\n"
        (root / f"rules/{name}.yml").write_text(text)
        (root / f"rules/{name}.py").write_text("")
    assert noted(chosen(root, "rules/one.py", BUCKET)) == [
        "rules/one.py: a rule: only policies are tested"
    ]
    assert noted(chosen(root, "rules/one.py", "rules/two.yml", BUCKET)) == [
        "rules/one.py, rules/two.yml: rules: only policies are tested"
    ]
    with pytest.raises(SelectionError, match=r"rules/one\.py: a rule: only policies are tested"):
        chosen(root, "rules/one.py")


def test_a_global_that_no_policy_uses_is_told_beside_policies(root: Path) -> None:
    choice = chosen(root, "global_helpers/lone.py", BUCKET)
    assert noted(choice) == ["global_helpers/lone.py: a global that no policy uses"]


def test_only_strangers_are_nothing_to_test(root: Path) -> None:
    (root / "README.md").write_text("")
    with pytest.raises(SelectionError, match=r"README\.md is neither a policy's spec nor"):
        chosen(root, "README.md")
    with pytest.raises(SelectionError, match="none of the files belongs to a policy"):
        chosen(root, "policies/s3/../../odd/notes.yml", "odd/notes.yml")


def test_a_folder_deep_in_another_finds_the_helpers_above_it(root: Path) -> None:
    """As a file in it does; at the root and beside the folder PAT looks as well."""
    helpers = root / "team/global_helpers"
    helpers.mkdir(parents=True)
    text = "AnalysisType: global\nGlobalID: words\nFilename: words.py\n"
    (helpers / "words.yml").write_text(text)
    (helpers / "words.py").write_text("")
    folder = root / "team/my_policies/one"
    folder.mkdir(parents=True)
    (folder / "one.yml").write_text(KEYS.format(name="one", id="One") + USER_SPEC)
    (folder / "one.py").write_text(BODY)
    _, repository = loaded(root, "team/my_policies/one")
    assert set(repository.globals) == {"base", "lone", "words"}
    assert names(chosen(root, "team/my_policies/one")) == {"One": ["No MFA", "MFA"]}


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
    assert names(keep_failed(chosen(root), {USER: ("MFA",)})) == {"User": ["MFA"]}
    assert names(keep_failed(chosen(root), {})) == {}


def test_what_was_invalid_or_has_other_tests_now_is_chosen_whole(root: Path) -> None:
    both = {"User": ["No MFA", "MFA"]}
    assert names(keep_failed(chosen(root), {USER: ()})) == both
    assert names(keep_failed(chosen(root), {USER: ("Renamed",)})) == both


def test_an_invalid_policy_without_readable_tests_is_still_among_the_failed(root: Path) -> None:
    choice = chosen(root, "policies/iam")
    bare = replace(choice, policies={USER: replace(choice.policies[USER], tests=())})
    assert list(keep_failed(bare, {USER: ()}).policies) == [USER]


def test_a_global_that_nothing_uses_affects_nothing(root: Path) -> None:
    assert names(chosen(root, "global_helpers/lone.py")) == {}


def test_policies_can_be_kept_by_what_they_are(root: Path) -> None:
    def is_user(policy: Policy) -> bool:
        return policy.id == "User"

    assert list(names(keep_policies(chosen(root), is_user))) == ["User"]
