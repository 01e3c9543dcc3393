"""Narrows a run to the requested policies and tests: paths, filters, names, last failures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from panther_engine.headless.remembered.last_failed import load_failed
from panther_engine.headless.request import Asked
from panther_engine.model import Level, Policy
from panther_engine.reading.repository.pat_settings import matches
from panther_engine.reading.repository.repository import Repository, facts_of
from panther_engine.reading.repository.walk.discover import SETTINGS_NAME
from panther_engine.reading.selection.filters import nearest_values
from panther_engine.reading.selection.looked import explain_nothing, note_settings
from panther_engine.reading.selection.notes import Note, note_of
from panther_engine.reading.selection.select import (
    Choice,
    choose,
    keep_exact_names,
    keep_failed,
    keep_names,
    keep_policies,
)
from panther_engine.reading.selection.targets import (
    NothingFoundError,
    SelectionError,
)
from panther_engine.report.text.words import count_of
from panther_engine.text.suggest import nearest_names

_NO_POLICY = (
    "no policy lies there or is affected by it (a policy is a .yml file with"
    " `AnalysisType: policy`)"
)


def narrow(asked: Asked, repository: Repository, memory: Path) -> Choice:
    """Apply everything that narrows a run; each step leaves a note of what it left out.

    Raises NothingFoundError, with the notes up to there, if nothing at all is left.
    """
    request, settings, selection = asked.request, asked.settings, asked.selection
    choice = choose(selection, repository)
    told = note_settings(selection, repository, bool(request.paths))
    choice = replace(choice, notes=(*choice.notes, *told))
    if not choice.policies:
        if any(found.severity is Level.ERROR for found in choice.diagnostics):
            return choice
        why = explain_nothing(selection, repository, "panther-tui test")
        message = f"nothing to test in {selection.said}: {_NO_POLICY}"
        raise _nothing(message, choice, why)
    wanted = asked.filters or settings.filters
    if wanted:

        def is_wanted(policy: Policy) -> bool:
            facts = facts_of(repository, policy.spec)
            return all(matches(one, facts) for one in wanted)

        by = (
            " ".join(f"--filter {text}" for text in request.filters)
            if asked.filters
            else f"`_filter` in {SETTINGS_NAME}"
        )
        looked_at = choice.policies
        choice = _noted(choice, keep_policies(choice, is_wanted), "filter", by)
        if not choice.policies:
            specs = [facts_of(repository, spec) for spec in looked_at]
            nearest = nearest_values(wanted, specs)
            raise _nothing(f"nothing to test: no policy passes the filter{nearest}", choice)
    if request.names:
        by = " ".join(f"--name {text}" for text in request.names)
        choice = _noted(choice, _keep_names(choice, request.names), "names", by)
    if request.tests:
        by = " ".join(f"--test {text}" for text in request.tests)
        choice = _noted(choice, _keep_tests(choice, request.tests), "names", by)
    if settings.test_names and not (request.names or request.tests):
        kept = keep_exact_names(choice, settings.test_names)
        choice = _noted(choice, kept, "names", f"`test_names` in {SETTINGS_NAME}")
        if not choice.policies:
            message = "nothing to test: no test has a name that `test_names` lists"
            raise _nothing(message, choice)
    if request.failed:
        lost: list[str] = []
        failed = load_failed(memory, lost.append)
        choice = replace(choice, notes=(*choice.notes, *(Note("cache", it) for it in lost)))
        kept = keep_failed(choice, failed)
        choice = _noted(choice, kept, "failed", "--failed: not failed when last run")
        if not choice.policies:
            raise _nothing("nothing to test: none of these failed when it last ran", choice)
    return choice


def _keep_names(choice: Choice, names: tuple[str, ...]) -> Choice:
    try:
        return keep_names(choice, names)
    except SelectionError as error:
        raise _nothing(str(error), choice) from None


def _keep_tests(choice: Choice, names: tuple[str, ...]) -> Choice:
    kept = keep_exact_names(choice, names)
    if not kept.policies:
        known = {test.name for policy in choice.policies.values() for test in policy.tests}
        asked = " or ".join(f'"{name}"' for name in names)
        raise _nothing(f"no test is called {asked}" + nearest_names(names[0], known), choice)
    return kept


def _nothing(message: str, choice: Choice, why: tuple[Note, ...] = ()) -> NothingFoundError:
    found = (note_of(one) for one in choice.diagnostics if one.severity is not Level.ERROR)
    return NothingFoundError(message, (*choice.notes, *found, *why))


def _noted(before: Choice, after: Choice, code: str, by: str) -> Choice:
    """The choice after a step, with a note of the policies and tests that it left out."""
    gone = tuple(spec for spec in before.policies if spec not in after.policies)
    tests = before.tests - after.tests
    if not gone and not tests:
        return after
    parts = [count_of(len(gone), "policy")] if gone else []
    if tests:
        parts.append(count_of(tests, "test"))
    note = Note(code, f"{' and '.join(parts)} left out by {by}", gone)
    return replace(after, notes=(*after.notes, note))
