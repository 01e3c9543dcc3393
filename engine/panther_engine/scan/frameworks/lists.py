"""Lists of the sections that reports have: identifiers only, one shipped, more from the checkout.

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


def shipped_lists() -> dict[str, SectionList]:
    """By the name of the report."""
    numbers = (f"{chapter}.{n}" for chapter, last in CIS_LAST.items() for n in range(1, last + 1))
    return {"CIS": SectionList("CIS AWS Foundations Benchmark 1.2.0", tuple(numbers))}


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
