"""Finds out a spec's type and ID from its text, without parsing it.

Of a repository's two thousand specs only policies and globals are parsed. Of the others only the
ID matters, since all IDs share one namespace (PAT 1.11.1: classify_analysis).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from panther_engine.values.frozen import dataclass

ID_KEYS = {
    "correlation_rule": "RuleID",
    "datamodel": "DataModelID",
    "global": "GlobalID",
    "lookup_table": "LookupName",
    "pack": "PackID",
    "policy": "PolicyID",
    "rule": "RuleID",
    "saved_query": "QueryName",
    "scheduled_prompt": "PromptName",
    "scheduled_query": "QueryName",
    "scheduled_rule": "RuleID",
}
"""Every analysis type that PAT knows, with the key of its ID (PAT 1.11.1: core.definitions)."""

_VALUE = re.compile(
    rb"""["']?[ \t]*:[ \t]+(?:"(?P<double>[ !#-\[\]-~]*)"|'(?P<single>[ -&(-~]*)'|"""
    rb"(?P<plain>[A-Za-z](?:[ -\"$-9;-~]|[:#](?=[!-~]))*?))[ \t]*(?:[ \t]#[^\n]*)?\r?(?:\n|\Z)"
)
"""From the end of a key: its value, if that is ASCII text on the same line."""

_NEVER_TEXT = frozenset((b"true", b"false", b"null"))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a spec says it is. `analysis_type` is empty when only parsing can tell."""

    analysis_type: str
    id: str
    id_line: int
    """1-based; 0 when the ID is not known."""


_UNKNOWN = Kind("", "", 0)


def peek_kind(content: bytes) -> Kind | None:
    """What a spec is, by a look at its text; None when it has no `AnalysisType` at all.

    Where the text is unusual (flow style, JSON, escapes, a key that stands twice, a value of
    several lines, an unknown type) the answer is that only parsing can tell.
    """
    text = _as_utf8(content)
    if b"AnalysisType" not in text:
        return None
    kinds = list(_values(text, b"AnalysisType"))
    if len(kinds) != 1:
        return _UNKNOWN
    analysis_type = (kinds[0][1] or b"").decode("ascii")
    if analysis_type not in ID_KEYS:
        return _UNKNOWN
    found = list(_values(text, ID_KEYS[analysis_type].encode("ascii")))
    if not found:
        return Kind(analysis_type, "", 0)
    offset, identity = found[0]
    if len(found) > 1 or not identity:
        return _UNKNOWN
    return Kind(analysis_type, identity.decode("ascii"), text.count(b"\n", 0, offset) + 1)


def _as_utf8(content: bytes) -> bytes:
    if content.startswith(codecs.BOM_UTF8):
        return content[len(codecs.BOM_UTF8) :]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace").encode("utf-8", "replace")
    return content


def _values(text: bytes, key: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Where a key begins a line, with its value; None for one that only parsing can tell."""
    offset = text.find(key)
    while offset >= 0:
        start = offset - 1 if text[offset - 1 : offset] in (b'"', b"'") else offset
        end = offset + len(key)
        if start == 0 or text[start - 1 : start] == b"\n":
            found = _VALUE.match(text, end)
            if found is not None:
                yield start, _scalar(text, found)
            elif text[end : end + 3].lstrip(b" \t\"'").startswith(b":"):
                yield start, None
        offset = text.find(key, end)


def _scalar(text: bytes, found: re.Match[bytes]) -> bytes | None:
    plain = found["plain"]
    if plain is None:
        value = found["double"] if found["double"] is not None else found["single"]
        return bytes(value)
    after = text[found.end() : found.end() + 1]
    continued = after in (b" ", b"\t") and text[found.end() :].split(b"\n", 1)[0].strip()
    if continued or plain.lower() in _NEVER_TEXT or plain.endswith((b",", b"]", b"}")):
        return None
    return bytes(plain)
