"""Specs as data with places."""

from __future__ import annotations

import codecs
import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from panther_engine.model import Diagnostic, Level, Span
from panther_engine.reading.spec.document import Document, load_document
from panther_engine.reading.spec.peek import Kind, peek_kind
from panther_engine.reading.spec.yaml_dialect import MAX_DEPTH
from tests.engine.reading.spec import pat_dialect
from tests.engine.reading.spec.yaml_documents import EXAMPLES, documents

SPEC = b"""\
AnalysisType: policy
PolicyID: "A.B"  # the name
Tests:
  - Name: one
    Resource:
      {
        "Grants": [{"Permission": "READ"}],
        "Id": 1.10
      }
  - Name: two
    Resource:
      a: 1

# the end
Severity: High
"""


def read(content: str | bytes, path: str = "p.yml") -> Document:
    found = load_document(content.encode() if isinstance(content, str) else content, path)
    assert isinstance(found, Document), found
    return found


def fault(content: str | bytes, path: str = "p.yml") -> Diagnostic:
    found = load_document(content.encode() if isinstance(content, str) else content, path)
    assert isinstance(found, Diagnostic), found
    return found


def same(one: Any, other: Any) -> bool:
    """Equal in value and type, where a NaN is equal to another."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return [*map(repr, one)] == [*map(repr, other)] and all(
            same(*pair) for pair in zip(one.values(), other.values(), strict=True)
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("off", "off"),
        ("TRUE", True),
        ("False", False),
        ("0644", 644),
        ("1_000", 1000),
        ("0x1F", 31),
        ("-0b11", -3),
        ("1:30:00", "1:30:00"),
        ("1:30.5", 90.5),
        ("1.10", 1.1),
        ("1e3", "1e3"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01 10:00:00Z", "2020-01-01 10:00:00Z"),
        ("~", None),
        ("", None),
        ("0o17", "0o17"),
        ("{a: 1, a: 2}", {"a": 2}),
        ("{1: a, true: b}", {1: "b"}),
        ("!!str 1", "1"),
        ("!!int '07'", 7),
        ("!!bool maybe", "maybe"),
        ("!!set {a}", {"a"}),
        ("{<<: {a: 1, b: 2}, b: 3}", {"a": 1, "b": 3}),
    ],
)
def test_a_scalar_is_what_pat_makes_of_it(text: str, value: object) -> None:
    assert same(read(text).data, value)


@settings(max_examples=EXAMPLES)
@given(documents)
def test_generated_documents_are_what_the_slow_reference_makes_of_them(text: str) -> None:
    content = text.encode()
    try:
        expected = pat_dialect.load(content)
    except (yaml.YAMLError, ValueError):
        assert fault(content).severity is Level.ERROR
    else:
        assert same(read(content).data, expected)


def test_aliases_share_one_object() -> None:
    data: Any = read("a: &x {k: [1]}\nb: *x\nc: [*x]\n").data
    assert data["a"] is data["b"] is data["c"][0]


def test_a_document_that_holds_itself_is_read() -> None:
    document = read("a: &x [1, *x]")
    data: Any = document.data
    assert data["a"][1] is data["a"]
    assert document.may_share


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_may_be_utf_8_or_utf_16(encoding: str) -> None:
    assert read("Name: Zoë\n".encode(encoding)).data == {"Name": "Zoë"}


def test_keys_and_values_know_their_places() -> None:
    document = read(SPEC)
    assert document.key_span("PolicyID") == Span(2, 0, 2, 8)
    assert document.value_span("PolicyID") == Span(2, 10, 2, 15)
    assert document.key_span("Tests", 0, "Resource") == Span(5, 4, 5, 12)
    assert document.value_span("Tests", 0, "Resource") == Span(6, 6, 9, 7)
    assert document.value_span("Tests", 0, "Resource", "Grants", 0, "Permission") == Span(
        7, 34, 7, 40
    )
    assert document.key_span("Tests", 1) == Span(10, 4, 12, 10)
    assert document.value_span("Tests", 9) is None
    assert document.value_span("Tests", "Name") is None
    assert document.key_span("Nothing") is None


def test_a_block_ends_with_its_last_item_not_with_what_follows_it() -> None:
    assert read(SPEC).value_span("Tests") == Span(4, 2, 12, 10)
    assert read(SPEC).key_span() == Span(1, 0, 15, 14)


@pytest.mark.parametrize("text", ["&x\na: *x\n", "&x\n- *x\n", "&x\na:\n  - b: *x\n"])
def test_the_place_of_a_document_that_holds_itself_is_found(text: str) -> None:
    span = read(text).value_span()
    assert span is not None
    assert span.line == 1


def test_the_value_of_an_alias_stands_where_its_anchor_does() -> None:
    document = read("a: &x [1]\nb:\n  - *x\n")
    assert document.value_span("b", 0) == document.value_span("a") == Span(1, 3, 1, 9)


def test_a_scalar_can_be_told_as_it_is_written() -> None:
    document = read(SPEC)
    assert document.source_of("Tests", 0, "Resource", "Id") == "1.10"
    assert document.is_quoted("PolicyID")
    assert not document.is_quoted("Severity")
    assert document.source_of("Tests") is None


def test_the_later_of_two_equal_keys_counts_and_both_are_told() -> None:
    document = read("a: 1\nb:\n  c: 1\n  c: 2\na: 2\n")
    assert document.data == {"a": 2, "b": {"c": 2}}
    assert document.value_span("a") == Span(5, 3, 5, 4)
    assert [(one.key, one.first.line, one.last.line) for one in document.repeated_keys()] == [
        ("c", 3, 4),
        ("a", 1, 5),
    ]


def test_a_key_that_overrides_a_merged_one_is_not_repeated() -> None:
    assert read("x: &x {a: 1}\ny:\n  <<: *x\n  a: 2\n").repeated_keys() == ()


def test_an_empty_file_is_an_empty_document() -> None:
    document = read("# nothing\n")
    assert document.data is None
    assert document.key_span("a") is None


@pytest.mark.parametrize(
    ("content", "code", "line", "hint"),
    [
        (b"a: 1\nb: [1, 2\nc: 3\n", "invalid-yaml", 3, "brackets"),
        (b"a: b: c\n", "invalid-yaml", 1, "quotes"),
        (b"a:\n\t- b\n", "invalid-yaml", 2, "spaces"),
        (b"a: 1\n---\nb: 2\n", "invalid-yaml", 2, "second"),
        (b"a: *b\n", "invalid-yaml", 1, "quotes"),
        (b"a: b\n\tc: d\n", "invalid-yaml", 2, "spaces"),
        (b"a: 1\nb: 'c\nd: 2\n", "invalid-yaml", 2, "close them"),
        (b"a: !b c\n", "invalid-yaml", 1, "quotes"),
        (b"a: 1\n{b: 2}: 1\n? [x]\n: 1\n", "invalid-yaml", 2, ""),
        (b"a: 1\nb: 0x_\n", "invalid-yaml", 2, ""),
        (b"a: 1\nb: !!float x\n", "invalid-yaml", 2, ""),
        (b"a: 1\nb: \xff\n", "unreadable-text", 2, "UTF-8"),
        (b"a: \x00", "unreadable-text", 1, "UTF-8"),
        (b"[" * 100_000, "nested-too-deeply", 1, ""),
        (b"- " * 50_000, "nested-too-deeply", 1, ""),
        (b"{a: " * 3_000, "nested-too-deeply", 1, ""),
        (b"1" * 5_000, "invalid-yaml", 1, ""),
    ],
)
def test_what_is_not_yaml_is_told_with_its_line(
    content: bytes, code: str, line: int, hint: str
) -> None:
    found = fault(content)
    assert (found.code, found.line) == (code, line)
    assert hint in found.hint


def test_documents_as_deep_as_the_limit_are_read() -> None:
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert isinstance(load_document(deep.encode(), "p.yml"), Document)
    assert isinstance(load_document(deep.encode(), "p.json"), Document)
    assert fault(f"[{deep}]").code == fault(f"[{deep}]", "p.json").code == "nested-too-deeply"


def test_json_has_places_too() -> None:
    document = read('{\r\n  "a": [1, {"é\\n": "x, y]"}],\r\n  "b": null\r\n}', "p.json")
    assert document.data == {"a": [1, {"é\n": "x, y]"}], "b": None}
    assert document.key_span("b") == Span(3, 2, 3, 5)
    assert document.value_span("a", 1, "é\n") == Span(2, 19, 2, 26)
    assert document.value_span("a") == Span(2, 7, 2, 28)
    assert document.source_of("a", 0) == "1"


def test_a_json_file_may_hold_what_yaml_cannot() -> None:
    assert read(b'{"a": "\\ud83d\\ude00",\t"b": 1e3}', "p.json").data == {"a": "😀", "b": 1000.0}


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [(b'{"a": 1,\n "b" 2}', 2, 5), (b"", 1, 0), (b'{"a": \xff}', 1, 0), (b'{"a": 1} 2', 1, 9)],
)
def test_what_is_not_json_is_told_with_its_place(content: bytes, line: int, column: int) -> None:
    found = fault(content, "p.json")
    assert (found.severity, found.line, found.column) == (Level.ERROR, line, column)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AnalysisType: rule\nRuleID: A.B # x\n", Kind("rule", "A.B", 2)),
        ("RuleID: 'A b'\r\nAnalysisType: rule\r\n", Kind("rule", "A b", 1)),
        ('"AnalysisType": "pack"\n\nPackID: "P"', Kind("pack", "P", 3)),
        ("AnalysisType: policy\nEnabled: true\n", Kind("policy", "", 0)),
        ("# nothing here\na: 1\n", None),
        ("", None),
        ("AnalysisType: POLICY\nPolicyID: A\n", Kind("", "", 0)),
        ("AnalysisType: rule\nAnalysisType: policy\n", Kind("", "", 0)),
        ("AnalysisType: rule\nRuleID: A\n  and more\n", Kind("", "", 0)),
        ("AnalysisType: rule\nRuleID: >-\n  A\n", Kind("", "", 0)),
        ("AnalysisType: rule\nRuleID: *a\n", Kind("", "", 0)),
        ("AnalysisType: rule\nRuleID: 12\n", Kind("", "", 0)),
        ("AnalysisType: rule\nRuleID: null\n", Kind("", "", 0)),
        ("AnalysisType: rule\nRuleID: Zoë\n", Kind("", "", 0)),
        ('AnalysisType: rule\nRuleID: "\\u0041"\n', Kind("", "", 0)),
        ("AnalysisType: rule\nRuleID: A\nRuleID: B\n", Kind("", "", 0)),
        ('{"AnalysisType": "rule", "RuleID": "A"}', Kind("", "", 0)),
        ("{\nRuleID: A,\nAnalysisType: rule\n}", Kind("", "", 0)),
        ("  AnalysisType: rule\n", Kind("", "", 0)),
        ("Description: about AnalysisType\n", Kind("", "", 0)),
    ],
)
def test_the_kind_of_a_spec_is_told_without_parsing_where_its_text_is_plain(
    text: str, kind: Kind | None
) -> None:
    assert peek_kind(text.encode()) == kind
    assert peek_kind(codecs.BOM_UTF8 + text.encode()) == kind
    assert peek_kind(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == kind
    assert peek_kind(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == kind
