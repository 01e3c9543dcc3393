"""Why a test got its verdict, as lines below it: reason, steps, what would flip it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from panther_engine.events import Explained
from panther_engine.model import Verdict
from panther_engine.values.insight import Change, Condition, Flip, Insight, Loop, Operand
from panther_tui.panes.results.alert_lines import show_value
from panther_tui.panes.results.detail import MARGIN, Detail, say
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.insights import as_place
from panther_tui.views.cut import cut_middle
from panther_tui.views.json_lines import show_path
from panther_tui.views.line import Line, Pieces

STEPS = "steps"
"""The name of the part that holds the steps."""
VALUE_CELLS = 48
"""Cells of a value in a change; its ends tell it apart."""
TEXT_LIMIT = 300
FLIPS = 3
ROUNDS = 5
DEPTH = 3
_TURNED = {Verdict.PASS: "compliant", Verdict.FAIL: "an alert", Verdict.ERROR: "an error"}


def why_details(explained: Explained | None, opened: Collection[str], fails: bool) -> list[Detail]:
    """All that is known of the verdict; nothing if nothing is.

    `opened` are the parts that are open, by name; `fails` is whether the test does.
    """
    if explained is None:
        return []
    insight = explained.insight
    if not insight.same_as_plain:
        return [_headed("why", ((printable(insight.reason, TEXT_LIMIT), "warning"),))]
    place = as_place(insight.deciding.place) if insight.deciding is not None else None
    reason = _headed("why", quoted(insight.reason))
    found = [Detail(reason.line, place)]
    steps = list(_steps(insight.conditions))
    if steps:
        is_open = STEPS in opened
        count = f"{len(insight.conditions)} step{'s' * (len(insight.conditions) != 1)}"
        arrow = "▾" if is_open else "▸"
        fold = say(f"{arrow} ", "faint", f"{count} to line {_line_of(insight)}", "muted")
        found.append(Detail(fold.line, fold=STEPS))
        found += steps if is_open else []
    found += [say(printable(note, TEXT_LIMIT), "muted italic") for note in insight.notes]
    found += _flips(explained.flips, insight.expected, fails)
    return found


def quoted(sentence: str) -> Pieces:
    """A sentence whose code, in backquotes, stands out."""
    parts = printable(sentence, 2_000).split("`")
    if len(parts) % 2 == 0:
        return ((printable(sentence, 2_000), ""),)
    return tuple((part, "bold" if at % 2 else "") for at, part in enumerate(parts) if part)


def change_pieces(change: Change) -> Pieces:
    """A change of a resource as a difference."""
    field = (printable(show_path(change.field).removeprefix("$.") or "$", 120), "syntax-key")
    if change.op == "remove":
        return (field, ("  removed, was ", "muted"), (_value(change.old), "fail"))
    if change.op == "add":
        return (field, ("  added: ", "muted"), (_value(change.new), "pass"))
    return (field, ("  ", ""), (_value(change.old), "fail"), (" → ", "muted"),
            (_value(change.new), "pass"))  # fmt: skip


def _flips(flips: Sequence[Flip] | None, expected: bool, fails: bool) -> Iterator[Detail]:
    """The best first; of a failing test those that would have it pass, if there are any."""
    if flips is None:
        return
    wanted = Verdict.PASS if expected else Verdict.FAIL
    mending = [flip for flip in flips if flip.verdict is wanted] if fails else []
    if not flips:
        yield say("no small change of the resource turns the verdict", "muted italic")
        return
    yield say("what would have to be different" if mending else "what would flip it", "title")
    for flip in (mending or flips)[:FLIPS]:
        turned = f"  → {_TURNED[flip.verdict]}  "
        for number, change in enumerate(flip.changes):
            lead = " " * len(turned) if number else turned
            pieces = ((lead, "muted"), *change_pieces(change))
            yield Detail(Line(pieces, gutter=((MARGIN, ""),)))


def _steps(conditions: Iterable[Condition], depth: int = 0) -> Iterator[Detail]:
    for step in conditions:
        indent = "       " + "  " * depth
        truth = {True: ("yes", "pass"), False: ("no", "fail"), None: ("", "")}[step.truth]
        shown = step.phrase or f"`{step.place.text}` is {step.value}"
        mark = ("• ", "key bold") if step.decides else ("  ", "")
        text = (*quoted(shown), (f"  {truth[0]}" if truth[0] else "", truth[1]))
        line = Line(text, gutter=((indent, ""), (f"{step.place.line:>4} ", "gutter"), mark))
        yield Detail(line, as_place(step.place))
        if depth < DEPTH:
            for operand in step.operands:
                yield from _operand(operand, depth + 1)
        if step.loop is not None:
            yield from _loop(step.loop, depth + 1)


def _operand(operand: Operand, depth: int) -> Iterator[Detail]:
    """What a call of the repository's own code did, or a loop inside the condition."""
    yield from _steps(operand.inside, depth)
    if operand.loop is not None:
        yield from _loop(operand.loop, depth)


def _loop(loop: Loop, depth: int) -> Iterator[Detail]:
    indent = "       " + "  " * depth
    of = f" of {loop.size}" if loop.size is not None and loop.size != loop.ran else ""
    head = f"{loop.ran}{of} round{'s' * (loop.ran != 1)} over {printable(loop.over, 80)}"
    if loop.deciding is not None:
        head += f", round {loop.deciding} decided"
    yield Detail(Line(((head, "muted"),), gutter=((f"{indent}     ", ""),)), as_place(loop.place))
    chosen = sorted(loop.rounds, key=lambda it: (it.number != loop.deciding, it.number))[:ROUNDS]
    for turn in sorted(chosen, key=lambda it: it.number):
        decided = turn.number == loop.deciding
        said = "; ".join(one.phrase for one in turn.conditions if one.phrase)
        item = cut_middle(printable(turn.item, TEXT_LIMIT), VALUE_CELLS)
        pieces: Pieces = (
            (f"{turn.number:>3}  ", "key bold" if decided else "gutter"),
            (item, "syntax-string"),
            *(((" — ", "muted"), *quoted(said)) if said else ()),
        )
        yield Detail(Line(pieces, gutter=((f"{indent}     ", ""),)))
    if loop.ran > len(chosen):
        more = f"     … {loop.ran - len(chosen)} more rounds"
        yield Detail(Line(((more, "muted"),), gutter=((f"{indent}     ", ""),)))


def _headed(label: str, pieces: Pieces) -> Detail:
    return Detail(Line(pieces, gutter=((f"{MARGIN}{label:<5}", "title"),)))


def _line_of(insight: Insight) -> str:
    deciding = insight.deciding
    return str(deciding.place.line) if deciding is not None else "?"


def _value(value: object) -> str:
    return cut_middle(printable(show_value(value), 2_000), VALUE_CELLS)
