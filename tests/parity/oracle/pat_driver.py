"""Runs inside PAT's environment: PAT's own `test_analysis` on repositories, verdicts as JSON.

Reads one request a line from stdin: `{"root", "seconds", "minimum_tests", "destinations"}`.
Writes one answer a line to stdout, in the same order; `verdicts.py` says what is in it.

PAT is imported once; each repository is judged in a forked child, in its own temporary folder, so
that neither globals nor exits nor endless loops reach the next. PAT's printed report interleaves
with what policies print, so its functions are watched instead of its output being read.
Rules, data models and packs are left out: they cost most of the time and touch no policy.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from panther_analysis_tool import analysis_utils, main

_FUNCTIONS = {"detectionFunction": "policy", "alertContextFunction": "alert_context"}


class Watch:
    """What PAT was seen to do with one repository."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.specs: dict[str, dict[str, Any]] = {}
        self.entries: dict[int, dict[str, Any]] = {}
        """By the identity of the mapping that PAT carries along."""
        self.results: list[Any] = []

    def classify(self, specs: list[Any], **options: Any) -> Any:
        """As PAT does; notes which spec is a policy and which PAT refuses."""
        seen = list(specs)
        container, invalid = _classify(seen, **options)
        refused = dict(reversed(invalid))
        for path, _, spec, _ in seen:
            kind = spec.get("AnalysisType") if isinstance(spec, dict) else None
            if kind not in (None, "global", "policy") and path not in refused:
                continue
            entry = _entry(spec if isinstance(spec, dict) else {})
            self.specs[self.place(path)] = self.entries[id(spec)] = entry
            if path in refused:
                entry.update(state="invalid", phase="spec", error=_text(refused[path]))
        return container, invalid

    def setup_run_tests(self, models: Any, analysis: list[Any], *rest: Any, **options: Any) -> Any:
        """As PAT does, for policies only; notes those whose module cannot be set up."""
        policies = [item for item in analysis if item.analysis_spec["AnalysisType"] == "policy"]
        answer = _setup_run_tests(models, policies, *rest, **options)
        for path, error in answer[1]:
            entry = self.specs[self.place(path)]
            entry.update(state="invalid", phase="setup", error=_text(error))
        counted = answer[0]
        for entry in self.specs.values():
            entry["counted_failed"] = bool(entry["tests"]) and entry["id"] in counted
        return answer

    def run_tests(self, analysis: dict[str, Any], *rest: Any, **options: Any) -> Any:
        """As PAT does; notes on which spec the tests are."""
        self.current = self.entries[id(analysis)]
        self.current.update(state="tested")
        return _run_tests(analysis, *rest, **options)

    def run_one_by_one(self, models: Any, policy: Any, tests: list[Any], *rest: Any) -> Any:
        """As PAT does, a test at a time, so that each result is known to be of that test."""
        for test in tests:
            self.results.clear()
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                _run_each(models, policy, [test], *rest)
            result = self.results[0] if self.results else None
            self.current["tests"].append(_test(test, result, printed.getvalue()[:-1]))
        return rest[0]

    def print_test_result(self, detection: Any, result: Any, failed: Any) -> None:
        """Instead of PAT's lines; the accounting that hangs on printing is kept."""
        self.results.append(result)
        with contextlib.redirect_stdout(io.StringIO()):
            _print_test_result(detection, result, failed)

    def place(self, path: str) -> str:
        """A path as it is written down: relative to the repository."""
        return os.path.relpath(path, self.root)


def judge(request: dict[str, Any]) -> dict[str, Any]:
    """PAT's answer for one repository, as if called from its root with `--path .`."""
    watch = Watch(request["root"])
    analysis_utils.classify_analysis = watch.classify
    main.setup_run_tests = watch.setup_run_tests
    main.run_tests = watch.run_tests
    main._run_tests = watch.run_one_by_one
    main._print_test_result = watch.print_test_result
    main.setup_data_models = lambda models: ({}, [])
    main.validate_packs = lambda specs: []
    analysis_utils.os.walk = walk_in_order
    os.chdir(watch.root)
    args = main.TestAnalysisArgs(
        path=".",
        ignore_files=[],
        filters=[],
        filters_inverted=[],
        ignore_extra_keys=False,
        ignore_table_names=True,
        valid_table_names=[],
        available_destination=request["destinations"],
        sort_test_results=False,
        show_failures_only=False,
        minimum_tests=request["minimum_tests"],
        skip_disabled_tests=False,
        test_names=[],
    )
    answer: dict[str, Any] = {"exit": None, "died": None, "specs": watch.specs}
    try:
        answer["exit"] = main.test_analysis(None, args)[0]
    except BaseException as error:
        answer["died"] = _text(error)
    return answer


def judge_apart(request: dict[str, Any]) -> dict[str, Any]:
    """`judge` in a child of its own, killed at the limit."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as answer:
        child = os.fork()
        if child == 0:
            _answer_and_exit(request, folder, answer.fileno())
        signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        _, status = os.waitpid(child, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answer.seek(0)
        text = answer.read()
        if text:
            parsed: dict[str, Any] = json.loads(text)
            return parsed
        died = "Timeout" if os.WIFSIGNALED(status) else f"exit {os.waitstatus_to_exitcode(status)}"
        return {"exit": None, "died": died, "specs": {}}


def _answer_and_exit(request: dict[str, Any], folder: str, descriptor: int) -> None:
    tempfile.tempdir = folder
    sys.dont_write_bytecode = True
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    with open(os.devnull, "r+") as nowhere:
        for standard in (0, 1, 2):
            os.dup2(nowhere.fileno(), standard)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        text = json.dumps(judge(request))
    with open(descriptor, "w", closefd=False) as answer:
        answer.write(text)
    os._exit(0)


def _entry(spec: dict[str, Any]) -> dict[str, Any]:
    name = spec.get("PolicyID")
    kind = spec.get("AnalysisType")
    return {
        "kind": kind if isinstance(kind, str) else "",
        "id": name if isinstance(name, str) else "",
        "state": "loaded",
        "phase": None,
        "error": None,
        "counted_failed": False,
        "tests": [],
    }


def _test(test: dict[str, Any], result: Any, output: str) -> dict[str, Any]:
    functions: dict[str, Any] = {}
    if result is not None:
        for key, value in asdict(result.functions).items():
            if value is not None:
                error = value["error"]["message"] if value["error"] else None
                name = _FUNCTIONS.get(key, key.removesuffix("Function"))
                functions[name] = {
                    "output": value["output"],
                    "error": error,
                    "matched": value["matched"],
                }
    return {
        "name": test["Name"],
        "started": result is not None,
        "passed": bool(result is not None and result.passed),
        "functions": functions,
        "output": output,
    }


def _text(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def run() -> None:
    """Answer until stdin ends."""
    # PAT's command line logs to the stderr of its start, past what it captures of a test
    logging.basicConfig(stream=open(os.devnull, "w"), level=logging.INFO)  # noqa: SIM115
    for line in sys.stdin:
        answer = judge_apart(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def walk_in_order(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """`os.walk` by name: which of two specs with one ID PAT keeps is else up to the file system."""
    for folder, folders, files in _walk(top):
        folders.sort()
        yield folder, folders, files


_walk = os.walk
_classify = analysis_utils.classify_analysis
_setup_run_tests = main.setup_run_tests
_run_tests = main.run_tests
_run_each = main._run_tests
_print_test_result = main._print_test_result

if __name__ == "__main__":
    run()
