"""Random edits of a spec's data, and whether an edit touched only the lines that it may."""

from __future__ import annotations

from itertools import takewhile
from random import Random

from yaml.nodes import MappingNode, Node

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import SpecText, content_end, read_spec, start_of
from panther_engine.authoring.edits.steps import (
    Copy,
    Drop,
    Insert,
    Move,
    Put,
    RefusedError,
    RenameKey,
    Step,
    data_after,
    is_same,
)
from panther_engine.model import FieldPath, JsonValue

TEXTS = (
    "", "plain", "two words", "yes", "null", "1.10", "a: b", "# no comment", "- item", "tab\there",
    "it's", 'say "hi"', "naïve 日本 🐆", "back\\slash", "line\nbreak", "line\n", "{x}", "[1]", "*a",
    "&a", "!t", "%", "@at", " leading", "trailing ", "\x85\u2028", "2024-01-01", "0x1F", "~",
)  # fmt: skip


def random_value(random: Random, depth: int = 0) -> JsonValue:
    kind = random.randrange(7 if depth < 3 else 5)
    if kind == 0:
        return random.choice((None, True, False))
    if kind == 1:
        return random.choice((0, -1, 7, 10**20, 1.5, 1e-9, 1e20))
    if kind < 5:
        return random.choice(TEXTS)
    size = random.randrange(4)
    if kind == 5:
        return [random_value(random, depth + 1) for _ in range(size)]
    return {random.choice(TEXTS[1:]): random_value(random, depth + 1) for _ in range(size)}


def random_step(random: Random, data: JsonValue) -> Step:
    """A step that the data can take, wherever it leads."""
    path, value = random.choice(list(places(data)))
    size = len(value) if isinstance(value, list) else 0
    options = ["put", "drop", "rename"] if path else []
    if isinstance(value, dict):
        options.append("add")
    if isinstance(value, list):
        options += ["insert", "insert"] + (["move", "copy"] if value else [])
    match random.choice(options or ["add"]):
        case "put":
            return Put(path, random_value(random))
        case "drop":
            return Drop(path)
        case "rename" if isinstance(path[-1], str):
            return RenameKey(path, random.choice(TEXTS[1:]))
        case "insert":
            return Insert(path, random.randint(0, size), random_value(random))
        case "move":
            return Move(path, random.randrange(size), random.randrange(size))
        case "copy":
            return Copy(path, random.randrange(size))
        case "add":
            return Put((*path, random.choice(TEXTS[1:])), random_value(random))
        case _:
            return Put(path, random_value(random))


def places(value: JsonValue, path: FieldPath = ()) -> list[tuple[FieldPath, JsonValue]]:
    found: list[tuple[FieldPath, JsonValue]] = [(path, value)]
    if isinstance(value, dict):
        for key, held in value.items():
            if isinstance(key, str):
                found += places(held, (*path, key))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            found += places(held, (*path, index))
    return found


def violation(content: bytes, path: str, step: Step) -> str | None:
    """What is wrong with what a step did; empty if nothing, None if it was refused."""
    spec = read_spec(content, path)
    try:
        intended = data_after(spec.data, step)
    except RefusedError:
        return None
    edited = apply_steps(content, path, [step])
    if not isinstance(edited, Edited):
        return None
    after = read_spec(edited.after, path)
    if not is_same(after.data, intended):
        return "the data is not what was meant"
    holder: FieldPath = step.path if isinstance(step, Insert | Move | Copy) else step.path[:-1]
    node = spec.find(holder)
    first = spec.line_of(start_of(node)) - 1
    last = spec.line_of(content_end(spec, node))
    if isinstance(step, Drop) and len(node.value) == 1 and len(holder) > 0:
        above = spec.find(holder[:-1])  # with its last item a block becomes `[]` beside its key
        keys = [key for key, held in above.value if held is node] if is_mapping(above) else []
        first = min([first, *(spec.line_of(start_of(key)) - 1 for key in keys)])
    lines, new = content.splitlines(keepends=True), edited.after.splitlines(keepends=True)
    if lines[:first] != new[:first]:
        return "a line above was changed"
    if not _is_kept_below(lines[last:], new[first:], spec.column(start_of(node)), step):
        return "a line below was changed"
    if _is_scalar_in_one_line(step, dict(places(spec.data))) and len(new) == len(lines):
        changed = sum(one != two for one, two in zip(lines, new, strict=True))
        if changed > _lines_of(spec, step.path):
            return "more lines were changed for a scalar than it stands on"
    return ""


def _is_kept_below(below: list[bytes], new: list[bytes], column: int, step: Step) -> bool:
    """Whether the lines below a span are what the new text ends with.

    Comments that stand deeper right below it are its own: an entry may come behind them, and one
    that is removed may take them along.
    """
    own = list(takewhile(lambda it: _comment_column(it) > column, below))
    rest = below[len(own) :]
    if rest and rest != new[-len(rest) :]:
        return False
    span = new[: len(new) - len(rest)]
    at = [place for place in range(len(span)) if span[place : place + len(own)] == own]
    return not own or bool(at) or isinstance(step, Drop)


def _comment_column(line: bytes) -> int:
    """Where a line's comment begins, which has the line for itself; -1 if there is none."""
    bare = line.lstrip(b" ")
    return len(line) - len(bare) if bare.startswith(b"#") else -1


def _lines_of(spec: SpecText, path: FieldPath) -> int:
    """How many lines a value stands on; 1 if it is not there yet."""
    try:
        node = spec.find(path)
    except RefusedError:
        return 1
    return spec.line_of(content_end(spec, node)) - spec.line_of(start_of(node)) + 1


def is_mapping(node: Node) -> bool:
    return isinstance(node, MappingNode)


def _is_scalar_in_one_line(step: Step, there: dict[FieldPath, JsonValue]) -> bool:
    if not isinstance(step, Put) or isinstance(step.value, dict | list):
        return False
    old = there.get(step.path, {})
    return not isinstance(old, dict | list) and "\n" not in f"{old}{step.value}"
