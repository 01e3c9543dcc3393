"""Why a worker ended before its job was done, in words for the user."""

from __future__ import annotations

from dataclasses import dataclass

from panther_engine.running.worker.wire.frames import NO_MEMORY, NOT_HEARD
from panther_engine.text.signals import signal_name


@dataclass(frozen=True, slots=True)
class Stop:
    """What ended a worker before it was done."""

    type: str
    message: str


def timed_out(seconds: float) -> Stop:
    """The time limit was reached."""
    return Stop("Timeout", f"still running after {seconds:g} s")


def not_started(seconds: float) -> Stop:
    """No process of the interpreter came to run the job: nothing of the policy's is to blame."""
    return Stop("NotStarted", f"the interpreter did not start within {seconds:g} s")


def ended(status: int) -> Stop:
    """The process ended by itself, with a `wait` status."""
    number = status & 127
    if not number:
        code = status >> 8
        if code == NOT_HEARD:
            return Stop("Exited", "the policy closed what its results are reported through")
        if code == NO_MEMORY:
            return Stop(
                "OutOfMemory",
                "the memory limit is reached, and nothing was left to say where;"
                " use less, or raise the setting `memory`",
            )
        return Stop("Exited", f"the policy ended its process with exit code {code} (os._exit)")
    name = signal_name(number)
    why = {
        "SIGSEGV": "the process crashed: a fault in native code, or too deep a recursion",
        "SIGKILL": "the process was killed: by itself, or by the system for lack of memory",
        "SIGABRT": "the process aborted",
    }.get(name, "the process was ended by a signal")
    return Stop("Killed", f"{why} ({name})")
