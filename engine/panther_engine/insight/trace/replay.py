"""Replays a trace as nested calls: which function ran when, and the value of each expression then.

A moment is the index of an event in the trace.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from panther_engine.insight.trace.trace import Happened, Site, Trace, Value

FUNCTIONS = frozenset({"FunctionDef", "AsyncFunctionDef", "Lambda"})


@dataclass(slots=True, eq=False)
class Call:
    """One run of a function. `end` is the moment after its last event."""

    function: Site | None
    frame: int
    start: int
    end: int = 0
    moments: dict[int, list[int]] = field(default_factory=dict)
    """By site, when it was evaluated or begun, in order."""
    marks: list[int] = field(default_factory=list)
    """When statements began."""
    calls: list[Call] = field(default_factory=list)
    returned: int | None = None
    """The moment of the value that it returned."""
    fell: bool = False
    """It ended without a `return`."""
    partial: bool = False
    """Its beginning was not told."""

    def last(self, site: int, low: int, high: int) -> int | None:
        """The last moment of a site from `low` up to, not including, `high`."""
        found = self.moments.get(site, [])
        at = bisect_left(found, high) - 1
        return found[at] if at >= 0 and found[at] >= low else None

    def first(self, site: int, low: int, high: int) -> int | None:
        """The first moment of a site from `low` up to, not including, `high`."""
        found = self.moments.get(site, [])
        at = bisect_left(found, low)
        return found[at] if at < len(found) and found[at] < high else None

    def times(self, site: int, low: int, high: int) -> list[int]:
        """All moments of a site from `low` up to, not including, `high`."""
        found = self.moments.get(site, [])
        return found[bisect_left(found, low) : bisect_left(found, high)]

    def statement_before(self, moment: int) -> int:
        """The moment at which the statement began that was running; that of the call if none."""
        at = bisect_right(self.marks, moment) - 1
        return self.marks[at] if at >= 0 else self.start

    @property
    def name(self) -> str:
        """The function's name."""
        extra = self.function.extra if self.function is not None else None
        return str(extra[0]) if isinstance(extra, list) and extra else ""


class Replay:
    """The calls of a trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.events = trace.events
        self.sites = trace.sites
        self._children: dict[int, dict[str, Site]] = {}
        self._owners: dict[int, Site | None] = {}
        for number in sorted(trace.sites):
            site = trace.sites[number]
            self._children.setdefault(site.parent, {})[site.role] = site
            above = trace.sites.get(site.parent)
            self._owners[number] = (
                None
                if above is None
                else above
                if above.kind in FUNCTIONS
                else self._owners[above.number]
            )
        self.roots: list[Call] = []
        self.open: tuple[Call, ...] = ()
        """The calls that had not ended when the trace did, outermost first."""
        self._replay()

    def value(self, moment: int | None) -> Value | None:
        """The value at a moment."""
        return None if moment is None else self.events[moment].value

    def child(self, site: Site, role: str) -> Site | None:
        """The part of a site that stands there."""
        return self._children.get(site.number, {}).get(role)

    def children(self, site: Site, prefix: str = "") -> list[Site]:
        """The parts of a site whose role begins so, in the order of the source."""
        found = self._children.get(site.number, {}).items()
        return [one for role, one in found if role.startswith(prefix)]

    def block(self, site: Site, name: str) -> list[Site]:
        """The statements of a block such as `body`, `orelse` or `handlers.0.body`."""
        wanted = name + "."
        found = self._children.get(site.number, {}).items()
        return [
            one for role, one in found if role.startswith(wanted) and role[len(wanted) :].isdigit()
        ]

    def below(self, site: Site) -> Iterator[Site]:
        """A site and all in it, without what belongs to a function in it."""
        yield site
        for one in self._children.get(site.number, {}).values():
            if one.kind not in FUNCTIONS:
                yield from self.below(one)

    def owner(self, site: Site) -> Site | None:
        """The function whose code a site is."""
        return self._owners[site.number]

    def statement(self, site: Site) -> Site:
        """The statement that a site is a part of, or the site itself."""
        while site.parent >= 0 and not is_statement(site):
            site = self.sites[site.parent]
        return site

    def all_calls(self) -> Iterator[Call]:
        """Every call, those made by others after these."""
        queue = list(self.roots)
        for call in queue:
            yield call
            queue.extend(call.calls)

    def calls_within(self, call: Call, low: int, high: int) -> list[Call]:
        """What a call called from `low` up to `high`, first to last."""
        return [one for one in call.calls if low <= one.start < high]

    def _replay(self) -> None:
        stack: list[Call] = []
        known: dict[int, Call] = {}
        for moment, event in enumerate(self.events):
            site = self.sites[event.site]
            if self.trace.gap is not None and moment in self.trace.gap:
                self._forget(stack, known)
            if event.entered:
                call = Call(site, event.frame, moment)
                self._pop_ended(stack)
                (stack[-1].calls if stack else self.roots).append(call)
                known[event.frame] = call
                stack.append(call)
                continue
            call = self._call_of(event, site, stack, known, moment)
            call.moments.setdefault(site.number, []).append(moment)
            if event.value is None:
                call.marks.append(moment)
            if site.kind == "Returned":
                call.returned = moment
            elif site.kind == "Fell":
                call.fell = True
            elif (
                call.function is not None
                and call.function.kind == "Lambda"
                and site.parent == call.function.number
                and site.role == "body"
            ):
                call.returned = moment
            for one in stack:
                one.end = moment + 1
        for call in stack:
            call.end = max(call.end, len(self.events))
        self.open = tuple(one for one in stack if one.returned is None and not one.fell)

    def has_gap(self, call: Call, low: int, high: int) -> bool:
        """Whether not everything is told that a call itself did from `low` up to `high`."""
        if self.trace.judged and not call.partial and call.name == "policy":
            return False
        return call.partial or self.is_broken(low, high)

    def is_broken(self, low: int, high: int) -> bool:
        """Whether something is missing from `low` up to `high`."""
        gap = self.trace.gap
        return gap is not None and low <= gap[1] and high >= gap[0]

    def _forget(self, stack: list[Call], known: dict[int, Call]) -> None:
        """Some events are missing: of the calls that went on, only `policy` surely still does."""
        while stack and stack[-1].name != "policy":
            stack.pop()
        for frame in [frame for frame, call in known.items() if call not in stack]:
            del known[frame]

    def _pop_ended(self, stack: list[Call]) -> None:
        while stack and (stack[-1].returned is not None or stack[-1].fell):
            stack.pop()

    def _call_of(
        self, event: Happened, site: Site, stack: list[Call], known: dict[int, Call], moment: int
    ) -> Call:
        """The call that an event belongs to; those above it on the stack have ended."""
        call = known.get(event.frame)
        owner = self._owners[site.number]
        if call is None or call.function is not owner:
            # a comprehension has a frame of its own in older Pythons
            alike = [one for one in stack if one.function is owner]
            if not alike:
                call = Call(owner, event.frame, moment, partial=True)
                (stack[-1].calls if stack else self.roots).append(call)
                stack.append(call)
                known[event.frame] = call
                return call
            call = alike[-1]
        if call in stack:
            while stack[-1] is not call:
                stack.pop()
        else:
            self._pop_ended(stack)
            stack.append(call)  # a generator resumes
        return call


def is_statement(site: Site) -> bool:
    """Whether it is a statement, or stands for one."""
    return site.kind in STATEMENTS


STATEMENTS = frozenset(
    {
        "AnnAssign", "Assert", "Assign", "AsyncFor", "AsyncFunctionDef", "AsyncWith", "AugAssign",
        "Break", "ClassDef", "Continue", "Delete", "Expr", "For", "FunctionDef", "Global", "If",
        "Import", "ImportFrom", "Match", "Nonlocal", "Pass", "Raise", "Return", "Try", "TryStar",
        "While", "With", "Else", "Fell",
    }
)  # fmt: skip
