"""Renders insight as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from panther_engine.events import Explained
from panther_engine.insight.trace.field import field_name
from panther_engine.model import JsonValue, Verdict
from panther_engine.report.text.paint import DOT, FAIL_MARK, HERE_MARK, PASS_MARK, Paint
from panther_engine.report.text.words import expected_verdict
from panther_engine.text.clean import clean_line
from panther_engine.values.insight import Change, Condition, Flip, ReadKind

VALUE_LIMIT = 72
READS_SHOWN = 12


def render_explained_text(
    explained: Sequence[Explained], policy_ids: Mapping[str, str], paint: Paint
) -> str:
    """A block for each test, ending in a line break."""
    lines: list[str] = []
    spec = ""
    for one in explained:
        if one.insight.spec != spec:
            spec = one.insight.spec
            name = clean_line(policy_ids.get(spec, ""))
            lines += [f"{paint.strong(name)} {DOT} {paint.quiet(clean_line(spec))}", ""]
        lines += [*_test(one, paint), ""]
    return "\n".join(lines) + ("\n" if lines else "")


def _test(one: Explained, paint: Paint) -> Iterator[str]:
    insight = one.insight
    right = insight.verdict is expected_verdict(insight.expected)
    mark = paint.good(PASS_MARK) if right else paint.bad(FAIL_MARK)
    name = paint.strong(clean_line(insight.name))
    verdict = f"{insight.verdict.value}" + (
        "" if right else f", expected {expected_verdict(insight.expected).value}"
    )
    yield f"{mark} {name} {DOT} {verdict}"
    yield f"  {insight.reason}"
    for note in insight.notes:
        yield paint.quiet(f"  ({note})")
    if not insight.same_as_plain:
        return
    if insight.conditions or insight.deciding:
        yield ""
    for step in insight.conditions:
        yield from _step(step, paint, "  ")
    if insight.deciding is not None:
        place = insight.deciding.place
        where = paint.quiet(f"{place.path}:{place.line}")
        yield f"  {HERE_MARK if right else paint.bad(HERE_MARK)} {place.text}  {where}"
    if insight.reads:
        yield ""
        shown = [_read(read.field, read.kind) for read in insight.reads[:READS_SHOWN]]
        more = len(insight.reads) - len(shown)
        yield f"  reads {', '.join(shown)}" + (f" and {more} more" if more else "")
    if one.flips:
        yield ""
    for flip in one.flips or ():
        yield from _flip(flip, paint)


def _step(step: Condition, paint: Paint, indent: str) -> Iterator[str]:
    mark = {True: "yes", False: "no ", None: "   "}[step.truth] if step.loop is None else "for"
    if step.loop is not None:
        size = "" if step.loop.size is None else f" of {step.loop.size}"
        ran = f"{step.loop.deciding or step.loop.ran}{size}"
        yield f"{indent}{paint.quiet(f'{step.place.line:>4}')} {mark} {step.place.text}  ({ran})"
        return
    text = f"{indent}{paint.quiet(f'{step.place.line:>4}')} {mark} {step.place.text}"
    yield text
    for operand in step.operands:
        value = _short(operand.value)
        alone = operand.place.text == step.place.text and len(step.operands) == 1
        if alone and step.truth is not None and value in ("True", "False"):
            continue
        said = "missing" if operand.missing else value
        yield f"{indent}           {operand.place.text} = {paint.hint(said)}"
        if operand.loop is not None:
            size = "" if operand.loop.size is None else f" of {operand.loop.size}"
            yield paint.quiet(
                f"{indent}           {operand.loop.ran}{size} of {operand.loop.over} looked at"
            )


def _read(path: tuple[str | int, ...], kind: ReadKind) -> str:
    name = clean_line(field_name(path))
    return name if kind is ReadKind.VALUE else f"{name} ({kind.value})"


def _flip(flip: Flip, paint: Paint) -> Iterator[str]:
    said = ", and ".join(change_text(change) for change in flip.changes)
    word = {Verdict.PASS: paint.good, Verdict.FAIL: paint.bad}.get(flip.verdict, paint.warn)
    yield f"  {word(flip.verdict.value)} if {said}"


def change_text(change: Change) -> str:
    """`A.B is 2 (now 1)`, and the like."""
    name = clean_line(field_name(change.field))
    if change.op == "remove":
        return f"{name} is removed"
    if change.op == "add":
        return f"{name} is added as {_json(change.new)}"
    return f"{name} is {_json(change.new)} (now {_json(change.old)})"


def _json(value: JsonValue) -> str:
    try:
        return _short(clean_line(json.dumps(value, ensure_ascii=False, default=str)))
    except (TypeError, ValueError, RecursionError):
        return _short(clean_line(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"
