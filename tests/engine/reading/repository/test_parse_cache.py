"""What was found out about contents is kept between starts, and is believed of nothing else."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from panther_engine.reading.repository import parse_cache as module
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.parse_cache import Parsed, ParsedFile
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job
from tests.engine.reading.repository.checkout import Checkout

SCOPES = (".",)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "checkout")
    made.policy("a", body="import one\ndef policy(it):\n    return one.help(it)\n")
    made.policy("b", body="def broken(:\n")
    made.policy("c", "aws_iam_policies", "import os\ndef policy(it):\n    return True\n")
    made.write("policies/d.yml", "AnalysisType: policy\nPolicyID: [\n")
    made.write("rules/e.yml", "AnalysisType: rule\nRuleID: Test.a\n")
    made.helper("one")
    return made


def load(checkout: Checkout, parsed: Parsed) -> Repository:
    return load_repository(checkout.root, SCOPES, parsed=parsed)


def kept(checkout: Checkout) -> ParsedFile:
    """A file that holds all there is to find out."""
    file = ParsedFile(checkout.root, SCOPES, True)
    parsed = file.recall()
    repository = load(checkout, parsed)
    for policy in repository.policies.values():
        make_job(repository, policy)
    file.remember(parsed)
    return file


def content(repository: Repository) -> tuple[object, ...]:
    return repository.policies, repository.globals, repository.others, repository.diagnostics


def test_a_checkout_that_was_read_before_is_read_alike_without_parsing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kept(checkout)
    fresh = load(checkout, Parsed())

    def refuse(*arguments: object) -> object:
        raise AssertionError("parsed again")

    for name in ("check_spec", "check_body", "check_mocks", "check_helper", "peek_kind"):
        monkeypatch.setattr(f"panther_engine.reading.repository.assemble.{name}", refuse)
    monkeypatch.setattr("panther_engine.reading.repository.sources.read_imports", refuse)
    monkeypatch.setattr("panther_engine.reading.repository.sources.leaves_nothing", refuse)
    parsed = file.recall()
    again = load(checkout, parsed)
    assert content(again) == content(fresh)
    assert [make_job(again, policy) for policy in again.policies.values()]
    assert not parsed.has_news


def test_what_has_another_content_is_parsed_again(checkout: Checkout) -> None:
    file = kept(checkout)
    checkout.policy("a", body="def broken(:\n")
    checkout.write("rules/e.yml", "AnalysisType: rule\nRuleID: Test.b\n")
    parsed = file.recall()
    assert content(load(checkout, parsed)) == content(load(checkout, Parsed()))
    assert parsed.has_news


def test_a_body_that_appeared_is_noticed(checkout: Checkout) -> None:
    checkout.write(
        "policies/f.yml",
        "AnalysisType: policy\nPolicyID: F\nFilename: later.py\nSeverity: Low\nEnabled: true\n",
    )
    file = kept(checkout)
    assert load(checkout, file.recall()).policies["policies/f.yml"].invalid
    checkout.write("policies/later.py", "def policy(it):\n    return True\n")
    assert not load(checkout, file.recall()).policies["policies/f.yml"].invalid


def test_other_scopes_and_ways_of_checking_do_not_mix(checkout: Checkout) -> None:
    kept(checkout)
    assert not ParsedFile(checkout.root, ("policies",), True).recall().specs
    assert not ParsedFile(checkout.root, SCOPES, False).recall().specs


class Evil:
    """What a pickle can do if it is let."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("evil",)


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign", "empty", "evil", "no parse"])
def test_a_damaged_or_foreign_file_is_as_none(
    checkout: Checkout, own_cache: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_cache.parent)
    file = kept(checkout)
    (path,) = (own_cache / "panther-tui" / "parsed").iterdir()
    data, mark = path.read_bytes(), module._mark()
    damaged = {
        "cut": data[: len(data) // 2],
        "flipped": mark + bytes(byte ^ 0x55 for byte in data[len(mark) :]),
        "foreign": b"x" * 5000,
        "empty": b"",
        "evil": mark + pickle.dumps(Evil()),
        "no parse": mark + pickle.dumps({"specs": {}}),
    }[damage]
    path.write_bytes(damaged)
    assert file.recall() == Parsed()
    assert not (own_cache.parent / "evil").exists()


def test_another_version_of_ours_starts_anew(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kept(checkout)
    assert file.recall().specs
    monkeypatch.setattr(module, "_code_stamp", lambda: "another")
    assert not file.recall().specs
