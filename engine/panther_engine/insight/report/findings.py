"""Renders what `probe` and `mutants` found as text, JSON and GitHub annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from panther_engine.insight.report.json import VERSION, change_json, write
from panther_engine.insight.report.text import change_text
from panther_engine.insight.trace.field import field_name, field_text
from panther_engine.insight.trials.mutating import Mutated, Survivor
from panther_engine.insight.trials.probing import NullField, Probed
from panther_engine.model import Diagnostic, JsonValue, Level
from panther_engine.reading.repository.repository import Repository
from panther_engine.report.github import render_findings_github
from panther_engine.report.text.paint import DOT, PASS_MARK, WARN_MARK, Paint
from panther_engine.report.text.words import count_of
from panther_engine.text.clean import clean_line
from panther_engine.values.findings import Suggestion

NULL_HINT = "Panther sends this key for every resource, but its value may be null"


def probe_json(repository: Repository, python: str, probed: Sequence[Probed]) -> str:
    """The document of DESIGN 5, ending in a line break."""
    return write(
        {
            "version": VERSION,
            "root": str(repository.root),
            "python": python,
            "policies": [
                {
                    "id": repository.policies[one.spec].id,
                    "spec": one.spec,
                    "fields": [_field(field) for field in one.fields],
                }
                for one in probed
            ],
        }
    )


def probe_findings(repository: Repository, probed: Sequence[Probed]) -> tuple[Diagnostic, ...]:
    """Remarks on the policies that raise when a field is null."""
    return tuple(
        Diagnostic(
            repository.policies[one.spec].body,
            field.line or 1,
            0,
            Level.WARNING,
            "raises-on-null",
            f"raises if {clean_line(field_name(field.field))} is null: {_error(field)}",
            NULL_HINT,
        )
        for one in probed
        for field in one.fields
        if field.raises
    )


def probe_github(repository: Repository, probed: Sequence[Probed]) -> str:
    """One workflow command for every field that makes a policy raise."""
    return render_findings_github(probe_findings(repository, probed))


def probe_text(repository: Repository, probed: Sequence[Probed], paint: Paint) -> str:
    """One line for every field that makes a policy raise, and one that sums it up."""
    lines = []
    for one in probed:
        raising = [field for field in one.fields if field.raises]
        if raising:
            policy = repository.policies[one.spec]
            lines.append(f"{paint.warn(WARN_MARK)} {paint.strong(clean_line(policy.id))}")
            for field in raising:
                where = paint.quiet(f"{clean_line(policy.body)}:{field.line or 1}")
                name = clean_line(field_name(field.field))
                lines.append(f"  raises if {name} is null: {_error(field)}  {where}")
    tried = sum(len(one.fields) for one in probed)
    pairs = sum(field.raises for one in probed for field in one.fields)
    policies = sum(any(field.raises for field in one.fields) for one in probed)
    mark = paint.warn(WARN_MARK) if pairs else paint.good(PASS_MARK)
    raises = "raises" if policies == 1 else "raise"
    total = count_of(tried, "nullable field")
    found = (
        f"{count_of(policies, 'policy')} {raises} on {pairs} of {total} read"
        if pairs
        else (f"no policy raises on any of {total} read")
    )
    return "\n".join([*lines, f"{mark} {found} {DOT} {count_of(len(probed), 'policy')}"]) + "\n"


Suggestions: TypeAlias = Mapping[tuple[str, int], Suggestion]
"""By spec and the survivor's number."""


def mutants_json(
    repository: Repository,
    python: str,
    mutated: Sequence[Mutated],
    suggestions: Suggestions = MappingProxyType({}),
) -> str:
    """The document of DESIGN 5, ending in a line break."""

    def told(spec: str, survivor: Survivor) -> dict[str, JsonValue]:
        found = suggestions.get((spec, survivor.number))
        if found is None:
            return _survivor(survivor)
        return {
            **_survivor(survivor),
            "suggestion": {
                "test": repository.policies[spec].tests[found.test].name,
                "expected": found.expected,
                "changes": [change_json(change) for change in found.changes],
            },
        }

    return write(
        {
            "version": VERSION,
            "root": str(repository.root),
            "python": python,
            "policies": [
                {
                    "id": repository.policies[one.spec].id,
                    "spec": one.spec,
                    "body": repository.policies[one.spec].body,
                    "total": one.total,
                    "killed": one.killed,
                    "survivors": [told(one.spec, survivor) for survivor in one.open],
                    "set_aside": [
                        {**_survivor(survivor), "reason": survivor.reason}
                        for survivor in one.survivors
                        if survivor.reason
                    ],
                }
                for one in mutated
            ],
        }
    )


def mutants_text(
    repository: Repository,
    mutated: Sequence[Mutated],
    paint: Paint,
    minimum: float | None,
    suggestions: Suggestions = MappingProxyType({}),
) -> str:
    """Every policy with survivors, the least pinned first, and one line that sums it up."""
    lines: list[str] = []
    for one in sorted(mutated, key=lambda one: (one.percent, one.spec)):
        if one.survivors:
            lines += _mutated(repository, one, paint, minimum, suggestions)
    total = sum(one.total for one in mutated)
    killed = sum(one.killed for one in mutated)
    aside = sum(len(one.survivors) - len(one.open) for one in mutated)
    whole = sum(not one.open for one in mutated)
    parts = [
        f"pinned {killed:,} of {total - aside:,}",
        f"{whole:,} of {count_of(len(mutated), 'policy')} pinned down whole",
    ]
    if aside:
        parts.append(f"{aside} set aside")
    if minimum is not None:
        below = sum(one.percent < minimum for one in mutated)
        parts.append(f"{count_of(below, 'policy')} below {minimum:g} %")
    return "\n".join([*lines, f" {DOT} ".join(parts)]) + "\n"


def _mutated(
    repository: Repository,
    one: Mutated,
    paint: Paint,
    minimum: float | None,
    suggestions: Suggestions,
) -> Iterator[str]:
    policy = repository.policies[one.spec]
    counted = one.killed + len(one.open)
    below = minimum is not None and one.percent < minimum
    said = f"pinned {one.killed}/{counted}"
    yield (
        f"{paint.strong(clean_line(policy.id))} {DOT} {paint.bad(said) if below else said} {DOT} "
        f"{paint.quiet(clean_line(policy.body))}"
    )
    for survivor in one.survivors:
        line = paint.quiet(f"{survivor.line:>6}")
        if survivor.reason:
            yield paint.quiet(f"{survivor.line:>6}  set aside: {survivor.reason}")
        else:
            yield f"{line}  {survivor.words}"
            if (found := suggestions.get((one.spec, survivor.number))) is not None:
                like = clean_line(policy.tests[found.test].name)
                changes = ", ".join(change_text(change) for change in found.changes)
                said = "PASS" if found.expected else "FAIL"
                yield paint.hint(f'        add a test like "{like}": {said} if {changes}')
    yield ""


def _field(field: NullField) -> dict[str, JsonValue]:
    return {
        "field": field_text(field.field),
        "verdict": field.verdict.value,
        "line": field.line or None,
        "error": None
        if field.error is None
        else {"type": field.error[0], "message": field.error[1]},
    }


def _survivor(survivor: Survivor) -> dict[str, JsonValue]:
    return {
        "line": survivor.line,
        "column": survivor.column + 1,
        "kind": survivor.kind,
        "from": survivor.before,
        "to": survivor.after,
    }


def _error(field: NullField) -> str:
    kind, message = field.error or ("", "")
    return f"{kind}: {message}".removesuffix(": ")
