"""Checks the type and form of a value, and suggests what to write instead."""

from __future__ import annotations

from typing import assert_never

from panther_engine.model import SEVERITIES, JsonValue, Level
from panther_engine.reading.check.findings import Findings, Path, describe
from panther_engine.reading.check.table import FORBIDDEN, Shape
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES
from panther_engine.text.one_line import shorten
from panther_engine.text.suggest import nearest_name, spell

_TRUE = ("true", "yes", "on", "y", "1")
_FALSE = ("false", "no", "off", "n", "0")


def check_value(findings: Findings, place: Path, shape: Shape, value: JsonValue) -> bool:
    """Whether a value is of a shape; reports all that is wrong with it.

    Tests and mocks are only checked to be lists here.
    """
    name = str(place[-1])
    match shape:
        case Shape.ANYTHING | Shape.LITERAL:
            return True
        case Shape.TEXT:
            return _is_text(findings, place, f"`{name}`", value)
        case Shape.NAME:
            return _is_text(findings, place, f"`{name}`", value) and _is_name(
                findings, place, name, str(value)
            )
        case Shape.BOOLEAN:
            return _is_boolean(findings, place, name, value)
        case Shape.INTEGER:
            return _is_integer(findings, place, name, value)
        case Shape.SEVERITY:
            return _is_severity(findings, place, value)
        case Shape.TEXTS:
            return _is_texts(findings, place, name, value)
        case Shape.RESOURCE_TYPES:
            return _is_texts(findings, place, name, value) and _are_types(findings, place, value)
        case Shape.REPORTS:
            return _is_reports(findings, place, value)
        case Shape.TESTS | Shape.MOCKS:
            return _is_list_of_mappings(findings, place, name, value)
        case Shape.MOCK_VALUE:
            return _is_mock_value(findings, place, value)
        case _:
            assert_never(shape)


def _is_text(findings: Findings, place: Path, what: str, value: JsonValue) -> bool:
    if isinstance(value, str):
        return True
    hint = ""
    if isinstance(value, (bool, int, float)):
        hint = f'put it in quotes: "{findings.document.source_of(*place) or value}"'
    elif value is None:
        hint = 'write "" if it is meant to be empty'
    elif isinstance(value, dict):
        hint = 'put text that holds ": " in quotes, or begin it with `>-` on a line of its own'
    elif isinstance(value, list):
        hint = "write one text, without `-` and brackets"
    findings.at_value(place, "wrong-type", f"{what} must be text, found {describe(value)}", hint)
    return False


def _is_name(findings: Findings, place: Path, name: str, value: str) -> bool:
    if not value:
        findings.at_value(place, "empty-value", f"`{name}` must not be empty")
        return False
    bad = sorted(set(FORBIDDEN) & set(value))
    if not bad:
        return True
    hint = "write `and` instead" if bad == ["&"] else "leave them out"
    findings.at_value(
        place,
        "forbidden-character",
        f"`{name}` must not hold {' '.join(bad)}, found {describe(value)}",
        f"{hint}; Panther forbids {' '.join(FORBIDDEN)} in names",
    )
    return False


def _is_boolean(findings: Findings, place: Path, name: str, value: JsonValue) -> bool:
    if isinstance(value, bool):
        return True
    word = str(value).strip().lower()
    meant = "true" if word in _TRUE else "false" if word in _FALSE else ""
    hint = f"write `{name}: {meant or 'true'}`"
    if meant and word != meant:
        hint += f"; Panther reads `{shorten(str(value))}` as {_kind(value)}"
    elif meant:
        hint += ", without quotes" if findings.document.is_quoted(*place) else ""
    else:
        hint += f" or `{name}: false`"
    findings.at_value(
        place, "wrong-type", f"`{name}` must be true or false, found {describe(value)}", hint
    )
    return False


def _kind(value: JsonValue) -> str:
    return "text" if isinstance(value, str) else "a number"


def _is_integer(findings: Findings, place: Path, name: str, value: JsonValue) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return True
    hint = ""
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
        hint = f"write `{name}: {value.strip()}`, without quotes"
    elif isinstance(value, float):
        hint = "leave out the fraction"
    findings.at_value(
        place, "wrong-type", f"`{name}` must be a whole number, found {describe(value)}", hint
    )
    return False


def _is_severity(findings: Findings, place: Path, value: JsonValue) -> bool:
    if isinstance(value, str) and value in SEVERITIES:
        return True
    near = nearest_name(value, SEVERITIES) if isinstance(value, str) else ""
    if not near and isinstance(value, str):
        synonyms = {"informational": "Info", "moderate": "Medium", "severe": "Critical"}
        near = synonyms.get(value.lower(), "")
    findings.at_value(
        place,
        "wrong-value",
        f"`Severity` must be {spell(SEVERITIES)}, found {describe(value)}",
        f"write `Severity: {near}`" if near else "",
    )
    return False


def _is_texts(findings: Findings, place: Path, name: str, value: JsonValue) -> bool:
    if not isinstance(value, list):
        hint = "leave the key out if there are none"
        if isinstance(value, str):
            hint = f"write it as a list: `{name}: [{shorten(value)}]`"
        findings.at_value(
            place, "wrong-type", f"`{name}` must be a list, found {describe(value)}", hint
        )
        return False
    right = True
    for index, item in enumerate(value):
        right &= _is_text(findings, (*place, index), f"an item of `{name}`", item)
    return right


def _are_types(findings: Findings, place: Path, value: JsonValue) -> bool:
    assert isinstance(value, list)
    right = True
    for index, item in enumerate(value):
        # PAT's pattern ends in `$`, which lets one line break pass
        if item.removesuffix("\n") in RESOURCE_TYPES:
            continue
        right = False
        stem = item.removesuffix(".Snapshot")
        near = nearest_name(stem, RESOURCE_TYPES) or nearest_name(f"AWS.{stem}", RESOURCE_TYPES)
        hint = "write a name such as `AWS.S3.Bucket`, or leave the key out for every type"
        if near:
            hint = f"did you mean `{near}`?"
        if "*" in item:
            hint = "name each type: there are no wildcards; leave the key out for every type"
        findings.at_value(
            (*place, index),
            "unknown-resource-type",
            f'"{shorten(item)}" is none of the {len(RESOURCE_TYPES)} resource types',
            hint,
        )
    return right


def _is_reports(findings: Findings, place: Path, value: JsonValue) -> bool:
    if not isinstance(value, dict) or not value:
        hint = "leave the key out if there are none" if not value else "write `CIS: [1.2]` below it"
        findings.at_value(
            place,
            "wrong-type",
            f"`Reports` must be a mapping of frameworks to lists, found {describe(value)}",
            hint,
        )
        return False
    right = True
    for framework, sections in value.items():
        if not isinstance(framework, str):
            findings.at_key(
                (*place, str(framework)),
                "wrong-type",
                f"the name of a framework must be text, found {describe(framework)}",
                "put it in quotes",
            )
            right = False
        elif not isinstance(sections, list):
            hint = (
                f"write it as a list: `{framework}: [{sections}]`" if _is_scalar(sections) else ""
            )
            findings.at_value(
                (*place, framework),
                "wrong-type",
                f"`{shorten(framework)}` must hold a list of sections, found {describe(sections)}",
                shorten(hint),
            )
            right = False
        else:
            for index, section in enumerate(sections):
                right &= _is_section(findings, (*place, framework, index), section)
    return right


def _is_section(findings: Findings, place: Path, section: JsonValue) -> bool:
    if isinstance(section, bool) or not isinstance(section, (str, int, float)):
        findings.at_value(
            place,
            "wrong-report-section",
            f"a section must be text or a number, found {describe(section)}",
            "put it in quotes" if isinstance(section, bool) else "",
        )
        return False
    written = findings.document.source_of(*place)
    if not isinstance(section, str) and written and written != repr(section):
        findings.at_value(
            place,
            "number-rewritten",
            f"{shorten(written)} is read as the number {shorten(repr(section))}",
            f'put it in quotes: "{shorten(written)}"',
            Level.WARNING,
        )
    return True


def _is_list_of_mappings(findings: Findings, place: Path, name: str, value: JsonValue) -> bool:
    if isinstance(value, list):
        return True
    findings.at_value(
        place,
        "wrong-type",
        f"`{name}` must be a list of mappings, found {describe(value)}",
        "begin each with `-`" if isinstance(value, dict) else "leave the key out if there are none",
    )
    return False


def _is_mock_value(findings: Findings, place: Path, value: JsonValue) -> bool:
    if isinstance(value, (str, bool)):
        return True
    hint = "write JSON as text in quotes, and let the body parse it"
    if isinstance(value, (int, float)):
        hint = f'put it in quotes: "{findings.document.source_of(*place) or value}"'
    findings.at_value(
        place,
        "wrong-type",
        f"`returnValue` must be text or a boolean, found {describe(value)}",
        hint,
    )
    return False


def _is_scalar(value: JsonValue) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)
