"""What the results pane says of a test and of a policy that cannot run. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from rich.cells import cell_len, set_cell_size

from panther_engine.events import Explained, TestEntry
from panther_engine.model import (
    Diagnostic,
    Failure,
    Mock,
    Outcome,
    Policy,
    TestResult,
    Verdict,
)
from panther_tui.panes.results.alert_lines import alert_lines, show_value, spec_lines
from panther_tui.panes.results.detail import MARGIN, Detail, say
from panther_tui.panes.results.why_lines import why_details
from panther_tui.panes.results.wrong_verdict import wrong_verdict
from panther_tui.style.marks import mark_of_level, mark_of_test
from panther_tui.terminal.safe_text import printable, printable_lines
from panther_tui.triage.rounds import RoundShown
from panther_tui.triage.selection import Place
from panther_tui.triage.transitions import FLIP_TOKENS, Flip
from panther_tui.views.cut import cut_middle
from panther_tui.views.line import Line, Pieces, line_width

SPEC_TEXTS = "spec texts"
"""The name of the part with the alert's texts from the spec: the same for every test."""
SLOW_MS = 1000.0
"""A test that takes as long as this is called SLOW."""

LEAST_NAME = 14
"""The least cells for a test's name."""

COMPACT = 84
"""In a pane narrower than this a test's row leaves the reason to the lines below it."""

REASON_LIMIT = 300

OUTPUT_LINES = 1_000
"""Lines of what a test printed that are shown; all of it is in the report of a headless run."""

_WORDS = {
    Verdict.PASS: "compliant",
    Verdict.FAIL: "an alert",
    Verdict.ERROR: "an error",
}
VERDICT_TOKENS = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.ERROR: "error"}


def name_width(names: Sequence[str], width: int) -> int:
    """Cells for the names so that verdicts stand in a column, in a pane of this width.

    Durations and reasons give way to names: the selected test has its reason in the lines below.
    """
    longest = max((cell_len(printable(name, 200)) for name in names), default=LEAST_NAME)
    return max(LEAST_NAME, min(longest, width - (28 if width < COMPACT else 55)))


def test_line(
    entry: TestEntry,
    result: TestResult | None,
    *,
    names: int,
    stale: bool,
    selected: bool,
    width: int,
    flip: Flip | None,
) -> Line:
    """A test in one row: mark, name, expected, got, why; at its end the duration.

    `width` are the cells of the pane; where there are too few the duration goes unsaid. `flip` is
    what the last change made of it.
    """
    compact = width < COMPACT
    mark = mark_of_test(result, stale=stale)
    name = cut_middle(printable(entry.name or "(no name)", 200), names)
    expected = "PASS" if entry.expected else "FAIL"
    text: Pieces = (
        (set_cell_size(name, names + 1 + (not compact)), "bold" if selected else ""),
        ("expected ", "muted"),
        (expected, "muted bold"),
    )
    if result is None:
        return Line((*text, ("  not run", "muted")), gutter=((f" {mark.shape} ", mark.token),))
    if stale:
        got = "stale"
    else:
        got = VERDICT_TOKENS[result.verdict] if result.outcome is not Outcome.PASSED else "muted"
    space = " " if compact else "   "
    text += ((f"{space}got ", "muted"), (f"{result.verdict.value:<5}", f"{got} bold"))
    reason = "" if compact else reason_of(result)
    if reason:
        fine = result.outcome is Outcome.PASSED or stale
        text += ((f"  {reason}", "muted" if fine else mark.token),)
    slow = result.duration_ms >= SLOW_MS
    took = f"{'SLOW ' if slow else ''}{show_duration(result.duration_ms)} "
    tail: Pieces = ((took, "warning" if slow else "faint"),)
    if flip is not None:
        said = (f"{flip}  ", FLIP_TOKENS[flip])
        tail = (said,) if compact and not slow else (said, *tail)
    line = Line(text, gutter=((f" {mark.shape} ", mark.token),), tail=tail)
    if compact and flip is None and not slow and line_width(line) + 2 > width:
        return replace(line, tail=())
    return line


def copied_head(policy: str, entry: TestEntry, result: TestResult | None) -> str:
    """A test in one line for another program: policy, name, expected, got and why, nothing cut."""
    head = (
        f"{policy} · {entry.name or '(no name)'}: expected {'PASS' if entry.expected else 'FAIL'}"
    )
    if result is None:
        return f"{head}, not run"
    return ", ".join(filter(None, (f"{head}, got {result.verdict.value}", reason_of(result))))


def show_duration(milliseconds: float) -> str:
    """A duration for a narrow column."""
    if milliseconds < 0.1:
        return f"{milliseconds:.2f} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds / 1000:.1f} s"


def reason_of(result: TestResult) -> str:
    """Why a test came out as it did, in a few words; empty if there is nothing to add."""
    if result.outcome is Outcome.PASSED:
        title = result.functions.get("title")
        if result.verdict is Verdict.FAIL and title is not None and title.error is None:
            return printable(f"alert {show_value(title.output)}", REASON_LIMIT)
        return ""
    if result.error is not None:
        where = f" at line {result.error.line}" if result.error.line else ""
        return printable(f"{result.error.type}{where}", REASON_LIMIT)
    for name, function in result.functions.items():
        if function.error:
            return printable(f"{name}: {function.error}", REASON_LIMIT)
    return "wrong verdict" if (result.verdict is Verdict.PASS) != result.expected else ""


def details_of(
    result: TestResult | None,
    mocks: Sequence[Mock],
    policy: Policy | None = None,
    *,
    explained: Explained | None = None,
    opened: Collection[str] = (),
    shown: RoundShown | None = None,
) -> list[Detail]:
    """All there is to say of a test below its row; `policy` gives the alert its defaults.

    `explained` is why it got its verdict, `opened` the parts that are shown in full, by name, and
    `shown` the round of a loop that is looked at.
    """
    found: list[Detail] = []
    if result is not None:
        if result.outcome is not Outcome.PASSED:
            found += _verdict(result)
        if result.error is not None:
            found += _failure(result.error)
        found += why_details(explained, opened, result.outcome is not Outcome.PASSED, shown)
        if result.mutated:
            found.append(say("the policy changed the resource that it was given", "warning"))
        found += _alert(result, policy, SPEC_TEXTS in opened)
    if mocks:
        found.append(say("mocks", "title"))
        for mock in mocks:
            returned = f" returns {show_value(mock.return_value)}"
            found.append(say(f"  {mock.object_name}", "", returned, "muted"))
    if result is not None and result.output:
        found.append(say("output", "title"))
        printed = printable_lines(result.output)
        found += [say(f"  {text}", "") for text in printed[:OUTPUT_LINES]]
        if len(printed) > OUTPUT_LINES:
            found.append(say(f"  … {len(printed) - OUTPUT_LINES:,} lines more", "muted"))
    return found


def _verdict(result: TestResult) -> list[Detail]:
    """What was expected and what came: of a wrong verdict also what that means."""
    wrong = [Detail(Line(it, gutter=((MARGIN, ""),))) for it in wrong_verdict(result)]
    return wrong or [_expected_and_got(result)]


def _expected_and_got(result: TestResult) -> Detail:
    """In words; of a right verdict what else made the test fail."""
    expected = "compliant" if result.expected else "an alert"
    got, token = _WORDS[result.verdict], f"{VERDICT_TOKENS[result.verdict]} bold"
    if got == expected:
        failed = (name for name, function in result.functions.items() if function.error)
        what = f"{next(failed, 'an alert function')}()"
        return say("expected ", "muted", expected, "bold", ", but ", "muted", what, "fail bold",
                    " failed", "muted")  # fmt: skip
    return say("expected ", "muted", expected, "bold", ", got ", "muted", got, token)


def diagnostic_details(found: Sequence[Diagnostic]) -> list[Detail]:
    """A policy's diagnostics: mark, file and line, what was found and what to do."""
    lines: list[Detail] = []
    for it in found:
        mark = mark_of_level(it.severity)
        place = Place(it.path, it.line)
        where = f"{it.path.rpartition('/')[2]}:{it.line}" if it.line else it.path
        first, *more = printable_lines(it.message) or [""]
        head = Line(
            (
                (f"{mark.word} ", f"{mark.token} bold"),
                (printable(f"{where}  "), "muted"),
                (first, ""),
            ),
            gutter=((f" {mark.shape} ", mark.token),),
        )
        lines.append(Detail(head, place))
        lines += [say(text, "") for text in more]
        if it.hint:
            lines += [say(text, "muted italic") for text in printable_lines(it.hint)]
    return lines


def _failure(error: Failure) -> list[Detail]:
    place = Place(error.path, error.line) if error.path else None
    first, *more = printable_lines(error.message) or [""]
    head = say(f"{error.type}: " if first else error.type, "error bold", first, "error")
    found = [Detail(head.line, place), *(say(text, "error") for text in more)]
    for frame in error.frames:
        where = f"{frame.path}:{frame.line}"
        shown = say("  ", "", where, "underline", f" in {frame.function}", "muted")
        found.append(Detail(shown.line, Place(frame.path, frame.line)))
        if frame.source:
            found.append(say("      ", "", frame.source, ""))
    return found


def _alert(result: TestResult, policy: Policy | None, spec_texts: bool) -> list[Detail]:
    said = alert_lines(result)
    sent = result.verdict is Verdict.FAIL
    texts = spec_lines(result, policy) if sent and policy is not None else []
    if not said and not texts:
        return []
    head = say("alert", "title", "" if sent else "  (functions only: none is sent)", "muted")
    found = [head, *map(Detail, said)]
    if texts:
        arrow, names = ("▾", "") if spec_texts else ("▸", ", ".join(name for name, _ in texts))
        fold = say(f"  {arrow} ", "faint", "from the spec  ", "muted", names, "muted")
        found.append(Detail(fold.line, fold=SPEC_TEXTS))
    if spec_texts:
        found += [Detail(line) for _, lines in texts for line in lines]
    return found
