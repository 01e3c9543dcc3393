"""What a merge left behind is called that, and nothing else is."""

from __future__ import annotations

import pytest

from panther_engine.reading.check.body import check_body
from panther_engine.reading.check.spec import check_spec
from panther_engine.text.conflict import conflict_lines, say_conflict

MERGED = "{before}<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n{after}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n", (1, 3, 5)),
        ("a\n<<<<<<<\n||||||| base\n=======\n>>>>>>>\n", (2, 3, 4, 5)),
        ("a\r\n  <<<<<<< HEAD\r\n  =======\r\n  >>>>>>> b\r\n", (2, 3, 4)),
        ("a\n>>>>>>> left over\n", (2,)),
        ("Title\n=======\ntext\n", ()),
        (">>> doctest\n<<<<<<<<<<<\n========\n", ()),
        ("x = '<<<<<<< HEAD'\n", ()),
        ("", ()),
    ],
)
def test_markers_are_found_by_their_lines(text: str, lines: tuple[int, ...]) -> None:
    assert conflict_lines(text.encode()) == lines


def test_lines_are_told_and_many_are_cut() -> None:
    assert say_conflict((3,)) == "a conflict marker at line 3"
    assert say_conflict((3, 5, 9)) == "conflict markers at lines 3, 5 and 9"
    assert (
        say_conflict(tuple(range(1, 20))) == "conflict markers at lines 1, 2, 3, 4, 5, 6 and more"
    )


def test_a_spec_with_conflict_markers_is_told_so_and_not_to_mend_quotes() -> None:
    before = "AnalysisType: policy\nFilename: a.py\nPolicyID: A\nEnabled: true\nSeverity: Low\n"
    text = MERGED.format(before=before, ours="Tags: [a]\n", theirs="Tags: [b]\n", after="")
    item = check_spec("a.yml", text.encode(), lambda path: True)
    assert item is not None
    (found,) = item.diagnostics  # type: ignore[union-attr]
    assert (found.code, found.line) == ("invalid-yaml", 6)
    assert found.message == "not YAML: conflict markers at lines 6, 8 and 10"
    assert "settle the conflict" in found.hint
    assert "quotes" not in found.hint


def test_a_json_spec_with_conflict_markers_is_told_so() -> None:
    text = MERGED.format(before='{"AnalysisType": "policy",\n', ours="", theirs="", after="}")
    item = check_spec("a.json", text.encode(), lambda path: True)
    assert item is not None
    assert "conflict markers at lines 2, 3 and 4" in item.diagnostics[-1].message  # type: ignore[union-attr]


def test_a_body_with_conflict_markers_is_told_so_and_not_to_indent() -> None:
    text = MERGED.format(
        before="def policy(resource):\n",
        ours="    return True\n",
        theirs="    return False\n",
        after="",
    )
    (found,) = check_body("a.py", text.encode())
    assert (found.code, found.line) == ("syntax-error", 2)
    assert found.message == "Python cannot read this: conflict markers at lines 2, 4 and 6"
    assert "indent" not in found.hint


def test_markers_in_a_text_that_can_be_read_are_no_fault() -> None:
    body = 'def policy(resource):\n    """\n<<<<<<< x\n>>>>>>> y\n    """\n    return True\n'
    assert check_body("a.py", body.encode()) == ()
