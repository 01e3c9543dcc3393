"""Why a test got its verdict, as lines below it: reason, steps, what would flip it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from panther_engine.events import Explained
from panther_engine.model import Verdict
from panther_engine.values.insight import (
    Change,
    Condition,
    Flip,
    Insight,
    Loop,
    Operand,
    Round,
)
from panther_tui.panes.results.alert_lines import show_value
from panther_tui.panes.results.detail import MARGIN, Detail, say
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.insights import as_place
from panther_tui.triage.rounds import DEPTH, RoundShown, loops_of, round_of
from panther_tui.views.cut import cut_middle
from panther_tui.views.json_lines import show_path
from panther_tui.views.line import Line, Pieces

STEPS = "steps"
"""The name of the part that holds the steps."""
VALUE_CELLS = 48
"""Cells of a value in a change; its ends tell it apart."""
TEXT_LIMIT = 300
FLIPS = 3
CHANGES = 3
"""Differences of one flip that are told."""
ROUNDS = 5
_TURNED = {Verdict.PASS: "compliant", Verdict.FAIL: "an alert", Verdict.ERROR: "an error"}


def why_details(
    explained: Explained | None,
    opened: Collection[str],
    fails: bool,
    shown: RoundShown | None = None,
) -> list[Detail]:
    """All that is known of the verdict; nothing if nothing is.

    `opened` are the parts that are open, by name; `fails` is whether the test does, and `shown` the
    round of a loop that is looked at.
    """
    if explained is None:
        return []
    insight = explained.insight
    if not insight.same_as_plain:
        return [_headed("why", ((printable(insight.reason, TEXT_LIMIT), "warning"),))]
    place = as_place(insight.deciding.place) if insight.deciding is not None else None
    reason = _headed("why", quoted(insight.reason))
    found = [Detail(reason.line, place)]
    steps = list(_Chain(insight, shown).steps(insight.conditions))
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


def narrow_change(change: Change) -> tuple[Change, ...]:
    """What differs in the values of a change: two documents look alike where they are cut."""
    old, new = change.old, change.new
    if change.op != "set" or not isinstance(old, dict) or not isinstance(new, dict) or not old:
        return (change,)
    found: list[Change] = []
    for key in dict.fromkeys((*old, *new)):
        field = (*change.field, key)
        if key not in new:
            found.append(Change("remove", field, old[key], None))
        elif key not in old:
            found.append(Change("add", field, None, new[key]))
        elif repr(old[key]) != repr(new[key]):  # 1 equals True
            found += narrow_change(Change("set", field, old[key], new[key]))
    return tuple(found)


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
        changes = [one for change in flip.changes for one in narrow_change(change)]
        for number, change in enumerate(changes[:CHANGES]):
            lead = " " * len(turned) if number else turned
            pieces = ((lead, "muted"), *change_pieces(change))
            line = Line(pieces, gutter=((MARGIN, ""),))
            yield Detail(line, flip=None if number else flip)
        if len(changes) > CHANGES:
            yield say(f"{' ' * len(turned)}and {len(changes) - CHANGES} more", "muted")


class _Chain:
    """The steps as lines, with the rounds of loops round the one that is looked at."""

    def __init__(self, insight: Insight, shown: RoundShown | None) -> None:
        self._loops = loops_of(insight)
        self._shown = round_of(insight, shown)

    def steps(self, conditions: Iterable[Condition], depth: int = 0) -> Iterator[Detail]:
        """A line for each step, and what its calls and loops did below it."""
        for step in conditions:
            indent = "       " + "  " * depth
            truth = {True: ("yes", "pass"), False: ("no", "fail"), None: ("", "")}[step.truth]
            said = step.phrase or f"`{step.place.text}` is {step.value}"
            mark = ("• ", "key bold") if step.decides else ("  ", "")
            text = (*quoted(said), (f"  {truth[0]}" if truth[0] else "", truth[1]))
            line = Line(text, gutter=((indent, ""), (f"{step.place.line:>4} ", "gutter"), mark))
            yield Detail(line, as_place(step.place))
            if depth < DEPTH:
                for operand in step.operands:
                    yield from self._operand(operand, depth + 1)
            if step.loop is not None:
                yield from self._loop(step.loop, depth + 1)

    def _operand(self, operand: Operand, depth: int) -> Iterator[Detail]:
        """What a call of the repository's own code did, or a loop inside the condition."""
        yield from self.steps(operand.inside, depth)
        if operand.loop is not None:
            yield from self._loop(operand.loop, depth)

    def _loop(self, loop: Loop, depth: int) -> Iterator[Detail]:
        gutter = (("       " + "  " * depth + "     ", ""),)
        of = f" of {loop.size}" if loop.size is not None and loop.size != loop.ran else ""
        head = f"{loop.ran}{of} round{'s' * (loop.ran != 1)} over {printable(loop.over, 80)}"
        if loop.deciding is not None:
            head += f", round {loop.deciding} decided"
        yield Detail(Line(((head, "muted"),), gutter=gutter), as_place(loop.place))
        at = next((at for at, one in enumerate(self._loops) if one is loop), None)
        shown = None
        if self._shown is not None and self._shown[0] is loop:
            shown = self._shown[1].number
        chosen = _round_about(loop, shown or loop.deciding)
        if chosen and chosen[0].number > 1:
            yield Detail(_more(chosen[0].number - 1, "before", gutter))
        for turn in chosen:
            decided = turn.number == loop.deciding
            said = "; ".join(one.phrase for one in turn.conditions if one.phrase)
            item = cut_middle(printable(turn.item, TEXT_LIMIT), VALUE_CELLS)
            lead = "▸" if turn.number == shown else " "
            pieces: Pieces = (
                (f"{lead}{turn.number:>3}  ", "key bold" if decided or lead != " " else "gutter"),
                (item, "syntax-string"),
                *(((" — ", "muted"), *quoted(said)) if said else ()),
            )
            where = (at, turn.number) if at is not None else None
            yield Detail(Line(pieces, gutter=gutter), turn=where)
        if chosen and chosen[-1].number < loop.ran:
            yield Detail(_more(loop.ran - chosen[-1].number, "after", gutter))


def _round_about(loop: Loop, number: int | None) -> Sequence[Round]:
    """So many rounds, with that one in their middle where it can be."""
    at = next((at for at, it in enumerate(loop.rounds) if it.number == number), 0)
    first = max(0, min(at - ROUNDS // 2, len(loop.rounds) - ROUNDS))
    return loop.rounds[first : first + ROUNDS]


def _more(count: int, where: str, gutter: Pieces) -> Line:
    text = f"      … {count} more round{'s' * (count != 1)} {where}"
    return Line(((text, "muted"),), gutter=gutter)


def _headed(label: str, pieces: Pieces) -> Detail:
    return Detail(Line(pieces, gutter=((f"{MARGIN}{label:<5}", "title"),)))


def _line_of(insight: Insight) -> str:
    deciding = insight.deciding
    return str(deciding.place.line) if deciding is not None else "?"


def _value(value: object) -> str:
    return cut_middle(printable(show_value(value), 2_000), VALUE_CELLS)
