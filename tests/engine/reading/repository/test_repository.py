from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.events import entry_of
from panther_engine.model import Level, Policy
from panther_engine.reading.repository import sources
from panther_engine.reading.repository.load import Change, load_repository, rescan
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.repository import Repository, facts_of
from tests.engine.reading.repository.checkout import GOOD_BODY, Checkout, spec_text


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def load(checkout: Checkout, *scopes: str) -> Repository:
    return load_repository(checkout.root, scopes or (".",))


def changed(repository: Repository, *paths: str) -> Change:
    change = rescan(repository, paths or None)
    assert change is not None
    return change


def codes(repository: Repository) -> list[str]:
    return [found.code for found in repository.diagnostics]


def test_policies_globals_and_others_are_told_apart(checkout: Checkout) -> None:
    checkout.policy("good")
    checkout.helper("helping")
    checkout.write("rules/r.yml", "AnalysisType: rule\nRuleID: A.Rule\n")
    checkout.write("policies/notes.yml", "just: notes\n")
    repository = load(checkout)
    assert list(repository.policies) == ["policies/good.yml"]
    assert repository.policies["policies/good.yml"].diagnostics == ()
    assert repository.globals["helping"].body == "global_helpers/helping.py"
    assert repository.others["rules/r.yml"].id == "A.Rule"
    assert repository.diagnostics == ()
    assert repository.files["policies/good.py"].content == GOOD_BODY.encode()
    assert repository.generation == 1


def test_what_is_wrong_with_a_body_is_among_its_policys_diagnostics(checkout: Checkout) -> None:
    spec = checkout.policy("bad", body="def polcy(resource):\n    return True\n")
    (found,) = load(checkout).policies[spec].diagnostics
    assert found.path == "policies/bad.py"
    assert found.severity is Level.ERROR


def test_a_broken_global_is_told_once_at_its_place(checkout: Checkout) -> None:
    helper = checkout.helper("helping", "def broken(:\n")
    for name in ("a", "b"):
        checkout.policy(name, body="import helping\n" + GOOD_BODY)
    repository = load(checkout)
    assert [(found.path, found.line) for found in repository.diagnostics] == [(helper, 1)]
    assert not any(policy.invalid for policy in repository.policies.values())


def test_a_root_that_is_an_environment_is_watched_all_the_same(checkout: Checkout) -> None:
    checkout.write("pyvenv.cfg", "home = /usr")
    checkout.write("a.yml", spec_text("a"))
    checkout.write("a.py", GOOD_BODY)
    repository = load(checkout)
    assert list(repository.policies) == ["a.yml"]
    assert "." in repository.directories


def test_a_file_that_went_before_anybody_heard_of_it_makes_its_reader_run(
    checkout: Checkout,
) -> None:
    spec = checkout.policy("a")
    listed = checkout.root / "data" / "list.txt"
    checkout.write("data/list.txt", "words")
    repository = load(checkout)
    listed.unlink()  # after the run read it, and before its end told that it did
    change = rescan(repository, [], {spec: frozenset({"data/list.txt"})})
    assert change is not None
    assert change.affected == {spec: "because data/list.txt changed"}


def test_so_does_one_whose_directory_went_or_was_replaced(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    learned = {spec: frozenset({"data/list.txt"})}
    checkout.write("data/list.txt", "words")
    checkout.write("other/list.txt", "other words")
    repository = load(checkout)
    shutil.rmtree(checkout.root / "data")
    gone = rescan(repository, [], learned)
    assert gone is not None
    assert gone.affected
    (checkout.root / "other").rename(checkout.root / "data")
    replaced = rescan(repository, [], learned)
    assert replaced is not None
    assert replaced.affected


def test_a_file_that_was_not_there_all_the_time_makes_nobody_run(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    quiet = replace(repository, read_at=time.time_ns() + 10**12)
    change = rescan(quiet, [], {spec: frozenset({"data/list.txt"})})
    assert change is None or not change.affected


def test_the_second_policy_of_an_id_is_invalid(checkout: Checkout) -> None:
    checkout.policy("a")
    checkout.write("policies/b.yml", spec_text("a"))
    repository = load(checkout)
    assert not repository.policies["policies/a.yml"].invalid
    assert repository.policies["policies/b.yml"].invalid


def test_a_body_outside_the_folders_that_are_read_is_found_and_watched(
    checkout: Checkout,
) -> None:
    checkout.write("policies/a.yml", spec_text("a", body="../shared/a.py"))
    checkout.write("shared/a.py", GOOD_BODY)
    repository = load(checkout, "policies")
    assert not repository.policies["policies/a.yml"].invalid
    assert "shared" in repository.directories
    checkout.write("shared/a.py", GOOD_BODY + "X = 1\n")
    assert changed(repository, "shared/a.py").affected == {"policies/a.yml": "its body changed"}


def test_files_that_cannot_be_read_are_diagnostics(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.policy("a")
    checkout.policy("b")
    real = os.open

    def refuse(path: str, *rest: int) -> int:
        if str(path).endswith(("a.py", "b.yml")):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *rest)

    monkeypatch.setattr("panther_engine.reading.repository.sources.os.open", refuse)
    repository = load(checkout)
    assert [(one.path, one.code) for one in repository.diagnostics] == [
        ("policies/b.yml", "unreadable")
    ]
    (found,) = repository.policies["policies/a.yml"].diagnostics
    assert (found.path, found.severity) == ("policies/a.py", Level.ERROR)


def test_an_enormous_spec_is_not_read(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST", 10)
    checkout.write("policies/data.json", "[" + "1," * 20 + "1]")
    assert codes(load(checkout)) == ["unreadable"]


def test_settings_of_the_root_are_in_force(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    checkout.write(".panther_settings.yml", f"ignore_files: [{spec}]\nminimum-tests: 2\n")
    repository = load(checkout)
    assert not repository.policies
    of_settings = [one for one in repository.diagnostics if one.path == ".panther_settings.yml"]
    assert [found.severity for found in of_settings] == [Level.WARNING]


def test_facts_are_the_raw_keys_of_a_spec(checkout: Checkout) -> None:
    repository = load_repository(checkout.root, (".",))
    assert facts_of(repository, "policies/none.yml") == {}
    spec = checkout.policy("a")
    assert facts_of(load(checkout), spec)["Severity"] == "High"


def test_nothing_new_is_none(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    assert rescan(repository, None) is None
    assert rescan(repository, [spec]) is None
    assert rescan(repository, []) is None
    checkout.write("policies/notes.txt", "words")
    checkout.write("policies/.a.py.swp", "words")
    os.utime(checkout.root / spec)
    assert rescan(repository, None) is None


def test_a_body_that_changes_affects_its_policy_alone(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    checkout.policy("b")
    repository = load(checkout)
    checkout.write("policies/a.py", "def policy(resource):\n    return False\n")
    change = changed(repository, "policies/a.py")
    assert change.changed == ("policies/a.py",)
    assert change.affected == {spec: "its body changed"}
    assert change.updated == (spec,)
    assert change.removed == ()
    assert change.repository.generation == 2


def test_a_comment_in_a_body_refreshes_its_policy_and_runs_nothing(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    checkout.write("policies/a.py", "# why\n" + GOOD_BODY.replace("    ", "  "))
    change = changed(repository, "policies/a.py")
    assert change.affected == {}
    assert change.updated == (spec,)
    assert change.shifted == (spec,)


def test_words_of_a_spec_refresh_it_and_run_nothing(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    checkout.write(spec, "# moved\n" + spec_text("a", description="other words"))
    change = changed(repository, spec)
    assert change.affected == {}
    assert change.updated == (spec,)
    assert change.repository.policies[spec].tests[0].line == 11


@pytest.mark.parametrize("value", ["1.0", "true", "'1'", "2"])
def test_another_value_or_type_in_a_resource_runs_its_policy(
    checkout: Checkout, value: str
) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    checkout.write(spec, spec_text("a", value=value))
    change = changed(repository, spec)
    assert change.affected == {spec: "its spec changed"}
    assert change.updated == (spec,)


def test_a_new_policy_is_affected_and_a_deleted_one_removed(checkout: Checkout) -> None:
    old = checkout.policy("a")
    repository = load(checkout)
    new = checkout.policy("b", "policies/fresh/deep")
    checkout.remove(old)
    change = changed(repository)
    assert change.affected == {new: "it is new"}
    assert change.removed == (old,)
    assert "policies/fresh/deep" in change.repository.directories


def test_a_body_that_appears_or_goes_runs_its_policy(checkout: Checkout) -> None:
    spec = checkout.write("policies/a.yml", spec_text("a"))
    repository = load(checkout)
    assert repository.policies[spec].invalid
    checkout.write("policies/a.py", GOOD_BODY)
    change = changed(repository, "policies/a.py")
    assert list(change.affected) == [spec]
    assert not change.repository.policies[spec].invalid
    checkout.remove("policies/a.py")
    change = changed(change.repository, "policies/a.py")
    assert list(change.affected) == [spec]
    assert change.repository.policies[spec].invalid


def test_an_id_that_is_free_again_runs_the_policy_that_wanted_it(checkout: Checkout) -> None:
    first = checkout.policy("a")
    second = checkout.policy("b")
    checkout.write(second, spec_text("a", body="b.py"))
    repository = load(checkout)
    assert repository.policies[second].invalid
    checkout.remove(first)
    change = changed(repository, first)
    assert change.affected == {second: "what kept it from running is gone"}
    checkout.write(first, spec_text("a"))
    change = changed(change.repository, first)
    assert change.affected[second] == "something else has its ID"


def test_a_moved_directory_is_other_policies(checkout: Checkout) -> None:
    spec = checkout.policy("a", "policies/old")
    repository = load(checkout)
    os.rename(checkout.root / "policies/old", checkout.root / "policies/new")
    change = changed(repository, "policies/old", "policies/new")
    assert change.removed == (spec,)
    assert change.affected == {"policies/new/a.yml": "it is new"}
    assert "policies/old" not in change.repository.directories


def test_a_deleted_checkout_has_no_policies_and_comes_back(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    shutil.rmtree(checkout.root)
    change = changed(repository)
    assert change.removed == (spec,)
    assert codes(change.repository) == ["no-such-directory"]
    checkout.policy("a")
    assert changed(change.repository).affected == {spec: "it is new"}


def test_a_quick_save_of_the_same_size_is_not_missed(checkout: Checkout) -> None:
    spec = checkout.policy("a", body=GOOD_BODY + "X = 100\n")
    repository = load(checkout)
    place = checkout.root / "policies/a.py"
    for number in range(101, 130):
        stamp = place.stat()
        with place.open("r+b") as file:
            file.write(f"{GOOD_BODY}X = {number}\n".encode())
        os.utime(place, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        change = changed(repository)
        assert change.affected == {spec: "its body changed"}
        repository = change.repository


def test_a_touched_settings_file_is_among_the_changed_only_if_it_differs(
    checkout: Checkout,
) -> None:
    checkout.policy("a")
    checkout.write(".panther_settings.yml", "minimum_tests: 1\n")
    repository = load(checkout)
    os.utime(checkout.root / ".panther_settings.yml")
    assert rescan(repository, [".panther_settings.yml"]) is None
    checkout.write(".panther_settings.yml", "minimum_tests: 2\n")
    change = changed(repository, ".panther_settings.yml")
    assert change.changed == (".panther_settings.yml",)
    assert change.affected == {}


def test_new_settings_are_taken_over(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    change = rescan(repository, None, settings=PatSettings(ignore_files=(spec,)))
    assert change is not None
    assert change.removed == (spec,)


def test_a_new_empty_directory_changes_only_what_is_watched(checkout: Checkout) -> None:
    checkout.policy("a")
    repository = load(checkout)
    (checkout.root / "policies" / "soon").mkdir()
    change = changed(repository, "policies/soon")
    assert (change.changed, change.affected, change.updated) == ((), {}, ())
    assert "policies/soon" in change.repository.directories


def test_a_file_that_a_run_opened_affects_its_policy(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    checkout.policy("b")
    checkout.write("policies/allowed.csv", "one")
    repository = load(checkout)
    learned = {spec: frozenset({"policies/allowed.csv"})}
    first = rescan(repository, [], learned)
    repository = first.repository if first else repository
    checkout.write("policies/allowed.csv", "one\ntwo")
    change = rescan(repository, ["policies/allowed.csv"], learned)
    assert change is not None
    assert change.affected == {spec: "because policies/allowed.csv changed"}
    assert rescan(change.repository, None, learned) is None


def test_a_file_that_was_written_again_may_have_been_read_half_written(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    place = checkout.root / checkout.write("policies/allowed.csv", "one")
    repository = load(checkout)
    learned = {spec: frozenset({"policies/allowed.csv"})}
    first = rescan(repository, [], learned)
    repository = first.repository if first else repository
    place.write_text("one")
    status = place.stat()
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns + 10_000_000))
    for hints in (["policies/allowed.csv"], None):
        change = rescan(repository, hints, learned)
        assert change is not None
        assert change.affected == {spec: "because policies/allowed.csv changed"}
        assert rescan(change.repository, None, learned) is None


def test_a_file_that_a_run_missed_affects_its_policy_when_it_appears(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)
    learned = {spec: frozenset({"policies/allowed.csv"})}
    first = rescan(repository, [], learned)
    repository = first.repository if first else repository
    checkout.write("policies/allowed.csv", "one")
    change = rescan(repository, ["policies/allowed.csv"], learned)
    assert change is not None
    assert change.affected == {spec: "because policies/allowed.csv changed"}


def test_a_rule_stays_a_rule_under_other_settings(checkout: Checkout) -> None:
    rule = checkout.write("rules/r.yml", "AnalysisType: rule\nRuleID: A.Rule\n")
    repository = load(checkout)
    change = rescan(repository, [rule], settings=PatSettings(ignore_extra_keys=True))
    assert change is not None
    assert list(change.repository.others) == [rule]


def test_a_rule_that_a_run_opened_is_still_read_as_a_rule(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    rule = checkout.write("rules/r.yml", "AnalysisType: rule\nRuleID: A.Rule\n")
    repository = load(checkout)
    learned = {spec: frozenset({rule})}
    first = rescan(repository, [], learned)
    repository = first.repository if first else repository
    checkout.write(rule, "AnalysisType: rule\nRuleID: Another.Rule\n")
    change = rescan(repository, None, learned)
    assert change is not None
    assert change.affected == {spec: f"because {rule} changed"}
    assert change.repository.others[rule].id == "Another.Rule"


def test_rules_that_went_and_came_back_are_rules_again(checkout: Checkout) -> None:
    rules = [
        checkout.write(f"rules/r{number}.yml", f"AnalysisType: rule\nRuleID: R{number}\n")
        for number in range(20)
    ]
    checkout.policy("a")
    repository = load(checkout)
    texts = {rule: checkout.read(rule) for rule in rules}
    for gone in (rules, rules[:3], rules[5:]):
        for rule in gone:
            checkout.remove(rule)
        repository = changed(repository).repository
        for rule in gone:
            checkout.write(rule, texts[rule])
        repository = changed(repository).repository
        assert list(repository.others) == sorted(rules)


def test_a_spec_that_breaks_for_a_while_keeps_its_name(checkout: Checkout) -> None:
    spec = checkout.policy("a")
    repository = load(checkout)

    def after(text: str) -> Policy:
        nonlocal repository
        checkout.write(spec, text)
        change = rescan(repository, [spec])
        assert change is not None
        repository = change.repository
        return repository.policies[spec]

    whole = spec_text("a")
    broken = after(whole + "Tags: [a\n")
    assert broken.invalid
    assert (broken.id, broken.known_as) == ("Test.a", "")  # its line can be read
    nameless = after(whole.replace("PolicyID: Test.a", "PolicyID: [Test.a"))
    assert (nameless.id, nameless.known_as) == ("", "Test.a")
    assert entry_of(nameless).name == "Test.a"
    still = after(whole.replace("PolicyID: Test.a", "PolicyID: {"))
    assert (still.id, still.known_as) == ("", "Test.a")
    healed = after(whole.replace("Test.a", "Test.b"))
    assert (healed.id, healed.known_as, healed.invalid) == ("Test.b", "", False)


def test_a_broken_spec_claims_no_id(checkout: Checkout) -> None:
    checkout.write("policies/a.yml", spec_text("b") + "Tags: [a\n")
    spec = checkout.policy("b")
    repository = load(checkout)
    assert repository.policies["policies/a.yml"].id == "Test.b"
    assert not repository.policies[spec].invalid
