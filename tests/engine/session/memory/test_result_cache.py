"""What is remembered between sessions is what was made from the same files, or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panther_engine.model import (
    Diagnostic,
    Failure,
    Frame,
    FunctionResult,
    Level,
    Outcome,
    PolicyResult,
    Status,
    TestResult,
    Verdict,
)
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.session.memory.result_cache import load_results, results_file, save_results
from tests.engine.reading.storage.telling import refuse

SPEC = """\
AnalysisType: policy
Filename: bucket.py
PolicyID: Test.Bucket
Severity: Low
Enabled: true
Tests:
  - Name: Encrypted
    ExpectedResult: true
    Resource: {Encrypted: true}
"""
GLOBAL = "AnalysisType: global\nGlobalID: shared\nFilename: shared.py\n"
RESULT = PolicyResult(
    spec="policies/bucket.yml",
    generation=1,
    status=Status.FAILED,
    results=(
        TestResult(
            name="Encrypted",
            line=7,
            expected=True,
            verdict=Verdict.ERROR,
            outcome=Outcome.ERRORED,
            duration_ms=1.5,
            functions={"policy": FunctionResult(None, "KeyError: 'x'", False)},
            error=Failure(
                "KeyError",
                "'x'",
                "policies/bucket.py",
                2,
                (Frame("policies/bucket.py", 2, "policy", "return resource['x']"),),
            ),
            output="printed \udcff\n",
            mutated=True,
        ),
    ),
    diagnostics=(Diagnostic("policies/bucket.yml", 7, 0, Level.WARNING, "code", "text", "hint"),),
    loaded=("global_helpers/shared.py",),
    duration_ms=12.0,
)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    for path, text in {
        "policies/bucket.yml": SPEC,
        "policies/bucket.py": "import shared\ndef policy(resource):\n    return True\n",
        "global_helpers/shared.yml": GLOBAL,
        "global_helpers/shared.py": "x = 1\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return load_repository(tmp_path)


def test_what_is_remembered_is_recalled_to_the_letter(
    repository: Repository, tmp_path: Path
) -> None:
    file = tmp_path / "cache" / "results.json"
    save_results(file, repository, "python", [RESULT])
    assert load_results(file, repository, "python", refuse) == (RESULT,)
    assert [found.name for found in file.parent.iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    "path", ["policies/bucket.yml", "policies/bucket.py", "global_helpers/shared.py"]
)
def test_a_result_is_forgotten_when_a_file_behind_it_has_changed(
    repository: Repository, tmp_path: Path, path: str
) -> None:
    file = tmp_path / "results.json"
    save_results(file, repository, "python", [RESULT])
    with (repository.root / path).open("a") as changed:
        changed.write("\n# changed\n")
    assert load_results(file, load_repository(repository.root), "python", refuse) == ()


def test_a_result_of_another_python_is_not_recalled(repository: Repository, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    save_results(file, repository, "python", [RESULT])
    assert load_results(file, repository, "another", refuse) == ()


def test_a_policy_that_is_gone_is_not_recalled(repository: Repository, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    save_results(file, repository, "python", [RESULT])
    (repository.root / "policies/bucket.yml").unlink()
    assert load_results(file, load_repository(repository.root), "python", refuse) == ()


def test_two_checkouts_do_not_share_a_file(tmp_path: Path) -> None:
    assert results_file(tmp_path / "a") != results_file(tmp_path / "b")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b'{"version": 1}', b'{"version": 99}', b"\xff\xfe"]
)
def test_a_corrupt_or_foreign_file_is_as_if_it_were_not_there(
    repository: Repository, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "results.json"
    file.write_bytes(content)
    told: list[str] = []
    assert load_results(file, repository, "python", told.append) == ()
    assert len(told) == (b"99" not in content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_in_the_file_can_raise(
    repository: Repository, tmp_path: Path, data: st.DataObject
) -> None:
    file = tmp_path / "results.json"
    save_results(file, repository, "python", [RESULT])
    document = json.loads(file.read_bytes())
    place = document["results"][RESULT.spec]["result"]
    while isinstance(place, dict | list) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else [0]))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list):
            place[key] = data.draw(JSON)
            break
        place = place[key]
    file.write_text(json.dumps(document))
    recalled = load_results(file, repository, "python", lambda sentence: None)
    assert recalled == () or recalled[0].spec == RESULT.spec
