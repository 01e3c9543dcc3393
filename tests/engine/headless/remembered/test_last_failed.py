from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.headless.remembered.last_failed import (
    failed_file,
    load_failed,
    save_failed,
    update,
)
from panther_engine.model import Outcome, PolicyResult, Status
from panther_engine.running.jobs.report import RunReport
from tests.engine.reading.storage.telling import refuse
from tests.engine.report.sample import (
    BUCKET,
    BUCKET_RESULT,
    FINE,
    FINE_RESULT,
    KEY,
    sample_report,
    write_sources,
)

FAILED = ("Anyone may read", "No grants at all", "No owner's grants", "Read for everyone")


@pytest.fixture
def report(tmp_path: Path) -> RunReport:
    root = tmp_path / "checkout"
    root.mkdir()
    write_sources(root)
    return sample_report(root)


def test_failed_tests_and_invalid_policies_are_remembered(
    tmp_path: Path, report: RunReport
) -> None:
    path = tmp_path / "cache/memory.json"
    save_failed(path, report, refuse)
    assert load_failed(path, refuse) == {
        BUCKET.spec: FAILED,
        KEY.spec: (),
        "policies/loop.yml": ("Any",),
    }


def test_a_test_that_passes_later_is_forgotten_and_others_are_kept(report: RunReport) -> None:
    passed = tuple(
        replace(test, outcome=Outcome.PASSED)
        for test in BUCKET_RESULT.results
        if test.name == FAILED[0]
    )
    later = replace(
        report, policies=((BUCKET, replace(BUCKET_RESULT, status=Status.PASSED, results=passed)),)
    )
    assert update({BUCKET.spec: FAILED, KEY.spec: ()}, later) == {
        BUCKET.spec: FAILED[1:],
        KEY.spec: (),
    }


def test_an_invalid_policy_that_has_no_tests_any_more_is_forgotten(report: RunReport) -> None:
    later = replace(
        report,
        policies=((replace(KEY, tests=()), PolicyResult(KEY.spec, 1, Status.UNTESTED)),),
    )
    assert update({KEY.spec: ()}, later) == {}


def test_a_spec_that_is_gone_is_forgotten(report: RunReport) -> None:
    nothing = replace(report, policies=())
    assert update({"policies/gone.yml": ("t",), BUCKET.spec: ("t",)}, nothing) == {
        BUCKET.spec: ("t",)
    }


def test_a_policy_that_failed_by_a_rule_alone_is_remembered_whole(report: RunReport) -> None:
    failed = replace(report, policies=((FINE, replace(FINE_RESULT, status=Status.FAILED)),))
    assert update({}, failed) == {FINE.spec: ()}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"{",
        b'{"version": 1, "failed": []}',
        b'{"version": 99, "failed": {"a": []}}',
        b'{"version": 1, "failed": {"a": [1]}}',
        b"[" * 100_000,
    ],
)
def test_a_corrupt_memory_is_no_memory(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "memory.json"
    path.write_bytes(content)
    told: list[str] = []
    assert load_failed(path, told.append) == {}
    assert len(told) == (b"99" not in content)


def test_a_memory_that_cannot_be_written_is_no_error(tmp_path: Path, report: RunReport) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    told: list[str] = []
    save_failed(blocked / "memory.json", report, told.append)
    directory = tmp_path / "memory.json"
    directory.mkdir()
    save_failed(directory, report, told.append)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("memory")] == [
        "memory.json"
    ]


def test_each_repository_has_a_memory_outside_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    one, other = failed_file("/a/checkout"), failed_file("/another/checkout")
    assert one != other
    assert one == failed_file("/a/checkout/")
    assert "checkout" not in str(one)


def test_names_that_are_no_text_for_json_survive(tmp_path: Path, report: RunReport) -> None:
    odd = replace(BUCKET_RESULT.results[0], name="a\udc80\x1b")
    result = replace(BUCKET_RESULT, results=(odd,))
    path = tmp_path / "memory.json"
    save_failed(path, replace(report, policies=((BUCKET, result),)), refuse)
    assert load_failed(path, refuse) == {BUCKET.spec: ("a\udc80\x1b",)}
    json.loads(path.read_bytes())
