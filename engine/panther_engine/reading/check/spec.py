"""Turns a spec's bytes into a policy or a global, and reports everything wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from panther_engine.model import Diagnostic, Global, Level, Policy
from panther_engine.reading.check.findings import Findings, describe
from panther_engine.reading.check.policy import check_global, check_policy
from panther_engine.reading.spec.document import load_document
from panther_engine.reading.spec.peek import ID_KEYS, peek_kind
from panther_engine.text.suggest import nearest_name, spell
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Other:
    """A spec of any other analysis type: only its ID counts, since IDs share one namespace."""

    spec: str
    analysis_type: str
    id: str
    line: int
    """Of the ID; 1-based."""


def check_spec(
    path: str,
    content: bytes,
    body_exists: Callable[[str], bool],
    ignore_extra_keys: bool = False,
) -> Policy | Global | Other | None:
    """What a spec declares, with all its faults at once. Never raises, whatever the bytes.

    None for a file that is no spec: no mapping with `AnalysisType` (PAT skips it in silence).
    `body_exists` is asked for paths relative to the root. A policy has an error diagnostic exactly
    where PAT 1.11.1 calls the spec invalid or cannot find its body; the few differences that are
    meant are in docs/parity.md.
    """
    document = load_document(content, path)
    if isinstance(document, Diagnostic):
        return _unreadable(path, content, document)
    data = document.data
    if not isinstance(data, (dict, list, str, set, tuple)) or "AnalysisType" not in data:
        return None
    findings = Findings(path, document)
    if path.lower().endswith(".json"):
        findings.at_key(
            (),
            "json-spec",
            "PAT ignores JSON specs since its version 1.0.2",
            "write it as YAML to have it uploaded",
            Level.INFO,
        )
    if not isinstance(data, dict):
        findings.at_value(
            (), "wrong-type", f"a spec must be a mapping of keys, found {describe(data)}"
        )
        return Policy(path, "", "", diagnostics=findings.sorted())
    analysis_type = data["AnalysisType"]
    if analysis_type == "policy":
        return check_policy(findings, data, body_exists, ignore_extra_keys)
    if analysis_type == "global":
        return check_global(findings, data, body_exists)
    if isinstance(analysis_type, str) and analysis_type in ID_KEYS:
        key = ID_KEYS[analysis_type]
        span = document.value_span(key)
        identity = data.get(key)
        name = identity if isinstance(identity, str) else ""
        return Other(path, analysis_type, name, 1 if span is None else span.line)
    near = nearest_name(analysis_type, ID_KEYS) if isinstance(analysis_type, str) else ""
    findings.at_value(
        ("AnalysisType",),
        "unknown-analysis-type",
        f"`AnalysisType` must be one of Panther's types, found {describe(analysis_type)}",
        f"write `AnalysisType: {near}`" if near else f"Panther knows {spell(ID_KEYS, 'and')}",
    )
    identity = data.get("PolicyID")
    name = identity if isinstance(identity, str) else ""
    return Policy(path, "", name, diagnostics=findings.sorted())


def _unreadable(path: str, content: bytes, fault: Diagnostic) -> Policy | Global | Other | None:
    kind = peek_kind(content)
    if kind is None:
        return None
    if kind.analysis_type in ("", "policy"):
        return Policy(path, "", kind.id, diagnostics=(fault,))
    if kind.analysis_type == "global":
        return Global(kind.id, path, "", (fault,))
    return Other(path, kind.analysis_type, kind.id, kind.id_line)
