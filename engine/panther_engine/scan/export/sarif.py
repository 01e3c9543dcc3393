"""SARIF 2.1.0 for code scanning: each finding where its policy judges, or at the line that raised.

GitHub shows at most 5,000 results of a run and takes a file of 10 MB, so that many of the worst are
written and the rest is told. A result is known again by its policy and resource, not by its line.
What passes is never a result. Limits and properties: docs.github.com, "SARIF support for code
scanning" and "SARIF results exceed one or more limits".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from heapq import nsmallest

import panther_engine
from panther_engine.model import SEVERITIES, Policy, Verdict
from panther_engine.report.text.words import count_of
from panther_engine.scan.export.exported import Checkout, Exported
from panther_engine.scan.store.rollups import Finding
from panther_engine.text.clean import clean_line, clean_text

RESULTS = 5_000
SIZE = 9_500_000
"""Bytes, before they are compressed: what GitHub takes is compressed."""
TEXT = 1_000
"""Characters of a message or a description. GitHub's limit of descriptions is 1,024."""
NAME = 255
TAGS = 10
"""That GitHub shows of a rule; with more than 20 it refuses the file."""
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
"""What GitHub makes a severity of, from 0 to 10, of a rule with the tag `security`."""


def sarif_document(exported: Exported) -> Iterator[str]:
    """The document."""
    count = 0

    def failing() -> Iterator[Finding]:
        nonlocal count
        for one in exported.findings():
            if one.verdict is not Verdict.PASS:
                count += 1
                yield _slim(one)

    worst = nsmallest(RESULTS, failing(), key=_rank)
    places: dict[str, int] = {}
    rules: list[str] = []
    results: list[str] = []
    size = 0
    for one in worst:
        policy = exported.checkout.policy(one)
        rule = "" if one.policy_id in places else json.dumps(_rule(one, policy))
        place = places.get(one.policy_id, len(rules))
        result = json.dumps(_result(one, place, policy, exported.checkout))
        size += len(rule) + len(result) + 4
        if size > SIZE:
            break
        if rule:
            places[one.policy_id] = place
            rules.append(rule)
        results.append(result)
    left_out = count - len(results)
    if left_out:
        exported.tell(
            f"the {len(results):,} worst of {count_of(count, 'finding')} are written, as many as"
            f" GitHub takes; left out: {left_out:,}"
        )
    yield from _pieces(rules, results, left_out)


def _pieces(rules: list[str], results: list[str], left_out: int) -> Iterator[str]:
    driver = {"name": "panther-tui", "semanticVersion": panther_engine.__version__}
    yield f'{{"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0", "runs": [{{\n'
    yield f'"tool": {{"driver": {json.dumps(driver)[:-1]}, "rules": [\n'
    yield ",\n".join(rules)
    yield '\n]}},\n"columnKind": "unicodeCodePoints",\n'
    if left_out:
        yield f'"properties": {{"leftOut": {left_out}}},\n'
    yield '"results": [\n'
    yield ",\n".join(results)
    yield "\n]}]}\n"


def _slim(found: Finding) -> Finding:
    """The finding without what no result holds: thousands of them are in memory at once."""
    title = (found.alert or {}).get("title")
    alert = {"title": _cut(title)} if isinstance(title, str) else None
    error = found.error
    if error is not None:
        error = replace(error, message=error.message[:TEXT], frames=())
    return replace(found, alert=alert, error=error)


def _rank(found: Finding) -> tuple[bool, int, int]:
    """The worst first; what is suppressed or ignored last."""
    severity = found.severity
    place = SEVERITIES.index(severity) if severity in SEVERITIES else -1
    return found.suppressed or bool(found.ignored), -place, found.key


def _cut(text: str, most: int = TEXT) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _rule(found: Finding, policy: Policy) -> dict[str, object]:
    name = _cut(clean_line(policy.display_name or found.policy_id), NAME)
    described = _cut(clean_text(policy.description).strip() or name)
    told = [described] if described != name else []
    told += [f"Runbook: {clean_text(policy.runbook)}"] if policy.runbook else []
    told += [f"Reference: {clean_line(policy.reference)}"] if policy.reference else []
    told.append(f"Policy {clean_line(found.policy_id)} in {clean_line(found.spec)}")
    rule: dict[str, object] = {
        "id": found.policy_id,
        "name": name,
        "shortDescription": {"text": name},
        "fullDescription": {"text": described},
        "help": {"text": _cut("\n\n".join(told), 4 * TEXT)},
        "defaultConfiguration": {"level": LEVELS.get(found.severity, "warning")},
        "properties": {
            "tags": ["security", *_tags(policy)],
            "security-severity": SCORES.get(found.severity, "5.5"),
        },
    }
    if policy.reference.startswith("https://") and " " not in policy.reference:
        rule["helpUri"] = policy.reference
    return rule


def _tags(policy: Policy) -> list[str]:
    tags = dict.fromkeys(_cut(clean_line(one), NAME) for one in policy.tags)
    tags.pop("security", None)
    return [one for one in tags if one][: TAGS - 1]


def _result(found: Finding, rule: int, policy: Policy, checkout: Checkout) -> dict[str, object]:
    identity = f"{found.policy_id}\0{found.resource_id}".encode("utf-8", "surrogatepass")
    mark = blake2b(identity, digest_size=16).hexdigest()
    resource = _cut(clean_line(found.resource_id))
    flags = {
        "unverified": found.unverified,
        "mapping": clean_line(found.mapping),
        "verdict": found.verdict.value,
    }
    result: dict[str, object] = {
        "ruleId": found.policy_id,
        "ruleIndex": rule,
        "level": LEVELS.get(found.severity, "warning"),
        "message": {"text": _cut(clean_line(_message(found)))},
        "locations": [
            {
                "physicalLocation": _place(found, policy, checkout),
                "logicalLocations": [{"fullyQualifiedName": resource, "kind": "resource"}],
            }
        ],
        # GitHub looks at this one alone; without it all results of a line would be one alert
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:1"},
        "properties": {name: flag for name, flag in flags.items() if flag},
    }
    if found.suppressed:
        result["suppressions"] = [{"kind": "external", "justification": "Suppressions of the spec"}]
    elif found.ignored:
        why = _cut(clean_line(found.ignored))
        result["suppressions"] = [{"kind": "external", "justification": why}]
    return result


def _message(found: Finding) -> str:
    said = found.resource_id
    title = (found.alert or {}).get("title")
    if found.error is not None:
        said = f"{found.resource_id}: {found.error.type}: {found.error.message}"
    elif isinstance(title, str):
        said = f"{found.resource_id}: {title}"
    return (
        f"unverified, it looked up what is not in the inventory: {said}" if found.missing else said
    )


def _place(found: Finding, policy: Policy, checkout: Checkout) -> dict[str, object]:
    from urllib.parse import quote

    error = found.error
    places = [(policy.body, checkout.definition(policy)), (found.spec, 1)]
    if error is not None:
        places.insert(0, (error.path, error.line))
    path, line = next((one for one in places if one[1] and checkout.path(one[0])), places[-1])
    uri = checkout.path(path) or path
    return {
        "artifactLocation": {"uri": quote(uri), "uriBaseId": "%SRCROOT%"},
        "region": _region(line, checkout.line(path, line)),
    }


def _region(line: int, text: str | None) -> dict[str, int]:
    line = max(1, line)
    if not text or not text.strip():
        return {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": 1}
    begin = len(text) - len(text.lstrip()) + 1
    return {"startLine": line, "startColumn": begin, "endLine": line, "endColumn": len(text) + 1}
