"""Turns a trace into an insight: the deciding line, the steps to it and the reason in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from panther_engine.insight.reason.fields import Fields
from panther_engine.insight.reason.line_values import line_values
from panther_engine.insight.reason.phrases import LONGEST_VALUE, UNTOLD, Phrases, join, short
from panther_engine.insight.reason.steps import DEPTH_LIMIT, LOOPS, Steps, place_of
from panther_engine.insight.trace.replay import FUNCTIONS, Call, Replay, is_statement
from panther_engine.insight.trace.trace import Site, Trace
from panther_engine.model import TestCase, TestResult, Verdict
from panther_engine.report.text.words import STOPS
from panther_engine.text.clean import clean_line
from panther_engine.values.insight import Condition, DecidedBy, Deciding, Insight, Place

BEGINS = {
    Verdict.PASS: "It passes",
    Verdict.FAIL: "It fails",
}
OPENED = 2
"""How many calls deep a sentence goes."""
GUARDS = 3
"""Conditions that a sentence names of those that were passed on the way to a constant."""
NO_BOOL = "FunctionReturnTypeError"
TOO_LONG = "the policy makes too many steps to be observed whole: loops and calls are left out"
THREADS = "what ran in other threads is not shown"


class Explanation:
    """What one trace tells of one result."""

    def __init__(
        self,
        trace: Trace,
        test: TestCase,
        result: TestResult,
        body: str,
        function: str = "policy",
    ) -> None:
        """`function` is the one whose run is explained: an alert function only if it raised."""
        self._function = function
        self._trace = trace
        self._result = result
        self._body = body
        self._replay = Replay(trace)
        self._fields = Fields(self._replay, test.resource, body)
        self._phrases = Phrases(self._replay, self._fields)
        self._steps = Steps(self._replay, self._fields, self._phrases)
        self._phrases.opened = self._opened
        self._depth = 0

    def explain(self, insight: Insight, coarse: bool) -> Insight:
        """The insight with all that the trace tells."""
        call = self._judging_call()
        deciding, steps, reason = self._decide(call)
        notes = []
        if coarse:
            notes.append(TOO_LONG)
        elif self._trace.dropped:
            notes.append(f"{self._trace.dropped:,} steps in the middle of the run are not shown")
        if self._trace.threads:
            notes.append(THREADS)
        reads = self._fields.reads()
        wholes = [read.by for read in reads if not read.field and read.by]
        if wholes:
            notes.append(f"the resource is read whole by `{wholes[0]}`")
        return replace(
            insight,
            deciding=deciding,
            conditions=steps,
            reason=reason,
            reads=reads,
            last_read=self._fields.last_read(),
            values=line_values(self._replay, self._body),
            not_run=() if coarse or self._trace.gave_up else self._not_run(),
            notes=tuple(notes),
        )

    def _judging_call(self) -> Call | None:
        """The run of `policy` that gave the verdict."""
        found = [one for one in self._replay.all_calls() if self._in_body(one)]
        named = [one for one in found if one.name == self._function]
        outer = [one for one in named if not any(one in other.calls for other in named)]
        if outer:
            return outer[-1]
        return found[0] if found else None

    def _in_body(self, call: Call) -> bool:
        return call.function is not None and call.function.path == self._body

    def _decide(self, call: Call | None) -> tuple[Deciding | None, tuple[Condition, ...], str]:
        error = self._result.error
        if self._function != "policy":
            return self._raised(call)
        if self._result.verdict is Verdict.ERROR:
            if error is not None and error.type in STOPS:
                return self._stopped()
            if error is not None and error.type != NO_BOOL:
                return self._raised(call)
        if call is None:
            return None, (), f"{self._begins()}; how it came to that could not be observed."
        if call.returned is None:
            return self._fell(call)
        value = self._replay.value(call.returned)
        told = value.text if value is not None else ""
        site = self._replay.sites[self._replay.events[call.returned].site]
        if call.function is not None and call.function.kind == "Lambda":
            place = place_of(site)
        else:
            site = self._replay.sites[site.parent]
            place = place_of(site)
        steps = self._steps.returned(call)
        steps = self._mark(steps, self._deciding_steps(call, site, steps))
        deciding = Deciding(place, DecidedBy.RETURN, told)
        begins = self._begins()
        if self._result.verdict is Verdict.ERROR:
            kind = value.kind if value is not None else "something"
            begins = f"It returns {short(told, LONGEST_VALUE)}, a {kind} and no bool,"
            if value is not None and value.is_none:
                begins = "It returns None, which is no verdict,"
        return deciding, steps, self._sentence(begins, steps, place)

    def _begins(self) -> str:
        return BEGINS.get(self._result.verdict, "It gives no verdict")

    def _sentence(self, begins: str, steps: Iterable[Condition], place: Place) -> str:
        said = _phrases([step for step in steps if step.decides])
        if said:
            return f"{begins} because {join(said)}."
        return f"{begins.rstrip(',')}: line {place.line} says `{short(place.text, 60)}`."

    def _mark(self, steps: tuple[Condition, ...], chosen: list[Condition]) -> tuple[Condition, ...]:
        return tuple(replace(step, decides=any(step is one for one in chosen)) for step in steps)

    def _deciding_steps(
        self, call: Call, statement: Site, steps: tuple[Condition, ...]
    ) -> list[Condition]:
        """The steps that a sentence must name."""
        value = self._replay.child(statement, "value") if statement.kind == "Return" else statement
        computed = value is not None and value.kind not in UNTOLD
        if computed and steps:
            # within brackets the call's own step is enough
            around = [] if self._depth else self._innermost(statement, steps[:-1])
            return [*around, steps[-1]]
        holder = self._replay.sites.get(statement.parent)
        if holder is not None and holder.kind not in ("FunctionDef", "AsyncFunctionDef"):
            return self._innermost(statement, steps)
        passed = [step for step in steps if step.loop is None or step.loop.deciding is None]
        telling = [step for step in passed if not _is_presence(step)]
        return (telling or passed)[-GUARDS:]

    def _innermost(self, statement: Site, steps: tuple[Condition, ...]) -> list[Condition]:
        """The conditions of the blocks that the statement lies in."""
        around: list[Condition] = []
        inside = statement
        while inside.parent >= 0 and statement.kind != "Lambda":
            holder = self._replay.sites[inside.parent]
            if holder.kind in FUNCTIONS:
                break
            tests = {
                (part.line, part.column)
                for role in ("test", "iter", "subject")
                if (part := self._replay.child(holder, role)) is not None
            }
            tests |= {(holder.line, holder.column)} if holder.kind in ("Try", "TryStar") else set()
            found = [s for s in steps if (s.place.line, s.place.column) in tests]
            if holder.kind in LOOPS:
                if around:
                    break  # the inner conditions say it, with the field of the item
                around = found + around
            else:
                around = found[-1:] + around
            inside = holder
        return around

    def _opened(self, call: Call, site: Site, moment: int) -> str:
        """Why a call of the repository's own code returned what it did."""
        called = self._steps.called(call, site, moment)
        if called is None or called.returned is None or self._depth >= OPENED:
            return ""
        self._depth += 1
        try:
            steps = self._steps.returned(called, DEPTH_LIMIT)
            statement = self._replay.sites[self._replay.events[called.returned].site]
            if called.function is None or called.function.kind != "Lambda":
                statement = self._replay.sites[statement.parent]
            return join(_phrases(self._deciding_steps(called, statement, steps)))
        finally:
            self._depth -= 1

    def _fell(self, call: Call) -> tuple[Deciding | None, tuple[Condition, ...], str]:
        """It ended without a `return`."""
        marks = [self._replay.sites[self._replay.events[one].site] for one in call.marks]
        fell = next((site for site in reversed(marks) if site.kind == "Fell"), None)
        if fell is None:
            return None, (), f"{self._begins()}; how it came to that could not be observed."
        last = next((site for site in reversed(marks) if site.kind not in ("Fell", "Else")), fell)
        steps = self._steps.before(call, fell, call.marks[-1])
        value = self._replay.value(call.marks[-2] + 1) if len(call.marks) > 1 else None
        place = place_of(last)
        deciding = Deciding(place, DecidedBy.RETURN, "None")
        said = "It returns None, which is no verdict: it ends without a `return`"
        chosen = (
            self._innermost(last, self._steps.before(call, last, call.marks[-2]))
            if len(call.marks) > 1
            else []
        )
        if last.kind == "Expr" and value is not None:
            said += f" after line {last.line}, whose value goes nowhere: `{short(last.text, 60)}`"
        elif chosen:
            said += f", because {join([step.phrase for step in chosen])}"
        return deciding, steps, said + "."

    def _stopped(self) -> tuple[Deciding | None, tuple[Condition, ...], str]:
        error = self._result.error
        assert error is not None
        deciding = None
        if error.path and error.line:
            text = next((f.source for f in reversed(error.frames) if f.line == error.line), "")
            place = Place(error.path, error.line, 0, error.line, 0, clean_line(text))
            deciding = Deciding(place, DecidedBy.STOPPED, clean_line(error.message))
        where = f" in line {error.line}" if error.path == self._body and error.line else ""
        return deciding, (), f"It was stopped{where}: {clean_line(error.message)}."

    def _raised(self, call: Call | None) -> tuple[Deciding | None, tuple[Condition, ...], str]:
        error = self._result.error
        assert error is not None
        what = clean_line(f"{error.type}: {error.message}".removesuffix(": "))
        where = [one for one in self._replay.open if self._raised_in(one, error.path, error.line)]
        inner = where[-1] if where else None
        site: Site | None = None
        steps: tuple[Condition, ...] = ()
        why = ""
        if inner is not None and inner.marks:
            begun = inner.marks[-1]
            site = self._replay.sites[self._replay.events[begun].site]
            why = self._culprit(inner, begun)
            outer = call if call is not None and call in self._replay.open else inner
            if outer is not inner and outer.marks:
                last = outer.marks[-1]
                steps = self._steps.before(
                    outer, self._replay.sites[self._replay.events[last].site], last
                )
            steps += self._steps.before(inner, site, begun)
            if site.kind == "Raise" or error.type == "SystemExit":
                steps = self._mark(steps, self._innermost(site, steps))
                why = join([step.phrase for step in steps if step.decides])
        place = self._place_of_error(site)
        deciding = Deciding(place, DecidedBy.RAISE, what) if place is not None else None
        at = f" in line {place.line}" if place is not None else ""
        if place is not None and place.path != self._body:
            at = f" in {place.path}:{place.line}"
        said = clean_line(error.message)
        if why and said and "NoneType" not in said and error.type != "KeyError":
            why += f" ({said})"
        who = "It" if self._function == "policy" else f"`{self._function}`"
        return (
            deciding,
            steps,
            f"{who} raises {error.type}{at}"
            + (
                f" because {why}."
                if why
                else f": {clean_line(error.message)}."
                if error.message
                else "."
            ),
        )

    def _raised_in(self, call: Call, path: str, line: int) -> bool:
        function = call.function
        return (
            function is not None
            and function.path == path
            and function.line <= line <= function.end_line
        )

    def _place_of_error(self, site: Site | None) -> Place | None:
        error = self._result.error
        if error is None or not error.path or not error.line:
            return place_of(site) if site is not None else None
        whole = ("Return", "Raise", "Assign", "Expr")
        if site is not None and site.line == error.line and site.kind in whole:
            return place_of(site)
        source = next(
            (
                f.source
                for f in reversed(error.frames)
                if (f.path, f.line) == (error.path, error.line)
            ),
            "",
        )
        return Place(error.path, error.line, 0, error.line, 0, clean_line(source))

    def _culprit(self, call: Call, begun: int) -> str:
        """The part of the statement whose use raised, with the value that it had."""
        last: tuple[int, Site] | None = None
        for number, moments in call.moments.items():
            site = self._replay.sites[number]
            newer = moments[-1] > (begun if last is None else last[0])
            if newer and not is_statement(site):
                last = moments[-1], site
        if last is None:
            return ""
        moment, site = last
        user = self._replay.sites.get(site.parent)
        if user is not None and user.kind == "Subscript" and site.role == "slice":
            base = self._replay.child(user, "value")
            at = call.last(base.number, begun, moment) if base is not None else None
            if base is not None and at is not None:
                moment, site = at, base
        if user is not None and user.kind == "Compare":
            return self._compared(call, user, begun, moment)
        value = self._replay.value(moment)
        if value is None:
            return ""
        name = self._phrases.name(call, site, moment)
        if value.is_none:
            path = self._fields.field(moment)
            if path is not None and self._fields.is_missing(path):
                return f"{name} {self._fields.missing_words(path)}"
            return f"{name} is None"
        if user is not None and user.kind == "Subscript":
            return self._no_item(call, user, begun, name, value.kind)
        return f"{name} is {short(value.text, LONGEST_VALUE)}"

    def _compared(self, call: Call, user: Site, begun: int, moment: int) -> str:
        said = []
        for part in self._replay.children(user):
            at = call.last(part.number, begun, moment + 1)
            value = self._replay.value(at)
            if value is not None:
                name = self._phrases.name(call, part, at)
                said.append(f"{name} is {short(value.text, LONGEST_VALUE)}")
        nones = [one for one in said if one.endswith(" is None")]
        return join(nones or said)

    def _no_item(self, call: Call, user: Site, begun: int, name: str, kind: str) -> str:
        error = self._result.error
        key = self._replay.child(user, "slice")
        text = f"`{short(key.text, 60)}`" if key is not None else "that"
        if error is not None and error.type == "KeyError":
            return f"{name} has no {clean_line(error.message)}"
        if error is not None and error.type == "IndexError":
            return f"{name} has no item {text}"
        return f"{name} is a {kind}, which has no item {text}"

    def _not_run(self) -> tuple[int, ...]:
        """First lines of the body's statements that did not run, where no other one began."""
        ran, idle = set(), set()
        for site in self._trace.sites.values():
            if site.path == self._body and is_statement(site) and site.kind not in ("Else", "Fell"):
                if site.number in self._trace.reached:
                    ran.add(site.line)
                elif site.parent >= 0 and not self._documents(site):
                    idle.add(site.line)
        return tuple(sorted(idle - ran))

    def _documents(self, site: Site) -> bool:
        inner = self._replay.child(site, "value")
        return site.kind == "Expr" and inner is not None and inner.kind == "Constant"


def _phrases(steps: Iterable[Condition]) -> list[str]:
    """Their words, each once."""
    return list(dict.fromkeys(step.phrase for step in steps))


def _is_presence(step: Condition) -> bool:
    """Whether a step only made sure that a dict or list is there: what is in it decided."""
    kinds = [operand.value[:1] for operand in step.operands]
    return step.loop is None and bool(kinds) and all(one in "[{" for one in kinds)
