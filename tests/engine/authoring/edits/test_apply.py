import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_engine.authoring.edits import spec_text
from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.render import Style, block_entry, write_flow
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.specs import (
    add_mock,
    add_test,
    delete_test,
    duplicate_test,
    edit_mock,
    move_test,
    remove_metadata,
    remove_mock,
    rename_test,
    replace_resource,
    set_expectation,
    set_metadata,
    set_value,
)
from panther_engine.authoring.edits.steps import Refusal, Step
from panther_engine.model import JsonValue, Mock
from panther_engine.reading.spec.document import load_document
from tests.engine.authoring.edits.random_steps import (
    TEXTS,
    random_step,
    random_value,
    violation,
)

EXAMPLES = Path(__file__).parents[4] / "examples"
EDITS = int(os.environ.get("PANTHER_TUI_EDITS", "200"))

SPEC = """\
AnalysisType: policy  # what it is
Filename: a.py
PolicyID: "A.B"
Enabled: true
Severity: High
Description: >
  Buckets are
  private.
Tests:
  # the good one
  - Name: Private
    ExpectedResult: true
    Resource:
      {
        "Name": "one",  # a name
        "Grants":
          [
            { "Type": "Group" },
          ],
        "Tags": { "a": "b" },
      }
  - Name: 'Public'
    ExpectedResult: false
    Mocks:
      - objectName: look
        returnValue: '{"a": 1}'
    Resource:
      {
        "Name": "two",
      }
"""


def after(steps: tuple[Step, ...], text: str = SPEC, path: str = "a.yml") -> str:
    edited = apply_steps(text.encode(), path, steps)
    assert isinstance(edited, Edited), edited
    return edited.after.decode()


def changed(new: str, old: str = SPEC) -> tuple[list[str], list[str]]:
    """Lines that were taken out, and lines that came in."""
    one, two = old.splitlines(), new.splitlines()
    while one and two and one[0] == two[0]:
        del one[0], two[0]
    while one and two and one[-1] == two[-1]:
        del one[-1], two[-1]
    return one, two


def data_of(text: str, path: str = "a.yml") -> dict[str, JsonValue]:
    data = read_spec(text.encode(), path).data
    assert isinstance(data, dict)
    return data


DATA = data_of(SPEC)


def test_a_toggled_expectation_is_one_line() -> None:
    assert changed(after(set_expectation(1, True))) == (
        ["    ExpectedResult: false"],
        ["    ExpectedResult: true"],
    )


def test_a_name_keeps_the_quotes_that_it_had() -> None:
    assert changed(after(rename_test(1, "It's open")))[1] == ["  - Name: 'It''s open'"]
    assert changed(after(rename_test(0, "yes: no")))[1] == ['  - Name: "yes: no"']


def test_a_value_within_a_resource_leaves_the_comment_beside_it() -> None:
    new = after(set_value(("Tests", 0, "Resource", "Name"), "three"))
    assert changed(new)[1] == ['        "Name": "three",  # a name']


def test_a_new_test_is_written_as_the_corpus_writes_them() -> None:
    new = after(add_test(DATA, "New", False, {"A": {"b": [1, {"c": None}]}, "E": []}))
    assert (
        new.removeprefix(SPEC)
        == """\
  - Name: New
    ExpectedResult: false
    Resource:
      {
        "A":
          {
            "b":
              [
                1,
                {
                  "c": null,
                },
              ],
          },
        "E": [],
      }
"""
    )


def test_a_block_style_neighbourhood_is_imitated() -> None:
    text = "Tests:\n- Name: a\n  ExpectedResult: true\n  Resource:\n    A: 1\n"
    data = data_of(text, "a.yml")
    new = after(add_test(data, "b", True, {"A": {"x": [1]}}), text)
    assert new.removeprefix(text) == (
        "- Name: b\n  ExpectedResult: true\n  Resource:\n    A:\n      x:\n      - 1\n"
    )


def test_a_duplicate_differs_by_its_name_alone() -> None:
    out, new = changed(after(duplicate_test(0, "Again")))
    assert not out
    assert "  - Name: Again" in new
    assert '        "Name": "one",  # a name' in new


def test_moving_a_test_there_and_back_gives_the_bytes_back() -> None:
    there = after(move_test(0, 1))
    assert there.index("Public") < there.index("Private")
    assert after(move_test(1, 0), there) == SPEC


def test_a_deleted_test_takes_its_lines_alone() -> None:
    new = after(delete_test(1))
    assert new == SPEC[: SPEC.index("  - Name: 'Public'")]
    assert after(delete_test(0), new).endswith("Tests: []\n")


def test_a_replaced_resource_changes_the_lines_that_differ() -> None:
    resource = {"Name": "one", "Grants": [{"Type": "User"}], "Tags": {"a": "b"}}
    assert changed(after(replace_resource(DATA, 0, resource))) == (
        ['            { "Type": "Group" },'],
        ['            { "Type": "User" },'],
    )


def test_in_a_large_spec_a_resource_with_several_differences_is_written_at_once() -> None:
    resource = {str(number): number for number in range(9)}
    assert len(replace_resource(DATA, 0, resource)) > 1
    assert len(replace_resource(DATA, 0, resource, 5_000_000)) == 1


def test_a_key_comes_behind_the_comments_of_the_list_above_it() -> None:
    text = "Pack:\n  IDs:\n    - a\n    # and globals\nZ: 1\n"
    new = after(set_value(("Pack", "New"), 1), text)
    assert new == "Pack:\n  IDs:\n    - a\n    # and globals\n  New: 1\nZ: 1\n"


def test_mocks_are_added_edited_and_removed() -> None:
    assert changed(after(add_mock(DATA, 0, Mock("f", True))))[1] == [
        "    Mocks:",
        "      - objectName: f",
        "        returnValue: true",
    ]
    assert changed(after(edit_mock(1, 0, Mock("look", "it's"))))[1] == [
        "        returnValue: 'it''s'"
    ]
    out, new = changed(after(remove_mock(DATA, 1, 0)))
    assert (len(out), new) == (3, [])


def test_a_metadata_key_comes_where_the_convention_wants_it() -> None:
    new = after(set_metadata("Tags", ["AWS", "PCI"]))
    assert changed(new) == ([], ["Tags:", "  - AWS", "  - PCI"])
    assert new.index("Enabled") < new.index("Tags:") < new.index("Severity")
    assert after(remove_metadata("Tags"), new) == SPEC


def test_a_folded_text_stays_folded() -> None:
    new = after(set_metadata("Description", "Buckets are closed.\n"))
    assert changed(new)[1] == ["  Buckets are closed."]


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_line_endings_mark_and_final_newline_stay(bom: str, newline: str, end: str) -> None:
    text = bom + (SPEC.rstrip("\n") + end).replace("\n", newline)
    data = data_of(text)
    for steps in (
        add_test(data, "日本", True, {"🐆": [{"a": 1}]}),
        delete_test(1),
        move_test(0, 1),
        set_metadata("Tags", ["AWS"]),
        set_expectation(0, False),
        set_metadata("Description", "One.\n\nTwo.\n"),
    ):
        new = after(steps, text)
        assert new.startswith("\ufeff") == bool(bom)
        assert new.endswith("\n") == bool(end)
        assert ("\n" in new.replace("\r\n", "")) == (newline == "\n")


def test_json_stays_json() -> None:
    text = '{\n  "Tests": [\n    {"Name": "a", "ExpectedResult": true, "Resource": {}}\n  ]\n}\n'
    data = data_of(text, "a.json")
    new = after(add_test(data, "b", False, {"x": None}), text, "a.json")
    assert '"Resource": {\n        "x": null\n' in new
    assert after(delete_test(1), new, "a.json") == text


@pytest.mark.parametrize(
    ("text", "steps", "line", "reason"),
    [
        ("A: &x\n  b: 1\nC: *x\n", set_value(("A", "b"), 2), 2, "cannot be edited by itself"),
        ("A: &x\n  b: 1\nC: *x\n", set_value(("C", "b"), 2), 2, "cannot be edited by itself"),
        ("A: &x\n  b: 1\nC:\n  <<: *x\n  d: 1\n", set_value(("C", "b"), 2), 4, "merge key"),
        ("A: 1\nB: 2\nA: 3\n", set_value(("A",), 2), 3, "twice"),
        ("A:\n\tb: 1\n", set_value(("A", "b"), 2), 2, "not YAML"),
        ("A: [1, 2\n", set_value(("A", 0), 2), 2, "not YAML"),
        ("A: 1\n", set_value(("B", "c"), 2), 1, "there is no"),
        ("A: [1, # why\n 2]\n", (), 1, ""),
        ("A: &a [*a]\n", set_value(("A", 0), 2), 1, "endless"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_refused_with_reason_and_line(
    text: str, steps: tuple[Step, ...], line: int, reason: str
) -> None:
    found = apply_steps(text.encode(), "a.yml", steps)
    if not steps:
        assert found == Edited("a.yml", text.encode(), text.encode())
        return
    assert isinstance(found, Refusal)
    assert (found.line, reason in found.reason) == (line, True), found


MIXED = """\
A: &x { "a": 1 }
B:
  <<: *x
  c: 2
Double: 1
Double: 2
Flow: {
\t"tab": [1,\t2],\t# why
\t"in": {"日": "🐆"} }
Tests:
  - {Name: one, ExpectedResult: true, Resource: {"a": [{"b": 1}]}}
  - Name: two
    ExpectedResult: false
    Resource:
      a:
        - {"b": 1}
        - b: 2
"""


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("B", "c"), "  c: 2", "  c: 7"),
        (("Flow", "tab", 1), '\t"tab": [1,\t2],\t# why', '\t"tab": [1,\t7],\t# why'),
        (("Flow", "in", "日"), '\t"in": {"日": "🐆"} }', '\t"in": {"日": 7} }'),
        (
            ("Tests", 0, "Resource", "a", 0, "b"),
            '  - {Name: one, ExpectedResult: true, Resource: {"a": [{"b": 1}]}}',
            '  - {Name: one, ExpectedResult: true, Resource: {"a": [{"b": 7}]}}',
        ),
        (("Tests", 1, "Resource", "a", 0, "b"), '        - {"b": 1}', '        - {"b": 7}'),
        (("Tests", 1, "Resource", "a", 1, "b"), "        - b: 2", "        - b: 7"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_beside_anchors_tabs_doubles_and_other_styles_one_line_changes(
    path: tuple[str | int, ...], old: str, new: str, newline: str
) -> None:
    text = MIXED.replace("\n", newline)
    assert changed(after(set_value(path, 7), text), text) == ([old], [new])


def test_of_5_mb_one_line_changes_and_each_state_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = "        " + "x" * 4990 + "\n"
    filler = f"  - Name: n\n    ExpectedResult: true\n    Resource:\n      Text: >\n{line * 10}"
    text = SPEC + filler * 100
    assert len(text) > 5_000_000
    read: list[int] = []

    def counted(content: bytes, path: str) -> object:
        read.append(len(content))
        return load_document(content, path)

    monkeypatch.setattr(spec_text, "load_document", counted)
    new = after((*set_expectation(0, False), *set_expectation(50, False)), text)
    assert len(read) == 3
    assert new.count("ExpectedResult: false") == text.count("ExpectedResult: false") + 2
    assert len(new) == len(text) + 2


def test_what_is_too_large_is_refused_with_the_reason() -> None:
    found = apply_steps(b"A: 1\n" + b"#" * spec_text.SIZE_LIMIT, "a.yml", set_value(("A",), 2))
    assert isinstance(found, Refusal)
    assert found.reason.startswith("the spec has 16 MB: above 16 MB")


def test_text_in_another_encoding_is_refused() -> None:
    for content in ("A: 1\n".encode("utf-16"), b"A: \xff\n"):
        assert isinstance(apply_steps(content, "a.yml", set_value(("A",), 2)), Refusal)


def _specs() -> Iterator[tuple[str, bytes]]:
    yield "a.yml", SPEC.encode()
    for file in sorted(EXAMPLES.rglob("*.y*ml")):
        yield str(file), file.read_bytes()


SPECS = [(path, text) for path, text in _specs() if isinstance(apply_steps(text, path, ()), Edited)]


@settings(max_examples=EDITS, database=None)
@given(st.sampled_from(SPECS), st.integers(0, 2**32))
def test_any_edit_gives_the_data_that_was_meant_and_leaves_other_lines(
    spec: tuple[str, bytes], seed: int
) -> None:
    path, content = spec
    step = random_step(Random(seed), read_spec(content, path).data)
    assert not violation(content, path, step)


def _generated(random: Random) -> tuple[str, bytes]:
    """A spec of random data in a random style; JSON one time in four."""
    tests = [
        {"Name": random.choice(TEXTS), "ExpectedResult": True, "Resource": random_value(random)}
        for _ in range(random.randint(1, 4))
    ]
    data = {"AnalysisType": "policy", "Tags": random_value(random), "Tests": tests, "Z": "end"}
    newline = random.choice(("\n", "\r\n"))
    if random.randrange(4) == 0:
        style = Style(strict=True, trailing=False, next_line=False, newline=newline)
        return "a.json", write_flow(data, 0, style).encode()
    style = Style(
        one_line=random.random() < 0.2,
        trailing=random.random() < 0.5,
        next_line=random.random() < 0.5,
        list_offset=random.choice((0, 2)),
        block_resources=random.random() < 0.5,
        newline=newline,
    )
    gap = random.choice(("", f"# a comment{newline}", newline))
    lines = [block_entry(data, key, 0, style) + newline + gap for key in data]
    return "a.yml", "".join(lines).encode()


@settings(max_examples=EDITS, database=None)
@given(st.integers(0, 2**32))
def test_any_edit_of_any_spec_in_any_style(seed: int) -> None:
    random = Random(seed)
    path, content = _generated(random)
    step = random_step(random, read_spec(content, path).data)
    assert not violation(content, path, step)
