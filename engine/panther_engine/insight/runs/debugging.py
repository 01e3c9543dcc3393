"""Runs one test in pdb, on the terminal, in the interpreter that runs the policies."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.plan import make_job, served_globals
from panther_engine.running.processes.globals_folder import GlobalsFolder
from panther_engine.running.processes.job import WORKER, Job, Limits, pack, surroundings


def debug_job(repository: Repository, spec: str, test: int) -> Job | None:
    """The job of one test, by its place in the spec; None if the policy cannot run."""
    policy = repository.policies[spec]
    return make_job(repository, policy, lines=(policy.tests[test].line,))


def debug_test(
    repository: Repository,
    job: Job,
    python: str,
    environment: Mapping[str, str],
    limits: Limits,
    terminal: tuple[IO[bytes] | None, IO[bytes] | None] = (None, None),
) -> int:
    """Run a job of one test in pdb and wait for its end; there is no limit of time.

    Args:
        repository: which it is of.
        job: from `debug_job`.
        python: the interpreter.
        environment: as `policy_environment` gives it.
        limits: of memory and network.
        terminal: where pdb reads and writes; ours by default.

    Returns:
        0 if the verdict is the expected one or the user left, 1 if not.

    Raises:
        OSError: the interpreter cannot be run.
    """
    served = served_globals(repository)
    stdin, stdout = terminal
    with (
        tempfile.TemporaryDirectory(prefix="panther-tui-") as folder,
        _globals_alone(served) as beside,
        _no_interrupt(),
    ):
        extra = {**surroundings(str(repository.root), limits, beside), "globals": served}
        file = Path(folder, "job")
        file.write_bytes(pack(job, (), b"", extra))
        ended = subprocess.run(
            [python, "-B", WORKER, "debug", str(file)],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT if stdout is not None else None,
            cwd=repository.root,
            env={**environment, "PYTHONIOENCODING": environment.get("PYTHONIOENCODING", "utf-8")},
            check=False,
        )
    return ended.returncode if ended.returncode >= 0 else 128 - ended.returncode


@contextmanager
def _globals_alone(served: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    """The path of a folder with copies of the globals."""
    folder = GlobalsFolder()
    folder.update(served, ())
    try:
        yield folder.path
    finally:
        folder.remove()


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Leave ctrl+c to the debugger."""
    if threading.current_thread() is not threading.main_thread() or os.name == "nt":
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
