"""Runs one test as PAT 1.11.1 with panther_core 0.16.3 does: mocks, `policy`, alert functions.

The rules are those of `docs/parity.md`; every limit and default is Panther's.
"""

import json
import sys
import types
from collections.abc import Mapping
from typing import Any, Callable, Dict, List, Optional, Tuple

from .failure import describe
from .wire.messages import FunctionReport, JobTest, Judged

_dumps = json.dumps  # a policy may replace them
_loads = json.loads

TEXT_LIMIT = 1000
"""Characters kept of every generated text."""
TRUNCATED = "... (truncated)"
CONTEXT_LIMIT = 200 * 1024
"""Characters of JSON that an alert context may have."""
DESTINATIONS_LIMIT = 10
SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")
FUNCTIONS = (
    "title",
    "description",
    "reference",
    "severity",
    "runbook",
    "destinations",
    "dedup",
    "alert_context",
    "unique",
)
"""In the order in which they are called."""


class FunctionReturnTypeError(Exception):
    """A function returned another type than Panther takes."""


class UnknownDestinationError(Exception):
    """`destinations` named one that does not exist."""


class FunctionCalls:
    """The functions of one policy, called as Panther calls them."""

    def __init__(self, module: types.ModuleType, policy_id: str, known: Tuple[str, ...]) -> None:
        self._module = module
        self._default_dedup = f"defaultDedupString:{policy_id}"
        self._known = known
        self.defined = [name for name in FUNCTIONS if hasattr(module, name)]

    def judge(self, resource: Any) -> bool:
        """What `policy` says. Raises what it raises, and FunctionReturnTypeError for no bool."""
        verdict: bool = self._call("policy", resource, bool, "a bool (True or False)")
        return verdict

    def call(self, name: str, resource: Any, title: Optional[str]) -> Any:
        """The output of an alert function, or Panther's default where it is not defined."""
        if name not in self.defined:
            return (title or self._default_dedup) if name == "dedup" else None
        if name == "severity":
            return self._severity(resource)
        if name == "destinations":
            return self._destinations(resource)
        if name == "alert_context":
            return self._alert_context(resource)
        text = self._call(name, resource, str, "a str")
        if name == "dedup" and not text:
            return self._default_dedup
        if len(text) > TEXT_LIMIT:
            return text[: TEXT_LIMIT - len(TRUNCATED)] + TRUNCATED
        return text

    def _call(self, name: str, resource: Any, wanted: Any, wording: str) -> Any:
        result = getattr(self._module, name)(resource)
        if not isinstance(result, wanted):
            raise _wrong_type(name, result, wording)
        return result

    def _severity(self, resource: Any) -> Optional[str]:
        severity = self._call("severity", resource, str, "a str").upper()
        if severity == "DEFAULT":
            return None
        if severity not in SEVERITIES:
            # AssertionError is what Panther raises, and its name is part of the verdict's text
            raise AssertionError(
                f"severity() returned {severity!r},"
                f" expected one of {', '.join(SEVERITIES)}, DEFAULT"
            )
        return str(severity)

    def _destinations(self, resource: Any) -> Optional[List[str]]:
        names = getattr(self._module, "destinations")(resource)  # noqa: B009
        if names is None:
            return None
        if not isinstance(names, list) or not all(isinstance(n, (str, bool)) for n in names):
            raise _wrong_type("destinations", names, "a list of str, or None")
        if not names:
            return ["SKIP"]
        accepted: List[str] = []
        refused = []
        for name in names:
            if name in self._known and name not in accepted:
                accepted.append(name)
            else:
                refused.append(name)
        if refused:
            raise UnknownDestinationError(f"Invalid Destinations: {refused}")
        return accepted[:DESTINATIONS_LIMIT]

    def _alert_context(self, resource: Any) -> Any:
        context = self._call("alert_context", resource, Mapping, "a dict")
        text = _dumps(context, default=_encode_other, allow_nan=False)
        if len(text) > CONTEXT_LIMIT:
            return {
                "_error": f"alert_context size is [{len(text)}] characters,"
                f" bigger than maximum of [{CONTEXT_LIMIT}] characters"
            }
        return _loads(text)


def _wrong_type(name: str, result: Any, wording: str) -> FunctionReturnTypeError:
    got = "None" if result is None else f"{type(result).__name__}"
    return FunctionReturnTypeError(f"{name}() returned {got}, expected {wording}")


def _encode_other(value: Any) -> Any:
    """What JSON does not know; values of panther_core's own types as panther_core writes them."""
    immutable = sys.modules.get("panther_core.immutable")
    if immutable is not None:
        return immutable.json_encoder(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def run_test(
    module: types.ModuleType,
    calls: FunctionCalls,
    test: JobTest,
    ignore_unknown_destinations: bool,
) -> Tuple[Judged, Optional[BaseException], str]:
    """Run `policy` and all alert functions on a test's resource.

    Returns:
        The report (`verdict`, `outcome`, `functions`), what was raised, and by which function:
        `policy`, or the first alert function that made the test fail.
    """
    try:
        resource = test["resource"]
        resource.get("p_log_type", "")  # PAT asks for it first; a list or a text ends here
        mocks = test["mocks"]
        if mocks:
            from unittest.mock import MagicMock, patch

            replaced = {name: MagicMock(return_value=value) for name, value in mocks}
            with patch.multiple(module, **replaced):
                return _run(calls, resource, test["expected"], ignore_unknown_destinations)
        return _run(calls, resource, test["expected"], ignore_unknown_destinations)
    except Exception as error:  # the test could not start: PAT counts it as failed
        return {"verdict": "ERROR", "outcome": "errored", "functions": {}}, error, ""


def _run(
    calls: FunctionCalls, resource: Any, expected: bool, ignore_unknown_destinations: bool
) -> Tuple[Judged, Optional[BaseException], str]:
    functions: Dict[str, FunctionReport] = {}
    raised: Optional[BaseException] = None
    raiser = "policy"
    verdict: Optional[bool] = None
    try:
        verdict = calls.judge(resource)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are the test's error too
        raised = error
    functions["policy"] = {
        "output": verdict,
        "error": describe(raised) if raised is not None else None,
        "matched": verdict is expected,
    }
    title: Optional[str] = None
    for name in FUNCTIONS:
        output, erred = _call_safely(calls, name, resource, title, ignore_unknown_destinations)
        if name == "title":
            title = output
        if output is not None or erred is not None:
            functions[name] = {
                "output": output,
                "error": describe(erred) if erred is not None else None,
                "matched": erred is None,
            }
        if raised is None and not expected:
            raised, raiser = erred, name
    passed = verdict is True if expected else verdict is False and raised is None
    if expected and verdict is not False:
        functions = {"policy": functions["policy"]}  # no alert was wanted and none would be sent
    outcome = "passed" if passed else "errored" if verdict is None else "failed"
    word = "ERROR" if verdict is None else "PASS" if verdict else "FAIL"
    return {"verdict": word, "outcome": outcome, "functions": functions}, raised, raiser


def _call_safely(
    calls: FunctionCalls,
    name: str,
    resource: Any,
    title: Optional[str],
    ignore_unknown_destinations: bool,
) -> Tuple[Any, Optional[BaseException]]:
    call: Callable[..., Any] = calls.call
    try:
        return call(name, resource, title), None
    except BaseException as error:
        if ignore_unknown_destinations and isinstance(error, UnknownDestinationError):
            return None, None
        return None, error
