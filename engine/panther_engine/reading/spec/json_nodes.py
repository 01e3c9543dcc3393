"""Parses JSON into the same nodes as YAML, so that positions are looked up the same way in both."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from panther_engine.reading.spec.yaml_dialect import (
    BOOL,
    FLOAT,
    INT,
    MAP,
    MAX_DEPTH,
    NULL,
    SEQ,
    STR,
    TooDeepError,
)

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_ATOMS = {"true": BOOL, "false": BOOL, "null": NULL}


def read_json(text: str) -> tuple[object, Node]:
    """Data and root node of a JSON document.

    Raises `json.JSONDecodeError`, `TooDeepError`, and `ValueError` for a number of too many digits.
    """
    try:
        data = json.loads(text)
    except RecursionError:
        raise TooDeepError("nested too deeply") from None
    return data, _compose(text)


def _compose(text: str) -> Node:
    """The nodes of a text that is known to be JSON."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]

    def mark(offset: int) -> Mark:
        line = bisect_right(starts, offset) - 1
        return Mark("", offset, line, offset - starts[line], None, 0)

    root: Node | None = None
    open_nodes: list[Node] = []
    keys: list[Node | None] = []
    for found in _TOKEN.finditer(text):
        token = found.group()
        if token in ",:":
            continue
        if token in "]}":
            open_nodes.pop().end_mark = mark(found.end())
            keys.pop()
            continue
        start, end = mark(found.start()), mark(found.end())
        node: Node
        if token == "{":
            node = MappingNode(MAP, [], start, end, flow_style=True)
        elif token == "[":
            node = SequenceNode(SEQ, [], start, end, flow_style=True)
        elif token.startswith('"'):
            node = ScalarNode(STR, json.loads(token), start, end, style='"')
        else:
            number = FLOAT if re.search(r"[.eEIN]", token) else INT
            node = ScalarNode(_ATOMS.get(token, number), token, start, end)
        if not open_nodes:
            root = node
        elif isinstance(open_nodes[-1], SequenceNode):
            open_nodes[-1].value.append(node)
        elif (key := keys[-1]) is None:
            keys[-1] = node
        else:
            open_nodes[-1].value.append((key, node))
            keys[-1] = None
        if not isinstance(node, ScalarNode):
            open_nodes.append(node)
            keys.append(None)
            if len(open_nodes) > MAX_DEPTH:
                raise TooDeepError(f"nested deeper than {MAX_DEPTH} levels")
    assert root is not None
    return root
