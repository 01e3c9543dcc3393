"""Parses a spec into data and keeps the position of every key and value."""

from __future__ import annotations

import json
from dataclasses import field
from pathlib import PurePosixPath

from yaml import YAMLError
from yaml.error import Mark, MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from panther_engine.model import Diagnostic, JsonValue, Level, Span
from panther_engine.reading.spec.json_nodes import read_json
from panther_engine.reading.spec.peek import Kind, peek_kind
from panther_engine.reading.spec.yaml_dialect import BOOL, STR, TooDeepError, read_yaml
from panther_engine.text.conflict import CONFLICT_HINT, conflict_lines, say_conflict
from panther_engine.text.one_line import one_line
from panther_engine.values.frozen import dataclass

__all__ = ["Document", "Kind", "RepeatedKey", "load_document", "peek_kind"]


@dataclass(frozen=True, slots=True)
class RepeatedKey:
    """A key that stands twice in one mapping; the later one counts."""

    key: str
    first: Span
    last: Span


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a spec and where each piece of it stands."""

    data: JsonValue
    """Exactly what PAT's dialect gives; aliases share one object. Treated as read-only."""
    root: Node | None = field(default=None, repr=False, compare=False)
    may_repeat: bool = field(default=False, repr=False, compare=False)
    may_share: bool = field(default=False, repr=False, compare=False)
    """Whether aliases may make one value stand in two places, or in itself."""

    def key_span(self, *path: str | int) -> Span | None:
        """Where a mapping's key (or a sequence's item) stands; None if there is no such path.

        A path is of keys and 0-based indexes, such as `("Tests", 0, "Resource")`.
        """
        found = self._find(path)
        return None if found is None else _span(found[0] or found[1])

    def value_span(self, *path: str | int) -> Span | None:
        """Where a value stands; None if there is no such path.

        The value of an alias stands where its anchor does. A block ends with its last item.
        """
        found = self._find(path)
        return None if found is None else _span(found[1])

    def source_of(self, *path: str | int) -> str | None:
        """A scalar as it is written, without quotes; None for anything else."""
        found = self._find(path)
        if found is None or not isinstance(found[1], ScalarNode):
            return None
        return str(found[1].value)

    def is_quoted(self, *path: str | int) -> bool:
        """Whether a scalar is in quotes or a block, so that it can only be text."""
        found = self._find(path)
        return found is not None and isinstance(found[1], ScalarNode) and bool(found[1].style)

    def repeated_keys(self) -> tuple[RepeatedKey, ...]:
        """Every key that stands more than once in its mapping, in file order."""
        if not self.may_repeat or self.root is None:
            return ()
        repeated: list[RepeatedKey] = []
        seen: set[int] = set()
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, SequenceNode):
                waiting.extend(node.value)
            elif isinstance(node, MappingNode):
                first: dict[str, Node] = {}
                for key, value in node.value:
                    waiting.append(value)
                    if isinstance(key, ScalarNode) and key.tag == STR and _within(key, node):
                        earlier = first.setdefault(key.value, key)
                        if earlier is not key:
                            repeated.append(RepeatedKey(key.value, _span(earlier), _span(key)))
        return tuple(sorted(repeated, key=lambda found: (found.last.line, found.last.column)))

    def _find(self, path: tuple[str | int, ...]) -> tuple[Node | None, Node] | None:
        if self.root is None:
            return None
        key: Node | None = None
        node = self.root
        for part in path:
            if isinstance(node, MappingNode):
                pairs = [pair for pair in node.value if _names(pair[0], part)]
                if not pairs:
                    return None
                key, node = pairs[-1]
            elif isinstance(node, SequenceNode) and isinstance(part, int):
                if not 0 <= part < len(node.value):
                    return None
                key, node = None, node.value[part]
            else:
                return None
        return key, node


def load_document(content: bytes, path: str) -> Document | Diagnostic:
    """The spec that these bytes are, or what keeps them from being one.

    A `path` that ends in `.json` is read as JSON, anything else in PAT's YAML dialect.
    """
    if PurePosixPath(path).suffix.lower() == ".json":
        return _load_json(content, path)
    try:
        read = read_yaml(content)
    except MarkedYAMLError as error:
        return _conflict(content, path, "YAML") or _explain_yaml(error, path)
    except ReaderError as error:
        before = content[: error.position]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1)
        return Diagnostic(
            path, line, column, Level.ERROR, "unreadable-text",
            f"the file is not {error.encoding} text: {error.reason}",
            "save the file as UTF-8",
        )  # fmt: skip
    except TooDeepError as error:
        return Diagnostic(path, 1, 0, Level.ERROR, "nested-too-deeply", f"the file is {error}")
    except (YAMLError, ValueError, TypeError, AttributeError, OverflowError) as error:
        return Diagnostic(
            path, 1, 0, Level.ERROR, "invalid-yaml", f"not YAML: {one_line(str(error))}"
        )
    return Document(read.data, read.root, read.may_repeat, read.may_share)


def _load_json(content: bytes, path: str) -> Document | Diagnostic:
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Diagnostic(
            path, line, 0, Level.ERROR, "unreadable-text",
            f"the file is not {error.encoding} text", "save the file as UTF-8",
        )  # fmt: skip
    try:
        data, root = read_json(text)
    except json.JSONDecodeError as error:
        return _conflict(content, path, "JSON") or Diagnostic(
            path,
            error.lineno,
            error.colno - 1,
            Level.ERROR,
            "invalid-json",
            f"not JSON: {error.msg}",
        )
    except TooDeepError as error:
        return Diagnostic(path, 1, 0, Level.ERROR, "nested-too-deeply", f"the file is {error}")
    except ValueError as error:
        return Diagnostic(path, 1, 0, Level.ERROR, "invalid-json", f"not JSON: {error}")
    return Document(data, root, may_repeat=True)


def _conflict(content: bytes, path: str, language: str) -> Diagnostic | None:
    """A merge that was never finished, if that is why the file cannot be read."""
    lines = conflict_lines(content)
    if not lines:
        return None
    message = f"not {language}: {say_conflict(lines)}"
    code = f"invalid-{language.lower()}"
    return Diagnostic(path, lines[0], 0, Level.ERROR, code, message, CONFLICT_HINT)


def _explain_yaml(error: MarkedYAMLError, path: str) -> Diagnostic:
    problem, context = error.problem or "", error.context or ""
    mark, opened = error.problem_mark, error.context_mark
    if problem == "found unexpected end of stream" and opened is not None:
        mark, problem, context = opened, "the quotes that open here are never closed", ""
    elif problem == "but found another document":
        problem, context = "a second document begins here", ""
    mark = mark or opened
    line, column = (1, 0) if mark is None else (mark.line + 1, mark.column)
    message = f"not YAML: {problem}"
    if context:
        if opened is not None and opened.line + 1 != line:
            context += f" that began in line {opened.line + 1}"
        message += f" ({context})"
    return Diagnostic(
        path, line, column, Level.ERROR, "invalid-yaml", one_line(message), _hint(problem)
    )


def _hint(problem: str) -> str:
    if "tab" in problem.split():
        return "indent with spaces"
    if "never closed" in problem:
        return "close them, or put the whole text in the other kind of quotes"
    if "cannot start any token" in problem:
        return "indent with spaces, and put text that begins with @, ` or % in quotes"
    if "mapping values are not allowed" in problem:
        return 'put text that holds ": " in quotes, or correct the indentation'
    if "alias" in problem:
        return "put text that begins with * in quotes"
    if "second document" in problem:
        return "keep one spec in a file: remove the second `---`"
    if "constructor for the tag" in problem:
        return "put text that begins with ! in quotes"
    if "expected <block end>" in problem or "did not find expected" in problem:
        return "look at the indentation, the quotes and the brackets just before this place"
    return ""


def _names(key: Node, part: str | int) -> bool:
    """Whether a key is the one that a step of a path names: `True` is written `true` or `TRUE`."""
    if not isinstance(key, ScalarNode):
        return False
    if isinstance(part, bool):
        return key.tag == BOOL and str(key.value).lower() == str(part).lower()
    return bool(key.value == str(part))


def _within(key: Node, mapping: Node) -> bool:
    """Whether a key is written in this mapping, not merged into it."""
    return _at(mapping.start_mark) <= _at(key.start_mark) < _at(mapping.end_mark)


def _at(mark: Mark) -> tuple[int, int]:
    return mark.line, mark.column


def _span(node: Node) -> Span:
    start = node.start_mark
    last = node
    while isinstance(last, (MappingNode, SequenceNode)) and last.value and not last.flow_style:
        # libyaml ends a block where the next token begins, after blank lines and comments
        item = last.value[-1]
        inner = item[1] if isinstance(last, MappingNode) else item
        if _at(inner.start_mark) <= _at(last.start_mark):
            break  # an alias: its node stands where the anchor is, which may be around it
        last = inner
    end = last.end_mark
    return Span(start.line + 1, start.column, end.line + 1, end.column)
