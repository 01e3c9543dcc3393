"""What an edit changes, as people read it."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from panther_engine.authoring.difference import show_changes, show_difference
from panther_engine.values.edits import FileChange

LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=40)


@given(LINES, LINES, LINES, LINES)
def test_it_is_the_unified_difference(
    head: list[str], old: list[str], new: list[str], tail: list[str]
) -> None:
    before, after = [*head, *old, *tail], [*head, *new, *tail]
    text = show_difference("a.yml", "\n".join(before).encode(), "\n".join(after).encode())
    applied, place = [], 0
    for line in text.splitlines()[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1][1:].split(",")[0])
            size = line.split()[1].partition(",")[2]
            begin = start if size == "0" else start - 1
            applied += before[place:begin]
            place = begin
        elif line.startswith("+"):
            applied.append(line[1:])
        else:
            assert before[place] == line[1:]
            applied += [] if line.startswith("-") else [line[1:]]
            place += 1
    assert [*applied, *before[place:]] == after
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    shown = show_changes(
        [FileChange("a.yml", "\n".join(before).encode(), "\n".join(after).encode())], 1000
    )
    assert bool(shown.changed) == bool(changed)


def test_what_is_made_and_removed_comes_from_and_goes_nowhere() -> None:
    files = [FileChange("a.yml", None, b"one\n"), FileChange("b.yml", b"one\ntwo\n", None)]
    shown = show_changes(files, 100)
    assert shown.changed == 3
    assert shown.text.startswith("--- /dev/null\n+++ b/a.yml\n@@ -0,0 +1 @@\n+one\n")
    assert "--- a/b.yml\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n" in shown.text


def test_what_is_too_long_is_counted() -> None:
    after = b"".join(b"%d\n" % number for number in range(50))
    shown = show_changes([FileChange("a.yml", None, after)], 10)
    assert shown.text.splitlines()[-1] == "… 43 more lines"
    assert shown.changed == 50
