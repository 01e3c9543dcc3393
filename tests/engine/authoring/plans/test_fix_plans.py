"""Faults mended one kind at a time, from the screen."""

from __future__ import annotations

from pathlib import Path

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.fixes.fix_spec import fix_spec
from panther_engine.authoring.plans.plan import path_of, plan_edit
from panther_engine.authoring.plans.planned import Ground, Planned
from panther_engine.model import Diagnostic, Level
from panther_engine.reading.repository.load import load_repository
from panther_engine.values.edits import FixFaults, GuardNull

SPEC = "AnalysisType: policy\nFilename: a.py\nPolicyID: A\nEnabled: true\nSeverity: HIGH\n"
MORE = "ResourceType: AWS.S3.Bucket\n"


def plan(root: Path, path: str, *codes: str, hint: str = "") -> Planned | Refusal:
    (root / "a.yml").write_text(SPEC + MORE, encoding="utf-8")
    (root / "a.py").write_text("def polcy(resource):\n    return True\n", encoding="utf-8")
    faults = tuple(Diagnostic(path, 1, 0, Level.ERROR, it, it, hint) for it in codes)
    request = FixFaults(path, faults)
    assert path_of(request) == path
    return plan_edit(request, Ground(root, lambda _: None, lambda: load_repository(root)))


def test_only_faults_of_the_kind_are_mended_and_each_is_said(tmp_path: Path) -> None:
    planned = plan(tmp_path, "a.yml", "wrong-value")
    assert isinstance(planned, Planned), planned
    assert planned.files[0].after == (SPEC.replace("HIGH", "High") + MORE).encode()
    assert planned.notes == ("line 5: set `Severity` to `High`",)
    assert planned.said == "1 fault is mended."


def test_a_misspelt_function_is_renamed(tmp_path: Path) -> None:
    planned = plan(tmp_path, "a.py", "no-policy", hint="rename `polcy` to `policy`")
    assert isinstance(planned, Planned), planned
    assert planned.files[0].after == b"def policy(resource):\n    return True\n"


def test_what_has_no_fix_is_refused(tmp_path: Path) -> None:
    for path, code in (("a.yml", "invalid-yaml"), ("a.py", "syntax-error")):
        refused = plan(tmp_path, path, code)
        assert isinstance(refused, Refusal)
        assert refused.reason == f"there is no quick fix for {code}"


def test_a_field_that_raises_if_it_is_null_is_guarded(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"def policy(r):\n    return len(r['A']) > 1\n")
    ground = Ground(tmp_path, lambda _: None, lambda: load_repository(tmp_path))
    planned = plan_edit(GuardNull("a.py", 2, ("A",)), ground)
    assert isinstance(planned, Planned), planned
    assert planned.files[0].after == b"def policy(r):\n    return len(r['A'] or []) > 1\n"
    assert planned.said == "`A` that is null counts as an empty list now."
    assert isinstance(plan_edit(GuardNull("a.py", 2, ("B",)), ground), Refusal)


def test_an_optional_key_that_is_null_is_removed(tmp_path: Path) -> None:
    text = (SPEC + "ResourceTypes: [AWS.S3.Bucket]\nReference:\nTags:\n").encode()
    after, done = fix_spec(text, "a.yml", frozenset({"wrong-type"}), only=True)
    assert after == text.replace(b"Reference:\nTags:\n", b"")
    assert len(done) == 2
