"""The last values of the names and fields on each line of a body."""

from __future__ import annotations

from typing import TypeAlias

from panther_engine.insight.reason.phrases import UNTOLD, short
from panther_engine.insight.trace.replay import Call, Replay
from panther_engine.insight.trace.trace import Site
from panther_engine.values.insight import LineValues

PER_LINE = 4
LONGEST = 80
ACCESS = frozenset({"Subscript", "Attribute"})
_Found: TypeAlias = dict[int, dict[tuple[int, int], tuple[str, str]]]
"""By line and columns, texts and values."""
ASSIGNING = frozenset({"Assign", "AnnAssign", "AugAssign", "NamedExpr"})


def line_values(replay: Replay, body: str) -> tuple[LineValues, ...]:
    """For each line of the body that ran, texts of expressions and their values, left to right.

    Told are results of assignments, and names, fields and calls where they are not but a step to
    another one that is told. In a loop it is the last iteration, which is the one that decided if
    one did.
    """
    found: _Found = {}
    for call in sorted(replay.all_calls(), key=lambda one: one.start):
        if call.function is not None and call.function.path == body:
            for number, moments in call.moments.items():
                _note(replay, call, number, moments[-1], found)
    return _told(found)


def round_values(replay: Replay, call: Call, low: int, high: int) -> tuple[LineValues, ...]:
    """The same of what a call itself did from the moment `low` up to, not including, `high`."""
    found: _Found = {}
    for number in call.moments:
        moment = call.last(number, low, high)
        if moment is not None:
            _note(replay, call, number, moment, found)
    return _told(found)


def _note(replay: Replay, call: Call, number: int, moment: int, found: _Found) -> None:
    site, value = replay.sites[number], replay.value(moment)
    if value is None or not _is_told(replay, call, site):
        return
    text = _text(replay, site)
    if text and text != value.text:
        place = (site.column, site.end_column)
        told = (short(text, LONGEST), short(value.text, LONGEST))
        found.setdefault(site.line, {})[place] = told


def _told(found: _Found) -> tuple[LineValues, ...]:
    return tuple(
        LineValues(
            line, tuple(dict.fromkeys(told for _, told in sorted(of_line.items())))[:PER_LINE]
        )
        for line, of_line in sorted(found.items())
    )


def _is_told(replay: Replay, call: Call, site: Site) -> bool:
    if site.kind in UNTOLD or site.kind in (
        "Returned",
        "Compare",
        "BoolOp",
        "UnaryOp",
        "JoinedStr",
    ):
        return False
    parent = replay.sites.get(site.parent)
    if parent is None:
        return False
    if parent.kind in ASSIGNING and site.role == "value":
        return True
    if site.kind not in ("Name", "Subscript", "Attribute", "Call"):
        return False
    # `grant` in `grant["Who"]`, and all of that in `len(grant["Who"])`, are told by the whole
    whole = parent
    while whole.kind in ACCESS or whole.kind == "Call":
        if whole.number in call.moments:
            return False
        above = replay.sites.get(whole.parent)
        if above is None:
            break
        whole = above
    return True


def _text(replay: Replay, site: Site) -> str:
    """What the value is shown as the value of: the name that it is given, else the expression."""
    parent = replay.sites.get(site.parent)
    if parent is not None and parent.kind in ASSIGNING and site.role == "value":
        targets = replay.children(parent, "target")
        if len(targets) == 1 and targets[0].kind == "Name":
            return targets[0].text
    return site.text
