"""Jobs that find something out by running a policy many times, and give no test's result."""

import time
from typing import Any, Callable, List, cast

from ..wire import frames
from ..wire.messages import (
    ApartRequest,
    JobMessage,
    JobTest,
    JudgeRequest,
    MutantsRequest,
    TrialsRequest,
)
from .judge import judge_resources
from .mutate import Mutants
from .trials import Trials, Tried, change, run_trials

SHORTEST = 0.1
"""Seconds that a run of a mutant gets at least."""
REPORT_EACH = 0.1
"""Seconds between reports of a search that goes on."""


def explore(job: JobMessage, root: str, send: Callable[..., None]) -> None:
    """Do what the job's mode asks for. Raises what importing the body raises.

    `root` is that of the checkout.
    """
    request = job["request"]
    trials = Trials(job["policy_id"], job["path"], job["source"], job["real"])
    send(kind="ready")
    if job["mode"] == "mutants":
        run_mutants(job, cast(MutantsRequest, request), trials, send)
    elif job["mode"] == "judge":
        judge_resources(job, cast(JudgeRequest, request), root, trials, send)
    elif job["mode"] == "apart":
        tell_apart(job, cast(ApartRequest, request), trials, send)
    else:
        cases = cast(TrialsRequest, request)
        run_trials(trials, cases, lambda tried: send(kind="finding", tried=tried))
        send(kind="finding", over=True)


def tell_apart(
    job: JobMessage, request: ApartRequest, trials: Trials, send: Callable[..., None]
) -> None:
    """Look for a changed resource of which a mutant says something else than the body.

    A report holds `apart`:
    the index of the first case that does it, and what body and mutant say.
    """
    clock = time.perf_counter
    tests: List[JobTest] = frames.unpack_job(request["tests"])
    packed = [frames.pack_values(test["resource"]) for test in tests]
    mutants = Mutants(job["path"], job["source"])
    code = mutants.compile(mutants.all[request["number"]])
    until = clock() + request["seconds"]
    for index, (place, changes) in enumerate(frames.unpack_job(request["cases"])):
        if clock() > until:
            break
        said = []
        for other in (None, code):
            module = None if other is None else trials.try_code(other, request["each"])
            try:
                resource = change(frames.unpack_job(packed[place]), frames.unpack_job(changes))
            except (LookupError, TypeError):
                break
            said.append(trials.judge(tests[place], resource, request["each"], module))
        # that one of the two raises is no test that anybody would write
        if len(said) == 2 and {said[0].verdict, said[1].verdict} == {"PASS", "FAIL"}:
            send(kind="finding", apart=[index, said[0].verdict, said[1].verdict])
            return


def run_mutants(
    job: JobMessage, request: MutantsRequest, trials: Trials, send: Callable[..., None]
) -> None:
    """Run every mutant against all tests until one tells it from the body.

    Reports hold `total`, `next`
    (how many are done) and `survivors`: `[number, line, column, kind, before, after]`.
    """
    clock = time.perf_counter
    tests: List[JobTest] = frames.unpack_job(request["tests"])
    packed = [frames.pack_values(test["resource"]) for test in tests]
    plain: List[Tried] = []
    limits: List[float] = []
    for test, resource in zip(tests, packed):  # noqa: B905 (3.9)
        started = clock()
        plain.append(trials.judge(test, frames.unpack_job(resource), request["each"]))
        limits.append(max(SHORTEST, 20 * (clock() - started)))
    mutants = Mutants(job["path"], job["source"])
    send(kind="finding", total=len(mutants.all), next=request["start"])
    survivors: List[Any] = []
    told = clock()
    for number in range(request["start"], len(mutants.all)):
        mutant = mutants.all[number]
        try:
            module = trials.try_code(mutants.compile(mutant), SHORTEST * 5)
        except RecursionError:  # a tree takes more depth than the text that it was made of
            module = None
        alive = module is not None and hasattr(module, "policy")
        for index, resource in enumerate(packed):
            if not alive:
                break
            tried = trials.judge(tests[index], frames.unpack_job(resource), limits[index], module)
            alive = tried[:2] == plain[index][:2]
        if alive:
            survivors.append([number, *mutant[:5]])
        if clock() - told > REPORT_EACH or request["careful"]:
            send(kind="finding", total=len(mutants.all), next=number + 1, survivors=survivors)
            survivors, told = [], clock()
    send(kind="finding", total=len(mutants.all), next=len(mutants.all), survivors=survivors)
