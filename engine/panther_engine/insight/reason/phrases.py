"""Says in plain words why an expression was true or false."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from panther_engine.insight.reason.fields import COMPREHENSIONS, Fields, name_of
from panther_engine.insight.trace.field import field_name
from panther_engine.insight.trace.replay import Call, Replay
from panther_engine.insight.trace.trace import Site, Value

UNTOLD = frozenset(
    {"Constant", "Dict", "GeneratorExp", "Lambda", "List", "Set", "Starred", "Tuple"}
)
"""Kinds of expressions whose values are not told."""
LONGEST_TEXT = 60
LONGEST_VALUE = 70
ENDING = 20
"""Characters of a long text's end that are told."""
DOCUMENT = re.compile(r"""['"](\s|\\n)*[{\[](\s|\\n)*["{\[]""")
"""How a long text begins that is JSON."""
PARTS = 4
"""Parts of a condition that one sentence names."""
WORDS = {
    "<": ("less than", "not less than"),
    "<=": ("at most", "more than"),
    ">": ("more than", "not more than"),
    ">=": ("at least", "less than"),
}
COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
METHODS = {
    "startswith": ("starts with", "does not start with"),
    "endswith": ("ends with", "does not end with"),
}


class Phrases:
    """Words for the expressions of one replay."""

    def __init__(self, replay: Replay, fields: Fields) -> None:
        self._replay = replay
        self._fields = fields
        self.opened: Callable[[Call, Site, int], str] = lambda call, site, moment: ""
        """Why a call of the repository's own code returned what it did, in words; or nothing."""

    def of(self, call: Call, site: Site, moment: int, truth: bool | None) -> str:
        """What was the case when the expression came to this truth, as the end of a sentence."""
        low = self.began(call, site, moment)
        match site.kind:
            case "BoolOp":
                return self._logic(call, site, low, moment, truth)
            case "UnaryOp" if site.extra == "Not":
                inner = self._replay.child(site, "operand")
                at = self._at(call, inner, low, moment)
                if inner is not None and at is not None:
                    return self.of(call, inner, at, None if truth is None else not truth)
            case "Compare":
                return self._comparison(call, site, low, moment, truth)
            case "IfExp":
                for role in ("body", "orelse"):
                    part = self._replay.child(site, role)
                    at = self._at(call, part, low, moment)
                    if part is not None and at is not None:
                        return self.of(call, part, at, truth)
            case "NamedExpr":
                part = self._replay.child(site, "value")
                at = self._at(call, part, low, moment)
                if part is not None and at is not None:
                    return self.of(call, part, at, truth)
            case "Call":
                return self._called(call, site, low, moment, truth)
            case "Constant":
                return f"`{short(site.text, LONGEST_TEXT)}` is written there"
            case "Attribute" | "BinOp" | "Subscript":
                return self._is(call, site, moment, truth) + self._with(call, site, low, moment)
        return self._is(call, site, moment, truth)

    def name(self, call: Call, site: Site, moment: int | None) -> str:
        """What an expression is called: the field it is, else its text, in backquotes."""
        path = self._fields.field(moment)
        if path is not None:
            text = field_name(path)
            return f"`{text if len(text) <= LONGEST_TEXT else '…' + text[1 - LONGEST_TEXT :]}`"
        return f"`{short(site.text, LONGEST_TEXT)}`"

    def emptiness(self, call: Call, over: Site, at: int | None) -> str:
        """Why there was nothing to loop over."""
        if over.kind == "BoolOp" and at is not None:
            first = self._replay.child(over, "values.0")
            moment = self._at(call, first, self.began(call, over, at), at)
            if first is not None and moment is not None:
                return self._is(call, first, moment, False)
        value = self._replay.value(at)
        where = self.name(call, over, at)
        return f"{where} is empty" if value is None or value.size == 0 else f"{where} gave no item"

    def began(self, call: Call, site: Site, moment: int) -> int:
        """From when on parts of the expression belong to this evaluation of it."""
        low = call.statement_before(moment)
        before = call.last(site.number, low, moment)
        return low if before is None else before + 1

    def _at(self, call: Call, site: Site | None, low: int, high: int) -> int | None:
        return None if site is None else call.last(site.number, low, high)

    def _value(self, call: Call, site: Site, low: int, high: int) -> Value | None:
        if site.kind == "Constant" and isinstance(site.extra, list):
            return Value(repr(site.extra[0]), site.extra[0], True)
        return self._replay.value(self._at(call, site, low, high))

    def _logic(self, call: Call, site: Site, low: int, moment: int, truth: bool | None) -> str:
        """All parts where all had to be so, else the one that decided."""
        parts = []
        for part in self._replay.children(site, "values"):
            at = self._at(call, part, low, moment)
            if at is not None or part.kind == "Constant":
                parts.append((part, at if at is not None else moment))
        if not parts:
            return self._is(call, site, moment, truth)
        needs_all = truth is (site.extra == "and")
        chosen = parts if needs_all else parts[-1:]
        said = list(dict.fromkeys(self.of(call, part, at, truth) for part, at in chosen))
        # "`x` is 7" says nothing beside "`x` is 7, which is less than 365"
        return join(
            [
                one
                for one in said
                if not any(other is not one and _says_more(other, one) for other in said)
            ]
        )

    def _comparison(self, call: Call, site: Site, low: int, moment: int, truth: bool | None) -> str:
        operators = site.extra if isinstance(site.extra, list) else []
        left = self._replay.child(site, "left")
        links = []
        for at, sign in enumerate(operators):
            right = self._replay.child(site, f"comparators.{at}")
            if left is None or right is None:
                break
            done = right.kind == "Constant" or not self._may_tell(right)
            if done or self._at(call, right, low, moment) is not None:
                links.append((left, str(sign), right))
            left = right
        if not links:
            return self._is(call, site, moment, truth)
        if truth is not False and len(links) == 2:
            return self._between(call, links, low, moment)
        chosen = links
        if truth is False:
            broken = [link for link in links if self._holds(call, link, low, moment) is False]
            chosen = broken[:1] or links[-1:]
        return join([self._link(call, link, low, moment, truth) for link in chosen])

    def _holds(
        self, call: Call, link: tuple[Site, str, Site], low: int, moment: int
    ) -> bool | None:
        """Whether a comparison of plain values holds; None where it cannot be told."""
        left = self._value(call, link[0], low, moment)
        right = self._value(call, link[2], low, moment)
        compare = COMPARISONS.get(link[1])
        if compare is None or left is None or right is None:
            return None
        if not left.scalar or not right.scalar:
            return None
        try:
            return bool(compare(left.data, right.data))
        except TypeError:
            return None

    def _may_tell(self, site: Site) -> bool:
        return site.kind not in UNTOLD

    def _between(
        self, call: Call, links: list[tuple[Site, str, Site]], low: int, moment: int
    ) -> str:
        (first, one, middle), (_, two, last) = links
        if one not in WORDS or two not in WORDS:
            return join([self._link(call, link, low, moment, True) for link in links])
        limits = (
            f"between {self._other(call, first, low, moment)}"
            f" and {self._other(call, last, low, moment)}"
        )
        if middle.kind == "Constant":
            return f"{short(middle.text, LONGEST_VALUE)} is {limits}"
        name, value = self._said(call, middle, low, moment)
        return f"{name} is {value}, which is {limits}" if value else f"{name} is {limits}"

    def _link(
        self, call: Call, link: tuple[Site, str, Site], low: int, moment: int, truth: bool | None
    ) -> str:
        left, sign, right = link
        if truth is None:
            truth = True
        if left.kind == "Constant" and sign not in ("in", "not in"):
            left, right = right, left
            sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
        name, value = self._said(call, left, low, moment)
        missing = self._missing(call, left, low, moment)
        shown = f"{name} {missing or (f'is {value}' if value else 'is missing')}"
        if sign in ("not in", "is not", "!="):
            truth = not truth
            sign = {"not in": "in", "is not": "is", "!=": "=="}[sign]
        other = self._other(call, right, low, moment)
        if sign == "in":
            return self._membership(call, left, right, low, moment, truth)
        if sign in ("is", "=="):
            right_value = self._value(call, right, low, moment)
            left_value = self._value(call, left, low, moment)
            if truth:
                if right.kind in UNTOLD or missing:
                    return shown
                same = self.name(call, right, self._at(call, right, low, moment))
                return f"{shown}, the same as {same}"
            if right_value is not None and right_value.is_none and left_value is not None:
                return f"{name} is {told(left_value)}"
            return f"{shown}, not {other}"
        words = WORDS[sign][0 if truth else 1]
        return f"{shown}, which is {words} {other}"

    def _membership(
        self, call: Call, left: Site, right: Site, low: int, moment: int, truth: bool
    ) -> str:
        name, value = self._said(call, left, low, moment)
        other = self.name(call, right, self._at(call, right, low, moment))
        holder = self._value(call, right, low, moment)
        if left.kind == "Constant" or not self._may_vary(left):
            held = f", which is {told(holder)}" if holder else ""
            word = "contains" if truth else "does not contain"
            if holder is not None and holder.kind == "dict":
                word, held = ("has" if truth else "has no"), ""
                return f"{other} {word} {value or name}"
            said = f"{other}{held}," if held else other
            return f"{said} {word} {value or name}"
        missing = self._missing(call, left, low, moment)
        shown = f"{name} {missing}" if missing else f"{name} is {value}" if value else name
        if holder is not None and holder.size == 0:
            return f"{shown}, which is not in {other}: that is empty"
        return f"{shown}, which is {'' if truth else 'not '}in {other}"

    def _may_vary(self, site: Site) -> bool:
        return site.kind not in ("Constant", "JoinedStr")

    def _called(self, call: Call, site: Site, low: int, moment: int, truth: bool | None) -> str:
        function = self._replay.child(site, "func")
        first = self._replay.child(site, "args.0")
        if function is None:
            return self._is(call, site, moment, truth)
        if function.kind == "Name":
            name = function.text
            if name in ("any", "all") and first is not None:
                return self._quantified(call, site, first, low, moment, name, truth)
            at = self._at(call, first, low, moment)
            if name == "bool" and first is not None and at is not None:
                return self.of(call, first, at, truth)
            if name == "isinstance" and first is not None and at is not None:
                second = self._replay.child(site, "args.1")
                value = self._replay.value(at)
                kind = value.kind if value is not None else "?"
                wanted = second.text if second is not None else "?"
                return f"{self.name(call, first, at)} is a {kind}" + (
                    "" if truth else f", not a {wanted}"
                )
        elif function.kind == "Attribute" and function.extra in METHODS and first is not None:
            base = self._replay.child(function, "value")
            at = self._at(call, base, low, moment)
            value = self._replay.value(at)
            if base is not None and value is not None and truth is not None:
                words = METHODS[str(function.extra)][0 if truth else 1]
                other = self._other(call, first, low, moment)
                shown = told(value)
                return f"{self.name(call, base, at)} is {shown}, which {words} {other}"
        return self._is(call, site, moment, truth) + self._with(call, site, low, moment)

    def _with(self, call: Call, site: Site, low: int, moment: int) -> str:
        """Why a computed value is so: its own reason, or what it was made of, in brackets."""
        value = self._replay.value(moment)
        if value is None or self._fields.field(moment) is not None:
            return ""
        if value.kind == "bool" and (opened := self.opened(call, site, moment)):
            return f" ({opened})"
        made_of = [
            f"{self.name(call, part, at)} is {told(held)}"
            for part in self._replay.below(site)
            if part is not site
            and (at := self._at(call, part, low, moment)) is not None
            and self._fields.field(at) is not None
            and (held := self._replay.value(at)) is not None
            and held.scalar
        ]
        if made_of:
            return f" ({join(list(dict.fromkeys(made_of))[:2])})"
        if value.kind != "bool":
            return ""
        function = self._replay.child(site, "func")
        parts = [*self._replay.children(site, "args")]
        if function is not None and function.kind == "Attribute":
            parts = [*self._replay.children(function, "value"), *parts]
        said: list[str] = []
        for part in parts:
            at = self._at(call, part, low, moment)
            given = self._replay.value(at)
            if given is not None and part.kind not in UNTOLD and len(said) < 2:
                shown = told(given)
                said.append(f"{self.name(call, part, at)} is {shown}")
        return f" ({join(said)})" if said else ""

    def _quantified(
        self,
        call: Call,
        site: Site,
        first: Site,
        low: int,
        moment: int,
        word: str,
        truth: bool | None,
    ) -> str:
        if first.kind in ("List", "Tuple"):
            return self._listed(call, site, first, low, moment, word, truth)
        turns = turns_of(self._replay, call, first, low, moment)
        if turns is None or self._replay.has_gap(call, low, moment):
            return self._is(call, site, moment, truth) + self._with(call, site, low, moment)
        element, over, moments = turns
        begun = self._at(call, over, low, moment)
        where = self.name(call, over, begun)
        decided_early = truth is (word == "any")
        if not moments:
            return self.emptiness(call, over, begun)
        if decided_early:
            said = self.of(call, element, moments[-1], truth)
            return f"{said} (item {len(moments)} of {where})"
        if len(moments) == 1:
            return f"{self.of(call, element, moments[0], truth)} (the only item of {where})"
        text = short(element.text, LONGEST_TEXT)
        return f"`{text}` is {'true' if truth else 'false'} for {all_of(len(moments))} of {where}"

    def _listed(
        self,
        call: Call,
        site: Site,
        first: Site,
        low: int,
        moment: int,
        word: str,
        truth: bool | None,
    ) -> str:
        """`any` and `all` of items that are written out."""
        found = []
        for part in self._replay.children(first, "elts"):
            at = self._at(call, part, low, moment)
            value = self._replay.value(at)
            if at is not None and value is not None:
                found.append((part, at, value.truth))
        if truth is (word == "any"):
            found = [one for one in found if one[2] is truth][:1]
        said = [self.of(call, part, at, held) for part, at, held in found]
        return join(list(dict.fromkeys(said))) or self._is(call, site, moment, truth)

    def _is(self, call: Call, site: Site, moment: int, truth: bool | None) -> str:
        value = self._replay.value(moment)
        name = self.name(call, site, moment)
        path = self._fields.field(moment)
        if value is None:
            return f"{name} was not told"
        if path is not None and self._fields.is_missing(path) and not value.truth:
            return f"{name} {self._fields.missing_words(path)}"
        if value.size == 0 and value.kind != "str":
            return f"{name} is empty"
        shown = f"{name} is {told(value)}"
        line = self._fields.set_in(call, site) if value.kind == "bool" and path is None else 0
        return f"{shown} ({self._setting(call, site, line)})" if line else shown

    def _setting(self, call: Call, site: Site, line: int) -> str:
        """Which line set a name, and which would have set it otherwise."""
        function = self._replay.owner(site)
        others = (
            []
            if function is None
            else [
                one.line
                for one in self._replay.below(function)
                if one.kind in ("Assign", "AugAssign")
                and one.line > line
                and one.number not in call.moments
                and any(
                    name_of(target) == name_of(site) for target in self._replay.children(one, "t")
                )
            ]
        )
        if not others:
            return f"set in line {line}"
        lines = join([str(one) for one in sorted(set(others))])
        which = "line" if len(set(others)) == 1 else "lines"
        return f"set in line {line}; {which} {lines} did not run"

    def _missing(self, call: Call, site: Site, low: int, moment: int) -> str:
        """That a field is missing, in words; empty if it is not."""
        at = self._at(call, site, low, moment)
        path = self._fields.field(at)
        value = self._replay.value(at)
        if path is None or value is None or not value.is_none or not self._fields.is_missing(path):
            return ""
        return self._fields.missing_words(path)

    def _said(self, call: Call, site: Site, low: int, moment: int) -> tuple[str, str]:
        """An operand's name and value; no value where none is known."""
        at = self._at(call, site, low, moment)
        value = self._value(call, site, low, moment)
        return self.name(call, site, at), told(value) if value else ""

    def _other(self, call: Call, site: Site, low: int, moment: int) -> str:
        """What something was compared with: a constant's text, else its value and name."""
        if site.kind == "Constant":
            return short(site.text, LONGEST_VALUE)
        at = self._at(call, site, low, moment)
        value = self._replay.value(at)
        name = self.name(call, site, at)
        if value is None or (value.size is not None and not value.scalar):
            return name
        return f"{told(value)} ({name})"


def turns_of(
    replay: Replay, call: Call, site: Site, low: int, high: int
) -> tuple[Site, Site, list[int]] | None:
    """A comprehension's element, what it runs over, and when the element was evaluated."""
    if site.kind not in COMPREHENSIONS:
        return None
    element = replay.child(site, "elt") or replay.child(site, "value")
    over = replay.child(site, "generators.0.iter")
    if element is None or over is None or element.kind in UNTOLD:
        return None
    begun = call.last(over.number, low, high)
    moments = call.times(element.number, begun if begun is not None else low, high)
    return element, over, moments


def _says_more(other: str, one: str) -> bool:
    """Whether a phrase tells all of another one: the same name and value, and what they mean."""
    name, _, value = one.partition("` is ")
    return other.startswith((f"{one},", f"{name}`, which is {value},"))


def told(value: Value) -> str:
    """A value in a sentence: of a long text both ends, of a document that it is one."""
    text = value.text
    if value.kind != "str" or len(text) <= LONGEST_VALUE:
        return short(text, LONGEST_VALUE)
    if DOCUMENT.match(text) and value.size is not None:
        return f"a JSON text of {value.size:,} characters"
    whole = text[-1] == text[0]
    end = text[-ENDING:] if whole else "…"
    return text[: LONGEST_VALUE - len(end) - 1] + ("…" + end if whole else end)


def short(text: str, limit: int) -> str:
    """The text, cut at its end."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def all_of(count: int, what: str = "item") -> str:
    """`both items`, `all 3 items`."""
    return f"both {what}s" if count == 2 else f"all {count} {what}s"


def join(said: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many the first."""
    if len(said) > PARTS:
        said = [*said[:PARTS], f"{len(said) - PARTS} more"]
    if len(said) < 2:
        return "".join(said)
    if any(", " in one for one in said):
        return ", and ".join(said)
    return f"{', '.join(said[:-1])} and {said[-1]}"
