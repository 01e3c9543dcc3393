"""Our verdicts against PAT's recorded ones, on every broken copy; `make parity-record` records."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

from panther_engine.running.jobs.report import RunOptions
from tests.parity.breaks import BREAKS, Break
from tests.parity.breaks.copy import digest
from tests.parity.compare import compare
from tests.parity.ours import judge
from tests.parity.recording import read_recording
from tests.parity.rules import RULES, explain
from tests.parity.verdicts import from_pat

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "parity.md"
recording = cache(read_recording)


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.id)
def test_verdicts_are_those_of_pat(broken: Break, tmp_path: Path) -> None:
    root = broken.make(tmp_path).resolve()
    python, answers = recording()
    recorded = answers[broken.id]
    assert recorded.digest == digest(root), "not what PAT judged: run make parity-record"
    options = RunOptions(
        python=sys.executable,
        timeout=2.0,
        workers=1,
        available_destinations=broken.destinations,
        minimum_tests=broken.minimum_tests,
    )
    ours = judge(root, options)
    texts_vary = python != f"{sys.version_info.major}.{sys.version_info.minor}"
    unexplained = [
        str(found)
        for found, rule in explain(compare(from_pat(recorded.answer, str(root)), ours), ours)
        if rule is None and not (texts_vary and found.what in ("error", "printed"))
    ]
    assert not unexplained


def test_the_recording_holds_all_breaks_and_no_others() -> None:
    assert set(recording()[1]) == {broken.id for broken in BREAKS}


def test_breaks_have_names_of_their_own() -> None:
    names = [broken.id for broken in BREAKS]
    assert len(names) == len(set(names))


def test_every_rule_has_a_section_in_the_document_and_every_section_a_rule() -> None:
    lines = DOCUMENT.read_text("utf-8").splitlines()
    sections = [line.removeprefix("## ").strip("`") for line in lines if line.startswith("## `")]
    assert sections == [rule.name for rule in RULES]
