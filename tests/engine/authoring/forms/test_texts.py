from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.specs import change_metadata, remove_metadata
from panther_engine.authoring.forms.fields import METADATA
from panther_engine.authoring.forms.lists import item_at, join_items, split_items
from panther_engine.authoring.forms.surroundings import hold
from panther_engine.authoring.forms.texts import NO, changed, text_of
from panther_engine.model import JsonValue
from panther_engine.values.forms import Held

SPEC = """\
AnalysisType: policy
Filename: a.py
PolicyID: "A.B"
DisplayName: "A  B"
Enabled: true # for now
ResourceTypes:
  - AWS.S3.Bucket
Tags:
  - AWS # the cloud
  - PCI
Reports:
  CIS:
    - 1.10
    - 2.2
Severity: High
Description: >
  Buckets are
  private.
Runbook: >
  https://example.com/a
Reference: https://example.com/b
"""


@given(st.lists(st.text(min_size=1)))
def test_a_list_comes_back_from_its_line(items: list[str]) -> None:
    assert list(split_items(join_items(items))) == items
    assert len(join_items(items).splitlines()) <= 1


@pytest.mark.parametrize(
    ("line", "cursor", "item"),
    [
        ("AWS, PC", 7, "PC"),
        ("AWS, PC", 2, "AWS"),
        ("AWS, ", 5, ""),
        ("", 0, ""),
        ('"a, b", c', 3, '"a, b"'),
        ("a, bc , d", 4, "bc"),
    ],
)
def test_the_item_at_the_cursor_is_known(line: str, cursor: int, item: str) -> None:
    start, end = item_at(line, cursor)
    assert line[start:end] == item


def shown(data: Mapping[str, JsonValue]) -> dict[str, str]:
    return {it.key: text_of(it, data[it.key]) or "" for it in METADATA if it.key in data}


def edited(texts: Mapping[str, str], spec: str = SPEC) -> str:
    data = read_spec(spec.encode(), "a.yml").data
    assert isinstance(data, dict)
    before = shown(data)
    wanted = changed(data, before, {**before, **texts})
    steps = [step for key, value in wanted.values for step in change_metadata(data, key, value)]
    steps += [step for key in wanted.removed for step in remove_metadata(key)]
    done = apply_steps(spec.encode(), "a.yml", steps)
    assert isinstance(done, Edited)
    return done.after.decode()


def test_what_is_not_changed_writes_nothing() -> None:
    assert edited({}) == SPEC


@pytest.mark.parametrize(
    ("texts", "old", "new"),
    [
        ({"Enabled": NO}, "Enabled: true # for now", "Enabled: false # for now"),
        ({"Tags": "AWS, PCI, S3"}, "  - PCI\n", "  - PCI\n  - S3\n"),
        ({"Tags": "AWS"}, "  - PCI\n", ""),
        ({"Tags": "AWS, Data"}, "  - PCI\n", "  - Data\n"),
        ({"Reports": "CIS=1.1, CIS=2.2, CIS=3.10"}, "    - 2.2\n", '    - 2.2\n    - "3.10"\n'),
        ({"Reports": "CIS=1.1, CIS=2.2, PCI=3"}, "    - 2.2\n", '    - 2.2\n  PCI:\n    - "3"\n'),
        ({"Description": "Buckets are closed."}, "Buckets are\n  private.", "Buckets are closed."),
        ({"Reference": ""}, "Reference: https://example.com/b\n", ""),
        (
            {"Suppressions": "arn:*"},
            "https://example.com/b\n",
            'https://example.com/b\nSuppressions:\n  - "arn:*"\n',
        ),
    ],
)
def test_only_what_is_changed_is_written(texts: dict[str, str], old: str, new: str) -> None:
    after = edited(texts)
    assert after in (SPEC.replace(old, new), SPEC.replace(old, new.replace('"arn:*"', "arn:*")))


def test_what_a_form_cannot_say_is_locked_with_the_reason() -> None:
    odd = SPEC.replace("- AWS # the cloud", "- 7").replace("Severity: High", "Severity: &s High")
    odd += "CreatedBy: *s\n"
    found = hold(odd.encode(), "a.yml")
    assert isinstance(found, Held)
    locked = dict(found.locked)
    assert locked.keys() == {"Tags", "Severity"}
    assert "another kind" in locked["Tags"]


EXAMPLES = Path(__file__).parents[4] / "examples"


def test_every_policy_of_the_examples_can_be_shown() -> None:
    specs = sorted(EXAMPLES.rglob("policies/**/*.yml"))
    assert specs
    for spec in specs:
        found = hold(spec.read_bytes(), spec.name)
        assert isinstance(found, Held)
        assert not found.locked
