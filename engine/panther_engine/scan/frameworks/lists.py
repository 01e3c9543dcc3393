"""Lists of the sections that reports have: identifiers only, two shipped, more from the checkout.

`.panther-tui/reports.yml` has a list of identifiers under the name of each report.
"""

from __future__ import annotations

from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.spec.document import load_document
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.scan.frameworks.coverage import SectionList

LISTS_FILE = ".panther-tui/reports.yml"
LARGEST = 4 << 20
"""Bytes of a file of lists."""
CIS_LAST = {1: 22, 2: 9, 3: 14, 4: 4}
"""The last section of each chapter of the CIS AWS Foundations Benchmark 1.2.0, whose numbers the
policies of panther-analysis use."""


ATTACK_IAAS = {
    "TA0001": "T1078 T1190 T1199",
    "TA0002": "T1059 T1204 T1648 T1651",
    "TA0003": "T1078 T1098 T1136 T1525 T1546 T1556",
    "TA0004": "T1078 T1098 T1546 T1548",
    "TA0005": "T1078 T1211 T1535 T1548 T1550 T1556 T1562 T1578 T1666",
    "TA0006": "T1040 T1110 T1528 T1552 T1555 T1556 T1606 T1621",
    "TA0007": "T1040 T1046 T1049 T1069 T1082 T1087 T1201 T1518 T1526 T1538 T1580 T1614 T1619 T1654"
    " T1680",
    "TA0008": "T1021 T1550",
    "TA0009": "T1074 T1119 T1213 T1530",
    "TA0010": "T1048 T1537",
    "TA0040": "T1485 T1486 T1489 T1490 T1491 T1496 T1498 T1499 T1531",
}
"""By tactic, the techniques of ATT&CK for Enterprise 18.1 that have the platform IaaS and are no
sub-techniques (mitre/cti at 421deacb77): those that can be used against an account of a cloud."""


def shipped_lists() -> dict[str, SectionList]:
    """By the name of the report."""
    numbers = (f"{chapter}.{n}" for chapter, last in CIS_LAST.items() for n in range(1, last + 1))
    pairs = (f"{tactic}:{one}" for tactic, all_of in ATTACK_IAAS.items() for one in all_of.split())
    return {
        "CIS": SectionList("CIS AWS Foundations Benchmark 1.2.0", tuple(numbers)),
        "MITRE ATT&CK": SectionList("ATT&CK for Enterprise 18.1, platform IaaS", tuple(pairs)),
    }


def load_lists(root: Path) -> tuple[dict[str, SectionList], list[Diagnostic]]:
    """The shipped lists with those of the checkout in their place, and what is wrong in its file.

    An empty list in the file takes a shipped one away.
    """
    lists = shipped_lists()
    try:
        document = load_document(read_regular(root / LISTS_FILE, LARGEST), "reports.yml")
    except FileNotFoundError:
        return lists, []
    except OSError as error:
        return lists, [_problem(1, error.strerror or str(error))]
    if isinstance(document, Diagnostic):
        return lists, [_problem(document.line, document.message)]
    if not isinstance(document.data, dict):
        return lists, [_problem(1, "expected lists of sections under the names of reports")]
    problems = []
    for name, sections in document.data.items():
        if not isinstance(name, str) or not isinstance(sections, list):
            span = document.key_span(str(name))
            said = f"expected a list of sections under `{name}`"
            problems.append(_problem(1 if span is None else span.line, said))
            continue
        written = [document.source_of(name, at) for at in range(len(sections))]
        lists[name] = SectionList(LISTS_FILE, tuple(one for one in written if one is not None))
        if not sections:
            del lists[name]
    return lists, problems


def _problem(line: int, message: str) -> Diagnostic:
    return Diagnostic(LISTS_FILE, line, 0, Level.WARNING, "bad-lists", message)
