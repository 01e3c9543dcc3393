"""`panther-tui debug`: one test in pdb."""

from __future__ import annotations

import os
from pathlib import Path

from panther_engine.insight.runs.debugging import debug_job, debug_test
from panther_engine.reading.selection.targets import SelectionError
from panther_engine.running.interpreter.environment import policy_environment
from panther_tui.cli.insight.insight_request import InsightRequest, workplace


def run_debug(request: InsightRequest, here: Path) -> int:
    """Debug the one test that is asked for; returns the exit code.

    Raises SelectionError when it is not one test, InterpreterError, OSError.
    """
    with workplace(request, here) as place:
        tests = [(spec, at) for spec, tests in place.chosen.items() for at in sorted(tests)]
        if len(tests) != 1:
            policies = place.repository.policies
            names = ", ".join(f'"{policies[spec].tests[at].name}"' for spec, at in tests[:8])
            more = " …" if len(tests) > 8 else ""
            found = f"these match: {names}{more}" if tests else "there is none"
            raise SelectionError(f"name one test with --test; {found}")
        ((spec, test),) = tests
        repository, python, limits = place.repository, place.python, place.workers.limits
        allowed = place.allowed_variables
    job = debug_job(repository, spec, test)
    assert job is not None, "the workplace holds policies that can run"
    return debug_test(repository, job, python, policy_environment(os.environ, allowed), limits)
