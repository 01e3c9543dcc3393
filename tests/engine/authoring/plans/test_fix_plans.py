"""Faults mended one kind at a time, from the screen."""

from __future__ import annotations

from pathlib import Path

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.plans.plan import path_of, plan_edit
from panther_engine.authoring.plans.planned import Ground, Planned
from panther_engine.model import Diagnostic, Level
from panther_engine.reading.repository.load import load_repository
from panther_engine.values.edits import FixFaults

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
