"""Runs a policy over real resources, as Panther does in production: one after the other.

Each document is decoded anew, so that nothing that a policy does to one reaches another policy. In
production alert functions run only for a FAIL that is not suppressed, and what they raise costs
their own output alone.
"""

import json
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

from ..failure import describe_failure
from ..semantics import FUNCTIONS, FunctionCalls
from ..wire.messages import FailureReport, JobMessage, JudgeRequest
from .lookup import serve_lookups
from .partial import Holes
from .real import not_in_inventory
from .trials import TooLong, Trials

REPORT_EACH = 0.1
"""Seconds between reports."""
REPORT_SIZE = 500
"""Evaluations between reports, at most."""
LOOKUPS_TOLD = 50
"""IDs that are told of one evaluation."""

_loads = json.loads
_clock = time.perf_counter


class Causes:
    """Errors that were told, so that a thousand alike are told once."""

    def __init__(self, root: str, body: str, sources: Dict[str, bytes]) -> None:
        self._root = root
        self._body = body
        self._sources = sources
        self._numbers: Dict[Tuple[str, str, str, int], int] = {}
        self.new: List[FailureReport] = []

    def number_of(self, error: BaseException, seconds: float) -> int:
        """Which of the job's causes this error is; a new one stands in `new`."""
        told = describe_failure(error, self._root, self._sources)
        if isinstance(error, TooLong):
            told["type"], told["message"] = "Timeout", f"still running after {seconds:g} s"
        return self._number(told)

    def number_of_holes(self, holes: Holes) -> int:
        """The cause that a policy read what the inventory does not hold."""
        told: FailureReport = {
            "type": "NotInInventory",
            "message": not_in_inventory(holes),
            "path": self._body,
            "line": holes.line,
            "frames": [],
        }
        return self._number(told)

    def _number(self, told: FailureReport) -> int:
        key = (told["type"], told["message"], told["path"], told["line"])
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers)
            self.new.append(told)
        return self._numbers[key]


def judge_resources(
    job: JobMessage, request: JudgeRequest, root: str, trials: Trials, send: Callable[..., None]
) -> None:
    """Judge the documents of a request from `start` on, in order.

    A report holds `next`, how many documents are done, `passed`, how many of them passed since the
    last report, `causes`, errors that are new, and `told`: `[index, "FAIL", alert or null]` or
    `[index, "ERROR", number of the cause]`. `leant` has `[index, missing, found]` for those that
    looked other resources up and did not pass, or did not find them.
    """
    calls = FunctionCalls(trials.module, job["policy_id"], tuple(job["destinations"]))
    causes = Causes(root, job["path"], {job["path"]: job["source"]})
    holes = Holes(job["path"])
    inventory = serve_lookups(request["folder"], trials.module, holes)
    documents, suppressed = request["documents"], frozenset(request["suppressed"])
    unfilled = request["unfilled"]
    each, careful = request["each"], request["careful"]
    told: List[List[Any]] = []
    leant: List[List[Any]] = []
    passed, since, last = 0, _clock(), request["start"]
    for index in range(request["start"], len(documents)):
        holes.begin()
        resource = _loads(documents[index])
        if unfilled and unfilled[index]:
            resource = holes.open(resource, unfilled[index])
        if inventory is not None:
            inventory.begin()
        verdict, error = _judge(trials, calls, resource, each)
        if holes.read:
            verdict = False
            told.append([index, "ERROR", causes.number_of_holes(holes)])
        elif error is not None:
            told.append([index, "ERROR", causes.number_of(error, each)])
        elif verdict:
            passed += 1
        else:
            holes.refusing = True
            alert = None if index in suppressed else _alert(trials, calls, resource, each)
            told.append([index, "FAIL", alert])
        if inventory is not None and (inventory.missing or (inventory.found and not verdict)):
            leant.append([index, _few(inventory.missing), _few(inventory.found)])
        done = index + 1
        if careful or done - last >= REPORT_SIZE or _clock() - since > REPORT_EACH:
            send(
                kind="finding", next=done, passed=passed, causes=causes.new, told=told, leant=leant
            )
            told, leant, passed, since, last = [], [], 0, _clock(), done
            causes.new = []
    send(
        kind="finding",
        next=len(documents),
        passed=passed,
        causes=causes.new,
        told=told,
        leant=leant,
    )


def _few(names: List[str]) -> List[str]:
    """Each once, and not without end."""
    return list(dict.fromkeys(names))[:LOOKUPS_TOLD]


def _judge(
    trials: Trials, calls: FunctionCalls, resource: Any, seconds: float
) -> Tuple[bool, Optional[BaseException]]:
    try:
        trials.alarm.set(seconds)
        try:
            return calls.judge(resource), None
        finally:
            trials.alarm.set(0)
    except BaseException as error:  # SystemExit is this evaluation's error too
        return False, error


def _alert(
    trials: Trials, calls: FunctionCalls, resource: Any, seconds: float
) -> Optional[Dict[str, Any]]:
    """What the alert functions say; what one raises is `_error` of it, and its output is left out.

    None if the policy defines none.
    """
    if not calls.defined:
        return None
    said: Dict[str, Any] = {}
    title: Optional[str] = None
    for name in FUNCTIONS:
        if name not in calls.defined and not (name == "dedup" and title):
            continue
        try:
            trials.alarm.set(seconds)
            try:
                output = calls.call(name, resource, title)
            finally:
                trials.alarm.set(0)
        except BaseException as error:
            said[name] = _in_place_of(name, error)
            continue
        if output is not None:
            said[name] = output
        if name == "title":
            title = output
    return said


def _in_place_of(name: str, error: BaseException) -> Any:
    """What production has where a function raised; None where the spec's value stands in."""
    return {"_error": repr(error)[:1000]} if name == "alert_context" else None
