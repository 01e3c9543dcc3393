"""`panther-tui test --watch` in real processes, on real files."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.headless.watch_lines import saved_files

SPEC = """\
AnalysisType: policy
Filename: bucket.py
PolicyID: Test.Bucket
Severity: Low
Enabled: true
ResourceTypes: [AWS.S3.Bucket]
Tests:
  - Name: Encrypted
    ExpectedResult: true
    Resource: {Encrypted: true}
"""
GOOD = "def policy(resource):\n    return resource['Encrypted']\n"
BAD = "def policy(resource):\n    return not resource['Encrypted']\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout" / "policies"
    folder.mkdir(parents=True)
    (folder / "bucket.yml").write_text(SPEC)
    (folder / "bucket.py").write_text(GOOD)
    return folder.parent


class Watching:
    """A running `test --watch`; its output is read up to what is waited for."""

    def __init__(self, repository: Path, *arguments: str) -> None:
        environment = {**os.environ, "XDG_CACHE_HOME": str(repository.parent / "cache")}
        environment.pop("VIRTUAL_ENV", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "panther_tui", "test", "--watch", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=repository,
            env=environment,
            text=True,
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout

    def until(self, pattern: str) -> str:
        read = ""
        while not re.search(pattern, read):
            line = self.output.readline()
            assert line, f"it ended before {pattern!r}:\n{read}"
            read += line
        return read

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.output.read()
        self.output.close()
        return self.process.wait()


@pytest.fixture
def watching(repository: Path) -> Iterator[Watching]:
    running = Watching(repository)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()
    running.output.close()


def test_a_save_is_answered_with_what_it_broke_and_what_it_mended(
    repository: Path, watching: Watching
) -> None:
    assert "1 test passed" in watching.until("watching; ctrl")
    (repository / "policies" / "bucket.py").write_text(BAD)
    told = watching.until("1 policy: 1 failed")
    assert re.search(
        r"\nsaved bucket\.py \d\d:\d\d:\d\d · 1 affected · \d+ ms · its body changed\n", told
    )
    assert "expected compliant (PASS), got an alert (FAIL)" in told
    (repository / "policies" / "bucket.py").write_text(GOOD)
    watching.until("1 test passed")
    assert watching.end() == 0


def test_a_save_that_affects_nothing_is_answered_too(repository: Path, watching: Watching) -> None:
    watching.until("ctrl\\+c ends")
    new = repository / "policies" / "new"
    new.write_text("# why\n" + GOOD)
    new.replace(repository / "policies" / "bucket.py")
    told = watching.until("affected")
    assert re.search(r"saved bucket\.py \d\d:\d\d:\d\d · nothing affected · \d+ ms\n", told)


def test_an_error_that_affects_no_policy_is_told(repository: Path, watching: Watching) -> None:
    watching.until("ctrl\\+c ends")
    new = repository.parent / "new"
    new.mkdir()
    (new / "words.yml").write_text("AnalysisType: global\nGlobalID: words\nFilename: words.py\n")
    (new / "words.py").write_text("def (\n")
    new.rename(repository / "global_helpers")
    told = watching.until("now .*elsewhere")
    assert "nothing affected" in told
    assert "words.py:1" in told
    assert watching.end() == 1


def test_the_exit_code_is_that_of_the_last_state(repository: Path, watching: Watching) -> None:
    watching.until("watching; ctrl")
    (repository / "policies" / "bucket.py").write_text(BAD)
    watching.until("1 policy: 1 failed")
    assert watching.end() == 1


def test_a_policy_that_comes_while_watching_is_run(repository: Path, watching: Watching) -> None:
    watching.until("watching; ctrl")
    folder = repository / "policies" / "more"
    folder.mkdir()
    (folder / "bucket.py").write_text(GOOD)
    (folder / "other.yml").write_text(SPEC.replace("Test.Bucket", "Test.Other"))
    assert "it is new" in watching.until("now ✓ 2 policies passed")
    assert watching.end() == 0


def test_several_files_and_files_that_are_gone_are_named_so(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a\x1b.py").write_text("")
    assert saved_files(tmp_path, ["policies/a\x1b.py"]) == "saved a\\x1b.py"
    assert saved_files(tmp_path, ["gone.py", "policies/a\x1b.py"]) == "saved a\\x1b.py and 1 more"
    assert saved_files(tmp_path, ["policies/gone.py"]) == "removed gone.py"
    assert saved_files(tmp_path, ["gone.py", "b.py", "c.py"]) == "removed gone.py and 2 more"


def test_what_is_left_out_is_told_and_watching_no_test_is_no_pass(repository: Path) -> None:
    spec = repository / "policies" / "bucket.yml"
    spec.write_text(SPEC.partition("Tests:")[0])
    (repository / "policies" / "other.yml").write_text(
        SPEC.replace("Low", "High").replace("Test.Bucket", "Test.Other")
    )
    running = Watching(repository, "--filter", "Severity=Low")
    told = running.until("watching; ctrl")
    assert "i 1 policy and 1 test left out by --filter Severity=Low\n" in told
    assert "! 1 policy: 1 untested · 0 tests" in told
    assert running.end() == 2


def test_it_prints_text_only() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "panther_tui", "test", "--watch", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "--watch prints text" in ran.stderr
