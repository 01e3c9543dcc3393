"""Finds the conditions on the way to a statement, in the order in which they were evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from panther_engine.insight.reason.fields import COMPREHENSIONS, Fields, name_of
from panther_engine.insight.reason.line_values import round_values
from panther_engine.insight.reason.phrases import (
    LONGEST_TEXT,
    UNTOLD,
    Phrases,
    all_of,
    join,
    short,
    turns_of,
)
from panther_engine.insight.trace.replay import FUNCTIONS, Call, Replay
from panther_engine.insight.trace.trace import Site, Value
from panther_engine.values.insight import Condition, LineValues, Loop, Operand, Place, Round

EXITS = frozenset({"Return", "Raise", "Break", "Continue"})
LOOPS = frozenset({"For", "AsyncFor", "While"})
ROUNDS_LIMIT = 500
INNER_ROUNDS_LIMIT = 40
"""Of a loop inside a round of another."""
LINES_TOLD = 3
"""How many ways out of a loop are named by their lines."""
DEPTH_LIMIT = 4
"""How deep calls are opened."""
OPERANDS_LIMIT = 24
PASSED_ON = frozenset({"Call", "BinOp", "Attribute", "Subscript", "IfExp", "NamedExpr", "UnaryOp"})


class Steps:
    """Finds the way to a statement of a call, and what each step's parts were."""

    def __init__(self, replay: Replay, fields: Fields, phrases: Phrases) -> None:
        self._replay = replay
        self._fields = fields
        self._phrases = phrases
        self._rounds = 0
        """Loops round what is looked at now."""

    def before(
        self, call: Call, statement: Site, moment: int, depth: int = 0
    ) -> tuple[Condition, ...]:
        """The steps that led to a statement which began at this moment."""
        way = [statement]
        while way[0].parent >= 0 and self._replay.sites[way[0].parent].kind not in FUNCTIONS:
            way.insert(0, self._replay.sites[way[0].parent])
        steps: list[Condition] = []
        low, iteration = call.start, None
        for site in way:
            block = site.role.rpartition(".")[0]
            holder = self._replay.sites.get(site.parent)
            if holder is not None and site.role.rpartition(".")[2].isdigit():
                for other in self._replay.block(holder, block):
                    if other.number >= site.number:
                        break
                    steps += self._passed(call, other, low, moment, iteration, depth)
            if site is statement:
                break
            steps += self._entered(call, site, way[way.index(site) + 1], low, moment, iteration)
            if site.kind in LOOPS and way[way.index(site) + 1].role.startswith("body."):
                low, iteration = self._last_turn(call, site, low, moment)
        return tuple(steps)

    def returned(self, call: Call, depth: int = 0) -> tuple[Condition, ...]:
        """Why a call returned what it did: the steps to its `return`, and the value's own."""
        if call.returned is None:
            return ()
        site = self._replay.sites[self._replay.events[call.returned].site]
        if call.function is not None and call.function.kind == "Lambda":
            return self._judged(call, site, call.returned, None, depth)
        statement = self._replay.sites[site.parent]
        begun = call.last(statement.number, call.start, call.returned)
        steps = self.before(call, statement, begun if begun is not None else call.start, depth)
        value = self._replay.child(statement, "value")
        if value is None or value.kind in UNTOLD:
            return steps
        at = call.last(value.number, call.start, call.returned)
        if at is None:
            return steps
        return (*steps, *self._judged(call, value, at, self.turn(call, statement, at), depth))

    def turn(self, call: Call, site: Site, moment: int) -> int | None:
        """Which iteration of the innermost loop round a statement it was, 1-based."""
        inside = site
        while inside.parent >= 0:
            holder = self._replay.sites[inside.parent]
            if holder.kind in LOOPS and inside.role.startswith("body."):
                low = call.last(holder.number, call.start, moment)
                return self._last_turn(call, holder, low or call.start, moment)[1]
            inside = holder
        return None

    def _judged(
        self, call: Call, site: Site, at: int, iteration: int | None, depth: int
    ) -> tuple[Condition, ...]:
        value = self._replay.value(at)
        if value is None:
            return ()
        return (self._condition(call, site, at, value, value.truth, iteration, depth),)

    def _condition(
        self,
        call: Call,
        site: Site,
        at: int,
        value: Value,
        truth: bool | None,
        iteration: int | None,
        depth: int,
    ) -> Condition:
        return Condition(
            place=place_of(site),
            value=value.text,
            operands=tuple(self._operands(call, site, at, depth))[:OPERANDS_LIMIT],
            phrase=self._phrases.of(call, site, at, truth),
            truth=truth,
            iteration=iteration,
        )

    def _entered(
        self,
        call: Call,
        site: Site,
        inner: Site,
        low: int,
        moment: int,
        iteration: int | None,
    ) -> Iterator[Condition]:
        """The step into a block that the statement lies in."""
        if site.kind in ("If", "While") and inner.role.startswith(("body.", "orelse.")):
            test = self._replay.child(site, "test")
            at = call.last(test.number, low, moment) if test is not None else None
            value = self._replay.value(at)
            if site.kind == "While" and inner.role.startswith("body."):
                iteration = self._last_turn(call, site, low, moment)[1]
            if test is not None and at is not None and value is not None:
                truth = inner.role.startswith("body.")
                yield self._condition(call, test, at, value, truth, iteration, 0)
        elif site.kind in ("For", "AsyncFor"):
            stops = inner.role.startswith("body.")
            if step := self._loop_step(call, site, low, moment, iteration, stops):
                yield step
        elif site.kind in ("Try", "TryStar") and inner.role.startswith("handlers."):
            number = inner.role.split(".")[1]
            caught = self._replay.child(site, f"handlers.{number}.type")
            what = caught.text if caught is not None else "an exception"
            yield Condition(
                place_of(site), what, (), f"{what} was raised and caught", True, iteration
            )
        elif site.kind == "Match":
            subject = self._replay.child(site, "subject")
            at = call.last(subject.number, low, moment) if subject is not None else None
            value = self._replay.value(at)
            if subject is not None and at is not None and value is not None:
                phrase = f"{self._phrases.name(call, subject, at)} is {value.text}"
                operand = self._operand(call, subject, at, value, 0)
                yield Condition(place_of(subject), value.text, (operand,), phrase, None, iteration)

    def _passed(
        self,
        call: Call,
        site: Site,
        low: int,
        moment: int,
        iteration: int | None,
        depth: int,
    ) -> Iterator[Condition]:
        """The steps of a statement that could have left the block, and did not."""
        if not self._leaves(site):
            return
        begun = call.last(site.number, low, moment)
        if begun is None:
            return
        if site.kind == "If":
            test = self._replay.child(site, "test")
            at = call.last(test.number, begun, moment) if test is not None else None
            value = self._replay.value(at)
            if test is None or value is None or at is None:
                return
            body = self._replay.block(site, "body")
            inside = bool(body) and call.first(body[0].number, begun, moment) is not None
            yield self._condition(call, test, at, value, inside, iteration, depth)
            for inner in body if inside else self._replay.block(site, "orelse"):
                yield from self._passed(call, inner, begun, moment, iteration, depth)
        elif site.kind in LOOPS:
            if step := self._loop_step(call, site, begun, moment, iteration, False):
                yield step
        elif site.kind in ("With", "AsyncWith", "Try", "TryStar"):
            for inner in self._replay.children(site, "body."):
                yield from self._passed(call, inner, begun, moment, iteration, depth)

    def _leaves(self, site: Site) -> bool:
        return any(one.kind in EXITS for one in self._replay.below(site))

    def _last_turn(self, call: Call, site: Site, low: int, high: int) -> tuple[int, int | None]:
        """When the last iteration of a loop began, and which one it was."""
        body = self._replay.block(site, "body")
        turns = call.times(body[0].number, low, high + 1) if body else []
        return (turns[-1], len(turns)) if turns else (low, None)

    def _loop_step(
        self,
        call: Call,
        site: Site,
        low: int,
        high: int,
        iteration: int | None,
        stopped: bool,
    ) -> Condition | None:
        """How a loop went; `stopped` if the statement in question lies in its last iteration."""
        over = self._replay.child(site, "iter") or self._replay.child(site, "test")
        body = self._replay.block(site, "body")
        if over is None or not body:
            return None
        begun = call.last(site.number, low, high + 1)
        begun = low if begun is None else begun
        at = call.first(over.number, begun, high)
        value = self._replay.value(at)
        if value is None:
            return None
        turns = call.times(body[0].number, begun, high + 1)
        ends = [*turns[1:], high + 1]
        where = self._phrases.name(call, over, at)
        deciding = len(turns) if stopped else None
        inner = self._rounds > 0
        self._rounds += 1
        rounds = tuple(
            self._round(call, site, number, turns[number - 1], ends[number - 1])
            for number in _pick(len(turns), deciding, INNER_ROUNDS_LIMIT if inner else ROUNDS_LIMIT)
        )
        self._rounds -= 1
        size = value.size if site.kind != "While" else None
        loop: Loop | None = Loop(place_of(site), over.text, len(turns), size, deciding, rounds)
        if self._replay.has_gap(call, begun, high):
            phrase = f"the loop over {where} took too many steps to be told"
            loop = None
        elif stopped:
            phrase = f"this is item {len(turns)} of {where}"
        elif site.kind == "While" and (ended := call.last(over.number, begun, high)) is not None:
            phrase = self._phrases.of(call, over, ended, False)
            if turns:
                phrase += f" after {len(turns)} turn{'s' * (len(turns) > 1)}"
        elif not turns:
            phrase = self._phrases.emptiness(call, over, at)
        else:
            phrase = self._not_stopped(call, site, where, turns, ends)
        operand = self._operand(call, over, at or low, value, 0)
        return Condition(
            place_of(over), value.text, (operand,), phrase, bool(turns), iteration, loop
        )

    def _not_stopped(
        self, call: Call, site: Site, where: str, turns: list[int], ends: list[int]
    ) -> str:
        count = len(turns)
        said = self._steps_of_turn(call, site, turns[-1], ends[-1])
        if count == 1:
            phrase = join(list(dict.fromkeys(one.phrase for one in said[-2:])))
            if not phrase:
                return f"the only item of {where} did not {self._way_out(site, 'lead', 'end')}"
            return phrase if f"{where[:-1]}[" in phrase else f"{phrase} (the only item of {where})"
        tests = {one.place.text for one in said if one.loop is None and one.truth is False}
        turned = "turn" if site.kind == "While" else "item"
        if len(said) == 1 and tests:
            text = short(said[0].place.text, LONGEST_TEXT)
            return f"`{text}` is false for {all_of(count, turned)} of {where}"
        none = "neither" if count == 2 else "none"
        return f"{none} of the {count} {turned}s of {where} {self._way_out(site, 'led', 'ended')}"

    def _way_out(self, loop: Site, lead: str, end: str) -> str:
        """What would have ended the loop early: `led to line 5 or 7`."""
        below = self._replay.below(loop)
        lines = sorted({one.line for one in below if one.kind in EXITS and one.kind != "Continue"})
        if not 0 < len(lines) <= LINES_TOLD:
            return f"{end} the loop early"
        return f"{lead} to line {' or '.join(map(str, lines))}"

    def _steps_of_turn(self, call: Call, site: Site, begun: int, end: int) -> list[Condition]:
        steps: list[Condition] = []
        for inner in self._replay.block(site, "body"):
            steps += self._passed(call, inner, begun, end, None, DEPTH_LIMIT)
        return steps

    def _round(self, call: Call, site: Site, number: int, begun: int, end: int) -> Round:
        steps = self._steps_of_turn(call, site, begun, end)
        target = self._replay.child(site, "target")
        item, path = "", None
        if target is not None:
            for one in self._replay.below(target):
                item, path = self._item(call, site, one, begun, end)
                if item:
                    break
        values = self._values_of_round(call, site, item, begun, end)
        return Round(number, item, path, tuple(steps), values)

    def _values_of_round(
        self, call: Call, site: Site, item: str, begun: int, end: int
    ) -> tuple[LineValues, ...]:
        """What lines held in it; the loop's own line tells the item."""
        if self._rounds > 1:
            return ()
        found = round_values(self._replay, call, begun, end)
        target = self._replay.child(site, "target")
        if item and target is not None:
            found = (LineValues(site.line, ((target.text, item),)), *found)
        return found

    def _item(
        self, call: Call, loop: Site, target: Site, begun: int, end: int
    ) -> tuple[str, tuple[str | int, ...] | None]:
        """An item's value where its name is first used."""
        name = name_of(target)
        for moment in range(begun, end):
            event = self._replay.events[moment]
            site = self._replay.sites[event.site]
            if event.value is not None and site.kind == "Name" and name_of(site) == name:
                return event.value.text, self._fields.field(moment)
        return "", None

    def _operands(self, call: Call, site: Site, at: int, depth: int) -> Iterator[Operand]:
        """The parts of a condition that had values of their own, in the order of evaluation."""
        low = self._phrases.began(call, site, at)
        match site.kind:
            case "BoolOp":
                parts = self._replay.children(site, "values")
            case "Compare":
                parts = [*self._replay.children(site, "left")]
                parts += self._replay.children(site, "comparators")
            case "UnaryOp" if site.extra == "Not":
                parts = self._replay.children(site, "operand")
            case "IfExp":
                parts = self._replay.children(site)
            case "Call" if (loop := self._comprehension(call, site, low, at, depth)) is not None:
                value = self._replay.value(at)
                if value is not None:
                    yield self._operand(call, site, at, value, depth, loop)
                return
            case _:
                yield from self._leaf(call, site, low, at, depth)
                return
        for part in parts:
            moment = call.last(part.number, low, at)
            if moment is not None:
                yield from self._operands(call, part, moment, depth)

    def _leaf(self, call: Call, site: Site, low: int, at: int, depth: int) -> Iterator[Operand]:
        value = self._replay.value(at)
        if value is None:
            return
        yield self._operand(call, site, at, value, depth)
        if self._fields.field(at) is not None or site.kind not in PASSED_ON:
            return
        for part in self._replay.below(site):
            moment = call.last(part.number, low, at)
            above = self._replay.sites.get(part.parent)
            if part is site or moment is None or part.kind == "Constant":
                continue
            path = self._fields.field(moment)
            inner = self._replay.value(moment)
            whole = above is not None and self._fields.field(call.last(above.number, low, at))
            if path is not None and inner is not None and not whole:
                yield self._operand(call, part, moment, inner, depth)

    def _operand(
        self,
        call: Call,
        site: Site,
        at: int,
        value: Value,
        depth: int,
        loop: Loop | None = None,
    ) -> Operand:
        path = self._fields.field(at)
        missing = path is not None and value.is_none and self._fields.is_missing(path)
        inside: tuple[Condition, ...] = ()
        if site.kind == "Call" and depth < DEPTH_LIMIT:
            called = self.called(call, site, at)
            if called is not None:
                inside = self.returned(called, depth + 1)
        return Operand(place_of(site), value.text, path, missing, inside, loop)

    def called(self, call: Call, site: Site, at: int) -> Call | None:
        """The run of the repository's own function that a call's value came from."""
        function = self._replay.child(site, "func")
        name = function.text.rpartition(".")[2] if function is not None else ""
        low = self._phrases.began(call, site, at)
        if self._replay.is_broken(low, at):
            return None
        within = self._replay.calls_within(call, low, at)
        found = [one for one in within if one.name == name]
        return found[-1] if found else None

    def _comprehension(self, call: Call, site: Site, low: int, at: int, depth: int) -> Loop | None:
        first = self._replay.child(site, "args.0")
        if first is None or first.kind not in COMPREHENSIONS:
            return None
        turns = turns_of(self._replay, call, first, low, at)
        if turns is None or self._replay.has_gap(call, low, at):
            return None
        element, over, moments = turns
        begun = call.last(over.number, low, at)
        held = self._replay.value(begun)
        function = self._replay.child(site, "func")
        word = function.text if function is not None else ""
        value = self._replay.value(at)
        truth = value.truth if value is not None else None
        early = bool(moments) and ((word, truth) in (("any", True), ("all", False)))
        deciding = len(moments) if early else None
        rounds = []
        for number in _pick(len(moments), deciding, INNER_ROUNDS_LIMIT if depth else ROUNDS_LIMIT):
            moment = moments[number - 1]
            inner = self._replay.value(moment)
            if inner is not None:
                step = self._condition(
                    call, element, moment, inner, inner.truth, number, DEPTH_LIMIT
                )
                held_here = tuple((one.place.text, one.value) for one in step.operands)
                values = (LineValues(element.line, held_here),) if held_here else ()
                rounds.append(Round(number, "", None, (step,), values))
        size = held.size if held is not None else None
        return Loop(place_of(first), over.text, len(moments), size, deciding, tuple(rounds))


def place_of(site: Site) -> Place:
    """Where a site is."""
    return Place(site.path, site.line, site.column, site.end_line, site.end_column, site.text)


def _pick(count: int, deciding: int | None, limit: int) -> range:
    """Numbers of the rounds that are kept."""
    if deciding is None or deciding <= limit:
        return range(1, min(count, limit) + 1)
    first = max(1, min(deciding - limit // 2, count - limit + 1))
    return range(first, min(count, first + limit - 1) + 1)
