"""SARIF 2.1.0 for code scanning: each finding at the spec of its policy.

GitHub shows at most 5,000 results of a run, so that many of the worst are written and the rest is
told. A result is known again by its policy and resource, not by its line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from heapq import nsmallest

import panther_engine
from panther_engine.model import SEVERITIES, Verdict
from panther_engine.scan.store.rollups import Finding
from panther_engine.text.clean import clean_line

RESULTS = 5_000
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Mapping[str, str] = {
    "Info": "note",
    "Low": "note",
    "Medium": "warning",
    "High": "error",
    "Critical": "error",
}
SCORES: Mapping[str, str] = {
    "Info": "1.0",
    "Low": "3.0",
    "Medium": "5.5",
    "High": "8.0",
    "Critical": "9.5",
}
"""What GitHub makes a severity of, from 0 to 10."""


def sarif_document(found: Iterable[Finding], names: Mapping[str, str]) -> Iterator[str]:
    """The document; `names` are those of policies by ID, for people. PASS is never a result."""
    count = 0

    def failing() -> Iterator[Finding]:
        nonlocal count
        for one in found:
            if one.verdict is not Verdict.PASS:
                count += 1
                yield one

    kept = nsmallest(RESULTS, failing(), key=_rank)
    rules = {one.policy_id: _rule(one, names) for one in kept}
    places = {policy_id: place for place, policy_id in enumerate(rules)}
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "panther-tui",
                "semanticVersion": panther_engine.__version__,
                "rules": list(rules.values()),
            }
        },
        "results": [_result(one, places[one.policy_id]) for one in kept],
        "columnKind": "unicodeCodePoints",
    }
    if count > len(kept):
        run["properties"] = {"leftOut": count - len(kept)}
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rank(found: Finding) -> tuple[bool, int, int]:
    """The worst first; what is suppressed last."""
    severity = found.severity
    place = SEVERITIES.index(severity) if severity in SEVERITIES else -1
    return found.suppressed, -place, found.key


def _rule(found: Finding, names: Mapping[str, str]) -> dict[str, object]:
    name = names.get(found.policy_id) or found.policy_id
    return {
        "id": found.policy_id,
        "shortDescription": {"text": clean_line(name)},
        "help": {"text": f"Policy {clean_line(found.policy_id)} in {clean_line(found.spec)}"},
        "defaultConfiguration": {"level": LEVELS.get(found.severity, "warning")},
        "properties": {"security-severity": SCORES.get(found.severity, "5.5")},
    }


def _result(found: Finding, rule: int) -> dict[str, object]:
    identity = f"{found.policy_id}\0{found.resource_id}".encode("utf-8", "surrogatepass")
    result: dict[str, object] = {
        "ruleId": found.policy_id,
        "ruleIndex": rule,
        "level": LEVELS.get(found.severity, "warning"),
        "message": {"text": clean_line(_message(found))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(found), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": _line(found)},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": clean_line(found.resource_id), "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": {
            "policyAndResource/v1": blake2b(identity, digest_size=16).hexdigest()
        },
    }
    if found.suppressed:
        result["suppressions"] = [{"kind": "external", "justification": "Suppressions of the spec"}]
    return result


def _message(found: Finding) -> str:
    if found.error is not None:
        return f"{found.resource_id}: {found.error.type}: {found.error.message}"
    title = (found.alert or {}).get("title")
    return f"{found.resource_id}: {title}" if isinstance(title, str) else found.resource_id


def _is_inside(path: str) -> bool:
    return bool(path) and not path.startswith(("/", ".."))


def _uri(found: Finding) -> str:
    from urllib.parse import quote

    error = found.error
    inside = error is not None and _is_inside(error.path)
    return quote(error.path if error is not None and inside else found.spec)


def _line(found: Finding) -> int:
    error = found.error
    return max(1, error.line) if error is not None and _is_inside(error.path) else 1
