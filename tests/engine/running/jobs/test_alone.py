"""A test whose verdict depends on those before it: said at the test, which keeps its verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.events import Event, PolicyFinished
from panther_engine.headless.run import run_headless
from panther_engine.model import Diagnostic, Outcome, PolicyResult
from panther_engine.reading.repository.load import load_repository
from panther_engine.running.jobs.report import RunOptions
from tests.engine.reading.repository.checkout import Checkout, spec_text
from tests.engine.session.live_session import LiveSession

A = "policies/a.yml"
MORE = "  - Name: {}\n    ExpectedResult: true\n    Resource: {{Value: 2}}\n"
LEAKS = {
    "a module variable": (
        "seen = []\ndef policy(r):\n    seen.append(1)\n    return len(seen) < 2\n"
    ),
    "a helper's cache": "import words\ndef policy(r):\n    return words.first()\n",
    "an error": (
        "seen = set()\ndef policy(r):\n"
        "    seen.add(r['Value'])\n    (one,) = seen\n    return True\n"
    ),
}
NO_LEAKS = {
    "it fails alone too": (
        "seen = []\ndef policy(r):\n    seen.append(1)\n    return r['Value'] == 1\n"
    ),
    "nothing is kept": "def policy(r):\n    return r['Value'] == 1\n",
    "all pass": "seen = []\ndef policy(r):\n    seen.append(1)\n    return True\n",
}
HELPER = "done = []\ndef first():\n    done.append(1)\n    return len(done) == 1\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a")
    checkout.helper("words", HELPER)
    checkout.write(A, spec_text("a") + MORE.format("Second"))
    return checkout


def run(checkout: Checkout) -> tuple[PolicyResult, list[Event]]:
    events: list[Event] = []
    report = run_headless(
        load_repository(checkout.root),
        (A,),
        RunOptions(write=(str(checkout.root.parent),)),
        events.append,
    )
    ((_, result),) = report.policies
    return result, events


def warnings(result: PolicyResult) -> list[Diagnostic]:
    return [found for found in result.diagnostics if found.code == "order-matters"]


@pytest.mark.parametrize("name", LEAKS)
def test_what_passes_alone_and_not_in_order_is_told_at_the_test(
    checkout: Checkout, name: str
) -> None:
    checkout.write("policies/a.py", LEAKS[name])
    result, events = run(checkout)
    assert [test.outcome is Outcome.PASSED for test in result.results] == [True, False]
    (found,) = warnings(result)
    assert (found.path, found.line) == (A, result.results[1].line)
    assert found.message == "test 'Second' comes out otherwise alone: it passes"
    assert sum(isinstance(event, PolicyFinished) for event in events) == 1


@pytest.mark.parametrize("name", NO_LEAKS)
def test_what_comes_out_the_same_alone_is_not_told(checkout: Checkout, name: str) -> None:
    checkout.write("policies/a.py", NO_LEAKS[name])
    result, _ = run(checkout)
    assert warnings(result) == []


def test_a_policy_that_passes_is_run_once(checkout: Checkout, tmp_path: Path) -> None:
    log = tmp_path / "log"
    body = (
        "def policy(r):\n    with open({!r}, 'a') as log:\n        log.write('x')\n    return {}\n"
    )
    checkout.write("policies/a.py", body.format(str(log), "True"))
    run(checkout)
    assert log.read_text() == "xx"
    checkout.write("policies/a.py", body.format(str(log), "r['Value'] == 1"))
    run(checkout)
    assert log.read_text() == "xx" + "xx" + "x"


def test_so_many_tests_are_run_alone_and_no_more(checkout: Checkout) -> None:
    more = "".join(MORE.format(f"T{number}") for number in range(8))
    checkout.write(A, spec_text("a") + more)
    checkout.write("policies/a.py", LEAKS["a module variable"])
    result, _ = run(checkout)
    assert sum(test.outcome is not Outcome.PASSED for test in result.results) == 8
    assert len(warnings(result)) == 3


async def test_a_save_is_told_of_too_and_what_mends_it_takes_it_back(checkout: Checkout) -> None:
    async with LiveSession(checkout.root) as live:

        def told() -> list[Diagnostic]:
            result = live.state.policies[A].result
            return warnings(result) if result is not None else []

        checkout.replace("policies/a.py", LEAKS["a module variable"])
        await live.until(lambda: len(told()) == 1 and live.at_rest)
        assert live.state.policies[A].status == "failed"
        checkout.replace("policies/a.py", NO_LEAKS["nothing is kept"])
        await live.until(lambda: not told() and live.at_rest)
        assert live.state.policies[A].status == "failed"


def test_an_error_that_the_first_test_had_too_is_run_once(
    checkout: Checkout, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    body = f"def policy(r):\n    with open({str(log)!r}, 'a') as log:\n        log.write('x')\n"
    checkout.write("policies/a.py", f"{body}    return r['Missing']\n")
    result, _ = run(checkout)
    assert log.read_text() == "xx"
    assert warnings(result) == []
