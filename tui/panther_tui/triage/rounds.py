"""Which round of which loop is looked at, of the loops on the way to a verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from panther_engine.values.insight import Condition, Insight, Loop, Round

DEPTH = 3
"""How deep calls are opened."""


@dataclass(frozen=True, slots=True)
class RoundShown:
    """A round of one loop of one insight."""

    spec: str
    test: int
    generation: int
    loop: int
    """Its place in `loops_of`."""
    number: int
    """1-based."""

    def fits(self, insight: Insight) -> bool:
        """Whether it is of this insight."""
        shown = (self.spec, self.test, self.generation)
        return shown == (insight.spec, insight.test, insight.generation)


def loops_of(insight: Insight) -> tuple[Loop, ...]:
    """The loops with rounds to look at, in the order of the steps."""
    return tuple(loop for loop in _loops(insight.conditions, 0) if loop.rounds)


def round_of(insight: Insight, shown: RoundShown | None) -> tuple[Loop, Round] | None:
    """The loop and the round that are looked at; None if those are none in particular."""
    if shown is None or not shown.fits(insight):
        return None
    loops = loops_of(insight)
    if shown.loop >= len(loops):
        return None
    loop = loops[shown.loop]
    return next(((loop, one) for one in loop.rounds if one.number == shown.number), None)


def begin_rounds(insight: Insight) -> RoundShown | None:
    """The round that decided, in the innermost such loop, else the last of the last loop."""
    loops = loops_of(insight)
    if not loops:
        return None
    deciding = [at for at, loop in enumerate(loops) if loop.deciding is not None]
    return _at(insight, loops, (deciding or range(len(loops)))[-1])


def step_round(insight: Insight, shown: RoundShown | None, step: int) -> RoundShown | None:
    """The round before or after; None where the loop has no more of them."""
    here = shown if round_of(insight, shown) is not None else begin_rounds(insight)
    if here is None:
        return None
    numbers = [one.number for one in loops_of(insight)[here.loop].rounds]
    wanted = here.number + step
    return replace(here, number=wanted) if wanted in numbers else None


def step_loop(insight: Insight, shown: RoundShown | None, step: int) -> RoundShown | None:
    """The loop before or after, at its own round; None where there is no more."""
    here = shown if round_of(insight, shown) is not None else begin_rounds(insight)
    loops = loops_of(insight)
    if here is None or not 0 <= here.loop + step < len(loops):
        return None
    return _at(insight, loops, here.loop + step)


def lines_of_loop(loop: Loop) -> range:
    """The lines that it stands in."""
    return range(loop.place.line, loop.place.end_line + 1)


def describe_round(shown: tuple[Loop, Round]) -> str:
    """Which round of which loop it is, in words; the loop's text is the user's."""
    loop, one = shown
    return f"round {one.number} of {loop.ran} over {loop.over}"


def _at(insight: Insight, loops: tuple[Loop, ...], at: int) -> RoundShown:
    loop = loops[at]
    number = loop.deciding or loop.rounds[-1].number
    return RoundShown(insight.spec, insight.test, insight.generation, at, number)


def _loops(conditions: Iterable[Condition], depth: int) -> Iterator[Loop]:
    for step in conditions:
        if depth < DEPTH:
            for operand in step.operands:
                yield from _loops(operand.inside, depth + 1)
                if operand.loop is not None:
                    yield operand.loop
        if step.loop is not None:
            yield step.loop
