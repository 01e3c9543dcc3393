"""Events become one picture, whatever their order and however they are batched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from panther_engine.events import (
    Event,
    InterpreterChosen,
    Notice,
    PolicyEntry,
    PolicyFinished,
    PolicyOpened,
    PolicyStarted,
    RepositoryChanged,
    ResultsRecalled,
    RunFinished,
    RunStarted,
    SourceOpened,
    TestEntry,
    TestFinished,
    WatchChanged,
    WatchMode,
)
from panther_engine.model import (
    Diagnostic,
    Level,
    Outcome,
    Policy,
    PolicyResult,
    Status,
    TestCase,
    TestResult,
    Verdict,
)
from panther_engine.state import NOTICES_KEPT, State, Totals, place_in_lists, reduce

PASSED, FAILED, ERRORED = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED


def entry(spec: str, *tests: str, name: str = "") -> PolicyEntry:
    return PolicyEntry(
        spec=spec,
        body=spec.replace(".yml", ".py"),
        id=name or spec,
        display_name="",
        enabled=True,
        severity="High",
        resource_types=(),
        reports=(),
        tests=tuple(TestEntry(test, line, True) for line, test in enumerate(tests, 1)),
        diagnostics=(),
        invalid=False,
    )


def changed(
    generation: int, *entries: PolicyEntry, removed: Sequence[str] = ()
) -> RepositoryChanged:
    return RepositoryChanged(generation, "/repo", "main", entries, tuple(removed), ())


def result(name: str, outcome: Outcome = PASSED) -> TestResult:
    return TestResult(name, 1, True, Verdict.PASS, outcome, 1.0)


def finished(
    spec: str, generation: int, *results: TestResult, status: Status = Status.PASSED
) -> PolicyFinished:
    return PolicyFinished(PolicyResult(spec, generation, status, results))


def names(state: State, spec: str) -> list[str | None]:
    return [found.name if found else None for found in state.policies[spec].results]


LOADED = reduce(State(), [changed(1, entry("b.yml", "one", "two"), entry("a.yml", "one"))])
RUN = reduce(
    LOADED,
    [
        RunStarted(1, {"a.yml": "first run", "b.yml": "first run"}),
        finished("a.yml", 1, result("one")),
        finished("b.yml", 1, result("one"), result("two", FAILED), status=Status.FAILED),
        RunFinished(1, 2, 0.5, None),
    ],
)


def test_policies_are_in_the_order_of_their_paths_however_they_come() -> None:
    assert list(LOADED.policies) == ["a.yml", "b.yml"]
    more = reduce(LOADED, [changed(2, entry("aa.yml"))])
    assert list(more.policies) == ["a.yml", "aa.yml", "b.yml"]


def test_policies_of_a_folder_are_in_the_order_of_what_is_shown_of_them() -> None:
    def named(spec: str, name: str, known_as: str = "") -> PolicyEntry:
        return replace(entry(spec), id=name, known_as=known_as)

    ones = [
        named("p/z.yml", "AWS.Alpha"),
        named("p/a.yml", "aws.beta"),
        named("p/m.yml", "", "AWS.Gamma"),
        named("p/delta.yml", ""),
        named("a/q.yml", "Z"),
    ]
    state = reduce(State(), [changed(1, *ones)])
    shown = ["a/q.yml", "p/z.yml", "p/a.yml", "p/m.yml", "p/delta.yml"]
    assert list(state.policies) == shown
    renamed = reduce(state, [changed(2, named("p/z.yml", "AWS.Omega"))])
    assert list(renamed.policies) == ["a/q.yml", "p/a.yml", "p/m.yml", "p/z.yml", "p/delta.yml"]


def test_a_policy_is_stale_until_it_has_a_result() -> None:
    assert {policy.status for policy in LOADED.policies.values()} == {Status.STALE}
    assert names(LOADED, "b.yml") == [None, None]
    assert LOADED.totals == Totals(stale=2)


def test_a_run_goes_from_queued_over_running_to_its_status() -> None:
    state = reduce(LOADED, [RunStarted(1, {"b.yml": "asked for"})])
    assert state.running
    assert state.policies["b.yml"].reason == "asked for"
    state = reduce(state, [PolicyStarted("b.yml", 1)])
    assert state.policies["b.yml"].status is Status.RUNNING
    state = reduce(state, [TestFinished("b.yml", 1, 1, result("two", ERRORED))])
    assert names(state, "b.yml") == [None, "two"]
    assert state.totals == Totals(errored=1, stale=2)
    state = reduce(
        state, [finished("b.yml", 1, result("one"), result("two", ERRORED), status=Status.FAILED)]
    )
    assert state.policies["b.yml"].status is Status.FAILED
    assert state.policies["b.yml"].failures == 1
    assert state.totals == Totals(passed=1, errored=1, stale=1)
    state = reduce(state, [RunFinished(1, 1, 0.25, 12.5)])
    assert not state.running
    assert state.last_run is not None
    assert (state.last_run.affected, state.last_run.seconds) == (1, 0.25)


def test_totals_count_tests_by_outcome_and_policies_that_are_invalid() -> None:
    assert RUN.totals == Totals(passed=2, failed=1)
    state = reduce(RUN, [finished("a.yml", 1, status=Status.INVALID)])
    assert state.totals == Totals(passed=1, failed=1, invalid=1)


def test_a_changed_policy_keeps_its_results_as_stale() -> None:
    state = reduce(RUN, [changed(2, entry("b.yml", "one", "two", name="renamed"))])
    policy = state.policies["b.yml"]
    assert (policy.status, policy.entry.id) == (Status.STALE, "renamed")
    assert names(state, "b.yml") == ["one", "two"]
    assert state.totals == Totals(passed=2, failed=1, stale=1)


def test_stale_results_follow_the_names_of_their_tests() -> None:
    state = reduce(RUN, [changed(2, entry("b.yml", "two", "three", "one"))])
    assert names(state, "b.yml") == ["two", None, "one"]


def test_stale_results_of_equal_names_keep_their_order() -> None:
    state = reduce(State(), [changed(1, entry("a.yml", "x", "x"))])
    state = reduce(state, [finished("a.yml", 1, result("x"), result("x", FAILED))])
    state = reduce(state, [changed(2, entry("a.yml", "new", "x", "x"))])
    outcomes = [found and found.outcome for found in state.policies["a.yml"].results]
    assert outcomes == [None, PASSED, FAILED]


def test_a_result_of_older_files_is_shown_as_stale() -> None:
    state = reduce(RUN, [changed(2, entry("b.yml", "two", "new"))])
    state = reduce(state, [PolicyStarted("b.yml", 1)])
    state = reduce(state, [TestFinished("b.yml", 1, 0, result("one", FAILED))])
    assert names(state, "b.yml") == ["two", None]
    state = reduce(state, [finished("b.yml", 1, result("one"), result("two"))])
    assert state.policies["b.yml"].status is Status.STALE
    assert names(state, "b.yml") == ["two", None]


def test_a_change_elsewhere_makes_no_result_stale() -> None:
    state = reduce(RUN, [changed(2, entry("a.yml", "one"))])
    state = reduce(state, [finished("b.yml", 1, result("one"), result("two"))])
    assert state.policies["b.yml"].status is Status.PASSED


def test_a_policy_in_a_new_run_is_stale_until_it_begins() -> None:
    state = reduce(RUN, [RunStarted(1, {"b.yml": "because g.py changed"})])
    assert state.policies["b.yml"].status is Status.STALE
    assert state.policies["a.yml"].status is Status.PASSED
    assert names(state, "b.yml") == ["one", "two"]


def test_a_cancelled_run_leaves_nothing_running() -> None:
    state = reduce(RUN, [RunStarted(1, {"b.yml": "asked for"}), PolicyStarted("b.yml", 1)])
    state = reduce(state, [RunFinished(1, 1, 0.1, None, cancelled=True)])
    assert state.policies["b.yml"].status is Status.STALE
    assert state.policies["a.yml"].status is Status.PASSED
    assert state.last_run is not None
    assert state.last_run.cancelled
    assert not state.running


def test_a_removed_policy_is_gone_with_its_results() -> None:
    state = reduce(RUN, [changed(2, removed=["b.yml"])])
    assert list(state.policies) == ["a.yml"]
    assert state.totals == Totals(passed=1)
    late: list[Event] = [PolicyStarted("b.yml", 1), TestFinished("b.yml", 1, 0, result("one"))]
    assert reduce(state, [*late, finished("b.yml", 1, result("one"))]) == state


def test_a_moved_policy_begins_anew() -> None:
    moved = changed(2, entry("c.yml", "one", "two"), removed=["b.yml"])
    state = reduce(RUN, [moved])
    assert list(state.policies) == ["a.yml", "c.yml"]
    assert names(state, "c.yml") == [None, None]


def test_results_of_an_earlier_session_are_shown_until_they_are_verified() -> None:
    recalled = ResultsRecalled((PolicyResult("a.yml", 7, Status.PASSED, (result("one"),)),))
    state = reduce(LOADED, [recalled])
    policy = state.policies["a.yml"]
    assert (policy.status, policy.remembered) == (Status.STALE, True)
    assert names(state, "a.yml") == ["one"]
    state = reduce(state, [finished("a.yml", 1, result("one"))])
    policy = state.policies["a.yml"]
    assert (policy.status, policy.remembered) == (Status.PASSED, False)


def test_a_result_for_a_test_that_is_not_there_is_dropped() -> None:
    assert reduce(LOADED, [TestFinished("a.yml", 1, 5, result("one"))]) == LOADED
    state = reduce(LOADED, [finished("a.yml", 1, result("one"), result("more"))])
    assert names(state, "a.yml") == ["one"]


def opened_with(tests: tuple[TestCase, ...], text: str, body: str = "") -> PolicyOpened:
    return PolicyOpened(1, Policy("a.yml", "a.py", "A", tests=tests), text, body)


def test_tests_of_the_same_text_are_the_same_objects() -> None:
    before, again, others = ((TestCase("one", 1, True, {"n": n}),) for n in (1, 1, 2))
    state = reduce(LOADED, [opened_with(before, "text", "old")])
    state = reduce(state, [opened_with(again, "text", "new")])
    assert state.opened is not None
    assert state.opened.body_text == "new"
    assert state.opened.policy.tests is before
    state = reduce(state, [opened_with(others, "other text")])
    assert state.opened is not None
    assert state.opened.policy.tests is others


def test_a_text_that_could_not_be_read_tells_nothing_of_its_tests() -> None:
    before, after = ((TestCase("one", 1, True, {"n": n}),) for n in (1, 2))
    state = reduce(LOADED, [opened_with(before, "\ufffd"), opened_with(after, "\ufffd")])
    assert state.opened is not None
    assert state.opened.policy.tests is after


def test_what_is_told_of_the_session_is_kept() -> None:
    policy = Policy("a.yml", "a.py", "A")
    opened = PolicyOpened(1, policy, "spec", "body")
    source = SourceOpened("g.py", None)
    found = Diagnostic("x.yml", 1, 0, Level.ERROR, "bad", "words")
    state = reduce(
        LOADED,
        [
            InterpreterChosen("/usr/bin/python3", "3.11.7", ".venv"),
            WatchChanged(WatchMode.POLLING, "a network drive"),
            opened,
            source,
            RepositoryChanged(3, "/repo", "other", (), (), (found,)),
        ],
    )
    assert (state.python, state.python_version, state.python_reason) == (
        "/usr/bin/python3",
        "3.11.7",
        ".venv",
    )
    assert (state.watch, state.watch_note) == (WatchMode.POLLING, "a network drive")
    assert (state.opened, state.source) == (opened, source)
    assert (state.generation, state.branch, state.diagnostics) == (3, "other", (found,))


def test_only_the_last_notices_are_kept() -> None:
    notices = [Notice(Level.WARNING, str(number)) for number in range(NOTICES_KEPT + 5)]
    state = reduce(State(), notices)
    assert state.notices == tuple(notices[5:])


def test_a_state_is_never_changed_in_place() -> None:
    before = dict(RUN.policies)
    reduce(RUN, [changed(2, entry("b.yml"), removed=["a.yml"]), PolicyStarted("b.yml", 2)])
    assert dict(RUN.policies) == before


SPECS = st.sampled_from(["a.yml", "b.yml", "c.yml"])
NAMES = st.sampled_from(["one", "two", "three"])
GENERATIONS = st.integers(1, 3)
RESULTS = st.builds(result, NAMES, st.sampled_from(Outcome))
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        changed,
        GENERATIONS,
        st.builds(lambda spec, tests: entry(spec, *tests), SPECS, st.lists(NAMES, max_size=3)),
        removed=st.lists(SPECS, max_size=1),
    ),
    st.builds(RunStarted, GENERATIONS, st.dictionaries(SPECS, st.just("why"))),
    st.builds(PolicyStarted, SPECS, GENERATIONS),
    st.builds(TestFinished, SPECS, GENERATIONS, st.integers(0, 3), RESULTS),
    st.builds(
        lambda spec, generation, results, status: PolicyFinished(
            PolicyResult(spec, generation, status, tuple(results))
        ),
        SPECS,
        GENERATIONS,
        st.lists(RESULTS, max_size=3),
        st.sampled_from([Status.PASSED, Status.FAILED, Status.INVALID]),
    ),
    st.builds(RunFinished, GENERATIONS, st.just(1), st.just(0.5), st.none(), st.booleans()),
    st.builds(Notice, st.just(Level.INFO), st.text(max_size=3)),
    st.builds(WatchChanged, st.sampled_from(WatchMode)),
)


@settings(derandomize=True)
@given(st.lists(EVENTS, max_size=12), st.integers(0, 12))
def test_events_come_to_the_same_state_however_they_are_batched(
    events: list[Event], place: int
) -> None:
    whole = reduce(State(), events)
    parts = reduce(reduce(State(), events[:place]), events[place:])
    assert parts == whole
    assert list(parts.policies) == list(whole.policies)
    assert [place_in_lists(it.entry) for it in whole.policies.values()] == sorted(
        place_in_lists(it.entry) for it in whole.policies.values()
    )


@settings(derandomize=True)
@given(st.lists(EVENTS, max_size=12))
def test_every_state_is_consistent(events: list[Event]) -> None:
    state = reduce(State(), events)
    outcomes = []
    for spec, policy in state.policies.items():
        assert policy.entry.spec == spec
        assert len(policy.results) == len(policy.entry.tests)
        outcomes += [found.outcome for found in policy.results if found]
    assert state.totals.passed == outcomes.count(PASSED)
    assert state.totals.failed == outcomes.count(FAILED)
    assert state.totals.errored == outcomes.count(ERRORED)


def save(generation: int, *specs: str, files: tuple[str, ...] = ()) -> RepositoryChanged:
    entries = tuple(entry(spec, "one") for spec in specs)
    return RepositoryChanged(
        generation, "/repo", "main", entries, (), (), (*specs, *files) or ("x.py",)
    )


def test_what_was_before_stays_until_the_next_change_that_ran_tests() -> None:
    broken: list[Event] = [
        save(2, "a.yml"),
        RunStarted(2, {"a.yml": "its spec changed"}),
        finished("a.yml", 2, result("one", FAILED), status=Status.FAILED),
    ]
    state = reduce(RUN, broken)
    assert state.before["a.yml"].results[0] == result("one")
    commented = reduce(state, [save(3, files=("helper.py",))])
    asked = reduce(commented, [RunStarted(3, {"b.yml": "asked for"})])
    assert asked.before == state.before, "neither a comment nor a key tells of another change"
    again = reduce(asked, [save(4, "a.yml"), RunStarted(4, {"a.yml": "its spec changed"})])
    assert again.before["a.yml"].results[0] == result("one", FAILED)


def test_of_several_changes_before_a_run_the_first_tells_how_it_was() -> None:
    changes: list[Event] = [
        save(2, "a.yml"),
        save(3, "b.yml"),
        RunStarted(3, {"b.yml": "its spec changed"}),
    ]
    assert reduce(RUN, changes).before["a.yml"].since == RUN.policies["a.yml"].since


def test_a_text_on_the_screen_is_outdated_from_the_change_until_it_comes_again() -> None:
    shown = reduce(RUN, [SourceOpened("helper.py", "old")])
    changed_ = reduce(shown, [save(2, files=("helper.py", "other.py"))])
    assert changed_.outdated == {"helper.py"}
    assert not reduce(changed_, [SourceOpened("helper.py", "new")]).outdated
