"""The pure parts behind the panes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.style import Style

from panther_engine.events import (
    PolicyFinished,
    RepositoryChanged,
    RunStarted,
    TestEntry,
    entry_of,
)
from panther_engine.model import FunctionResult, Outcome, TestCase
from panther_engine.state import LastRun, State, reduce
from panther_tui.overlays.help import known_marks
from panther_tui.panes.badges import Badge
from panther_tui.panes.bars import Timing, footer_lines, status_lines
from panther_tui.panes.code.code_rows import CodeLine, NoteLine, code_rows, notes_for
from panther_tui.panes.results.result_lines import (
    details_of,
    name_width,
    reason_of,
    show_duration,
)
from panther_tui.panes.results.result_lines import test_line as line_of_test
from panther_tui.panes.tree.tree_rows import (
    FolderCount,
    add_to,
    filter_policies,
    folder_line,
    group_by_folder,
    policy_line,
    tree_rows,
)
from panther_tui.panes.tree.tree_tests import filter_fault
from panther_tui.style.marks import EXPLAINED, STALE, mark_of_policy, mark_of_test
from panther_tui.style.tokens import Tokens
from panther_tui.triage.selection import (
    Place,
    Selection,
    Step,
    failures,
    find_start,
    first_failure,
    place_of_failure,
    settle,
    step_failure,
)
from panther_tui.views.highlight import Highlighter, plain_lines, split_lines
from panther_tui.views.line import Line, action_at, line_width, paint
from panther_tui.views.search import Search, fuzzy_score
from tests.tui.fake_engine import BODY, done, errored, failed, finish, passed, policy

READ = policy("AWS.S3.Read", ("Open", False), ("Null", True))
MFA = policy("AWS.S3.Mfa", ("On", True))
ROOT = replace(
    policy("AWS.IAM.Root", ("No keys", True), folder="policies/iam"), resource_types=("AWS.IAM",)
)
TOKENS = Tokens({"foreground": "#eeeeee", "background": "#111111"}, plain=False)


def state(*finished: PolicyFinished) -> State:
    entries = tuple(entry_of(it) for it in (ROOT, MFA, READ))
    return reduce(State(), (RepositoryChanged(1, "/r", "main", entries, (), ()), *finished))


def plain(line: Line) -> str:
    return "".join(text for text, _ in (*line.gutter, *line.text, *line.tail))


READ_FAILS = finish(READ, passed(READ.tests[0]), errored(READ.tests[1], READ.body))


def test_failures_are_in_the_order_of_the_tree() -> None:
    known = state(finish(ROOT, failed(ROOT.tests[0])), READ_FAILS)
    assert failures(known) == [Selection(ROOT.spec, 0, True), Selection(READ.spec, 1, True)]


def test_stepping_through_failures_goes_round_both_ways() -> None:
    known = state(finish(ROOT, failed(ROOT.tests[0])), READ_FAILS)
    first, last = failures(known)
    assert step_failure(known, first, 1) == Step(last, 2, 2, round=False)
    assert step_failure(known, last, 1) == Step(first, 1, 2, round=True)
    assert step_failure(known, first, -1) == Step(last, 2, 2, round=True)
    assert step_failure(known, last, -1) == Step(first, 1, 2, round=False)
    assert step_failure(state(), first, 1) is None


def test_the_only_failure_is_no_way_round() -> None:
    known = state(READ_FAILS)
    (only,) = failures(known)
    assert step_failure(known, only, 1) == Step(only, 1, 1, round=False)


def test_failures_follow_the_tree_where_it_has_another_order_than_the_paths() -> None:
    known = state(finish(ROOT, failed(ROOT.tests[0])), READ_FAILS)
    order = (READ.spec, ROOT.spec)
    assert [it.spec for it in failures(known, order)] == list(order)
    found = step_failure(known, Selection(MFA.spec), 1, order)
    assert found is not None
    assert found.selection.spec == READ.spec, "what the order does not name comes last"


def test_the_first_failure_is_known_once_none_can_come_before_it() -> None:
    order = (ROOT.spec, READ.spec, MFA.spec)
    assert first_failure(state(READ_FAILS), order) is None, "the first of them has not run"
    assert first_failure(state(finish(ROOT), READ_FAILS), order) == Selection(READ.spec, 1)
    assert first_failure(state(finish(ROOT), finish(READ)), order) is None
    over = reduce(state(READ_FAILS), [done(3)])
    assert first_failure(over, order) == Selection(READ.spec, 1), "nothing more comes"


def test_an_unchosen_test_gives_way_to_the_first_failing_one() -> None:
    known = state(READ_FAILS)
    assert settle(known, Selection(READ.spec)).test == 1
    assert settle(known, Selection(READ.spec, 0, True)).test == 0
    assert settle(known, Selection(READ.spec, 9, True)).test == 1


def test_the_place_of_a_failure_is_the_line_that_raised() -> None:
    assert place_of_failure(state(READ_FAILS), Selection(READ.spec, 1)) == Place(READ.body, 2)
    assert place_of_failure(state(READ_FAILS), Selection(READ.spec, 0)) is None


def test_a_start_names_a_spec_a_test_or_a_body() -> None:
    known = state()
    assert find_start(known, READ.spec) == (Selection(READ.spec), Place(READ.spec, 0))
    assert find_start(known, f"{READ.spec}:5") == (
        Selection(READ.spec, 1, True),
        Place(READ.spec, 5),
    )
    assert find_start(known, f"{READ.body}:3") == (Selection(READ.spec), Place(READ.body, 3))
    assert find_start(known, "elsewhere.py") is None


def test_folders_are_named_without_what_they_share() -> None:
    folders = group_by_folder(it.entry for it in state().policies.values())
    assert [(it.label, it.prefix) for it in folders] == [("iam", "AWS."), ("s3", "AWS.")]
    assert len(tree_rows(folders, {"policies/s3"}, None)) == 3
    assert len(tree_rows(folders, {"policies/s3"}, {MFA.spec})) == 2


def test_a_filter_takes_words_first_and_letters_only_if_no_word_fits() -> None:
    policies = state().policies
    assert set(filter_policies(policies, "s3")) == {MFA.spec, READ.spec}
    assert set(filter_policies(policies, "s3 read")) == {READ.spec}
    assert set(filter_policies(policies, "amfa")) == {MFA.spec}
    assert not filter_policies(policies, "zzz")


def test_letters_at_the_start_of_words_count_more() -> None:
    assert fuzzy_score("pr", "Bucket.PublicRead") > fuzzy_score("pr", "Bucket.OpenAir")
    assert fuzzy_score("xq", "Bucket") == 0


def test_search_ignores_case_unless_the_query_has_a_capital() -> None:
    assert Search("grant").spans("Grant grant") == [(0, 5), (6, 11)]
    assert Search("Grant").spans("Grant grant") == [(0, 5)]
    assert Search(".").spans("a.b") == [(1, 2)]


def test_notes_stand_under_the_line_they_are_about() -> None:
    notes = notes_for(READ.body, state(READ_FAILS), Selection(READ.spec, 1))
    assert notes.failing == 2
    assert code_rows(3, notes) == [CodeLine(1), CodeLine(2), NoteLine(2, 0), CodeLine(3)]
    assert not notes_for(READ.body, state(READ_FAILS), Selection(READ.spec, 0)).texts


def test_reasons_are_a_few_words() -> None:
    assert reason_of(errored(READ.tests[1], READ.body)) == "TypeError at line 2"
    assert reason_of(failed(READ.tests[1])) == "wrong verdict"
    assert reason_of(passed(READ.tests[0])) == 'alert "Alert of Open"'


def test_details_tell_error_frames_alert_and_output() -> None:
    told = [plain(it.line).strip() for it in details_of(errored(READ.tests[0], READ.body), ())]
    assert "expected an alert, got an error" in told
    assert "TypeError: 'NoneType' object is not iterable" in told
    assert f"{READ.body}:2 in policy" in told
    assert 'title         "Alert of Open"' in told
    assert told[-2:] == ["output", "hello"]


def test_a_wrong_verdict_begins_with_what_was_expected_what_came_and_what_that_means() -> None:
    def told(test: TestCase) -> list[str]:
        return [plain(it.line).strip() for it in details_of(failed(test), (), READ)]

    assert told(READ.tests[0])[:2] == [
        "expected False (alert), got True (compliant)",
        "→ no alert would be raised for this resource",
    ]
    assert told(READ.tests[1])[:2] == [
        "expected True (compliant), got False (alert)",
        "→ an alert would be raised for this resource",
    ]
    right = [plain(it.line) for it in details_of(passed(READ.tests[0]), (), READ)]
    assert not any("expected" in it or "→" in it for it in right)


def test_the_texts_of_an_alert_that_no_resource_changes_are_one_line() -> None:
    folded = details_of(passed(READ.tests[0]), (), READ)
    (fold,) = [it for it in folded if it.fold]
    assert plain(fold.line).strip() == "▸ from the spec  severity, destinations, dedup"
    whole = details_of(passed(READ.tests[0]), (), READ, opened={"spec texts"})
    assert len(whole) == len(folded) + 3


def test_a_dedup_that_panther_made_up_is_one_of_them_and_one_of_the_policy_is_not() -> None:
    result = passed(READ.tests[0])
    own = {**result.functions, "dedup": FunctionResult("by owner", None, True)}
    made_up = {**own, "dedup": FunctionResult(f"defaultDedupString:{READ.id}", None, True)}
    for functions, fold, shown in (
        (own, "▸ from the spec  severity, destinations", True),
        (made_up, "▸ from the spec  severity, destinations, dedup", False),
    ):
        details = details_of(replace(result, functions=functions), (), READ)
        told = [plain(it.line).strip() for it in details]
        assert told[-1] == fold
        assert ('dedup         "by owner"' in told) is shown


def test_an_alert_function_that_erred_is_named() -> None:
    result = failed(READ.tests[0])
    broken = {"dedup": FunctionResult(None, "KeyError: 'x'", False)}
    result = replace(result, functions=broken, verdict=passed(READ.tests[0]).verdict)
    assert reason_of(result) == "dedup: KeyError: 'x'"
    assert result.outcome is Outcome.FAILED


def test_durations_fit_a_narrow_column() -> None:
    assert [show_duration(it) for it in (0.04, 0.25, 12.3, 1500)] == [
        "0.04 ms",
        "0.2 ms",
        "12.3 ms",
        "1.5 s",
    ]


def test_the_status_bar_says_what_design_6_says() -> None:
    known = state(finish(ROOT), finish(MFA), READ_FAILS)
    known = replace(known, last_run=LastRun(1, 0.5, 0.0, False))
    text = plain(status_lines(known, Timing(shown_ms=41.2))[0])
    assert text.startswith(" ● watching   3 passed  0 failed  1 errored  3 policies   saved ")
    assert text.endswith(" · 1 affected · 41 ms")


def test_the_status_bar_says_stale_while_results_are_older_than_files() -> None:
    known = reduce(state(finish(ROOT), finish(MFA), READ_FAILS), [RunStarted(2, {READ.spec: "x"})])
    assert "1 stale" in plain(status_lines(known, Timing())[0])


def test_every_form_of_the_status_bar_keeps_the_counts() -> None:
    known = state(finish(ROOT), READ_FAILS)
    for line in status_lines(known, Timing()):
        assert "2 passed" in plain(line)
        assert "1 errored" in plain(line)


def test_where_there_is_little_room_the_name_of_what_is_pinned_stays_before_the_last_run() -> None:
    known = replace(state(finish(ROOT), READ_FAILS), last_run=LastRun(1, 0.5, 0.0, False))
    pinned = Badge("pinned", "warning", "AWS.S3.Bucket.SecureAccess.Only")
    fitting = [it for it in status_lines(known, Timing(), [pinned]) if line_width(it) <= 80]
    assert plain(fitting[0]).startswith(" ● watching  pinned AWS.S3.Bu…ccess.Only  2 passed")


def test_a_click_in_a_bar_is_for_the_text_in_that_cell() -> None:
    line = Line((("a", "key @one"), (" b", "")), gutter=((" ", ""),), tail=(("cd", "@two"),))
    assert [action_at(line, 9, x) for x in range(9)] == ["", "one", *[""] * 5, "two", "two"]


def test_a_name_without_room_loses_its_middle() -> None:
    line = Line((("S3.Bucket.PublicRead", ""),), tail=(("1/4", "fail"),), middle=True)
    assert paint(line, TOKENS, 17).text == "S3.Buc…icRead 1/4"
    assert paint(line, TOKENS, 24).text == "S3.Bucket.PublicRead 1/4"
    for width in range(1, 30):
        assert paint(line, TOKENS, width).cell_length == width


def test_names_of_tests_give_way_to_no_duration_and_no_reason() -> None:
    long = "A bucket that allows READ to all users and WRITE to some"
    narrow, wide = 78, 122
    for width in (narrow, wide):
        cells = name_width([long], width)
        line = line_of_test(
            TestEntry(long, 4, True),
            errored(READ.tests[1], READ.body),
            names=cells,
            stale=False,
            selected=False,
            width=width,
            flip=None,
        )
        shown = paint(line, TOKENS, width).text
        assert shown.rstrip().endswith("0.2 ms") is (width == wide)
        assert "got ERROR" in shown
        assert (long in shown) is (width == wide)
    assert name_width([long], narrow) == narrow - 28


def test_a_result_that_is_older_than_the_files_has_a_mark_of_its_own() -> None:
    known = state(finish(ROOT), finish(MFA), READ_FAILS)
    stale = reduce(known, [RunStarted(2, {READ.spec: "saved"})])
    assert mark_of_policy(stale.policies[READ.spec]) is STALE
    assert mark_of_test(stale.policies[READ.spec].results[0], stale=True) is STALE
    assert len({mark.shape for mark, _ in EXPLAINED}) == len(EXPLAINED)


def test_a_folder_carries_what_is_stale_in_it() -> None:
    known = state(finish(ROOT), finish(MFA), finish(READ))
    stale = reduce(known, [RunStarted(2, {MFA.spec: "saved"})])
    count = FolderCount()
    for spec in (MFA.spec, READ.spec):
        add_to(count, stale.policies[spec], 1)
    (_, s3) = group_by_folder(it.entry for it in stale.policies.values())
    assert plain(folder_line(s3, count, closed=True)).startswith("○ ▸ s3")
    add_to(count, stale.policies[MFA.spec], -1)
    add_to(count, known.policies[MFA.spec], 1)
    assert plain(folder_line(s3, count, closed=True)).startswith("✓ ▸ s3")


def test_a_folder_whose_failures_are_all_old_is_stale() -> None:
    known = state(finish(ROOT), finish(MFA), READ_FAILS)
    stale = reduce(known, [RunStarted(2, {READ.spec: "saved"})])
    (_, s3) = group_by_folder(it.entry for it in stale.policies.values())
    for of, row in ((known, "✗ ▸ s31/2 "), (stale, "○ ▸ s31/2 ")):
        count = FolderCount()
        for spec in (MFA.spec, READ.spec):
            add_to(count, of.policies[spec], 1)
        assert plain(folder_line(s3, count, closed=True)) == row


def test_help_explains_every_mark() -> None:
    told = "\n".join(plain(it.line) for it in known_marks())
    for mark, text in EXPLAINED:
        assert f"{mark.shape} {mark.word}" in told
        assert text in told


def test_a_footer_without_room_keeps_its_ends() -> None:
    lines = footer_lines([("]", "next", "a"), ("r", "run", "b"), ("?", "keys", "c")])
    assert [plain(line).split() for line in lines][1] == ["]", "next", "?", "keys"]


def test_a_row_is_exactly_as_wide_as_asked() -> None:
    line = Line((("桶" * 30, ""),), gutter=((" 1 ", "gutter"),), tail=((" 9 ", "muted"),))
    for width in range(1, 40):
        strip = paint(line, TOKENS, width)
        assert strip.cell_length == width
    assert "…" in paint(line, TOKENS, 30).text


def test_text_scrolls_sideways_between_gutter_and_tail() -> None:
    line = Line((("abcdefgh", ""),), gutter=(("> ", ""),))
    assert paint(line, TOKENS, 6, left=2).text == "> cde›"
    assert paint(line, TOKENS, 6, left=4).text == "> efgh"


def test_matches_are_styled_by_character_not_by_cell() -> None:
    strip = paint(Line((("桶ab", ""),)), TOKENS, 8, spans=[((1, 2), Style(underline=True))])
    assert [it.text for it in strip if it.style and it.style.underline] == ["a"]


def test_colours_never_change_the_text() -> None:
    source = BODY + '\n\tx = """two\n\nlines"""\r\n# é桶 \x1b[0m\n'
    for path in ("a.py", "a.yml", "a.json", "a.txt"):
        coloured = ["".join(text for text, _ in line) for line in Highlighter().lines(path, source)]
        assert coloured == ["".join(text for text, _ in line) for line in plain_lines(source)]
        assert len(coloured) == len(split_lines(source))


def test_a_text_that_goes_on_to_the_right_says_so() -> None:
    line = Line((("abcdefgh", ""),))
    assert paint(line, TOKENS, 8).text == "abcdefgh"
    assert paint(line, TOKENS, 7).text == "abcdef›"
    assert paint(Line((("abcdefg ", ""),)), TOKENS, 7).text == "abcdefg"


def test_without_colours_what_fails_is_louder_than_what_passes() -> None:
    bare = Tokens({"foreground": "#ffffff", "pt-fail": "#ff0000"}, plain=True, colourless=True)
    assert bare.style("fail") == Style(bold=True)
    assert bare.style("pass") == Style()
    assert bare.style("muted") == Style(dim=True)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("severty=High", "no key severty: Severity?"),
        ("zzz=1", "no key zzz: Severity, ResourceTypes, Enabled, PolicyID"),
        ("Severity=Hgh", "no Severity hgh: High?"),
        ("Severity=Hi", ""),
        ("Severity!=High", ""),
        ("Tags=zzz", "no Tags zzz: "),
        ("words", ""),
        ("=", ""),
    ],
)
def test_a_filter_that_can_fit_nothing_says_why(query: str, said: str) -> None:
    entries = [entry_of(replace(MFA, severity="High")), entry_of(replace(READ, severity="Low"))]
    found = filter_fault(query, entries)
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_names_keep_their_shape_while_a_spec_is_broken() -> None:
    broken = replace(MFA, id="", known_as=MFA.id)
    entries = (entry_of(READ), entry_of(broken))
    known = reduce(State(), [RepositoryChanged(1, "/r", "main", entries, (), ())])
    before = group_by_folder([entry_of(READ), entry_of(MFA)])
    (folder,) = group_by_folder(policy.entry for policy in known.policies.values())
    assert [folder.prefix] == [one.prefix for one in before] == ["AWS."]
    assert [folder.specs] == [one.specs for one in before]
    line = policy_line(known.policies[MFA.spec], folder.prefix, selected=False)
    assert line.plain == "S3.Mfa (was)"


def test_policies_of_a_folder_are_sorted_by_what_is_shown() -> None:
    first, last = replace(READ, id="AWS.S3.Zebra"), replace(MFA, id="AWS.S3.ant")
    (folder,) = group_by_folder([entry_of(first), entry_of(last)])
    assert folder.specs == (MFA.spec, READ.spec)
    entries = (entry_of(first), entry_of(last))
    ends = (finish(first, failed(READ.tests[0])), finish(last, failed(MFA.tests[0])))
    known = reduce(State(), [RepositoryChanged(1, "/r", "main", entries, (), ()), *ends])
    assert [it.spec for it in failures(known)] == [MFA.spec, READ.spec]
    step = step_failure(known, Selection(MFA.spec, 0, True), 1)
    assert step is not None
    assert step.selection.spec == READ.spec
