"""OCSF: each finding as an event of the class Compliance Finding, for security data lakes.

Version 1.8.0, class 2003, profile `cloud` (schema.ocsf.io). What that class has no attribute for is
in `unmapped`: the spec, where an error was raised, and what was looked up and is not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b

import panther_engine
from panther_engine.model import JsonValue, Policy, Verdict
from panther_engine.scan.export.exported import Exported
from panther_engine.scan.store.rollups import Finding, scans

VERSION = "1.8.0"
CATEGORY, CLASS = 2, 2003
CREATE, UPDATE = 1, 2
ACTIVITIES: Mapping[int, str] = {CREATE: "Create", UPDATE: "Update"}
NEW, SUPPRESSED = (1, "New"), (3, "Suppressed")
RESULTS: Mapping[Verdict, tuple[int, str]] = {
    Verdict.PASS: (2, "Warning"),  # only what is unverified is told: information is missing
    Verdict.FAIL: (3, "Fail"),
    Verdict.ERROR: (99, "Error"),
}
SEVERITIES: Mapping[str, tuple[int, str]] = {
    "Info": (1, "Informational"),
    "Low": (2, "Low"),
    "Medium": (3, "Medium"),
    "High": (4, "High"),
    "Critical": (5, "Critical"),
}
UNKNOWN = (0, "Unknown")
RULE = (1, "Rule")
TARGET = (1, "Target")
PROVIDERS: Mapping[str, str] = {"AWS": "AWS", "Azure": "Azure", "GCP": "GCP"}
"""By what a resource type begins with."""

Json = dict[str, JsonValue]


def ocsf_lines(exported: Exported) -> Iterator[str]:
    """One event a line."""
    for event in _events(exported):
        yield json.dumps(event, ensure_ascii=False) + "\n"


def ocsf_document(exported: Exported) -> Iterator[str]:
    """The same as one JSON array."""
    between = "[\n"
    for event in _events(exported):
        yield between + json.dumps(event, ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _events(exported: Exported) -> Iterator[Json]:
    times = {one.number: _milliseconds(one.started) for one in scans(exported.store)}
    now = times[exported.number]
    for found in exported.findings():
        policy = exported.checkout.policy(found)
        yield _event(found, policy, found.since == exported.number, now, times.get(found.since))


def _event(found: Finding, policy: Policy, new: bool, now: int, first: int | None) -> Json:
    """An event; `first` is when it was found first, if that scan is still kept."""
    activity = CREATE if new else UPDATE
    severity_id, severity = SEVERITIES.get(found.severity, UNKNOWN)
    status_id, status = SUPPRESSED if found.suppressed or found.ignored else NEW
    event: Json = {
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "activity_id": activity,
        "activity_name": ACTIVITIES[activity],
        "type_uid": CLASS * 100 + activity,
        "type_name": f"Compliance Finding: {ACTIVITIES[activity]}",
        "time": now,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "message": _said(found),
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "product": {
                "name": "panther-tui",
                "vendor_name": "panther-tui",
                "version": panther_engine.__version__,
            },
        },
        "cloud": _cloud(found),
        "finding_info": _finding_info(found, policy, now, first),
        "compliance": _compliance(found, policy),
        "resources": [_resource(found)],
        "unmapped": _unmapped(found),
    }
    if found.ignored:
        event["comment"] = found.ignored
    if policy.runbook:
        links: Json = {"references": [policy.reference]} if policy.reference else {}
        event["remediation"] = {"desc": policy.runbook, **links}
    return event


def _finding_info(found: Finding, policy: Policy, now: int, first: int | None) -> Json:
    identity = f"{found.policy_id}\0{found.resource_id}".encode("utf-8", "surrogatepass")
    name = policy.display_name or found.policy_id
    info: Json = {
        "uid": blake2b(identity, digest_size=16).hexdigest(),
        "title": name,
        "analytic": {"uid": found.policy_id, "name": name, "type_id": RULE[0], "type": RULE[1]},
        "last_seen_time": now,
    }
    if policy.description:
        info["desc"] = policy.description
    if first is not None:
        info["created_time"] = info["first_seen_time"] = first
    return info


def _compliance(found: Finding, policy: Policy) -> Json:
    status_id, status = RESULTS[found.verdict]
    compliance: Json = {
        "control": found.policy_id,
        "status_id": status_id,
        "status": status,
        "status_code": found.verdict.value,
    }
    details: list[JsonValue] = []
    if found.error is not None:
        details.append(f"{found.error.type}: {found.error.message}")
    details += [f"looked up {one}, which is not in the inventory" for one in found.missing]
    if details:
        compliance["status_details"] = details
    if policy.reports:
        compliance["standards"] = [name for name, _ in policy.reports]
        compliance["requirements"] = [
            f"{name} {section}" for name, sections in policy.reports for section in sections
        ]
    return compliance


def _cloud(found: Finding) -> Json:
    cloud: Json = {"provider": PROVIDERS.get(found.resource_type.split(".")[0], "Unknown")}
    if found.account:
        cloud["account"] = {"uid": found.account}
    if found.region:
        cloud["region"] = found.region
    return cloud


def _resource(found: Finding) -> Json:
    resource: Json = {
        "uid": found.resource_id,
        "type": found.resource_type,
        "role_id": TARGET[0],
        "role": TARGET[1],
    }
    if found.region:
        resource["region"] = found.region
    return resource


def _unmapped(found: Finding) -> Json:
    unmapped: Json = {"spec": found.spec, "unverified": found.unverified}
    if found.mapping:
        unmapped["mapping"] = found.mapping
    if found.missing:
        unmapped["missing"] = list(found.missing)
    if found.error is not None and found.error.path:
        unmapped["error_path"] = found.error.path
        unmapped["error_line"] = found.error.line
    return unmapped


def _said(found: Finding) -> str:
    title = (found.alert or {}).get("title")
    if found.error is not None:
        return f"{found.error.type}: {found.error.message}"
    if isinstance(title, str):
        return title
    return f"{found.policy_id}: {found.verdict}"


def _milliseconds(started: str) -> int:
    return int(datetime.fromisoformat(started).timestamp() * 1000)
