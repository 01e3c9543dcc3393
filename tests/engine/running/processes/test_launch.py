"""An interpreter that cannot run policies is told once, and nothing hangs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from panther_engine.model import Outcome
from panther_engine.running.interpreter.python_version import reads_newer_syntax
from panther_engine.running.processes.job import Limits
from tests.engine.running.running_policies import Body, run_bodies

GOOD = Body("def policy(resource):\n    return True\n")


@pytest.fixture(params=["fork", "spawn"])
def worker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "fork" and not sys.platform.startswith("linux"):
        pytest.skip("needs Linux")
    monkeypatch.setenv("PANTHER_TUI_WORKER", request.param)
    return str(request.param)


def script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("echo this is no Python >&2; exit 3", "this is no Python"),
        ("exit 0", ""),
        ("exec sleep 1000", "did not start within 0.5 s"),
    ],
)
def test_an_interpreter_that_does_not_run_makes_every_policy_invalid(
    tmp_path: Path, worker: str, text: str, words: str
) -> None:
    if worker == "spawn" and text == "exit 0":
        pytest.skip("it tells an empty version; its jobs tell the rest")
    python = script(tmp_path, text)
    limits = Limits(start=0.5)
    ran = run_bodies(tmp_path, {"one": GOOD, "two": GOOD}, limits=limits, python=python)
    for name in ("one", "two"):
        setup = ran.ended[name].setup
        assert setup is not None
        assert setup.type == "NoWorker"
        assert words in setup.message
    assert len(ran.notices) == (1 if worker == "fork" else 0)


def test_the_start_of_an_interpreter_is_no_part_of_the_time_of_a_policy(
    tmp_path: Path, worker: str
) -> None:
    python = script(tmp_path, f'sleep 1.5; exec {sys.executable} "$@"')
    ran = run_bodies(tmp_path, {"one": GOOD}, limits=Limits(timeout=1.0), python=python)
    assert ran.ended["one"].setup is None
    assert ran.results("one")[0].outcome is Outcome.PASSED


def test_no_process_of_a_checkouts_interpreter_sees_what_is_kept_from_policies(
    tmp_path: Path, worker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "not for policies")
    seen = tmp_path / "seen"
    python = script(tmp_path, f'env >> {seen}; echo DONE >> {seen}; exec {sys.executable} "$@"')
    assert reads_newer_syntax(python, tmp_path / "elsewhere") is False
    assert seen.read_text().count("DONE") == 1
    writes = Limits(write=(str(tmp_path),))
    ran = run_bodies(tmp_path, {"one": GOOD}, python=python, limits=writes)
    assert ran.results("one")[0].outcome is Outcome.PASSED
    assert seen.read_text().count("DONE") == (2 if worker == "fork" else 3)
    assert "not for policies" not in seen.read_text()


POSING = """#!{python}
import json, os, socket, struct, sys
control = socket.socket(fileno=int(sys.argv[-1]))
def say(body):
    control.sendall(struct.pack(">I", len(body)) + body)
def tell(**message):
    say(json.dumps(message).encode())
{code}
"""
HELLO = "tell(what='hello', version='3.11.1')"
SAYS_NONSENSE = {
    "no json": 'say(b"\\xff")',
    "another shape": "tell(what='hello')",
    "a version that is none": "tell(what='hello', version='\\x1b[2J')",
    "a report without an end": 'control.sendall(struct.pack(">I", 1 << 31))',
    "a number of a process": f"{HELLO}; tell(what='started', job=1, pid=-1)",
    "a status": f"{HELLO}; tell(what='ended', job=1, status=-9, stack='')",
    "nesting": 'say(b"[" * 100_000)',
}


def posing(folder: Path, code: str) -> str:
    path = folder / "python"
    path.write_text(POSING.format(python=sys.executable, code=code))
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(sys.platform != "linux", reason="zygotes are for Linux")
@pytest.mark.parametrize("code", SAYS_NONSENSE.values(), ids=SAYS_NONSENSE)
def test_an_interpreter_that_does_not_speak_as_ours_does_is_ended_and_named(
    tmp_path: Path, code: str
) -> None:
    ran = run_bodies(tmp_path, {"one": GOOD}, python=posing(tmp_path, f"{code}\ncontrol.recv(9)"))
    setup = ran.ended["one"].setup
    assert setup is not None
    assert setup.type == "NoWorker"
    assert any("none of ours sends" in said for said in ran.notices)


@pytest.mark.skipif(sys.platform != "linux", reason="zygotes are for Linux")
def test_what_a_posing_interpreter_leaves_in_the_background_is_ended(tmp_path: Path) -> None:
    left = tmp_path / "left"
    python = script(tmp_path, f"sleep 600 & echo $! > {left}; exit 3")
    limits = Limits(start=0.5, write=(str(tmp_path),))
    run_bodies(tmp_path, {"one": GOOD}, python=python, limits=limits)
    pid = left.read_text().strip()
    assert pid
    while os.path.exists(f"/proc/{pid}/cwd"):  # until it is gone, or pytest has no more patience
        os.sched_yield()


@pytest.mark.skipif(sys.platform != "linux", reason="zygotes are for Linux")
def test_no_process_is_killed_because_an_interpreter_names_it(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"], process_group=0) as victim:
        code = f"""
{HELLO}
control.recv(1)
for job in range(1, 9):
    tell(what="started", job=job, pid={victim.pid})
"""
        ran = run_bodies(tmp_path, {"one": GOOD}, python=posing(tmp_path, code))
        assert ran.ended["one"].setup is not None
        assert victim.poll() is None
        victim.kill()
