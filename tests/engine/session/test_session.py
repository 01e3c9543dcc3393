"""What a watched checkout says: first run, changes, commands. With real files and real workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.events import (
    Cancel,
    InterpreterChosen,
    OpenSource,
    Pause,
    PolicyFinished,
    PolicyOpened,
    PolicyStarted,
    RepositoryChanged,
    Rescan,
    Run,
    RunAll,
    RunFinished,
    RunStarted,
    Select,
    SourceOpened,
    TestFinished,
    WatchChanged,
    WatchMode,
)
from panther_engine.model import Outcome
from panther_engine.running.processes.job import Limits
from tests.engine.reading.repository.checkout import Checkout, spec_text
from tests.engine.session.live import Live

A, B, C = "policies/a.yml", "policies/b.yml", "policies/c.yml"
USES_HELPER = "import words\ndef policy(resource):\n    return words.help()\n"
BAD = "def policy(resource):\n    return False\n"
STUCK = "def policy(resource):\n    while True:\n        pass\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a")
    checkout.policy("b", body=USES_HELPER)
    checkout.policy("c")
    checkout.helper("words")
    return checkout


@pytest.fixture
def live(checkout: Checkout) -> Iterator[Live]:
    with Live(checkout) as live:
        live.wait_for_run()
        yield live


def test_at_first_everything_runs(live: Live) -> None:
    assert live.statuses == dict.fromkeys((A, B, C), "passed")
    (first,) = [event for event in live.events if isinstance(event, RunStarted)]
    assert dict(first.reasons) == dict.fromkeys((A, B, C), "first run")
    assert live.state.totals.passed == 3
    assert live.state.last_run is not None
    assert live.state.last_run.affected == 3
    kinds = [type(event) for event in live.events]
    assert kinds.index(InterpreterChosen) < kinds.index(RepositoryChanged)
    assert kinds.index(RepositoryChanged) < kinds.index(RunStarted)
    assert live.state.python_version.startswith("3.")


def test_every_policy_says_started_then_tests_then_finished(live: Live) -> None:
    for spec in (A, B, C):
        told = [
            type(event)
            for event in live.events
            if (isinstance(event, PolicyStarted | TestFinished) and event.spec == spec)
            or (isinstance(event, PolicyFinished) and event.result.spec == spec)
        ]
        assert told == [PolicyStarted, TestFinished, PolicyFinished]


def test_a_saved_body_runs_its_policy_alone(live: Live) -> None:
    since = live.now
    live.checkout.replace("policies/a.py", BAD)
    assert list(live.wait_for_run(since)) == [A]
    assert live.statuses == {A: "failed", B: "passed", C: "passed"}
    assert live.state.last_run is not None
    assert live.state.last_run.changed_at is not None
    since = live.now
    live.checkout.replace("policies/a.py", "def policy(resource):\n    return True\n")
    assert list(live.wait_for_run(since)) == [A]
    assert live.statuses[A] == "passed"


def test_a_body_written_in_place_ends_in_its_own_verdict(live: Live) -> None:
    live.checkout.write("policies/a.py", BAD)
    live.wait(lambda: live.statuses[A] == "failed" and not live.state.running)
    live.checkout.write("policies/a.py", "def policy(resource):\n    return True\n")
    live.wait(lambda: live.statuses[A] == "passed" and not live.state.running)


def test_a_saved_spec_runs_its_policy_alone(live: Live) -> None:
    since = live.now
    live.checkout.replace(C, spec_text("c").replace("true\n    Resource", "false\n    Resource"))
    live.wait(lambda: live.statuses[C] == "failed")
    reasons = [e.reasons for e in live.events[since:] if isinstance(e, RunStarted)]
    assert {spec for found in reasons for spec in found} == {C}


def test_a_saved_global_runs_what_imports_it_and_says_so(live: Live) -> None:
    since = live.now
    live.checkout.replace("global_helpers/words.py", "def help():\n    return False\n")
    reasons = live.wait_for_run(since)
    assert list(reasons) == [B]
    assert "global_helpers/words.py" in reasons[B]
    assert live.statuses == {A: "passed", B: "failed", C: "passed"}


def test_a_comment_runs_nothing_and_moves_the_lines(live: Live) -> None:
    since = live.now
    live.checkout.replace("policies/a.py", BAD)
    live.wait_for_run(since)
    since = live.now
    live.checkout.replace("policies/a.py", "# why\n" + BAD)
    live.wait_for(PolicyFinished, since)
    assert not [event for event in live.events[since:] if isinstance(event, RunStarted)]
    assert live.statuses[A] == "failed"


def test_a_new_policy_appears_and_runs(live: Live) -> None:
    since = live.now
    live.checkout.policy("bb")
    live.wait(lambda: live.statuses.get("policies/bb.yml") == "passed")
    assert list(live.state.policies) == [A, B, "policies/bb.yml", C]
    started = {spec for e in live.events[since:] if isinstance(e, RunStarted) for spec in e.reasons}
    assert started == {"policies/bb.yml"}


def test_a_deleted_policy_is_gone(live: Live) -> None:
    live.checkout.remove(A)
    live.wait(lambda: A not in live.state.policies)
    assert live.state.totals.passed == 2


def test_a_deleted_body_makes_its_policy_invalid_and_its_return_heals_it(live: Live) -> None:
    text = live.checkout.read("policies/a.py")
    live.checkout.remove("policies/a.py")
    live.wait(lambda: live.statuses[A] == "invalid")
    live.checkout.replace("policies/a.py", text)
    live.wait(lambda: live.statuses[A] == "passed")


def test_a_deleted_global_breaks_what_imports_it_and_its_return_heals_it(live: Live) -> None:
    text = live.checkout.read("global_helpers/words.py")
    live.checkout.remove("global_helpers/words.py")
    live.wait(lambda: live.statuses[B] == "invalid")
    live.checkout.replace("global_helpers/words.py", text)
    live.wait(lambda: live.statuses[B] == "passed")
    assert live.statuses == dict.fromkeys((A, B, C), "passed")


def test_an_id_that_changes_is_the_same_policy(live: Live) -> None:
    live.checkout.replace(A, spec_text("a").replace("Test.a", "Test.renamed"))
    live.wait(lambda: live.state.policies[A].entry.id == "Test.renamed")
    live.wait(lambda: live.statuses[A] == "passed")
    assert list(live.state.policies) == [B, C, A]  # in the order of their IDs


def test_an_id_that_is_taken_makes_the_later_policy_invalid_until_it_is_free(live: Live) -> None:
    live.checkout.replace(C, spec_text("c").replace("Test.c", "Test.a"))
    live.wait(lambda: live.statuses[C] == "invalid")
    assert live.statuses[A] == "passed"
    live.checkout.replace(C, spec_text("c"))
    live.wait(lambda: live.statuses[C] == "passed")


def test_a_broken_spec_is_invalid_with_a_diagnostic_and_heals(live: Live) -> None:
    live.checkout.replace(A, spec_text("a") + "Unknown: 1\n")
    live.wait(lambda: live.statuses[A] == "invalid")
    found = live.state.policies[A].entry.diagnostics
    assert [diagnostic.code for diagnostic in found] == ["unknown-key"]
    live.checkout.replace(A, spec_text("a"))
    live.wait(lambda: live.statuses[A] == "passed")


# Commands ----------------------------------------------------------------------------------------


def test_a_selected_policy_is_opened_now_and_when_it_changes(live: Live) -> None:
    live.engine.send(Select(B))
    opened = live.wait_for(PolicyOpened)
    assert opened.policy.spec == B
    assert opened.policy.tests[0].resource == {"Value": 1}
    assert opened.body_text == USES_HELPER
    assert opened.spec_text == live.checkout.read(B)
    assert opened.globals == ("global_helpers/words.py",)
    since = live.now
    live.checkout.replace("policies/b.py", "# more\n" + USES_HELPER)
    assert live.wait_for(PolicyOpened, since).body_text == "# more\n" + USES_HELPER


def test_a_policy_that_is_not_there_is_not_opened(live: Live) -> None:
    live.engine.send(Select("policies/none.yml"))
    live.engine.send(OpenSource("global_helpers/words.py"))
    live.wait_for(SourceOpened)
    assert not [event for event in live.events if isinstance(event, PolicyOpened)]


def test_a_source_is_opened_and_one_that_cannot_be_read_is_none(live: Live) -> None:
    live.engine.send(OpenSource("global_helpers/words.py"))
    assert live.wait_for(SourceOpened).text == live.checkout.read("global_helpers/words.py")
    since = live.now
    live.engine.send(OpenSource("nowhere.py"))
    assert live.wait_for(SourceOpened, since) == SourceOpened("nowhere.py", None)


def test_what_is_asked_for_runs(live: Live) -> None:
    since = live.now
    live.engine.send(Run((C,)))
    assert live.wait_for_run(since) == {C: "asked for"}
    since = live.now
    live.engine.send(RunAll())
    assert live.wait_for_run(since) == dict.fromkeys((A, B, C), "asked for")


def test_while_paused_changes_are_shown_as_stale_and_run_afterwards(live: Live) -> None:
    live.engine.send(Pause(True))
    live.wait(lambda: live.state.watch is WatchMode.PAUSED)
    since = live.now
    live.checkout.replace("policies/a.py", BAD)
    live.wait(lambda: live.statuses[A] == "stale")
    live.checkout.replace("global_helpers/words.py", "def help():\n    return False\n")
    live.wait(lambda: live.statuses[B] == "stale")
    assert live.state.policies[B].reason == "because global_helpers/words.py changed"
    live.engine.send(Run((C,)))
    assert list(live.wait_for_run(since)) == [C]
    since = live.now
    live.engine.send(Pause(False))
    assert list(live.wait_for_run(since)) == [A, B]
    assert live.statuses == {A: "failed", B: "failed", C: "passed"}
    assert live.wait_for(WatchChanged, since).mode is not WatchMode.PAUSED


def test_a_cancelled_run_ends_at_once_and_leaves_its_policy_stale(live: Live) -> None:
    since = live.now
    live.checkout.replace("policies/a.py", STUCK)
    live.wait_for(PolicyStarted, since)
    live.engine.send(Cancel())
    assert live.wait_for(RunFinished, since).cancelled
    assert live.statuses == {A: "stale", B: "passed", C: "passed"}
    assert not live.state.running


def test_a_save_replaces_the_run_that_it_made_old(live: Live) -> None:
    since = live.now
    live.checkout.replace("policies/a.py", STUCK)
    live.wait_for(PolicyStarted, since)
    live.checkout.replace("policies/a.py", BAD)
    live.wait_for(RunFinished, since)
    assert live.statuses[A] == "failed"
    (result,) = live.state.policies[A].results
    assert result is not None
    assert result.outcome is Outcome.FAILED


def test_a_rescan_finds_nothing_where_nothing_changed(live: Live) -> None:
    since = live.now
    live.engine.send(Rescan())
    live.engine.send(OpenSource("nowhere.py"))
    live.wait_for(SourceOpened, since)
    kinds = {type(event) for event in live.events[since:]}
    assert kinds == {SourceOpened}


# Other ways to watch and to start ----------------------------------------------------------------


def test_changes_are_noticed_by_polling_too(checkout: Checkout) -> None:
    with Live(checkout, poll=True) as live:
        live.wait_for_run()
        since = live.now
        checkout.replace("policies/a.py", BAD)
        assert list(live.wait_for_run(since)) == [A]
        assert live.statuses[A] == "failed"


def test_the_next_session_remembers_results_and_verifies_them(checkout: Checkout) -> None:
    checkout.write("policies/a.py", BAD)
    with Live(checkout) as live:
        live.wait_for_run()
    with Live(checkout) as live:
        live.wait(lambda: bool(live.state.policies) and live.state.totals.passed > 0)
        assert live.state.policies[A].results[0] is not None
        live.wait_for_run()
        assert live.statuses == {A: "failed", B: "passed", C: "passed"}
        assert not any(policy.remembered for policy in live.state.policies.values())


def test_an_empty_checkout_is_watched_until_something_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    empty = Checkout(tmp_path / "empty")
    with Live(empty) as live:
        live.wait_for(RepositoryChanged)
        live.engine.send(OpenSource("nowhere.py"))
        live.wait_for(SourceOpened)
        assert not live.state.policies
        empty.policy("first")
        live.wait(lambda: live.statuses == {"policies/first.yml": "passed"})


def test_a_stuck_policy_keeps_nothing_else_waiting(checkout: Checkout) -> None:
    checkout.write("policies/a.py", STUCK)
    with Live(checkout, limits=Limits(timeout=1.5)) as live:
        live.wait_for_run()
        assert live.statuses == {A: "failed", B: "passed", C: "passed"}
        (result,) = live.state.policies[A].results
        assert result is not None
        assert result.error is not None
        assert result.error.type == "Timeout"


def test_what_seems_to_be_a_policy_is_told_before_it_is_read(checkout: Checkout) -> None:
    checkout.write("policies/odd.yml", "AnalysisType: policy\nPolicyID: Odd\nAnalysisType: rule\n")
    checkout.write("policies/seems.yml", "AnalysisType: policy\nPolicyID: Seems\nTests: [\n")
    with Live(checkout) as live:
        live.wait(lambda: live.state.generation > 0 and not live.state.running)
        told = [event for event in live.events if isinstance(event, RepositoryChanged)]
        assert told[0].generation == 0
        announced = {entry.spec: entry.id for entry in told[0].entries}
        assert announced["policies/seems.yml"] == "Seems"
        assert "policies/odd.yml" not in announced
        read = {entry.spec: entry.id for entry in told[1].entries}
        assert set(announced) - set(read) <= set(told[1].removed)
        assert set(live.state.policies) == set(read)
