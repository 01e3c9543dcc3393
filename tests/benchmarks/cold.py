"""What a run from scratch says of a checkout, and where a live State says something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from panther_engine.events import PolicyEntry, entry_of
from panther_engine.headless.run import run_headless
from panther_engine.model import Diagnostic, PolicyResult, TestResult
from panther_engine.reading.repository.load import load_repository
from panther_engine.running.jobs.report import RunOptions
from panther_engine.state import PolicyState, State


@dataclass(frozen=True, slots=True)
class Cold:
    """A checkout as a run from scratch finds it."""

    entries: Mapping[str, PolicyEntry]
    results: Mapping[str, PolicyResult]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the live State and the cold run see differently."""

    spec: str
    """Empty for what belongs to no policy."""
    what: str
    live: object
    cold: object

    def words(self) -> str:
        """The difference as one line."""
        return f"{self.spec or 'the repository'}: {self.what}: {self.live!r} != {self.cold!r}"


def run_cold(root: Path, python: str, specs: Sequence[str] | None = None) -> Cold:
    """Load the checkout anew and run these policies, or all."""
    repository = load_repository(root)
    chosen = tuple(repository.policies) if specs is None else tuple(specs)
    report = run_headless(repository, chosen, RunOptions(python=python), lambda event: None)
    return Cold(
        {spec: entry_of(repository.policies[spec]) for spec in chosen},
        {policy.spec: result for policy, result in report.policies},
        repository.diagnostics,
    )


def differences(state: State, cold: Cold) -> list[Difference]:
    """Where the live State is not what a cold run gives; durations and generations aside."""
    found = list(_compare("", [("diagnostics", state.diagnostics, cold.diagnostics)]))
    for spec in sorted(state.policies.keys() | cold.entries.keys()):
        live, entry = state.policies.get(spec), cold.entries.get(spec)
        if live is None or entry is None:
            found.append(Difference(spec, "there", live is not None, entry is not None))
        else:
            found += _compare_policies(live, entry, cold.results[spec])
    return found


def unsteady(cold: Cold, others: Iterable[Cold]) -> frozenset[str]:
    """Policies of which cold runs of the same checkout say different things."""
    return frozenset(
        spec
        for other in others
        for spec, result in other.results.items()
        if list(_compare_results(spec, result, cold.results[spec]))
    )


def _compare_policies(
    live: PolicyState, entry: PolicyEntry, result: PolicyResult
) -> Iterator[Difference]:
    spec = entry.spec
    yield from _compare(
        spec, [("entry", live.entry, entry), ("status", live.status, result.status)]
    )
    if live.result is None:
        yield Difference(spec, "result", None, result.status)
    else:
        yield from _compare_results(spec, live.result, result)
        yield from _compare(
            spec,
            [
                ("tests of the result", live.results[: len(result.results)], live.result.results),
                ("remembered", live.remembered, False),
            ],
        )


def _compare_results(spec: str, live: PolicyResult, cold: PolicyResult) -> Iterator[Difference]:
    yield from _compare(
        spec,
        [
            ("status of the result", live.status, cold.status),
            ("diagnostics of the run", live.diagnostics, cold.diagnostics),
            ("files that were read", live.loaded, cold.loaded),
            ("number of results", len(live.results), len(cold.results)),
        ],
    )
    for one, other in zip(live.results, cold.results, strict=False):
        yield from _compare_tests(spec, one, other)


def _compare_tests(spec: str, live: TestResult, cold: TestResult) -> Iterator[Difference]:
    of = f"of test {cold.name!r}"
    yield from _compare(
        spec,
        [
            (f"name {of}", live.name, cold.name),
            (f"line {of}", live.line, cold.line),
            (f"expected {of}", live.expected, cold.expected),
            (f"verdict {of}", live.verdict, cold.verdict),
            (f"outcome {of}", live.outcome, cold.outcome),
            (f"functions {of}", dict(live.functions), dict(cold.functions)),
            (f"error {of}", live.error, cold.error),
            (f"output {of}", live.output, cold.output),
            (f"mutated {of}", live.mutated, cold.mutated),
        ],
    )


def _compare(spec: str, pairs: Iterable[tuple[str, object, object]]) -> Iterator[Difference]:
    for what, live, cold in pairs:
        if repr(live) != repr(cold):  # 1, 1.0 and True differ
            yield Difference(spec, what, live, cold)
