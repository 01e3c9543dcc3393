"""Runs jobs in a process of their own, from the first byte to the last report."""

import faulthandler
import mmap
import os
import random
import signal
import sys
import time
import traceback
import types
import warnings
from typing import Any, Dict, List, Optional, Tuple

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from .capture import capture
from .failure import describe_failure, say_all_beside, say_beside
from .hints.held import held_hint
from .hints.hidden import HiddenVariables
from .imports.modules import GlobalsFinder, MemoryLoader, make_module
from .imports.own_modules import shown
from .sandbox.guard import Guard
from .sandbox.walls import Walls
from .semantics import FunctionCalls, run_test
from .wire import frames
from .wire.messages import FailureReport, JobMessage, JobTest, Surroundings

RESERVE = 4 << 20
"""Bytes of addresses: nothing is put there."""
TRACE_SIGNAL = getattr(signal, "SIGUSR1", 0)
"""Has a stuck child write down its stack and end. 0 where there are no such signals."""


def hide_descriptor(descriptor: int) -> int:
    """Move a descriptor where policy code does not find it by chance; returns the new one."""
    if fcntl is None:
        return descriptor
    lowest = random.randrange(200, 800)
    hidden = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, lowest)
    os.close(descriptor)
    return hidden


def address_space(process: str = "self") -> int:
    """Bytes of addresses that a process has; 0 where it cannot be told."""
    try:
        import resource

        with open(f"/proc/{process}/statm", "rb") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):  # Windows, or no /proc here
        return 0


def limit_resources(memory: int, size: int = 0) -> None:
    """Allow `memory` bytes more than the process has now, and no core files.

    `size` is what it has, if it cannot look itself.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory and sys.platform.startswith("linux"):
        size = size or address_space()
        if not size:
            return
        limit = size + memory
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)  # it cannot be raised
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


OBSERVING = frozenset({"observe", "coarse", "cover"})
"""Modes of jobs whose tests run in code that tells what it does."""
EXPLORING = frozenset({"trials", "mutants", "apart", "judge"})
"""Modes of jobs that give no test's result."""


class Reporter:
    """Sends reports to the parent; a process that the policy forked falls silent and ends."""

    def __init__(self, descriptor: int, output: int, marker: bytes) -> None:
        self._descriptor = descriptor
        self._output = output
        self._marker = marker
        self._send = frames.send_report
        self._write = os.write
        self._getpid = os.getpid
        self._exit = os._exit
        self._pid = os.getpid()

    def send(self, **message: Any) -> None:
        """One report."""
        if self._getpid() != self._pid:
            self._exit(0)
        try:
            self._write(self._output, self._marker)
            self._send(self._descriptor, message)
        except OSError:
            self._exit(frames.NOT_HEARD)


class Worker:
    """A process that runs jobs: one, or several that leave nothing behind."""

    def __init__(
        self,
        report: int,
        output: int,
        trace: int,
        finder: GlobalsFinder,
        surroundings: Surroundings,
        walls: Optional[Walls] = None,
        size: int = 0,
    ) -> None:
        """Make the process one in which policies run; cannot be undone.

        Args:
            report: descriptor for reports.
            output: descriptor for what is printed.
            trace: descriptor for the stack of a child that is stuck or dies, or -1.
            finder: knows the globals.
            surroundings: what the parent told of them.
            walls: those of the kernel that this process is behind, if it is.
            size: bytes of addresses that it has; 0 to look for itself.
        """
        self._report = report
        self._output = output
        self._finder = finder
        self._root = surroundings["root"]
        self._niceness = 0
        self._clock = time.perf_counter  # a policy may replace it
        finder.folder = surroundings["globals_folder"]
        self._guard = Guard(
            self._root,
            surroundings["network"],
            trace,
            finder,
            surroundings["belt"],
            walls,
            surroundings["own"],
        )
        self._is_held = walls is not None
        self._hidden = HiddenVariables()
        capture(output)
        if trace >= 0:
            faulthandler.enable(trace, all_threads=False)
            if TRACE_SIGNAL:
                signal.signal(TRACE_SIGNAL, signal.SIG_DFL)  # what `chain` calls once it is written
                faulthandler.register(TRACE_SIGNAL, trace, all_threads=False, chain=True)
        self._memory = surroundings["memory"]
        limit_resources(self._memory, size)
        self._reserve = mmap.mmap(-1, RESERVE)  # so that what ran out of memory can still be told
        finder.install()
        sys.argv = ["panther-tui"]
        sys.breakpointhook = _refuse_breakpoint
        self._hidden.install()
        self._guard.install()

    def run(self, job: JobMessage) -> None:
        """Import the body, run its tests in order, report each as it ends."""
        reporter = Reporter(self._report, self._output, job["marker"])
        body = job["path"]
        reporter.send(kind="started")
        guard = self._guard
        guard.begin(body)
        self._hidden.forget()
        self._finder.forget_imported()
        with warnings.catch_warnings():
            pass  # has what was warned of in another job be warned of again
        self._be_nice(job["nice"])
        sources = {body: job["source"]}
        observer = self._observe(job)
        try:
            if job["mode"] in EXPLORING:
                with shown():
                    from .observe.explore import explore

                explore(job, self._root, reporter.send)
                return self._end(reporter)
            code = observer.code_of(body, job["source"]) if observer else None
            module = make_module(job["policy_id"], MemoryLoader(body, job["source"], code))
            assert module.__spec__ is not None
            assert module.__spec__.loader is not None
            module.__spec__.loader.exec_module(module)
            if not hasattr(module, "policy"):
                raise AssertionError("the body defines no function named 'policy'")
            real = self._real(job, observed=observer is not None)
            if real is not None:
                real.settle(module)
        except BaseException as error:  # SystemExit ends PAT; here it is this policy's fault
            reporter.send(kind="setup", error=self._explain(body, error, sources))
            return self._end(reporter)
        make_calls = observer.make_calls if observer else FunctionCalls
        calls = make_calls(module, job["policy_id"], tuple(job["destinations"]))
        if real is not None:
            real.watch(calls)
        tests: List[JobTest] = frames.unpack_job(job["tests"])
        pristine = frames.unpack_job(job["tests"])
        reporter.send(kind="ready")
        for index, test in enumerate(tests):
            guard.blocked = None
            if observer is not None:
                observer.begin(test["index"])
            if real is not None:
                test["resource"], test["mocks"] = real.begin(test["resource"]), ()
            start = self._clock()
            result, raised, raiser = run_test(module, calls, test, not job["destinations"])
            duration = (self._clock() - start) * 1000
            if guard.blocked is not None:
                result.update(verdict="ERROR", outcome="errored")
            say_all_beside(result["functions"], self._finder.folder)
            told: Optional[FailureReport] = None
            if raised is not None or guard.blocked is not None:
                told = self._explain(body, raised, sources)
                if not told["path"]:
                    told["path"], told["line"] = _place_of(getattr(module, raiser, None))
            if real is not None:
                told = real.correct(result) or told
            reporter.send(
                kind="test",
                index=test["index"],
                duration_ms=duration,
                error=told,
                mutated=_differ(test["resource"], pristine[index]["resource"]),
                **result,
            )
            if observer is not None and (traces := observer.traces()):
                reporter.send(kind="finding", index=test["index"], traces=traces)
        return self._end(reporter)

    def _explain(
        self, body: str, error: Optional[BaseException], sources: Dict[str, bytes]
    ) -> FailureReport:
        blocked = self._guard.blocked
        if isinstance(error, MemoryError):
            self._reserve.close()
        failure: FailureReport = (
            describe_failure(error, self._root, sources, self._memory)
            if error is not None
            else {"type": "", "message": "", "path": body, "line": 0, "frames": []}
        )
        if isinstance(error, MemoryError):
            traceback.clear_frames(error.__traceback__)  # with what filled the memory
        if blocked is not None:
            failure["type"], failure["message"] = "NetworkBlocked", blocked["message"]
            if blocked["line"]:
                failure["path"], failure["line"] = body, blocked["line"]
        hint = self._hidden.hint() or (held_hint(error) if self._is_held else "")
        if hint:
            failure["message"] = f"{failure['message']} ({hint})"
        failure["message"] = say_beside(failure["message"], self._finder.folder)
        return failure

    def _observe(self, job: JobMessage) -> Any:
        """What observes the job's tests; None in a plain run."""
        if job["mode"] not in OBSERVING:
            return None
        with shown():
            from .observe.observer import Observer

        return Observer(self._finder, job)

    def _real(self, job: JobMessage, *, observed: bool) -> Any:
        """What has the job's test run as a scan judges its resource; None for one of a spec."""
        if not job["real"][0]:
            return None
        with shown():
            from .observe.real import RealResource

        return RealResource(job["path"], job["real"], partial=not observed)

    def _be_nice(self, niceness: int) -> None:
        """Lower the priority; it can never be raised again."""
        if niceness > self._niceness and hasattr(os, "nice"):  # not on Windows
            os.nice(niceness - self._niceness)
            self._niceness = niceness

    def _end(self, reporter: Reporter) -> None:
        files = {*self._finder.imported.values(), *self._guard.opened}
        reporter.send(kind="end", files=sorted(files))


class BreakpointLeft(Exception):  # noqa: N818 (users read this name)
    """The code calls `breakpoint()`, where nobody can answer."""


def _refuse_breakpoint(*_: Any, **__: Any) -> None:
    raise BreakpointLeft(
        "`breakpoint()` is left in the code: remove it, or debug the test (`panther-tui debug`)"
    )


def _place_of(function: Any) -> Tuple[str, int]:
    """Where a function begins: what it returned was wrong, and no line of it raised anything."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, types.CodeType):
        return "", 0
    return code.co_filename, code.co_firstlineno


def _differ(value: Any, pristine: Any) -> bool:
    """Whether a resource is no longer what the spec says."""
    try:
        return frames.pack_values(value, 2) != frames.pack_values(pristine, 2)
    except ValueError:  # holds what YAML cannot say, or refers to itself
        try:
            return bool(value != pristine)
        except Exception:
            return True
