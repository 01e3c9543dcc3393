"""Runs `policy` many times in one process, on changed resources, each run with its own limit."""

import signal
import time
import types
from contextlib import ExitStack
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

from ..failure import message_of
from ..imports.modules import MemoryLoader, make_module
from ..semantics import FunctionCalls
from ..wire import frames
from ..wire.messages import JobTest, TrialsRequest
from .real import RealResource, not_in_inventory

QUICK_IMPORT = 0.003
"""Seconds: a body that is imported faster is imported anew for each run."""
MESSAGE_LIMIT = 300


class TooLong(BaseException):
    """A run has used up its time."""


class Tried(NamedTuple):
    """What one run came to."""

    verdict: str
    """`PASS`, `FAIL` or `ERROR`."""
    type: str
    """Of what was raised; `TooLong` if the run was stopped."""
    message: str
    line: int
    """Of the body, where it was raised; 0 if it is not known."""


class Alarm:
    """Raises TooLong in the main thread after a while, and again if that is caught."""

    def __init__(self) -> None:
        self._timer = getattr(signal, "setitimer", None)  # not on Windows
        if self._timer is not None:

            def ring(*_: Any) -> None:
                raise TooLong

            signal.signal(signal.SIGALRM, ring)

    def set(self, seconds: float) -> None:
        """Ring in so many seconds; 0 for never."""
        if self._timer is not None:
            self._timer(signal.ITIMER_REAL, seconds, seconds and min(seconds, 0.05))


class Trials:
    """Imports one body and runs its `policy`."""

    def __init__(
        self, policy_id: str, path: str, source: bytes, real: Tuple[str, str] = ("", "")
    ) -> None:
        """Import it once. Raises what the import raises.

        `real` is that of the job: a scan's lookups are answered, and what is not known raises.
        """
        self._real = RealResource(path, real, partial=True) if real[0] else None
        self._policy_id = policy_id
        self._path = path
        self._source = source
        self._code: Optional[types.CodeType] = MemoryLoader(path, source, None).get_code("")
        self.alarm = Alarm()
        self.module = self.load()
        started = time.perf_counter()
        self.module = self.load()
        self._quick = time.perf_counter() - started < QUICK_IMPORT

    def load(self, code: Optional[types.CodeType] = None) -> types.ModuleType:
        """The body imported anew, from other code if that is given."""
        loader = MemoryLoader(self._path, self._source, code or self._code)
        module = make_module(self._policy_id, loader)
        loader.exec_module(module)
        if self._real is not None:
            self._real.settle(module)
        return module

    def try_code(self, code: types.CodeType, seconds: float) -> Optional[types.ModuleType]:
        """The body imported from this code; None if that fails or takes too long."""
        try:
            self.alarm.set(seconds)
            try:
                return self.load(code)
            finally:
                self.alarm.set(0)
        except BaseException:
            return None

    def judge(
        self,
        test: JobTest,
        resource: Any,
        seconds: float,
        module: Optional[types.ModuleType] = None,
    ) -> Tried:
        """Run `policy` on the resource with the mocks of a test; at most so many seconds."""
        if self._real is not None:
            self._real.holes.begin()
        try:
            self.alarm.set(seconds)
            try:
                if module is None:
                    module = self.load() if self._quick else self.module
                with ExitStack() as stack:
                    _mock(module, () if self._real is not None else test["mocks"], stack)
                    resource.get("p_log_type", "")
                    if self._real is not None:
                        resource = self._real.begin(resource)
                    verdict = FunctionCalls(module, self._policy_id, ()).judge(resource)
            finally:
                self.alarm.set(0)
        except BaseException as error:
            name = type(error).__name__
            tried = Tried("ERROR", name, message_of(error)[:MESSAGE_LIMIT], self._line(error))
        else:
            tried = Tried("PASS" if verdict else "FAIL", "", "", 0)
        holes = None if self._real is None else self._real.holes
        if holes is not None and holes.read:
            return Tried("ERROR", "NotInInventory", not_in_inventory(holes), holes.line)
        return tried

    def _line(self, error: BaseException) -> int:
        """The last line of the body in the traceback."""
        line = 0
        step = error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == self._path:
                line = step.tb_lineno
            step = step.tb_next
        return line


def _mock(module: types.ModuleType, mocks: Sequence[Any], stack: ExitStack) -> None:
    if mocks:
        from unittest.mock import MagicMock, patch

        replaced = {name: MagicMock(return_value=value) for name, value in mocks}
        stack.enter_context(patch.multiple(module, **replaced))


def change(resource: Any, changes: Sequence[Sequence[Any]]) -> Any:
    """Apply changes `[op, path, value]` to a resource in place; `op` is `set` or `remove`."""
    for op, path, value in changes:
        if not path:
            resource = value
            continue
        holder = resource
        for key in path[:-1]:
            holder = holder[key]
        if op == "remove":
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
    return resource


def run_trials(trials: Trials, request: TrialsRequest, send: Callable[[List[Any]], None]) -> None:
    """Try the cases of a request in order and report in batches, until the time is over.

    Args:
        trials: of the body.
        request: what to try, and how long.
        send: is given `[index of the case, *Tried]` for each case, in lists.
    """
    clock = time.perf_counter
    tests = frames.unpack_job(request["tests"])
    packed = [frames.pack_values(test["resource"]) for test in tests]
    cases = frames.unpack_job(request["cases"])
    until = clock() + request["seconds"]
    wanted, second = request.get("wanted"), request.get("second_try", len(cases))
    batch: List[Any] = []
    found = False
    for index, (place, changes) in enumerate(cases):
        if clock() > until or (index >= second and found):
            break
        try:
            resource = change(frames.unpack_job(packed[place]), frames.unpack_job(changes))
        except (LookupError, TypeError):
            continue
        tried = trials.judge(tests[place], resource, request["each"])
        found = found or tried.verdict == wanted
        batch.append([index, *tried])
        if len(batch) == 50:
            send(batch)
            batch = []
    if batch:
        send(batch)
