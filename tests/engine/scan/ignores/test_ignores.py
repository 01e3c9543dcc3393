"""What a team ignores: with a reason, for as long as it says, and never by a typo."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from panther_engine.model import Verdict
from panther_engine.scan.ignores.baseline import extend_baseline, read_baseline
from panther_engine.scan.ignores.entries import Ignores
from panther_engine.scan.ignores.loading import IGNORES_FILE, NoBaselineError, load_ignores
from panther_engine.values.scanned import Evaluation

TODAY = date(2030, 6, 1)
FILE = """\
- policy: AWS.S3.*
  resource: "arn:aws:s3:::*-sandbox"
  why: emptied every night
  by: me
- policy: AWS.KMS.Key
  resource: "*"
  why: the rotation is planned
  until: 2030-06-01
- policy: AWS.KMS.Key
  resource: k
  why: until yesterday
  until: 2030-05-31
"""


def loaded(root: Path, text: str) -> Ignores:
    (root / "ignores.yml").write_text(text)
    return load_ignores(root, "ignores.yml", today=TODAY)


def fail(policy: str, resource: str, verdict: Verdict = Verdict.FAIL) -> Evaluation:
    return Evaluation("p.yml", policy, resource, verdict)


def test_entries_ignore_what_their_patterns_match_up_to_their_last_day(tmp_path: Path) -> None:
    ignores = loaded(tmp_path, FILE)
    marked = ignores.mark(
        (
            fail("AWS.S3.Bucket", "arn:aws:s3:::a-sandbox"),
            fail("AWS.S3.Bucket", "arn:aws:s3:::a-sandbox.x"),
            fail("AWS.KMS.Key", "k", Verdict.ERROR),
            fail("AWS.KMS.Key", "k", Verdict.PASS),
        )
    )
    assert [one.ignored for one in marked] == [
        "emptied every night",
        "",
        "the rotation is planned",
        "",
    ]


def test_what_ended_ignores_nothing_and_is_told_with_its_line(tmp_path: Path) -> None:
    (told,) = loaded(tmp_path, FILE).problems
    assert (told.path, told.line, told.code) == ("ignores.yml", 9, "expired-ignore")
    assert told.message == "ended on 2030-05-31: AWS.KMS.Key · k is not ignored any more"


def test_what_matches_nothing_is_listed_for_the_policies_that_were_judged(tmp_path: Path) -> None:
    ignores = loaded(tmp_path, FILE)
    ignores.mark((fail("AWS.KMS.Key", "k"),))
    assert [one.line for one in ignores.unused({"AWS.S3.Bucket", "AWS.KMS.Key"})] == [1]
    assert not list(ignores.unused({"AWS.KMS.Key"})), "S3 was not judged"


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ("{policy: a, resource: b}", 1, "`why` is missing: nothing is ignored by it"),
        ("{policy: a, resource: b, why: ''}", 1, "`why` is no text: nothing is ignored by it"),
        ("{policy: [a], resource: b, why: c}", 1, "`policy` is no text: nothing is ignored by it"),
        ("\n  policy: a\n  resource: b\n  why: c\n  untl: x", 5, "unknown key `untl`: nothing is"),
        (
            "\n  policy: a\n  resource: b\n  why: c\n  until: soon",
            5,
            "`until` is no day, but `soon`",
        ),
        ("text", 1, "expected an entry with `policy`, `resource` and `why`"),
    ],
)
def test_a_malformed_entry_ignores_nothing(
    tmp_path: Path, entry: str, line: int, message: str
) -> None:
    ignores = loaded(tmp_path, f"- {entry}\n- {{policy: p, resource: r, why: w}}\n")
    (told,) = ignores.problems
    assert told.line == line
    assert told.message.startswith(message)
    assert ignores.of("p", "r") is not None
    assert ignores.of("a", "b") is None


@pytest.mark.parametrize("text", ["a: [", "policy: a", "- &a [*a]\n- *a", "\x00"])
def test_a_file_that_is_no_list_ignores_nothing_and_says_so(tmp_path: Path, text: str) -> None:
    ignores = loaded(tmp_path, text)
    assert not ignores
    assert ignores.problems


def test_a_file_that_is_not_there_matters_only_where_the_settings_name_it(tmp_path: Path) -> None:
    assert not load_ignores(tmp_path, IGNORES_FILE, today=TODAY).problems
    (told,) = load_ignores(tmp_path, "other.yml", today=TODAY).problems
    assert told.message == "No such file or directory: nothing is ignored"


def test_a_baseline_knows_policies_and_resources_by_their_ids_alone(tmp_path: Path) -> None:
    file = tmp_path / "baseline.jsonl"
    assert extend_baseline(file, [("P.*", "r*"), ("P", "r"), ("P", "r")]) == 2
    ignores = load_ignores(tmp_path, "", file, today=TODAY)
    assert ignores.of("P.1", "r1") is None
    (marked,) = ignores.mark((fail("P.*", "r*"),))
    assert marked.ignored == f"in the baseline {file}"
    assert [one.resource for one in ignores.unused({"P", "P.*"})] == ["r"]


def test_a_baseline_is_added_to_and_never_lost_by_a_rewrite(tmp_path: Path) -> None:
    file = tmp_path / "baseline.jsonl"
    before = (
        b'{"policy": "P", "resource": "r", "why": "ours", "until": "2030-05-31"}\n\xff broken\n[1]'
    )
    file.write_bytes(before)
    file.chmod(0o644)
    assert extend_baseline(file, [("P", "r"), ("P", "\ud800")]) == 1
    assert file.read_bytes().startswith(before + b"\n")
    assert file.stat().st_mode & 0o777 == 0o644
    entries, problems = read_baseline(file, "b")
    assert [(one.line, one.resource) for one in entries] == [(1, "r"), (4, "\ud800")]
    assert [one.line for one in problems] == [2, 3]
    ignores = load_ignores(tmp_path, "", file, today=TODAY)
    assert ignores.of("P", "r") is None, "it ended"


def test_a_baseline_that_is_not_there_is_no_baseline(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    with pytest.raises(NoBaselineError, match="--extend-baseline makes one"):
        load_ignores(tmp_path, "", missing, today=TODAY)
    assert not load_ignores(tmp_path, "", missing, today=TODAY, extended=True)
    with pytest.raises(NoBaselineError, match="not a regular file"):
        load_ignores(tmp_path, "", tmp_path, today=TODAY)
