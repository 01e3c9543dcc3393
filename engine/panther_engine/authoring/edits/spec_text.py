"""The text of a spec with its nodes: where each value stands, as offsets into the text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from panther_engine.authoring.edits.steps import RefusedError, say_path
from panther_engine.model import Diagnostic, FieldPath, JsonValue
from panther_engine.reading.spec.document import load_document
from panther_engine.reading.storage.gc_pause import collecting_later

Cut = tuple[int, int, str]
"""Replace the text from one offset up to another."""

SIZE_LIMIT = 16_000_000
"""Bytes of a spec that can be edited: each step reads all of it, 5 MB in about half a second."""

_GAP = re.compile(r"(?:\s|#[^\r\n]*)*")


@dataclass(frozen=True, slots=True)
class SpecText:
    """A spec that can be edited. Offsets are in characters, without a byte order mark."""

    text: str
    path: str
    data: JsonValue
    root: Node
    bom: bytes
    newline: str
    json: bool

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds an offset."""
        return self.text.count("\n", 0, offset) + 1

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        newline = self.text.rfind("\n", 0, offset)
        return max(newline, self.text.rfind("\r", newline + 1, offset)) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its line break."""
        newline = self.text.find("\n", offset)
        end = len(self.text) if newline < 0 else newline
        carriage = self.text.find("\r", offset, end)
        return end if carriage < 0 else carriage

    def after_break(self, offset: int) -> int:
        """The offset behind the line break that stands here, if one does."""
        if self.text.startswith("\r\n", offset):
            return offset + 2
        return offset + 1 if self.text[offset : offset + 1] in ("\r", "\n") else offset

    def begins_line(self, offset: int) -> bool:
        """Whether only spaces stand before an offset in its line."""
        return not self.text[self.line_start(offset) : offset].strip(" \t")

    def column(self, offset: int) -> int:
        """How many characters stand before an offset in its line."""
        return offset - self.line_start(offset)

    def indent(self, offset: int) -> int:
        """How many spaces the line of an offset begins with."""
        line = self.text[self.line_start(offset) : self.line_end(offset)]
        return len(line) - len(line.lstrip(" "))

    def skip_gap(self, offset: int) -> int:
        """The next offset that is neither space nor comment."""
        found = _GAP.match(self.text, offset)
        return found.end() if found else offset

    def find(self, path: FieldPath) -> Node:
        """The node at a path. Raises RefusedError if there is none, or it stands there twice."""
        node = self.root
        for done, part in enumerate(path):
            if isinstance(node, MappingNode):
                node = node.value[key_index(self, node, part, path[: done + 1])][1]
            elif isinstance(node, SequenceNode) and isinstance(part, int):
                node = node.value[part]
            else:
                raise RefusedError(f"there is no {say_path(path)}", self.line_of(start_of(node)))
        return node

    def replace(self, cuts: list[Cut]) -> bytes:
        """The bytes with the cuts made."""
        pieces, done = [], 0
        for start, end, new in sorted(cuts, key=lambda cut: cut[:2]):
            pieces += [self.text[done:start], new]
            done = end
        return self.bom + "".join([*pieces, self.text[done:]]).encode("utf-8")


def key_index(spec: SpecText, node: MappingNode, part: str | int, path: FieldPath = ()) -> int:
    """Which pair of a mapping has a key. Raises RefusedError unless exactly one has."""
    found = [
        index
        for index, (key, _) in enumerate(node.value)
        if isinstance(key, ScalarNode) and key.value == str(part)
    ]
    line = spec.line_of(start_of(node))
    if not found:
        raise RefusedError(f"there is no {say_path(path or (part,))}", line)
    if len(found) > 1:
        line = spec.line_of(start_of(node.value[found[-1]][0]))
        raise RefusedError(
            f"{say_path(path or (part,))} stands there twice", line, "remove one of them first"
        )
    key = node.value[found[0]][0]
    if not start_of(node) <= start_of(key) < end_of(node):
        raise RefusedError(
            f"{say_path(path or (part,))} comes from a merge key (`<<`)", line, "write it out first"
        )
    return found[0]


def start_of(node: Node) -> int:
    """Where a node begins."""
    return int(node.start_mark.index)


def end_of(node: Node) -> int:
    """Where a node ends; a block may reach over blank lines and comments behind it."""
    return int(node.end_mark.index)


def is_flow(node: Node) -> bool:
    """Whether a collection is written in brackets."""
    return bool(getattr(node, "flow_style", False))


def content_end(spec: SpecText, node: Node) -> int:
    """Where what is written of a node ends, without blank lines and comments behind it."""
    last = node
    while isinstance(last, MappingNode | SequenceNode) and last.value and not last.flow_style:
        item = last.value[-1]
        inner = item[1] if isinstance(last, MappingNode) else item
        if start_of(inner) < start_of(last):
            raise RefusedError(
                "an alias stands at the end of it", spec.line_of(start_of(last)),
                "write the value out first",
            )  # fmt: skip
        last = inner
    end = end_of(last)
    if isinstance(last, ScalarNode) and last.style in ("|", ">"):
        end = start_of(last) + len(spec.text[start_of(last) : end].rstrip())
    return end


def read_spec(content: bytes, path: str) -> SpecText:
    """The spec that bytes are. Raises RefusedError with the reason and the line."""
    if len(content) > SIZE_LIMIT:
        raise RefusedError(
            f"the spec has {len(content) / 1e6:.0f} MB: above {SIZE_LIMIT // 1_000_000} MB an edit"
            " would take longer than anyone waits", 1, "edit it by hand, or split it",
        )  # fmt: skip
    bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    try:
        text = content[len(bom) :].decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RefusedError("the file is not UTF-8 text", line, "save the file as UTF-8") from None
    if "\0" in text:
        raise RefusedError("the file is not UTF-8 text", 1, "save the file as UTF-8")
    is_json = path.lower().endswith(".json")
    with collecting_later():
        document = load_document(content[len(bom) :], path)
    if isinstance(document, Diagnostic):
        raise RefusedError(document.message, document.line, document.hint)
    if document.root is None:
        raise RefusedError("the file is empty")
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    return SpecText(text, path, document.data, document.root, bom, newline, is_json)
