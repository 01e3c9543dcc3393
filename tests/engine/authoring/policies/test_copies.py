"""Policies copied, renamed and deleted, as changes of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.authoring.policies.copies import (
    Changes,
    Pair,
    copy_policy,
    delete_policy,
    rename_policy,
)
from panther_engine.authoring.policies.references import find_references
from panther_engine.values.edits import FileChange

SPEC = b"""\
AnalysisType: policy # yes
Filename: a_b.py
PolicyID: "A.B"
DisplayName: 'The B'
Enabled: true
Severity: High
"""
BODY = b"def policy(resource):\n    return True\n"
PAIR = Pair("A.B", "policies/x/a_b.yml", SPEC, "policies/x/a_b.py", BODY)
PACK = """\
AnalysisType: pack
PackID: P
PackDefinition:
  IDs:
    # all
    - A.B # the one
    - A.B.C
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in {
        "packs/p.yml": PACK,
        "packs/twice.yml": PACK + "    - A.B\n",
        "docs/list.md": "one\nsee A.B, and A.BC\n",
        "other.txt": "A.BC A.B.C xA.B\n",
        ".git/HEAD": "A.B\n",
        "policies/x/a_b.yml": SPEC.decode(),
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_a_copy_has_new_names_and_the_same_bytes_else() -> None:
    changes = copy_policy(PAIR, "A.Cee", "The C", "policies/y")
    text = SPEC.replace(b"a_b", b"a_cee").replace(b'"A.B"', b'"A.Cee"').replace(b"The B", b"The C")
    assert changes == Changes(
        (
            FileChange("policies/y/a_cee.yml", None, text),
            FileChange("policies/y/a_cee.py", None, BODY),
        )
    )


def test_a_renamed_policy_takes_its_files_and_packs_along(root: Path) -> None:
    found = find_references(root, "A.B", frozenset({PAIR.spec}))
    assert [(it.path, it.lines) for it in found] == [
        ("docs/list.md", (2,)),
        ("packs/p.yml", (6,)),
        ("packs/twice.yml", (6, 8)),
    ]
    changes = rename_policy(PAIR, "A.New", found)
    assert isinstance(changes, Changes)
    assert [(it.path, it.before is None, it.after is None) for it in changes.files] == [
        ("policies/x/a_new.yml", True, False),
        ("policies/x/a_b.yml", False, True),
        ("policies/x/a_new.py", True, False),
        ("policies/x/a_b.py", False, True),
        ("packs/p.yml", False, False),
    ]
    assert changes.files[-1].after == PACK.replace("- A.B #", "- A.New #").encode()
    assert [it.split(" ")[0] for it in changes.notes] == ["docs/list.md:2", "packs/twice.yml:6,"]


def test_a_body_that_another_spec_has_too_stays_where_it_is() -> None:
    shared = Pair("A.B", PAIR.spec, SPEC, PAIR.body, BODY, ("policies/x/other.yml",))
    renamed = rename_policy(shared, "A.New", ())
    assert isinstance(renamed, Changes)
    assert [it.path for it in renamed.files] == ["policies/x/a_new.yml", "policies/x/a_b.yml"]
    assert b"Filename: a_b.py" in (renamed.files[0].after or b"")
    assert "other.yml has it too" in renamed.notes[0]
    removed = delete_policy(shared, ())
    assert [it.path for it in removed.files] == ["policies/x/a_b.yml"]


def test_a_deleted_policy_says_what_still_names_it(root: Path) -> None:
    changes = delete_policy(PAIR, find_references(root, "A.B", frozenset({PAIR.spec})))
    assert [(it.path, it.after) for it in changes.files] == [(PAIR.spec, None), (PAIR.body, None)]
    assert changes.notes[0] == "docs/list.md:2 still names A.B."
