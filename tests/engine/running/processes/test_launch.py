"""An interpreter that cannot run policies is told once, and nothing hangs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from panther_engine.running.processes import spawn_launcher, zygote
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
        ("exec sleep 1000", "did not answer"),
    ],
)
def test_an_interpreter_that_does_not_run_makes_every_policy_invalid(
    tmp_path: Path, worker: str, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    if worker == "spawn" and text == "exit 0":
        pytest.skip("it tells an empty version; its jobs tell the rest")
    monkeypatch.setattr(zygote, "START_LIMIT", 0.5)
    monkeypatch.setattr(spawn_launcher, "START_LIMIT", 0.5)
    python = script(tmp_path, text)
    ran = run_bodies(tmp_path, {"one": GOOD, "two": GOOD}, python=python)
    for name in ("one", "two"):
        setup = ran.ended[name].setup
        assert setup is not None
        assert setup.type == "NoWorker"
        assert words in setup.message
    assert len(ran.notices) == (1 if worker == "fork" else 0)
