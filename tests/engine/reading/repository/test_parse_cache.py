"""What was found out about contents is kept between starts, and is believed of nothing else."""

from __future__ import annotations

import pickle
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panther_engine.reading.repository import parse_cache as module
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.parse_cache import Parsed, ParsedFile
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.storage.files import write_bytes
from panther_engine.running.jobs.plan import make_job
from panther_engine.running.worker.wire import frames
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.reading.storage.telling import refuse

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
    parsed = file.load(refuse)
    repository = load(checkout, parsed)
    for policy in repository.policies.values():
        make_job(repository, policy)
    file.save(parsed)
    return file


def content(repository: Repository) -> tuple[object, ...]:
    return repository.policies, repository.globals, repository.others, repository.diagnostics


def test_a_checkout_that_was_read_before_is_read_alike_without_parsing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kept(checkout)
    fresh = load(checkout, Parsed())

    def refuse_to_parse(*arguments: object) -> object:
        raise AssertionError("parsed again")

    for name in ("check_spec", "check_body", "check_mocks", "check_helper", "peek_kind"):
        monkeypatch.setattr(f"panther_engine.reading.repository.assemble.{name}", refuse_to_parse)
    monkeypatch.setattr("panther_engine.reading.repository.sources.read_imports", refuse_to_parse)
    monkeypatch.setattr("panther_engine.reading.repository.sources.leaves_nothing", refuse_to_parse)
    parsed = file.load(refuse)
    again = load(checkout, parsed)
    assert content(again) == content(fresh)
    assert [make_job(again, policy) for policy in again.policies.values()]
    assert not parsed.has_news


def test_what_has_another_content_is_parsed_again(checkout: Checkout) -> None:
    file = kept(checkout)
    checkout.policy("a", body="def broken(:\n")
    checkout.write("rules/e.yml", "AnalysisType: rule\nRuleID: Test.b\n")
    parsed = file.load(refuse)
    assert content(load(checkout, parsed)) == content(load(checkout, Parsed()))
    assert parsed.has_news


def test_a_body_that_appeared_is_noticed(checkout: Checkout) -> None:
    checkout.write(
        "policies/f.yml",
        "AnalysisType: policy\nPolicyID: F\nFilename: later.py\nSeverity: Low\nEnabled: true\n",
    )
    file = kept(checkout)
    assert load(checkout, file.load(refuse)).policies["policies/f.yml"].invalid
    checkout.write("policies/later.py", "def policy(it):\n    return True\n")
    assert not load(checkout, file.load(refuse)).policies["policies/f.yml"].invalid


def test_other_scopes_and_ways_of_checking_do_not_mix(checkout: Checkout) -> None:
    kept(checkout)
    assert not ParsedFile(checkout.root, ("policies",), True).load(refuse).specs
    assert not ParsedFile(checkout.root, SCOPES, False).load(refuse).specs


@pytest.mark.parametrize(
    "damage",
    ["cut", "flipped", "foreign", "empty", "pickle", "shape", "text", "elsewhere", "swapped"],
)
def test_a_damaged_or_foreign_file_is_as_none(
    checkout: Checkout, own_cache: Path, damage: str
) -> None:
    file = kept(checkout)
    (path,) = (own_cache / "panther-tui" / "parsed").iterdir()
    data, mark = path.read_bytes(), module.SIGNATURE + module._mark()
    whole = msgspec.msgpack.decode(data[len(mark) :])
    for spec in whole["specs"].values():
        spec["id_line"] = "1"
    elsewhere = msgspec.msgpack.decode(data[len(mark) :])
    elsewhere["specs"]["policies/a.yml"]["policy"]["body"] = "../../other.py"
    swapped = msgspec.msgpack.decode(data[len(mark) :])
    swapped["specs"]["policies/a.yml"]["policy"]["spec"] = "policies/b.yml"
    damaged = {
        "cut": data[: len(data) // 2],
        "flipped": mark + bytes(byte ^ 0x55 for byte in data[len(mark) :]),
        "foreign": b"x" * 5000,
        "empty": b"",
        "pickle": mark + pickle.dumps({"specs": {}}),
        "shape": mark + msgspec.msgpack.encode({"specs": {}}),
        "text": mark + msgspec.msgpack.encode(whole),
        "elsewhere": mark + msgspec.msgpack.encode(elsewhere),
        "swapped": mark + msgspec.msgpack.encode(swapped),
    }[damage]
    path.write_bytes(damaged)
    told: list[str] = []
    assert file.load(told.append) == Parsed()
    assert len(told) == 1
    assert not path.exists()


@given(data=st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
def test_no_bytes_in_the_file_end_a_start(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "hostile"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        file = ParsedFile(folder, SCOPES, True)
        empty: dict[str, dict[str, object]] = {
            "specs": {},
            "joined": {},
            "imports": {},
            "fingerprints": {},
            "tame": {},
        }
        values = st.recursive(
            st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
            lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below),
            max_leaves=8,
        )
        document = {**empty, data.draw(st.sampled_from(sorted(empty))): data.draw(values)}
        body = msgspec.msgpack.encode(document) + data.draw(st.binary(max_size=4))
        write_bytes(file._file, module.SIGNATURE + module._mark() + body)
        assert isinstance(file.load(lambda sentence: None), Parsed)


@pytest.mark.parametrize(
    "resource",
    [
        "{a: 2024-01-01}",
        "{a: &x {b: 1}, c: *x}",
        "{1: a}",
        "{a: 18446744073709551616}",
        "{a: .nan}",
        "{a: [1.5, null, true, ümlaut, -9223372036854775808, {}]}",
    ],
)
def test_a_resource_comes_back_as_it_is_or_is_read_again(checkout: Checkout, resource: str) -> None:
    spec = "policies/g.yml"
    checkout.policy("g")
    checkout.write(
        spec,
        "AnalysisType: policy\nPolicyID: G\nFilename: g.py\nSeverity: Low\nEnabled: true\n"
        f"Tests:\n  - Name: one\n    ExpectedResult: true\n    Resource: {resource}\n",
    )
    again = load(checkout, kept(checkout).load(refuse))
    fresh = load(checkout, Parsed())
    (found,), (wanted,) = again.policies[spec].tests, fresh.policies[spec].tests
    # of version 2, which does not write down how often a value is used
    assert frames.pack_values(found.resource, 2) == frames.pack_values(wanted.resource, 2)
    assert shared(found.resource) == shared(wanted.resource)


def shared(resource: object) -> bool:
    return isinstance(resource, dict) and resource.get("a") is resource.get("c")


@pytest.mark.parametrize("open_to_others", ["file", "folder"])
def test_a_file_of_another_user_is_not_read(
    checkout: Checkout, own_cache: Path, open_to_others: str
) -> None:
    file = kept(checkout)
    (path,) = (own_cache / "panther-tui" / "parsed").iterdir()
    assert file.load(refuse).specs
    if open_to_others == "file":
        path.chmod(0o666)
    else:
        path.parent.chmod(0o777)
    told: list[str] = []
    assert not file.load(told.append).specs
    assert len(told) == 1


def test_a_link_in_its_place_is_not_followed(checkout: Checkout, own_cache: Path) -> None:
    file = kept(checkout)
    (path,) = (own_cache / "panther-tui" / "parsed").iterdir()
    other = path.with_name("other")
    path.rename(other)
    path.symlink_to(other)
    told: list[str] = []
    assert not file.load(told.append).specs
    assert len(told) == 1


def test_another_version_of_ours_starts_anew(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kept(checkout)
    assert file.load(refuse).specs
    monkeypatch.setattr(module, "code_stamp", lambda package: "another")
    assert not file.load(refuse).specs


@pytest.mark.parametrize("name", ["model.py", "check/spec.py", "spec/catalogue.json"])
def test_any_change_of_our_code_changes_its_stamp(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("one")
    before = module.code_stamp(tmp_path)
    module.code_stamp.cache_clear()
    file.write_text("longer")
    assert module.code_stamp(tmp_path) != before
