"""A stream is cut into the same values however it arrives."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.scan.inventory import splitting
from panther_engine.scan.inventory.splitting import (
    DOCUMENT_LIMIT,
    EndlessError,
    Found,
    Splitter,
    Unusable,
)

DOCUMENTS = [{"ResourceId": f"r{n}", "x": {"y": [1, 2, '}{"\\'], "z": "ä\n"}} for n in range(5)]
CHUNKS = (1, 3, 7, 100, 1 << 20)


def split(text: str, chunk: int = 1 << 20, limit: int = DOCUMENT_LIMIT) -> list[Found | Unusable]:
    splitter = Splitter(limit)
    found = [
        one for at in range(0, len(text), chunk) for one in splitter.feed(text[at : at + chunk])
    ]
    return [*found, *splitter.feed("", final=True)]


def values(pieces: list[Found | Unusable]) -> list[object]:
    assert all(isinstance(one, Found) for one in pieces), pieces
    return [one.value for one in pieces if isinstance(one, Found)]


def reasons(pieces: list[Found | Unusable]) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in pieces if isinstance(one, Unusable)]


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(DOCUMENTS),
        json.dumps(DOCUMENTS, indent=2),
        "\n".join(map(json.dumps, DOCUMENTS)),
        "".join(map(json.dumps, DOCUMENTS)),
        "[" + json.dumps(DOCUMENTS) + "]",
    ],
    ids=["array", "indented", "lines", "side by side", "array in an array"],
)
def test_documents_come_whole_in_any_pieces(text: str, chunk: int) -> None:
    assert values(split(text, chunk)) == DOCUMENTS


@pytest.mark.parametrize("chunk", CHUNKS)
def test_a_page_that_is_larger_than_any_document_is_walked_through(chunk: int) -> None:
    page = {
        "paging": {"totals": [1, {"resources": 2}], "next": '"}{', "n": 12},
        "resources": DOCUMENTS,
        "after": [None, "x"],
    }
    assert values(split(json.dumps(page), chunk, limit=100)) in (DOCUMENTS, [page])
    if chunk <= 100:
        assert values(split(json.dumps(page), chunk, limit=100)) == DOCUMENTS


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_nested_pages_are_walked_through(chunk: int) -> None:
    edges = [{"node": one} for one in DOCUMENTS]
    page = {"data": {"q": "x", "dataLakeQuery": {"id": 1, "results": {"edges": edges}}}}
    assert values(split(json.dumps(page), chunk, limit=100)) == edges


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=8,
        ).map(lambda value: {"ResourceId": value}),
        max_size=4,
    ),
    st.integers(1, 20),
    st.booleans(),
)
def test_the_size_of_the_pieces_changes_nothing(
    documents: list[object], chunk: int, ascii_only: bool
) -> None:
    text = json.dumps(documents, ensure_ascii=ascii_only)
    assert values(split(text, chunk)) == documents


def test_a_broken_line_costs_only_itself() -> None:
    pieces = split('{"a":1}\n{"b":oops, "c": {"d": 1}}\n{"e":3}\n', 5)
    assert [one.value for one in pieces if isinstance(one, Found)] == [{"a": 1}, {"e": 3}]
    assert reasons(pieces) == [(2, "not JSON: Expecting value")]


def test_a_broken_element_costs_only_itself() -> None:
    pieces = split('[{"a":1},\n{"b":NaN,"z":{"q":[1]}},\n{"c":3}]', 5)
    assert [one.value for one in pieces if isinstance(one, Found)] == [{"a": 1}, {"c": 3}]
    assert reasons(pieces) == [(2, "not JSON: NaN is not JSON")] or reasons(pieces)[0][0] == 2


@pytest.mark.parametrize("chunk", [1, 9, 64])
def test_a_document_that_is_too_large_is_told_and_the_next_one_read(chunk: int) -> None:
    text = json.dumps([{"a": 1}, {"b": "x" * 500, "z": {"q": [1, "]"]}}, {"c": 3}])
    pieces = split(text, chunk, limit=100)
    assert [one.value for one in pieces if isinstance(one, Found)] == [{"a": 1}, {"c": 3}]
    assert reasons(pieces) == [(1, "larger than 100 characters, and no page of documents")]


@pytest.mark.parametrize("text", ['[{"a":1}', '{"a":', '{"a":"xx', '[{"a":1},"xx', "[1, 2"])
def test_a_file_that_was_cut_off_is_told(text: str) -> None:
    assert "cut off" in reasons(split(text, 3))[-1][1]


def test_depth_costs_no_stack() -> None:
    told = reasons(split('{"a":' * 100_000, 1000))
    assert told == [(1, "nested too deep"), (1, "the file ends too early: it was cut off")]


def test_a_number_that_nobody_can_hold_is_told() -> None:
    ((line, reason),) = reasons(split('{"a": ' + "9" * 10_000 + "}"))
    assert (line, reason) == (1, "a number of more digits than any counts")


def test_memory_is_bounded_by_one_document() -> None:
    splitter = Splitter(limit=1000)
    for _ in range(200):
        list(splitter.feed('{"a": "' if _ == 0 else "x" * 1000))
        assert len(splitter._text) < 4000


def test_a_stream_without_documents_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "GAP_LIMIT", 1000)
    splitter = Splitter()
    for _ in range(10):
        list(splitter.feed(" " * 100))
    with pytest.raises(EndlessError):
        list(splitter.feed(" "))


@pytest.mark.parametrize("bracket", ["[", '{"a":', '{"items":[', '{"data":'])
def test_no_number_of_open_brackets_takes_memory(bracket: str) -> None:
    splitter = Splitter(limit=1000)
    pieces = [piece for _ in range(20) for piece in splitter.feed(bracket * 5_000)]
    assert len(splitter._text) - splitter._at < 4000
    assert len(splitter._stack) <= splitting.DEEPEST
    assert {one.reason for one in pieces if isinstance(one, Unusable)} <= {"nested too deep"}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('{"a": 1,\n "b": {"c": 1, "c": 2},\n "d": 3}', "an object with the key `c` twice"),
        ('{"a": 1e999}', "1e999 is too large a number"),
        ('{"a": -1e999}', "-1e999 is too large a number"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": [Infinity]}', "Infinity is not JSON"),
        ('{"a": %s}' % ("9" * 5_000), "a number of more digits than any counts"),
        (f'{{"a": {"[" * 100_000 + "]" * 100_000}}}', "nested too deep"),
    ],
    ids=["twice", "infinite", "minus infinite", "nan", "infinity", "digits", "depth"],
)
def test_a_document_that_says_what_none_can_costs_only_itself(document: str, reason: str) -> None:
    for between, begin, end in (("\n", "", "\n"), (",\n", "[", "]")):
        found = split(f'{begin}{{"x":1}}{between}{document}{between}{{"y":2}}{end}', 7)
        assert [one.value for one in found if isinstance(one, Found)] == [{"x": 1}, {"y": 2}]
        assert reasons(found) == [(2, reason)]
