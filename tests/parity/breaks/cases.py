"""Breaks of a spec's tests."""

from __future__ import annotations

from dataclasses import replace

from tests.parity.breaks.copy import BODY, OTHER_SPEC, SPEC, VERDICT, Copy, named, replacing

_FIRST = "  - Name: Private bucket\n    ExpectedResult: true\n"
_RESOURCE = (
    "    Resource:\n      Name: ledger\n      Owner:\n        DisplayName: finance\n"
    "      Grants: []\n"
)


def _tests(copy: Copy) -> str:
    text = copy.read(SPEC)
    return text[text.index("Tests:") :]


def none_at_all(copy: Copy) -> None:
    copy.replace(SPEC, _tests(copy), "")


def empty_list(copy: Copy) -> None:
    copy.replace(SPEC, _tests(copy), "Tests: []\n")


def null(copy: Copy) -> None:
    copy.replace(SPEC, _tests(copy), "Tests:\n")


def a_mapping(copy: Copy) -> None:
    copy.replace(SPEC, _tests(copy), "Tests:\n  Name: one\n")


def text_entries(copy: Copy) -> None:
    copy.replace(SPEC, _tests(copy), "Tests:\n  - first\n")


def all_expect_the_opposite(copy: Copy) -> None:
    text = copy.read(OTHER_SPEC)
    swapped = text.replace("Result: true", "Result: x").replace("Result: false", "Result: true")
    copy.write(OTHER_SPEC, swapped.replace("Result: x", "Result: false"))


def shared_resource_is_changed(copy: Copy) -> None:
    copy.replace(
        SPEC, "    Resource:\n      Name: ledger\n", "    Resource: &shared\n      Name: ledger\n"
    )
    copy.append(SPEC, "  - Name: The same again\n    ExpectedResult: true\n    Resource: *shared\n")
    copy.replace(
        BODY, VERDICT, "    resource['Grants'].append(1)\n    return len(resource['Grants']) == 1\n"
    )


def shared_part_is_changed(copy: Copy) -> None:
    copy.replace(SPEC, "      Grants: []\n", "      Grants: &shared []\n")
    copy.append(
        SPEC,
        "  - Name: Part of it again\n    ExpectedResult: false\n"
        "    Resource: {Name: other, Grants: *shared}\n",
    )
    copy.replace(
        BODY, VERDICT, "    resource['Grants'].append(1)\n    return len(resource['Grants']) == 1\n"
    )


def resource_with_odd_scalars(copy: Copy) -> None:
    copy.replace(
        SPEC,
        _RESOURCE,
        "    Resource:\n      Name: ledger\n      Grants: []\n"
        "      Values: [2020-01-02, 0644, 0x1F, 0b11, 1_000, 1:30:00, 1e3, 1.5e3, .inf, .nan,"
        " ~, yes, off, 'x', 0o17, +12, -0, 12345678901234567890123, 2001-12-14t21:59:43Z]\n",
    )
    copy.replace(BODY, VERDICT, "    print(resource.get('Values'))\n" + VERDICT)


def resource_with_odd_keys(copy: Copy) -> None:
    copy.replace(
        SPEC,
        _RESOURCE,
        "    Resource:\n      Name: ledger\n      Grants: []\n"
        "      1: one\n      2.5: float\n      true: bool\n      null: none\n",
    )
    copy.replace(BODY, VERDICT, "    print(list(resource))\n" + VERDICT)


def resource_with_a_date_key(copy: Copy) -> None:
    copy.replace(SPEC, _RESOURCE, _RESOURCE + "      2020-01-02: day\n")
    copy.replace(BODY, VERDICT, "    print(list(resource))\n" + VERDICT)


def resource_with_yaml_types(copy: Copy) -> None:
    copy.replace(
        SPEC,
        _RESOURCE,
        "    Resource:\n      Name: ledger\n      Grants: []\n"
        "      Set: !!set {a, b}\n      Bytes: !!binary aGVsbG8=\n"
        "      Ordered: !!omap [a: 1, b: 2]\n      Pairs: !!pairs [a: 1, a: 2]\n",
    )
    copy.replace(
        BODY,
        VERDICT,
        "    print(sorted(resource.get('Set', ())), resource.get('Bytes'),"
        " resource.get('Ordered'), resource.get('Pairs'))\n" + VERDICT,
    )


def resource_with_text_of_all_kinds(copy: Copy) -> None:
    copy.replace(
        SPEC,
        _RESOURCE,
        "    Resource:\n      Name: ledger\n      Grants: []\n"
        '      Text: "tab\\t nul\\0 bell\\a é \\U0001F600 \\u2028"\n'
        "      Folded: >\n        one\n        two\n      Kept: |+\n        last\n\n",
    )
    copy.replace(
        BODY,
        VERDICT,
        "    print(ascii([resource.get(k) for k in ('Text', 'Folded', 'Kept')]))\n" + VERDICT,
    )


def minimum_not_met(copy: Copy) -> None:
    """Nothing is changed: the run asks for more tests than there are."""


def minimum_met_by_one_sided(copy: Copy) -> None:
    copy.replace(OTHER_SPEC, "ExpectedResult: false", "ExpectedResult: true")
    copy.replace(OTHER_SPEC, "MaxPasswordAge: null", "MaxPasswordAge: 1")


BREAKS = [
    *replacing(
        "tests",
        SPEC,
        [
            ("wrong-expectation", _FIRST, _FIRST.replace("true", "false")),
            ("no-resource", _RESOURCE, ""),
            ("log-for-resource", _RESOURCE, _RESOURCE.replace("Resource", "Log")),
            ("resource-null", _RESOURCE, "    Resource:\n"),
            ("resource-a-list", _RESOURCE, "    Resource: [1]\n"),
            ("resource-a-text", _RESOURCE, "    Resource: '{}'\n"),
            ("resource-a-number", _RESOURCE, "    Resource: 5\n"),
            ("resource-empty", _RESOURCE, "    Resource: {}\n"),
            ("resource-with-log-type", _RESOURCE, _RESOURCE + "      p_log_type: AWS.CloudTrail\n"),
            ("resource-with-log-type-null", _RESOURCE, _RESOURCE + "      p_log_type:\n"),
            ("resource-key-twice", "      Grants: []\n", "      Grants: [1]\n      Grants: []\n"),
            ("resource-merge", "      Grants: []\n", "      <<: {Grants: []}\n"),
            (
                "resource-merge-list",
                "      Grants: []\n",
                "      <<: [{Grants: []}, {Grants: [1], Name: other}]\n",
            ),
            (
                "no-name",
                "  - Name: Private bucket\n    ExpectedResult: true\n",
                "  - ExpectedResult: true\n",
            ),
            ("name-null", "Name: Private bucket", "Name:"),
            ("name-empty", "Name: Private bucket", 'Name: ""'),
            ("name-a-number", "Name: Private bucket", "Name: 12"),
            ("name-a-date", "Name: Private bucket", "Name: 2020-01-01"),
            ("name-taken", "Name: Private bucket", "Name: Public bucket"),
            ("name-of-two-lines", "Name: Private bucket", 'Name: "two\\nlines"'),
            ("no-expectation", _FIRST, "  - Name: Private bucket\n"),
            ("expectation-quoted", _FIRST, _FIRST.replace("true", '"true"')),
            ("expectation-yes", _FIRST, _FIRST.replace("true", "yes")),
            ("expectation-one", _FIRST, _FIRST.replace("true", "1")),
            ("expectation-null", _FIRST, _FIRST.replace("true", "")),
            ("expected-destinations", _FIRST, f"{_FIRST}    ExpectedDestinations: [Slack]\n"),
            ("resource-type", _FIRST, f"{_FIRST}    ResourceType: AWS.S3.Bucket\n"),
            ("resource-type-a-number", _FIRST, f"{_FIRST}    ResourceType: 4\n"),
            ("unknown-key", _FIRST, f"{_FIRST}    Comment: why\n"),
            ("key-lower", _FIRST, _FIRST.replace("ExpectedResult", "expectedResult")),
        ],
    ),
    *named(
        "tests",
        none_at_all,
        empty_list,
        null,
        a_mapping,
        text_entries,
        all_expect_the_opposite,
        shared_resource_is_changed,
        shared_part_is_changed,
        resource_with_odd_scalars,
        resource_with_odd_keys,
        resource_with_a_date_key,
        resource_with_yaml_types,
        resource_with_text_of_all_kinds,
    ),
    replace(named("tests", minimum_not_met)[0], minimum_tests=3),
    replace(named("tests", minimum_met_by_one_sided)[0], minimum_tests=2),
]
