"""The engine as a library: what its page shows, run as it stands, and what it promises."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import panther_engine
from panther_engine import (
    NothingFoundError,
    RunOptions,
    SelectionError,
    open_checkout,
    render_findings,
    render_report,
)
from panther_engine.events import Close, Event, PolicyFinished, RunFinished
from panther_engine.model import Outcome, Status
from panther_engine.state import State, reduce

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "engine.md").read_text("utf-8")
CHECKING, RUNNING, WATCHING = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the examples in the current directory, with nothing remembered of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    return tmp_path / "examples"


def told_by(program: str) -> str:
    """What a program of the page prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


def test_the_page_checks_a_checkout(examples: Path) -> None:
    told = told_by(CHECKING).splitlines()
    assert told[-1].endswith("policies, something cannot run")
    assert any(re.match(r"policies/\S+:\d+: error: ", line) for line in told)


def test_the_page_runs_tests_once(examples: Path) -> None:
    told = told_by(RUNNING).splitlines()
    assert told[-1] == "passed"
    assert len(told) > 1
    assert all(re.search(r" passed \d+\.\d ms$", line) for line in told[:-1])


def test_the_page_watches(examples: Path) -> None:
    passed = len(told_by(RUNNING).splitlines()) - 1
    assert told_by(WATCHING) == f"{passed} passed, 0 failed\n"


def test_a_run_gives_each_test_with_its_outcome_and_its_events_on_the_way(examples: Path) -> None:
    events: list[Event] = []
    body = next((examples / "policies").rglob("*.py"))
    place = body.relative_to(examples).as_posix()
    body.write_text("def policy(resource):\n    raise KeyError('gone')\n")
    report = open_checkout(examples).run([place], on_event=events.append)
    ((policy, result),) = report.policies
    assert policy.body == place
    assert not report.passed
    assert {test.outcome for test in result.results} == {Outcome.ERRORED}
    assert [one.result for one in events if isinstance(one, PolicyFinished)] == [result]
    assert "KeyError" in render_report(report)
    assert [one for one, _ in open_checkout(examples).run(failed=True).policies] == [policy]


def test_a_checkout_is_found_from_any_path_in_it_and_read_anew_by_each_call(examples: Path) -> None:
    body = next((examples / "policies").rglob("*.py"))
    checkout = open_checkout(body)
    assert checkout.root == examples
    assert checkout.check(["policies"]).passed
    body.write_text("def policy(resource:\n")
    broken = checkout.check(["policies"])
    assert not broken.passed
    assert body.name in render_findings(broken)


def test_what_is_not_there_is_told(examples: Path) -> None:
    with pytest.raises(SelectionError, match="no such file"):
        open_checkout(examples / "gone")
    with pytest.raises(SelectionError, match="no such file"):
        open_checkout(examples).check(["gone"])
    with pytest.raises(SelectionError, match="another repository"):
        open_checkout(examples).check(["triage"])
    with pytest.raises(NothingFoundError, match="no policy passes the filter"):
        open_checkout(examples).run(filters=["PolicyID=None.Such"])


async def test_a_session_is_of_the_same_options_as_a_run(examples: Path) -> None:
    state = State()

    def take(event: Event) -> None:
        nonlocal state
        state = reduce(state, (event,))
        if isinstance(event, RunFinished):
            session.handle(Close())

    session = open_checkout(examples).session(take, options=RunOptions(minimum_tests=50))
    await session.run()
    assert {one.status for one in state.policies.values()} == {Status.FAILED}


def test_every_public_name_is_there_and_has_something_to_say() -> None:
    for name in panther_engine.__all__:
        found = getattr(panther_engine, name)
        if callable(found) and not isinstance(found, str) and hasattr(found, "__module__"):
            assert name in dir(panther_engine)
            if not found.__module__.startswith("typing"):
                assert found.__doc__, name


def test_a_name_that_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="Pool"):
        _ = panther_engine.Pool


def test_importing_the_face_imports_nothing_else() -> None:
    shown = "import sys, panther_engine; print(*sorted(n for n in sys.modules if 'panther' in n))"
    assert told_by(shown) == "panther_engine\n"
