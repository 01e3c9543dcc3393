"""What a spec is and what it is called, told from its text without parsing it.

Of a repository's two thousand specs only policies and globals are read; of all others just the ID
matters, since IDs share one namespace (PAT 1.11.1: classify_analysis).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

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

_TYPE_LINE = re.compile(
    r"^(?:AnalysisType|\"AnalysisType\"|'AnalysisType')[ \t]*:(.*)$", re.MULTILINE
)
_ID_LINE = {
    key: re.compile(rf"^(?:{key}|\"{key}\"|'{key}')[ \t]*:(?=[ \t\r\n]|\Z)(.*)$", re.MULTILINE)
    for key in set(ID_KEYS.values())
}
_VALUE = re.compile(
    r"""[ \t]+(?:"(?P<double>[^"\\]*)"|'(?P<single>[^']*)'|"""
    r"(?P<plain>[A-Za-z](?:[^:#\r]|[:#](?=\S))*?))[ \t]*(?:[ \t]#.*)?\r?"
)
_NEVER_TEXT = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


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

    Never wrong: where the text is unusual (flow style, JSON, escapes, a key that stands twice, a
    value of several lines, an unknown type) the answer is that only parsing can tell.
    """
    text = _decode(content)
    if "AnalysisType" not in text:
        return None
    kinds = _TYPE_LINE.findall(text)
    if len(kinds) != 1:
        return _UNKNOWN
    analysis_type = _scalar(kinds[0])
    if analysis_type not in ID_KEYS:
        return _UNKNOWN
    found = list(_ID_LINE[ID_KEYS[analysis_type]].finditer(text))
    if not found:
        return Kind(analysis_type, "", 0)
    identity = _scalar(found[0].group(1))
    following = text[found[0].end() + 1 :].split("\n", 1)[0]
    if len(found) > 1 or not identity or identity.lower() in _NEVER_TEXT:
        return _UNKNOWN
    if following[:1] in (" ", "\t") and following.strip():
        return _UNKNOWN  # the value may go on here
    return Kind(analysis_type, identity, text.count("\n", 0, found[0].start()) + 1)


def _decode(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return content.decode("utf-8", "replace")


def _scalar(text: str) -> str:
    found = _VALUE.fullmatch(text)
    if found is None:
        return ""
    return found["double"] or found["single"] or found["plain"] or ""
