"""Which policies and tests a run is of: paths, filters, names, the failures of last time."""

from __future__ import annotations

from pathlib import Path

from panther_engine.headless import last_failed
from panther_engine.model import Level, Policy
from panther_engine.reading.repository.pat_settings import matches
from panther_engine.reading.repository.repository import Repository, facts_of
from panther_engine.reading.selection.select import (
    Choice,
    choose,
    keep_exact_names,
    keep_failed,
    keep_names,
    keep_policies,
)
from panther_engine.reading.selection.targets import SelectionError
from panther_tui.cli.run_request import Asked


def narrow(asked: Asked, repository: Repository, memory: Path) -> Choice:
    """Apply everything that narrows a run. Raises SelectionError if nothing at all is left."""
    request, settings, selection = asked.request, asked.settings, asked.selection
    choice = choose(selection, repository)
    if not choice.policies:
        if any(found.severity is Level.ERROR for found in choice.diagnostics):
            return choice
        where = ", ".join(target.typed or target.path for target in selection.targets)
        raise SelectionError(
            f"nothing to test in {where}: no policy lies there or is affected by it"
            " (a policy is a .yml file with `AnalysisType: policy`)"
        )
    wanted = asked.filters or settings.filters
    if wanted:

        def is_wanted(policy: Policy) -> bool:
            facts = facts_of(repository, policy.spec)
            return all(matches(one, facts) for one in wanted)

        choice = keep_policies(choice, is_wanted)
        if not choice.policies:
            raise SelectionError("nothing to test: no policy passes the filter")
    if request.names:
        choice = keep_names(choice, request.names)
    elif settings.test_names:
        choice = keep_exact_names(choice, settings.test_names)
        if not choice.policies:
            raise SelectionError("nothing to test: no test has a name that `test_names` lists")
    if request.failed:
        choice = keep_failed(choice, last_failed.recall(memory))
        if not choice.policies:
            raise SelectionError("nothing to test: none of these failed when it last ran")
    return choice
