"""Writes coverage as JSON, or as LCOV for other tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from panther_engine.insight.report.json import VERSION, write
from panther_engine.insight.runs.coverage import Covered
from panther_engine.reading.repository.repository import Repository


def coverage_json(repository: Repository, python: str, covered: Sequence[Covered]) -> str:
    """A JSON document, ending in a line break; `tests` are names, lines 1-based."""
    return write(
        {
            "version": VERSION,
            "root": str(repository.root),
            "python": python,
            "policies": [
                {
                    "id": repository.policies[one.spec].id,
                    "spec": one.spec,
                    "body": one.body,
                    "percent": round(one.percent, 1),
                    "missing": list(one.missing),
                    "lines": [
                        {"line": line, "tests": _names(repository, one.spec, tests)}
                        for line, tests in one.lines.items()
                    ],
                    "branches": [
                        {
                            "line": branch.line,
                            "to": branch.way,
                            "tests": _names(repository, one.spec, branch.tests),
                        }
                        for branch in one.branches
                    ],
                }
                for one in covered
            ],
        }
    )


def coverage_lcov(covered: Sequence[Covered]) -> str:
    """LCOV's tracefile format; a line's count is how many tests reach it."""
    return "".join(f"{line}\n" for one in covered for line in _record(one))


def _record(one: Covered) -> Iterator[str]:
    yield "TN:"
    yield f"SF:{one.body}"
    for number, branch in enumerate(one.branches):
        reached = bool(one.lines.get(branch.line))
        taken = str(len(branch.tests)) if reached else "-"
        yield f"BRDA:{branch.line},0,{number},{taken}"
    yield f"BRF:{len(one.branches)}"
    yield f"BRH:{sum(bool(branch.tests) for branch in one.branches)}"
    for line, tests in one.lines.items():
        yield f"DA:{line},{len(tests)}"
    yield f"LF:{len(one.lines)}"
    yield f"LH:{sum(map(bool, one.lines.values()))}"
    yield "end_of_record"


def _names(repository: Repository, spec: str, tests: frozenset[int]) -> list[str]:
    return [repository.policies[spec].tests[at].name for at in sorted(tests)]
