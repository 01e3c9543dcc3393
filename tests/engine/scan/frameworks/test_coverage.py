"""Which sections are covered, by what, and which a list has and nothing covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.model import Diagnostic, Level, Policy, TestCase, Verdict
from panther_engine.scan.frameworks.coverage import (
    Cover,
    Detection,
    Framework,
    SectionList,
    frameworks,
)
from panther_engine.scan.frameworks.lists import load_lists, shipped_lists
from panther_engine.scan.store.rollups import Count

BROKEN = (Diagnostic("p.yml", 1, 0, Level.ERROR, "x", "broken"),)
TEST = TestCase("t", 1, True, {})


def policy(name: str, *sections: str, enabled: bool = True, broken: bool = False) -> Policy:
    return Policy(
        f"{name}.yml",
        "",
        name,
        enabled=enabled,
        reports=(("CIS", sections),),
        tests=(TEST, TEST),
        diagnostics=BROKEN if broken else (),
    )


def rule(*sections: str, enabled: bool = True) -> Detection:
    return Detection("R", "r.yml", "rule", enabled, (("CIS", sections), ("Other", ("x",))))


def made(*policies: Policy, **more: object) -> Framework:
    values: dict[str, object] = {"others": (), "lists": {}, "failing": {}, "scanned": {}, **more}
    return frameworks(policies, **values)[0]  # type: ignore[arg-type]


def test_sections_are_covered_by_what_is_enabled_and_in_the_order_of_their_numbers() -> None:
    found = made(
        policy("a", "1.10", "1.9", "1.9"),
        policy("b", "1.9", "2.1", enabled=False),
        policy("c", "2.2", broken=True),
        policy("d", "2.3", enabled=False),
        others=(rule("2.3", "3.1"), rule("3.2", enabled=False)),
        lists={"CIS": SectionList("list", ("1.9", "4.1"))},
    )
    assert [(one.id, one.cover, one.listed) for one in found.sections] == [
        ("1.9", Cover.COVERED, True),
        ("1.10", Cover.COVERED, False),
        ("2.1", Cover.OFF, False),
        ("2.2", Cover.OFF, False),
        ("2.3", Cover.ELSEWHERE, False),
        ("3.1", Cover.ELSEWHERE, False),
        ("3.2", Cover.OFF, False),
        ("4.1", Cover.UNCOVERED, True),
    ]
    first = found.sections[0]
    assert [one.policy.id for one in first.policies] == ["a", "b"]
    assert first.tests == 4


def test_what_scans_and_tests_said_is_that_of_the_policies() -> None:
    scanned = {
        "a": Count("a", 5, 1, 1, 0, 2),
        "b": Count("b", 3, 2, 0, 1, 0, 1),
        "c": Count("c", 1, 0, 0, 0, 0),
    }
    found = made(
        policy("a", "1"),
        policy("b", "1", "2"),
        policy("c", "3"),
        policy("d", "4"),
        failing={"b.yml": 3},
        scanned=scanned,
    )
    one, two, three, four = found.sections
    assert one.scanned == Count("1", 8, 3, 1, 1, 2, 1)
    assert [it.failing for it in one.policies] == [0, 3]
    assert one.verdict is Verdict.ERROR
    assert two.verdict is Verdict.PASS, "what fails is suppressed or ignored"
    assert (three.verdict, four.verdict, four.scanned) == (Verdict.PASS, None, None)


def test_lists_of_the_checkout_take_the_place_of_shipped_ones(tmp_path: Path) -> None:
    assert len(shipped_lists()["CIS"].sections) == 49
    attack = shipped_lists()["MITRE ATT&CK"].sections
    assert (len(attack), len(set(attack)), attack[0]) == (66, 66, "TA0001:T1078")
    file = tmp_path / ".panther-tui" / "reports.yml"
    file.parent.mkdir()
    file.write_text("PCI: [1.10, '2.1', x]\nCIS: []\nMine: 3\n")
    lists, problems = load_lists(tmp_path)
    assert lists == {
        "PCI": SectionList(".panther-tui/reports.yml", ("1.10", "2.1", "x")),
        "MITRE ATT&CK": shipped_lists()["MITRE ATT&CK"],
    }
    assert [(one.line, one.message) for one in problems] == [
        (3, "expected a list of sections under `Mine`")
    ]


@pytest.mark.parametrize("text", ["a: [", "- x", "3"])
def test_a_file_that_has_no_lists_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".panther-tui" / "reports.yml"
    file.parent.mkdir()
    file.write_text(text)
    lists, problems = load_lists(tmp_path)
    assert (lists, len(problems)) == (shipped_lists(), 1)
