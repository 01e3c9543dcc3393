"""Runs one test in pdb, with the usual globals, mocks and sandbox but no time limit."""

import inspect
import os
import pdb
import signal
import sys
import traceback
import types
from bdb import BdbQuit
from contextlib import ExitStack
from typing import Any, Optional

from .child import limit_resources
from .hints.hidden import HiddenVariables
from .imports.modules import GlobalsFinder, MemoryLoader, make_module
from .sandbox.guard import Guard
from .semantics import FunctionCalls
from .wire import frames
from .wire.messages import JobMessage, JobTest, WholeJobMessage

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class Debugger(pdb.Pdb):
    """Stops at the first line of `policy`, and nowhere before it or in our own code."""

    def __init__(self, body: str, policy: Any) -> None:
        super().__init__()
        self._body = body
        self._code = getattr(inspect.unwrap(policy), "__code__", None)
        self._waiting = True

    def user_call(self, frame: types.FrameType, argument_list: Any) -> None:
        """A function is entered."""
        if not self._waiting:
            super().user_call(frame, argument_list)

    def user_line(self, frame: types.FrameType) -> None:
        """A line is about to run."""
        if self._waiting and self._is_policy(frame):
            self._waiting = False
        if self._waiting:
            return
        if frame.f_code.co_filename.startswith(HERE):
            self.set_continue()  # the policy has returned
        else:
            super().user_line(frame)

    def user_return(self, frame: types.FrameType, return_value: Any) -> None:
        """A function returns."""
        if not self._waiting and not frame.f_code.co_filename.startswith(HERE):
            super().user_return(frame, return_value)

    def user_exception(self, frame: types.FrameType, exc_info: Any) -> None:
        """Something is raised."""
        if not self._waiting and not frame.f_code.co_filename.startswith(HERE):
            super().user_exception(frame, exc_info)

    def _is_policy(self, frame: types.FrameType) -> bool:
        code = frame.f_code
        return code is self._code or (code.co_filename == self._body and code.co_name == "policy")


def debug(file: str) -> int:
    """Run the one test of the job in a file; returns 0 if its verdict is the expected one."""
    with open(file, "rb") as stream:
        job: WholeJobMessage = frames.unpack_job(frames.read_job(stream.fileno()))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who started us ignores it
    body = job["path"]
    finder = GlobalsFinder()
    finder.update(job["globals"], ())
    finder.folder = job["globals_folder"]
    guard = Guard(job["root"], job["network"], -1, finder, own=job["own"])
    limit_resources(job["memory"])
    finder.install()
    hidden = HiddenVariables()
    hidden.install()
    guard.begin(body)
    guard.install()
    sys.argv = ["panther-tui"]
    (test,) = frames.unpack_job(job["tests"])
    try:
        module = make_module(job["policy_id"], MemoryLoader(body, job["source"], None))
        assert module.__spec__ is not None
        assert module.__spec__.loader is not None
        module.__spec__.loader.exec_module(module)
        verdict = _run(module, job, test)
    except BdbQuit:
        return 0
    except BaseException as error:
        traceback.print_exception(type(error), error, _users(error.__traceback__))
        if hidden.hint():
            print(hidden.hint())
        return 1
    if verdict is None:
        return 0  # the user has left
    said = "PASS" if verdict else "FAIL"
    print(f"{said}, {'as' if verdict is test['expected'] else 'not as'} expected")
    return int(verdict is not test["expected"])


def _run(module: types.ModuleType, job: JobMessage, test: JobTest) -> Optional[bool]:
    """The verdict; None if the user ended the debugger."""
    with ExitStack() as stack:
        if test["mocks"]:
            from unittest.mock import MagicMock, patch

            replaced = {name: MagicMock(return_value=value) for name, value in test["mocks"]}
            stack.enter_context(patch.multiple(module, **replaced))
        calls = FunctionCalls(module, job["policy_id"], ())
        debugger = Debugger(job["path"], module.policy)
        verdict: Optional[bool] = debugger.runcall(calls.judge, test["resource"])
    return verdict


def _users(trace: Optional[types.TracebackType]) -> Optional[types.TracebackType]:
    """The traceback from the first frame that is not ours or the debugger's."""
    own = (HERE, pdb.__file__, sys.modules["bdb"].__file__ or "", "<frozen")
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(own):
        trace = trace.tb_next
    return trace
