"""Parses YAML as PAT 1.11.1 does, and keeps the nodes for their positions.

PAT's dialect is neither YAML 1.1 nor 1.2. It differs from PyYAML's safe loader as follows (PAT
1.11.1: analysis_utils). Timestamps stay text. Only `true` and `false` (also `True`, `TRUE`, ...)
are booleans, so `yes`, `no`, `on` and `off` stay text. Whole numbers with leading zeros are
decimal, and `1:30:00` stays text. Everything else is as in PyYAML: the nulls and floats of 1.1,
merge keys, aliases that share one object, the last of two equal keys, one document per file.

libyaml composes the nodes. Data is built directly from them, which is fast; PyYAML's constructor
takes over only for tags, merge keys and unusual keys.
"""

from __future__ import annotations

from typing import Final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.error import MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from panther_engine.values.frozen import dataclass

MAX_DEPTH: Final = 256
"""Deeper documents are refused: libyaml's composer and the JSON we send to workers recurse."""

_PREFIX = "tag:yaml.org,2002:"
STR: Final = _PREFIX + "str"
INT: Final = _PREFIX + "int"
FLOAT: Final = _PREFIX + "float"
BOOL: Final = _PREFIX + "bool"
NULL: Final = _PREFIX + "null"
MAP: Final = _PREFIX + "map"
SEQ: Final = _PREFIX + "seq"
TIMESTAMP: Final = _PREFIX + "timestamp"

_BOOLEANS: Final = {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}

_MEMO_LIMIT: Final = 50_000
_plain_tags: dict[str, str] = {}
"""Tags of plain scalars seen before. Every repository repeats the same few thousand."""

_LIBYAML_TOO_DEEP: Final = "exceeded maximum nesting depth"
"""What libyaml says at 1,000 levels; its scanner gets there before its composer counts any."""

_INDENTING: Final = bytes(0x20 if char in b"\t-?:" else char for char in range(256))
"""Turns into spaces what can begin a line of a deep block."""


class TooDeepError(YAMLError):
    """The document is nested deeper than `MAX_DEPTH`."""


class _Odd(Exception):  # noqa: N818 - a signal, not an error
    """The node needs PyYAML's own constructor."""


def _tag_of_plain(value: str) -> str:
    resolvers = Resolver.yaml_implicit_resolvers
    for tag, pattern in resolvers.get(value[:1], ()):
        if pattern.match(value):
            return str(tag)
    return STR


class _Composer(CParser, SafeConstructor, Resolver):
    """libyaml's parser with the cheapest resolver that gives what PyYAML's gives."""

    def __init__(self, content: bytes) -> None:
        CParser.__init__(self, content)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)

    def resolve(self, kind: type[Node], value: str | None, implicit: object) -> str:
        if kind is ScalarNode:
            if not implicit[0]:  # type: ignore[index]
                return STR
            tag = _plain_tags.get(value)  # type: ignore[arg-type]
            if tag is None:
                tag = _tag_of_plain(value or "")
                if len(_plain_tags) < _MEMO_LIMIT:
                    _plain_tags[value or ""] = tag
            return tag
        return SEQ if kind is SequenceNode else MAP

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def construct_dialect_text(self, node: Node) -> str:
        return str(self.construct_scalar(node))  # type: ignore[arg-type]

    def construct_dialect_bool(self, node: Node) -> bool | str:
        value = self.construct_scalar(node)  # type: ignore[arg-type]
        return _BOOLEANS.get(value, value)

    def construct_dialect_int(self, node: Node) -> int | str:
        value = self.construct_scalar(node)  # type: ignore[arg-type]
        try:
            return read_int(value)
        except (ValueError, AttributeError, TypeError):
            raise _unreadable("a whole number", node) from None

    def construct_dialect_float(self, node: Node) -> float:
        try:
            return float(self.construct_yaml_float(node))  # type: ignore[arg-type]
        except (ValueError, AttributeError, TypeError, IndexError):
            raise _unreadable("a number", node) from None


_Composer.add_constructor(TIMESTAMP, _Composer.construct_dialect_text)  # type: ignore[type-var]
_Composer.add_constructor(BOOL, _Composer.construct_dialect_bool)  # type: ignore[type-var]
_Composer.add_constructor(INT, _Composer.construct_dialect_int)  # type: ignore[type-var]
_Composer.add_constructor(FLOAT, _Composer.construct_dialect_float)  # type: ignore[type-var]


class _GuardedComposer(_Composer):
    """Counts how deep it is: for texts that could be deep, since it costs a sixth more."""

    def __init__(self, content: bytes) -> None:
        self._depth = 0
        super().__init__(content)

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooDeepError(f"nested deeper than {MAX_DEPTH} levels")

    def ascend_resolver(self) -> None:
        self._depth -= 1


def _unreadable(what: str, node: Node) -> ConstructorError:
    shown = str(node.value) if isinstance(node, ScalarNode) else node.tag
    return ConstructorError(None, None, f"cannot read {shown[:60]!r} as {what}", node.start_mark)


def read_int(value: str) -> int | str:
    """A scalar that YAML 1.1 calls an integer, as PAT's dialect reads it.

    Raises `ValueError` where PAT does (`0x_`, or more digits than Python converts).
    """
    if ":" in value:
        return value
    try:
        return int(value)
    except ValueError:
        digits = value.replace("_", "")
    sign = -1 if digits.startswith("-") else 1
    if digits.startswith(("-", "+")):
        digits = digits[1:]
    base = {"0x": 16, "0X": 16, "0b": 2, "0B": 2}.get(digits[:2], 10)
    return sign * int(digits if base == 10 else digits[2:], base)


def could_be_deep(content: bytes) -> bool:
    """Whether a document could be nested deeper than `MAX_DEPTH`; never misses one that is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(content) > MAX_DEPTH
    opened = content.count(b"[") + content.count(b"{")
    return opened >= MAX_DEPTH or b" " * MAX_DEPTH in content.translate(_INDENTING)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document holds. `root` is None for an empty one."""

    data: object
    root: Node | None
    may_repeat: bool
    """A mapping of it may have a key twice."""
    may_share: bool
    """It may have aliases."""


def read_yaml(content: bytes) -> Reading:
    """The data and the nodes of a document.

    Raises `yaml.YAMLError` for what PAT refuses, for values that end PAT with a traceback
    (`0x_`), and `TooDeepError`.
    """
    loader = (_GuardedComposer if could_be_deep(content) else _Composer)(content)
    try:
        root = loader.get_single_node()
        if root is None:
            return Reading(None, None, False, False)
        try:
            return _build(root)
        except (_Odd, ValueError, RecursionError):
            return Reading(loader.construct_document(root), root, True, True)
    except RecursionError:
        raise TooDeepError("nested too deeply") from None
    except MarkedYAMLError as error:
        if error.problem == _LIBYAML_TOO_DEEP:
            raise TooDeepError("nested too deeply") from None
        raise
    finally:
        loader.dispose()


def _build(root: Node) -> Reading:
    """The data of plain nodes; raises `_Odd` for any that is not."""
    made: dict[int, object] = {}
    repeats = shares = False

    def build(node: Node) -> object:
        nonlocal repeats, shares
        tag = node.tag
        kind = node.__class__
        if kind is ScalarNode:
            if tag in (STR, TIMESTAMP):
                return node.value
            if tag == NULL:
                return None
            if tag == BOOL:
                return _BOOLEANS.get(node.value, node.value)
            if tag == INT:
                return read_int(node.value)
            if tag == FLOAT:
                return float(node.value)
            raise _Odd
        known = made.get(id(node))
        if known is not None:
            shares = True
            return known
        if kind is MappingNode and tag == MAP:
            mapping: dict[object, object] = {}
            made[id(node)] = mapping
            for key, value in node.value:
                if key.__class__ is not ScalarNode:
                    raise _Odd
                mapping[key.value if key.tag == STR else build(key)] = build(value)
            if len(mapping) != len(node.value):
                repeats = True
            return mapping
        if kind is SequenceNode and tag == SEQ:
            sequence: list[object] = []
            made[id(node)] = sequence
            for item in node.value:
                sequence.append(build(item))
            return sequence
        raise _Odd

    data = build(root)
    return Reading(data, root, repeats, shares)
