"""Traces values back to fields of the resource, and tells which fields the policy read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from panther_engine.insight.trace.field import look_up
from panther_engine.insight.trace.replay import Call, Replay
from panther_engine.insight.trace.trace import Site, Value
from panther_engine.model import FieldPath, JsonValue
from panther_engine.text.suggest import nearest_name
from panther_engine.values.insight import Read, ReadKind

COMPREHENSIONS = frozenset({"GeneratorExp", "ListComp", "SetComp", "DictComp"})
GETTERS = frozenset({"get", "pop", "setdefault"})
WHOLE_METHODS = frozenset({"items", "values", "copy"})
PASSING_ON = frozenset({"Name", "Call", "Subscript", "IfExp", "BoolOp", "NamedExpr"})
NOT_WHOLE = frozenset({"bool", "hash", "id", "isinstance", "len", "type", "super", "enumerate"})
"""Functions that look at none of the fields of what they are given."""
DIGITS = re.compile(r"\d+")
SLIP = 0.85
"""How alike two keys have to be for one to be a slip of the other."""


@dataclass(slots=True)
class _Looked:
    moment: int
    path: FieldPath
    kind: ReadKind
    line: int
    by: str = ""


class Fields:
    """Follows the resource's fields through a replay."""

    def __init__(self, replay: Replay, resource: JsonValue, body: str) -> None:
        self._replay = replay
        self._resource = resource
        self._body = body
        self._known: dict[int, FieldPath] = {}
        """The field that the value at a moment is of."""
        self._looked: list[_Looked] = []
        self._names: dict[tuple[int, str], tuple[FieldPath | None, int | None]] = {}
        """By call and name: the field that it stands for, and when it was set to its value."""
        self._lines: dict[tuple[int, str], int] = {}
        """By call and name: the line of the statement that set it last."""
        self._items: dict[tuple[int, str], tuple[FieldPath, list[JsonValue]]] = {}
        """By call and name: the list whose items a comprehension calls so."""
        self._calls: dict[int, Call] = {}
        for call in replay.all_calls():
            for moments in call.moments.values():
                for moment in moments:
                    self._calls[moment] = call
        self._follow()

    def field(self, moment: int | None) -> FieldPath | None:
        """The field that the value at a moment is of, there or missing."""
        return None if moment is None else self._known.get(moment)

    def is_missing(self, path: FieldPath) -> bool:
        """Whether the test's resource has no such field."""
        return not look_up(self._resource, path)[0]

    def missing_words(self, path: FieldPath) -> str:
        """That there is no such field, and which key beside it may have been meant."""
        holder = look_up(self._resource, path[:-1])[1] if path else None
        wanted = path[-1] if path else None
        if not isinstance(holder, dict) or not isinstance(wanted, str):
            return "is missing"
        near = nearest_name(wanted, holder, SLIP)
        numbered = DIGITS.sub("", near) == DIGITS.sub("", wanted)
        return "is missing" if not near or numbered else f"is missing (there is `{near}`)"

    def reads(self) -> tuple[Read, ...]:
        """What was read, each field once, in the order of the first reading."""
        found: dict[FieldPath, tuple[ReadKind, dict[int, None], str]] = {}
        for looked in sorted(self._looked, key=lambda one: one.moment):
            kind, lines, _by = found.setdefault(looked.path, (looked.kind, {}, looked.by))
            if looked.line:
                lines[looked.line] = None
            if looked.kind is ReadKind.WHOLE and kind is ReadKind.VALUE:
                found[looked.path] = (ReadKind.WHOLE, lines, looked.by)
        return tuple(
            Read(path, kind, tuple(lines), by) for path, (kind, lines, by) in found.items()
        )

    def last_read(self) -> FieldPath | None:
        """The field that was read last."""
        last = max(self._looked, key=lambda one: one.moment, default=None)
        return last.path if last is not None else None

    def _follow(self) -> None:
        pending: dict[int, list[tuple[int, Site, FieldPath]]] = {}
        """By call: subscripts whose parts are known and whose value is not."""
        line = 0
        for moment, event in enumerate(self._replay.events):
            call = self._calls.get(moment)
            site = self._replay.sites[event.site]
            if site.path == self._body:
                line = site.line
            if call is None:
                continue
            if event.value is None:
                self._settle(pending.pop(id(call), []), line)
                self._bind_loop(call, site, moment)
                self._forget_assigned(call, site)
                continue
            self._take(call, site, moment, event.value, line)
            self._await(call, site, moment, pending)
        for waiting in pending.values():
            self._settle(waiting, line)

    def _await(
        self,
        call: Call,
        site: Site,
        moment: int,
        pending: dict[int, list[tuple[int, Site, FieldPath]]],
    ) -> None:
        waiting = pending.setdefault(id(call), [])
        waiting[:] = [one for one in waiting if one[1].number != site.number]
        parent = self._replay.sites.get(site.parent)
        if parent is None or parent.kind != "Subscript":
            return
        path = self._subscript(call, parent, call.statement_before(moment), moment + 1)
        if path is not None and (
            site.role == "slice" or _constant(self._replay.child(parent, "slice")) is not None
        ):
            waiting.append((moment, parent, path))

    def _settle(self, waiting: list[tuple[int, Site, FieldPath]], line: int) -> None:
        """Subscripts that raised looked for what is not there."""
        for moment, site, path in waiting:
            if self.is_missing(path):
                place = site.line if site.path == self._body else line
                self._looked.append(_Looked(moment, path, ReadKind.MISSING, place))

    def _look(self, moment: int, path: FieldPath, site: Site, line: int, by: str = "") -> None:
        kind = ReadKind.WHOLE if by else ReadKind.VALUE
        if self.is_missing(path):
            kind = ReadKind.MISSING
        place = site.line if site.path == self._body else line
        self._looked.append(_Looked(moment, path, kind, place, by))

    def _take(self, call: Call, site: Site, moment: int, value: Value, line: int) -> None:
        path = value.path
        match site.kind:
            case "Subscript":
                found = self._subscript(call, site, call.statement_before(moment), moment)
                if found is not None:
                    self._look(moment, found, site, line)
                    path = path or found
            case "Call":
                path = self._called(call, site, moment, value, line) or path
            case "Compare":
                self._compared(call, site, moment, line)
            case "Name":
                path = path or self._named(call, site, moment, value)
            case "BoolOp" | "IfExp" | "NamedExpr":
                last = self._last_part(call, site, moment)
                path = path or self._passed_on(last, value)
            case "Returned":
                inner = self._replay.sites.get(site.parent)
                value_site = self._replay.child(inner, "value") if inner is not None else None
                if value_site is not None:
                    at = call.last(value_site.number, call.start, moment)
                    path = path or self.field(at)
            case "JoinedStr":
                self._formatted(call, site, moment, line)
        if path is not None:
            self._known[moment] = path
        if site.role == "value":
            self._bind_assigned(call, site, moment)
        elif site.role.endswith(".iter") and path is not None:
            self._bind_comprehension(call, site, moment, path)

    def _subscript(self, call: Call, site: Site, low: int, high: int) -> FieldPath | None:
        base, key = self._replay.child(site, "value"), self._replay.child(site, "slice")
        if base is None or key is None:
            return None
        found = self._replay.value(call.last(base.number, low, high))
        if found is None or found.path is None:
            return None
        step = self._key(call, key, low, high)
        if step is None or (found.kind == "list" and not isinstance(step, int)):
            return None
        if isinstance(step, int) and step < 0 and found.size:
            step += found.size
        return (*found.path, step)

    def _key(self, call: Call, site: Site, low: int, high: int) -> str | int | None:
        constant = _constant(site)
        data = constant[0] if constant is not None else None
        if constant is None:
            found = self._replay.value(call.last(site.number, low, high))
            data = found.data if found is not None and found.scalar else None
        if isinstance(data, str) or (isinstance(data, int) and not isinstance(data, bool)):
            return data
        return None

    def _called(
        self, call: Call, site: Site, moment: int, value: Value, line: int
    ) -> FieldPath | None:
        low = call.statement_before(moment)
        function = self._replay.child(site, "func")
        if function is not None and function.kind == "Attribute":
            base = self._replay.child(function, "value")
            found = self._replay.value(call.last(base.number, low, moment)) if base else None
            if found is not None and found.path is not None:
                key = self._replay.child(site, "args.0")
                if function.extra in GETTERS and key is not None and found.kind == "dict":
                    step = self._key(call, key, low, moment)
                    if step is not None:
                        self._look(moment, (*found.path, step), site, line)
                        return (*found.path, step)
                if function.extra in WHOLE_METHODS:
                    self._look(moment, found.path, site, line, f".{function.extra}()")
            elif found is not None and function.extra == "get":
                path = self._in_default(call, site, base, low, moment)
                if path is not None:
                    return path
        if self._replay.is_broken(low, moment):
            return None
        inside = self._replay.calls_within(call, low, moment)
        name = function.text if function is not None else ""
        observed = any(one.name == name.rpartition(".")[2] for one in inside)
        for part in self._replay.children(site):
            if name in NOT_WHOLE or any(one.function is not None for one in inside):
                break  # the call itself recorded any read
            if part.role == "func":
                continue
            given = self._replay.value(call.last(part.number, low, moment))
            if given is not None and given.path is not None:
                self._look(moment, given.path, site, line, name or "a call")
        if not observed:
            return None
        if not self._passes_on(inside[-1]):
            return None
        return self._returned_field(inside[-1].start, moment, value)

    def _passes_on(self, call: Call) -> bool:
        """Whether what a call returned can be a value that it read, and not one that it made."""
        if call.returned is None:
            return False
        returned = self._replay.sites[self._replay.events[call.returned].site]
        statement = self._replay.sites.get(returned.parent)
        value = self._replay.child(statement, "value") if statement is not None else None
        return value is not None and value.kind in PASSING_ON

    def _in_default(
        self, call: Call, site: Site, base: Site | None, low: int, moment: int
    ) -> FieldPath | None:
        """What was looked for in an empty default: there is no such field."""
        key = self._replay.child(site, "args.0")
        path = self.field(call.last(base.number, low, moment)) if base is not None else None
        step = self._key(call, key, low, moment) if key is not None else None
        return None if path is None or step is None else (*path, step)

    def _returned_field(self, low: int, high: int, value: Value) -> FieldPath | None:
        """What a call of observed code gave: the last field read in it that held this value."""
        if value.path is not None:
            return value.path
        if not value.scalar:
            return None
        for looked in reversed(self._looked):
            if looked.moment < low:
                break
            if looked.moment < high:
                there, held = look_up(self._resource, looked.path)
                same = type(held) is type(value.data) and held == value.data
                if same or (not there and looked.kind is ReadKind.MISSING):
                    return looked.path
                if not isinstance(held, (dict, list)):
                    return None
        return None

    def _compared(self, call: Call, site: Site, moment: int, line: int) -> None:
        low = call.statement_before(moment)
        operators = site.extra if isinstance(site.extra, list) else []
        left = self._replay.child(site, "left")
        for at, operator in enumerate(operators):
            right = self._replay.child(site, f"comparators.{at}")
            if operator in ("in", "not in") and left is not None and right is not None:
                held = self._replay.value(call.last(right.number, low, moment))
                if held is not None and held.path is not None and held.kind == "dict":
                    key = self._key(call, left, low, moment)
                    if key is not None:
                        self._look(moment, (*held.path, key), site, line)
            left = right

    def _formatted(self, call: Call, site: Site, moment: int, line: int) -> None:
        low = call.statement_before(moment)
        for part in self._replay.below(site):
            given = self._replay.value(call.last(part.number, low, moment))
            above = self._replay.sites.get(part.parent)
            if (
                given is not None
                and given.path is not None
                and above is not None
                and above.kind == "FormattedValue"
            ):
                self._look(moment, given.path, site, line, "an f-string")

    def _last_part(self, call: Call, site: Site, moment: int) -> int | None:
        low = call.statement_before(moment)
        parts = [one for one in self._replay.children(site) if one.role != "test"]
        found = [call.last(one.number, low, moment) for one in parts]
        return max((at for at in found if at is not None), default=None)

    def _forget_assigned(self, call: Call, site: Site) -> None:
        """A statement begins that sets names: they stand for nothing known until it tells."""
        if site.kind in ("Assign", "AnnAssign", "AugAssign"):
            for target in self._replay.children(site, "target"):
                if name := name_of(target):
                    self._names[id(call), name] = (None, None)
                    self._lines[id(call), name] = site.line

    def set_in(self, call: Call, site: Site) -> int:
        """The line that set a name in this call last; 0 if none did."""
        return self._lines.get((id(call), name_of(site)), 0)

    def _passed_on(self, last: int | None, value: Value) -> FieldPath | None:
        """The field of the part that gave a value; or that an empty default stands for."""
        path = self.field(last)
        held = self._replay.value(last)
        if path is None or held is None:
            return None
        if held.scalar and value.scalar and held.data == value.data:
            return path
        stands_in = not value.scalar and value.path is None and value.size == 0
        return path if stands_in and not held.truth else None

    def _bind_assigned(self, call: Call, site: Site, moment: int) -> None:
        parent = self._replay.sites.get(site.parent)
        if parent is None or parent.kind not in ("Assign", "AnnAssign", "NamedExpr"):
            return
        targets = self._replay.children(parent, "target")
        for target in targets:
            if target.kind == "Name" and isinstance(target.extra, list):
                self._names[id(call), name_of(target)] = (self._known.get(moment), moment)

    def _named(self, call: Call, site: Site, moment: int, value: Value) -> FieldPath | None:
        """The field that a name stands for, if it still holds what the field held."""
        name = name_of(site)
        bound = self._names.get((id(call), name))
        if bound is None:
            return self._item(self._items.get((id(call), name)), value)
        path, moment_set = bound
        was = self._replay.value(moment_set)
        if was is not None and was.scalar and value.scalar and was.data == value.data:
            return path
        alike = was is not None and (was.kind, was.text, was.path) == (value.kind, value.text, None)
        if alike and not value.scalar:
            return path  # the default was empty
        if path is not None and value.scalar and moment_set is None:
            there, held = look_up(self._resource, path)
            return path if there and held == value.data else None
        return None

    def _bind_loop(self, call: Call, site: Site, moment: int) -> None:
        """The first statement of a `for` begins: its name stands for the next item."""
        loop = self._replay.sites.get(site.parent)
        if loop is None or loop.kind not in ("For", "AsyncFor") or site.role != "body.0":
            return
        over, target = self._replay.child(loop, "iter"), self._replay.child(loop, "target")
        begun = call.last(over.number, 0, moment) if over is not None else None
        if begun is None or over is None or target is None:
            return
        turn = len(call.times(site.number, begun, moment))
        self._bind_items(call, over, target, begun, turn)

    def _bind_items(self, call: Call, over: Site, target: Site, begun: int, turn: int) -> None:
        path = self._known.get(begun)
        low = call.statement_before(begun)
        function = self._replay.child(over, "func")
        if function is not None and function.kind == "Attribute" and function.extra == "items":
            base = self._replay.child(function, "value")
            path = self.field(call.last(base.number, low, begun)) if base is not None else None
            pair = self._replay.children(target, "elts")
            _, held = look_up(self._resource, path) if path is not None else (False, None)
            if path is not None and isinstance(held, dict) and len(pair) == 2 and turn < len(held):
                self._bind(call, pair[1], (*path, list(held)[turn]))
            return
        if path is not None:
            self._bind(call, target, (*path, turn))

    def _bind(self, call: Call, target: Site, path: FieldPath) -> None:
        if target.kind == "Name" and isinstance(target.extra, list):
            self._names[id(call), name_of(target)] = (path, None)

    def _bind_comprehension(self, call: Call, site: Site, moment: int, path: FieldPath) -> None:
        """Every item may be meant: which one it is, the value tells, where only one has it."""
        holder = self._replay.sites.get(site.parent)
        target = (
            self._replay.child(holder, site.role.replace(".iter", ".target"))
            if holder is not None
            else None
        )
        _, held = look_up(self._resource, path)
        if target is not None and isinstance(held, list):
            self._items[id(call), name_of(target)] = (path, held)

    def _item(
        self, items: tuple[FieldPath, list[JsonValue]] | None, value: Value
    ) -> FieldPath | None:
        if items is None or not value.scalar:
            return None
        path, held = items
        for at, item in enumerate(held):
            if type(item) is type(value.data) and item == value.data:
                return (*path, at)
        return None


def _constant(site: Site | None) -> list[JsonValue] | None:
    """The value of a constant, in a list."""
    if site is None or site.kind != "Constant" or not isinstance(site.extra, list):
        return None
    return site.extra


def name_of(site: Site) -> str:
    """The name that a site is, if it is one."""
    named = site.kind == "Name" and isinstance(site.extra, list) and site.extra
    return str(site.extra[0]) if named and isinstance(site.extra, list) else ""
