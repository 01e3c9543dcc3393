"""JUnit: a suite for each policy, the resources that it does not pass, and counts that add up."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from panther_engine.scan.export.exported import Exported
from tests.engine.scan.export.exports import exported, keep_scan, made, write_policy, written


def suites_of(text: str) -> list[ElementTree.Element]:
    """The suites of a document whose counts are those of its cases."""
    top = ElementTree.fromstring(text)
    for one in top:
        cases = one.findall("testcase")
        assert one.get("tests") == str(len(cases))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped",) * 2):
            assert one.get(attribute) == str(sum(case.find(tag) is not None for case in cases))
    for name in ("tests", "failures", "errors"):
        assert top.get(name) == str(sum(int(one.get(name, "")) for one in top))
    return list(top)


def test_each_resource_that_does_not_pass_is_a_case(scan: Exported, tmp_path: Path) -> None:
    (suite,) = suites_of(written(scan, tmp_path, "f.xml"))
    assert (suite.get("name"), suite.get("file")) == ("P", "checkout/policies/P.yml")
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert properties == {
        "judged": "6",
        "PASS": "2",
        "FAIL": "2",
        "ERROR": "2",
        "suppressed": "1",
        "ignored": "0",
        "unverified": "1",
    }
    cases = suite.findall("testcase")
    assert cases[0].get("name") == "1 resource passes"
    assert len(cases[0]) == 0
    outcomes = [(one[0].tag, one[0].get("message")) for one in cases[1:]]
    assert outcomes == [
        ("failure", "Open to all"),
        ("error", "KeyError: 'Grants'"),
        ("error", "OSError: no"),
        ("skipped", "suppressed by the spec: FAIL: P"),
        ("skipped", "unverified: it looked up x, which is not in the inventory"),
    ]
    assert cases[1].get("name") == '=1+1|"cmd",\n\ufffd[31m</script><b>\ufffdname'
    assert cases[2][0].text == "AWS.S3.Bucket 000000000000 eu-west-1\npolicies/p.py:5"


def test_a_policy_that_passes_all_is_one_case_that_passes(tmp_path: Path) -> None:
    write_policy(tmp_path)
    policies = (made(name="P"), made(name="Q"))
    store = keep_scan(tmp_path / "scans.sqlite", (), ("a", "b"), policies)
    suites = suites_of(written(exported(store, tmp_path), tmp_path, "f.xml"))
    store.close()
    assert [one.get("name") for one in suites] == ["P", "Q"]
    assert [case.get("name") for one in suites for case in one.iter("testcase")] == [
        "2 resources pass"
    ] * 2
