"""Breaks of a test's mocks."""

from __future__ import annotations

from tests.parity.breaks.copy import BODY, SPEC, VERDICT, Break, Copy, named, replacing

_MOCKS = "    Mocks:\n      - objectName: allowed_names\n        returnValue: '[\"brochures\"]'\n"


def _mock(name: str, value: str) -> str:
    return f"    Mocks:\n      - objectName: {name}\n        returnValue: {value}\n"


def of_a_global_variable(copy: Copy) -> None:
    copy.replace(SPEC, _MOCKS, _mock("ALLOWED", "'[\"brochures\"]'"))
    copy.replace(
        BODY,
        "    return json.dumps(ALLOWED)\n",
        "    return json.dumps(ALLOWED) if isinstance(ALLOWED, list) else ALLOWED()\n",
    )


def of_a_name_that_the_global_uses(copy: Copy) -> None:
    copy.replace(SPEC, _MOCKS, _mock("grantees", "'none'"))


def of_a_module(copy: Copy) -> None:
    copy.replace(SPEC, _MOCKS, _mock("json", "'[]'"))


def sees_how_it_is_called(copy: Copy) -> None:
    copy.replace(
        BODY,
        "    if resource",
        "    print(getattr(allowed_names, 'call_count', 'real'))\n    if resource",
    )
    copy.append(
        SPEC,
        "  - Name: After the mock\n    ExpectedResult: true\n"
        "    Resource: {Name: website, Grants: []}\n",
    )


def is_a_magic_mock(copy: Copy) -> None:
    copy.replace(
        BODY,
        VERDICT,
        "    from unittest.mock import MagicMock\n"
        "    return isinstance(allowed_names, MagicMock) or " + VERDICT.strip()[7:] + "\n",
    )


def of_title_where_an_alert_is_expected(copy: Copy) -> None:
    copy.append(
        SPEC,
        "  - Name: Mocked title\n    ExpectedResult: false\n"
        "    Mocks:\n      - objectName: title\n        returnValue: short\n"
        "      - objectName: dedup\n        returnValue: true\n"
        "    Resource:\n      Name: brochures\n      Grants:\n        - Grantee:\n"
        "            URI: http://acs.amazonaws.com/groups/global/AllUsers\n",
    )


def _edits(*values: tuple[str, str]) -> list[Break]:
    return replacing("mocks", SPEC, [(name, _MOCKS, text) for name, text in values])


BREAKS = [
    *_edits(
        ("null", "    Mocks:\n"),
        ("empty", "    Mocks: []\n"),
        ("a-mapping", "    Mocks: {objectName: allowed_names, returnValue: x}\n"),
        ("text-entries", "    Mocks: [allowed_names]\n"),
        ("no-name", "    Mocks: [{returnValue: x}]\n"),
        ("no-value", "    Mocks: [{objectName: allowed_names}]\n"),
        ("key-in-capitals", "    Mocks: [{ObjectName: allowed_names, returnValue: x}]\n"),
        ("more-keys", "    Mocks: [{objectName: allowed_names, returnValue: x, why: y}]\n"),
        ("value-a-number", _mock("allowed_names", "3")),
        ("value-null", _mock("allowed_names", "")),
        ("value-a-list", _mock("allowed_names", "[brochures]")),
        ("value-a-mapping", _mock("allowed_names", "{a: b}")),
        ("value-a-bool", _mock("allowed_names", "true")),
        ("value-empty", _mock("allowed_names", '""')),
        ("value-yes", _mock("allowed_names", "yes")),
        ("name-a-number", _mock("5", "x")),
        ("name-empty", _mock('""', "x")),
        ("name-unknown", _mock("permitted_names", "x")),
        ("name-dotted", _mock("json.loads", "x")),
        ("of-a-builtin", _mock("len", "x")),
        ("of-a-builtin-not-used", _mock("open", "x")),
        ("of-policy", _mock("policy", "true")),
        ("of-policy-with-text", _mock("policy", "'true'")),
        (
            "twice-the-same",
            _mock("allowed_names", "'[]'")
            + "      - objectName: allowed_names\n        returnValue: '[\"brochures\"]'\n",
        ),
    ),
    *named(
        "mocks",
        of_a_global_variable,
        of_a_name_that_the_global_uses,
        of_a_module,
        sees_how_it_is_called,
        is_a_magic_mock,
        of_title_where_an_alert_is_expected,
    ),
]
