"""A spec's bytes as a policy or a global, with everything that is wrong with it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from panther_tui.engine.check.findings import Findings, describe, shorten
from panther_tui.engine.check.keys import check_keys
from panther_tui.engine.check.names import nearest_name, spell
from panther_tui.engine.check.table import (
    GLOBAL_KEYS,
    POLICY_KEYS,
    RENAMED,
    TYPED_EXTRA_KEYS,
    UNIQUE_KEYS,
    Key,
)
from panther_tui.engine.check.tests import check_tests
from panther_tui.engine.check.values import check_value
from panther_tui.engine.model import Diagnostic, Global, JsonValue, Level, Policy, TestCase
from panther_tui.engine.peek import ID_KEYS, peek_kind
from panther_tui.engine.spec import load_document

_PYTHON_ENDINGS = (".py", ".pyc", ".pyw", ".so", ".pyd")


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
        return _check_policy(findings, data, body_exists, ignore_extra_keys)
    if analysis_type == "global":
        return _check_global(findings, data, body_exists)
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
    return Policy(path, "", _text(data, "PolicyID"), diagnostics=findings.sorted())


def _unreadable(path: str, content: bytes, fault: Diagnostic) -> Policy | Global | Other | None:
    kind = peek_kind(content)
    if kind is None:
        return None
    if kind.analysis_type in ("", "policy"):
        return Policy(path, "", "", diagnostics=(fault,))
    if kind.analysis_type == "global":
        return Global(kind.id, path, "", (fault,))
    return Other(path, kind.analysis_type, kind.id, kind.id_line)


def _check_policy(
    findings: Findings,
    data: Mapping[JsonValue, JsonValue],
    body_exists: Callable[[str], bool],
    lenient: bool,
) -> Policy:
    check_keys(findings, (), data, POLICY_KEYS, RENAMED, "a policy", lenient)
    if lenient:
        _check_extra_keys(findings, data)
    right = _check_values(findings, data, POLICY_KEYS)
    body = _check_body_path(findings, data, body_exists) if "Filename" in right else ""
    tests: tuple[TestCase, ...] = ()
    if "Tests" in right:
        entries = right["Tests"]
        assert isinstance(entries, list)
        tests = check_tests(findings, entries, lenient)
        _check_cycles(findings, tests)
    _warn_of_repeated_keys(findings)
    return Policy(
        spec=findings.path,
        body=body,
        id=_text(data, "PolicyID"),
        display_name=_text(right, "DisplayName"),
        enabled=bool(right.get("Enabled", True)),
        severity=_text(right, "Severity"),
        resource_types=_texts(right, "ResourceTypes"),
        tags=_texts(right, "Tags"),
        reports=_reports(right),
        description=_text(right, "Description"),
        runbook=_text(right, "Runbook"),
        reference=_text(right, "Reference"),
        output_ids=_texts(right, "OutputIds"),
        status=_text(right, "Status"),
        tests=tests,
        diagnostics=findings.sorted(),
    )


def _check_global(
    findings: Findings, data: Mapping[JsonValue, JsonValue], body_exists: Callable[[str], bool]
) -> Global:
    check_keys(findings, (), data, GLOBAL_KEYS, {"FileName": "Filename"}, "a global")
    right = _check_values(findings, data, GLOBAL_KEYS)
    body = _check_body_path(findings, data, body_exists) if "Filename" in right else ""
    _warn_of_repeated_keys(findings)
    return Global(_text(data, "GlobalID"), findings.path, body, findings.sorted())


def _check_values(
    findings: Findings, data: Mapping[JsonValue, JsonValue], table: Mapping[str, Key]
) -> dict[JsonValue, JsonValue]:
    """The keys whose values are right; reports all others."""
    right: dict[JsonValue, JsonValue] = {
        name: data[name]
        for name, key in table.items()
        if name in data and check_value(findings, (name,), key.shape, data[name])
    }
    for name in UNIQUE_KEYS:
        values = right.get(name)
        if isinstance(values, list):
            _check_unique(findings, name, values)
    return right


def _check_unique(findings: Findings, name: str, values: list[str]) -> None:
    """PAT 1.11.1: validation.contains_invalid_field_set."""
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        folded = value.lower() if name == "Tags" else value
        earlier = first.setdefault(folded, index)
        if earlier != index:
            same = "" if values[earlier] == value else f' as "{shorten(values[earlier])}"'
            findings.at_value(
                (name, index),
                "repeated-value",
                f'"{shorten(value)}" is in `{name}` twice{same}',
                "remove one of them",
            )


def _check_extra_keys(findings: Findings, data: Mapping[JsonValue, JsonValue]) -> None:
    """What PAT refuses in keys that it was told to ignore (PAT 1.11.1: classify_analysis).

    The values of rules' keys are checked to be of the right type, not any deeper.
    """
    for key in ("BaseDetection", "ScheduledQueries"):
        if data.get(key) or (key == "ScheduledQueries" and key in data):
            findings.at_key(
                (key,), "unknown-key", f"`{key}` is not a key of a policy, ignored or not",
                "remove it: only rules have it",
            )  # fmt: skip
    for name in UNIQUE_KEYS:
        if name in data and name not in POLICY_KEYS and not _is_set(data[name]):
            findings.at_value((name,), "repeated-value", f"`{name}` holds a value twice")
    for name, wanted in TYPED_EXTRA_KEYS.items():
        value = data.get(name, None)
        fits = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
        fits |= wanted is int and isinstance(value, float) and value.is_integer()
        if name in data and not fits:
            findings.at_value(
                (name,), "wrong-type", f"`{name}` must be of type {wanted.__name__} even if ignored"
            )


def _is_set(value: JsonValue) -> bool:
    try:
        return len(value) == len(set(value))  # type: ignore[arg-type, call-overload]
    except TypeError:
        return False


def _check_body_path(
    findings: Findings, data: Mapping[JsonValue, JsonValue], body_exists: Callable[[str], bool]
) -> str:
    filename = str(data["Filename"])
    folder = posixpath.dirname(findings.path)

    def exists(name: str) -> bool:
        try:
            return bool(name.strip()) and body_exists(
                posixpath.normpath(posixpath.join(folder, name))
            )
        except (ValueError, OSError):
            return False

    if not exists(filename):
        stem = posixpath.splitext(posixpath.basename(findings.path))[0]
        guesses = [
            f"{filename}.py",
            posixpath.splitext(filename)[0] + ".py",
            filename.replace("-", "_"),
            filename.lower(),
            posixpath.basename(filename),
            f"{stem}.py",
        ]
        near = next((guess for guess in guesses if guess != filename and exists(guess)), "")
        findings.at_value(
            ("Filename",),
            "missing-body",
            f"there is no file {shorten(posixpath.join(folder, filename))}"
            if filename.strip()
            else "`Filename` is empty",
            f"did you mean `{near}`?" if near else "create it, or correct `Filename`",
        )
    elif not filename.lower().endswith(_PYTHON_ENDINGS) and data["AnalysisType"] == "policy":
        findings.at_value(
            ("Filename",),
            "body-not-python",
            f"Python cannot import {describe(filename)}: the name must end in .py",
            f"rename the file to `{posixpath.splitext(filename)[0]}.py`",
        )
    return posixpath.normpath(posixpath.join(folder, filename)) if filename.strip() else ""


def _check_cycles(findings: Findings, tests: tuple[TestCase, ...]) -> None:
    if not findings.document.may_share:
        return
    for index, test in enumerate(tests):
        if _is_cyclic(test.resource):
            findings.at_value(
                ("Tests", index, "Resource"),
                "resource-holds-itself",
                "an alias puts the resource, or a part of it, into itself",
                "write the value out instead of the alias",
            )


def _is_cyclic(value: JsonValue) -> bool:
    done: set[int] = set()
    above: set[int] = set()

    def enter(node: JsonValue) -> bool:
        if not isinstance(node, (dict, list, tuple)) or id(node) in done:
            return False
        if id(node) in above:
            return True
        above.add(id(node))
        found = any(enter(item) for item in (node.values() if isinstance(node, dict) else node))
        above.discard(id(node))
        done.add(id(node))
        return found

    return enter(value)


def _warn_of_repeated_keys(findings: Findings) -> None:
    for again in findings.document.repeated_keys():
        findings.at_span(
            again.last,
            "repeated-key",
            f"`{shorten(again.key)}` is in line {again.first.line} already; the last one counts",
            "remove one of them",
            Level.WARNING,
        )


def _text(data: Mapping[JsonValue, JsonValue], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _texts(data: Mapping[JsonValue, JsonValue], key: str) -> tuple[str, ...]:
    value = data.get(key)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _reports(data: Mapping[JsonValue, JsonValue]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    reports = data.get("Reports")
    if not isinstance(reports, dict):
        return ()
    return tuple((name, tuple(map(str, sections))) for name, sections in reports.items())
