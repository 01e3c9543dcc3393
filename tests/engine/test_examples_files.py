"""The examples as files: what anyone may rely on before an engine has run them."""

import ast
import io
import json
import sys
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
TRIAGE = EXAMPLES / "triage"
FIXES = ROOT / "tests" / "repos" / "triage_fixes.json"

KINDS = {
    "wrong_verdict",
    "null_field",
    "returned_none",
    "broken_import",
    "syntax_error",
    "unknown_key",
    "misspelt_function",
    "mutated_resource",
    "endless_loop",
    "sys_exit",
}


class Fix(TypedDict):
    kind: str
    policy_id: str
    file: str
    old: str
    new: str


class Case(TypedDict):
    Name: str
    ExpectedResult: bool
    Resource: dict[str, object]


class Spec(TypedDict, total=False):
    AnalysisType: str
    Filename: str
    GlobalID: str
    PolicyID: str
    ResourceTypes: list[str]
    Tests: list[Case]


@cache
def load(path: Path) -> Spec:
    text = path.read_text(encoding="utf-8")
    spec: Spec = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return spec


def specs(repository: Path) -> dict[Path, Spec]:
    """The specs of one repository; those of the triage are not part of the examples."""
    found = [
        path
        for folder in ("policies", "global_helpers")
        for path in sorted((repository / folder).rglob("*"))
        if path.suffix in (".yml", ".json")
    ]
    return {path: load(path) for path in found}


def policies(repository: Path) -> dict[Path, Spec]:
    return {path: spec for path, spec in specs(repository).items() if "PolicyID" in spec}


def bodies(repository: Path) -> list[Path]:
    return [path.parent / spec["Filename"] for path, spec in specs(repository).items()]


def fixes() -> list[Fix]:
    loaded: list[Fix] = json.loads(FIXES.read_text(encoding="utf-8"))
    return loaded


def fixed(fix: Fix) -> str:
    text = (TRIAGE / fix["file"]).read_text(encoding="utf-8")
    return text.replace(fix["old"], fix["new"], 1)


def imported(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_examples_are_as_many_and_as_various_as_promised() -> None:
    found = policies(EXAMPLES)
    types = {name for spec in found.values() for name in spec["ResourceTypes"]}
    assert len(found) == 13
    assert len(types) == 12
    assert [path.suffix for path in found].count(".json") == 1
    assert len(specs(EXAMPLES)) - len(found) == 2
    assert len(policies(TRIAGE)) == 15
    assert sum(len(spec["Tests"]) for spec in policies(TRIAGE).values()) == 60


@pytest.mark.parametrize("repository", [EXAMPLES, TRIAGE], ids=["examples", "triage"])
def test_every_spec_has_its_body_beside_it_and_no_body_is_left_over(repository: Path) -> None:
    found = bodies(repository)
    assert all(path.is_file() for path in found)
    on_disk = {
        path
        for folder in ("policies", "global_helpers")
        for path in (repository / folder).rglob("*.py")
    }
    assert set(found) == on_disk


@pytest.mark.parametrize("repository", [EXAMPLES, TRIAGE], ids=["examples", "triage"])
def test_every_policy_is_tested_for_both_verdicts_under_distinct_names(repository: Path) -> None:
    for path, spec in policies(repository).items():
        assert {case["ExpectedResult"] for case in spec["Tests"]} == {True, False}, path.name
        names = [case["Name"] for case in spec["Tests"]]
        assert len(set(names)) == len(names), path.name


@pytest.mark.parametrize("repository", [EXAMPLES, TRIAGE], ids=["examples", "triage"])
def test_a_resource_that_names_its_type_names_one_of_the_policy(repository: Path) -> None:
    for path, spec in policies(repository).items():
        # One spec of the triage misspells the key; that is its riddle.
        types = spec.get("ResourceTypes")
        for case in spec["Tests"]:
            if types is not None:
                assert case["Resource"]["ResourceType"] in types, (path.name, case["Name"])


def test_ids_and_body_names_are_unique_across_both_repositories() -> None:
    every = [*specs(EXAMPLES).values(), *specs(TRIAGE).values()]
    ids = Counter(spec.get("PolicyID") or spec["GlobalID"] for spec in every)
    names = Counter(spec["Filename"] for spec in every)
    assert [name for name, count in (ids + names).items() if count > 1] == []


def test_the_examples_import_only_the_standard_library_and_their_globals() -> None:
    known = set(sys.stdlib_module_names)
    known |= {spec["GlobalID"] for spec in specs(EXAMPLES).values() if "GlobalID" in spec}
    for path in bodies(EXAMPLES):
        assert imported(path.read_text(encoding="utf-8")) <= known, path.name


def test_the_readme_names_every_example() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in policies(EXAMPLES) if f"`{path.stem}`" not in readme] == []


def test_there_is_exactly_one_fix_for_each_kind_of_failure() -> None:
    assert sorted(fix["kind"] for fix in fixes()) == sorted(KINDS)
    assert len({fix["policy_id"] for fix in fixes()}) == len(KINDS)


@pytest.mark.parametrize("fix", fixes(), ids=lambda fix: fix["kind"])
def test_a_fix_replaces_one_place_of_at_most_three_lines(fix: Fix) -> None:
    text = (TRIAGE / fix["file"]).read_text(encoding="utf-8")
    assert text.count(fix["old"]) == 1
    assert fix["old"] != fix["new"]
    assert len(fix["old"].splitlines()) <= 3
    assert len(fix["new"].splitlines()) <= 3


@pytest.mark.parametrize("fix", fixes(), ids=lambda fix: fix["kind"])
def test_a_fix_belongs_to_the_policy_it_names(fix: Fix) -> None:
    owners = [
        spec["PolicyID"]
        for path, spec in policies(TRIAGE).items()
        if TRIAGE / fix["file"] in (path, path.parent / spec["Filename"])
    ]
    assert owners == [fix["policy_id"]]


def test_only_the_body_with_the_syntax_error_fails_to_compile() -> None:
    broken = {TRIAGE / fix["file"] for fix in fixes() if fix["kind"] == "syntax_error"}
    for path in [*bodies(EXAMPLES), *bodies(TRIAGE)]:
        source = path.read_text(encoding="utf-8")
        if path in broken:
            with pytest.raises(SyntaxError):
                ast.parse(source)
        else:
            ast.parse(source)


def test_every_body_compiles_and_imports_what_exists_once_fixed() -> None:
    known = set(sys.stdlib_module_names)
    known |= {spec["GlobalID"] for spec in specs(TRIAGE).values() if "GlobalID" in spec}
    for fix in fixes():
        if fix["file"].endswith(".py"):
            assert imported(fixed(fix)) <= known, fix["kind"]


def test_no_body_of_the_triage_gives_itself_away_in_a_comment() -> None:
    repaired = {TRIAGE / fix["file"]: fixed(fix) for fix in fixes()}
    for path in bodies(TRIAGE):
        source = repaired.get(path) or path.read_text(encoding="utf-8")
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        assert [token.string for token in tokens if token.type == tokenize.COMMENT] == [], path.name


@pytest.mark.parametrize("repository", [EXAMPLES, TRIAGE], ids=["examples", "triage"])
def test_each_repository_marks_its_own_root(repository: Path) -> None:
    settings = yaml.safe_load((repository / ".panther_settings.yml").read_text(encoding="utf-8"))
    assert settings["path"] == "policies"


def test_the_inventory_is_what_its_script_makes() -> None:
    from scripts.make_inventory import resources

    made = "".join(f"{json.dumps(one)}\n" for one in resources())
    assert (EXAMPLES / "inventory" / "resources.jsonl").read_text("utf-8") == made
