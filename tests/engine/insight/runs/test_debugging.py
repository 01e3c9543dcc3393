"""One test in pdb."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from panther_engine.insight.runs.debugging import debug_job, debug_test
from panther_engine.running.interpreter.environment import policy_environment
from panther_engine.running.processes.job import Limits
from tests.engine.insight.explained import Sample, write_checkout
from tests.engine.running.running_policies import run_body

SOURCE = """
    import functools
    from words import helper

    def twice(function):
        @functools.wraps(function)
        def wrapped(resource):
            return function(resource)
        return wrapped

    @twice
    def policy(resource):
        count = lookup(resource)
        return helper(count)

    def lookup(resource):
        raise AssertionError("a Mock stands in for it")
"""
HELPERS = {"words": "def helper(count):\n    return count is True\n"}


def debug(
    root: Path, commands: str, source: str = SOURCE, resource: object = None
) -> tuple[int, str]:
    """The exit code and what was printed when these commands are typed."""
    sample = Sample(source, ({"A": 1} if resource is None else resource,), mocks={"lookup": True})
    if source is not SOURCE:
        sample = Sample(source, sample.resources)
    repository = write_checkout(root, {"body": sample}, HELPERS)
    job = debug_job(repository, "policies/body.json", 0)
    assert job is not None
    with tempfile.TemporaryFile() as typed, tempfile.TemporaryFile() as printed:
        typed.write(commands.encode())
        typed.seek(0)
        environment = {**policy_environment(os.environ), "AWS_PROBE": "yes"}
        code = debug_test(repository, job, sys.executable, environment, Limits(), (typed, printed))
        printed.seek(0)
        return code, printed.read().decode()


def test_it_stops_at_the_first_line_of_policy_with_globals_and_mocks(tmp_path: Path) -> None:
    code, said = debug(tmp_path, "p resource\nn\np count\ns\nw\nc\n")
    stops = [line for line in said.splitlines() if line.startswith("-> ")]
    assert stops[0] == "-> count = lookup(resource)"
    assert "{'A': 1}" in said
    assert "(Pdb) True" in said
    assert "global_helpers/words.py(1)helper()" in said
    assert said.rstrip().endswith("PASS, as expected")
    assert code == 0


def test_the_user_can_leave(tmp_path: Path) -> None:
    code, said = debug(tmp_path, "q\n")
    assert code == 0
    assert "Traceback" not in said
    code, said = debug(tmp_path, "")  # ctrl+d
    assert code == 0


def test_stepping_on_after_the_return_ends_it(tmp_path: Path) -> None:
    code, said = debug(tmp_path, "n\n" * 12)
    assert code == 0
    assert "semantics.py" not in said
    assert said.rstrip().endswith("PASS, as expected")


def test_an_exception_is_shown_without_our_frames(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return resource['B']\n"
    code, said = debug(tmp_path, "c\n", source)
    assert code == 1
    assert "KeyError: 'B'" in said
    assert "panther_tui" not in said.replace(str(tmp_path), "")


def test_a_verdict_that_is_not_expected_ends_with_1(tmp_path: Path) -> None:
    code, said = debug(tmp_path, "c\n", "def policy(resource):\n    return False\n")
    assert (code, said.rstrip().endswith("FAIL, not as expected")) == (1, True)


@pytest.mark.parametrize("call", ["breakpoint()", "import sys; sys.breakpointhook()"])
def test_a_breakpoint_left_in_a_body_is_told_as_such(tmp_path: Path, call: str) -> None:
    result = run_body(tmp_path, f"def policy(resource):\n    {call}\n    return True\n").result
    assert result.error is not None
    assert (result.error.type, result.error.line) == ("BreakpointLeft", 2)
    assert "`breakpoint()` is left in the code" in result.error.message
