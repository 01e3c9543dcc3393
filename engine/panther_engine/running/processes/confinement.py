"""Sandboxes a process of the checkout's interpreter from its first instruction (Linux)."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from panther_engine.running import worker
from panther_engine.running.interpreter.python_paths import interpreter_paths
from panther_engine.running.processes.job import Limits, Sandbox
from panther_engine.running.processes.launcher import can_fork
from panther_engine.running.worker.sandbox import landlock, seccomp
from panther_engine.running.worker.sandbox.walls import Walls
from panther_engine.values.frozen import dataclass

WORKER_FOLDER = str(Path(worker.__file__).parent)
PREFIX = "panther-tui-"
"""What names of private folders begin with; the number of the process that owns one follows."""
SCOPES_SINCE = landlock.SCOPES_SINCE
TRUNCATE_SINCE = 3


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a start needs; `close` it when the process is gone."""

    folder: str
    """Its private folder, which all private folders of its children are in."""
    readable: tuple[str, ...]
    writable: tuple[str, ...]
    network: bool
    walls: Walls

    @classmethod
    def of(
        cls, python: str, root: str, limits: Limits, globals_folder: str = ""
    ) -> Confinement | None:
        """Walls for `python`, or None where there are none or none are wanted.

        `globals_folder` is where the globals' copies will lie; the process itself may empty it.
        """
        if limits.sandbox is not Sandbox.KERNEL or not _kernel_has_some():
            return None
        _remove_left_over()
        folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_temporary())
        pythons = (*interpreter_paths(python, root), *_own_paths(root))
        readable = (WORKER_FOLDER, *pythons, root, *limits.read)
        copies = (os.path.dirname(globals_folder),) if globals_folder else ()
        readable = (*readable, *copies)
        writable = (*limits.write, *copies)
        walls = Walls(readable, writable, limits.network, folder)
        return cls(folder, readable, limits.write, limits.network, walls)

    def enter(self) -> None:
        """Shut the calling process in: for `preexec_fn` of subprocess."""
        self.walls.enter(self.folder)

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """These variables, with the private folder as that for temporary files."""
        return {**variables, "TMPDIR": self.folder}

    def request(self) -> dict[str, object]:
        """What a zygote has to know to build the walls of its children."""
        return {
            "what": "walls",
            "folder": self.folder,
            "read": list(self.readable),
            "write": list(self.writable),
            "network": self.network,
            "filtered": self.walls.seccomp,
        }

    def close(self) -> None:
        """Remove the private folder; those who used it are gone."""
        self.walls.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def describe_sandbox(limits: Limits) -> str:
    """What holds policies back here: `kernel`, `partial (no Landlock)`, `seat-belt` or `off`."""
    if limits.sandbox is not Sandbox.KERNEL or not _kernel_has_some():
        return str(Sandbox.SEAT_BELT if limits.sandbox is Sandbox.KERNEL else limits.sandbox)
    offered = landlock.version()
    missing = []
    if not offered:
        missing.append("no Landlock")
    elif offered < SCOPES_SINCE:
        through = "signals" if offered >= TRUNCATE_SINCE else "signals and truncation"
        missing.append(f"Landlock {offered} lets {through} through")
    if not seccomp.program(limits.network):
        missing.append("no seccomp")
    return f"partial ({', '.join(missing)})" if missing else str(Sandbox.KERNEL)


def preexec(confinement: Confinement | None) -> Callable[[], None] | None:
    """What subprocess is to call before it starts the program."""
    return confinement.enter if confinement is not None else None


@lru_cache(maxsize=1)
def _own_paths(root: str) -> tuple[str, ...]:
    """What our own interpreter needs; it stays while it runs."""
    return tuple(interpreter_paths(sys.executable, root))


def _kernel_has_some() -> bool:
    return can_fork() and (landlock.version() > 0 or bool(seccomp.program(False)))


def _temporary() -> str:
    """Where temporary files go now: `tempfile` asks only once."""
    return os.environ.get("TMPDIR") or tempfile.gettempdir()


def private_prefix(what: str) -> str:
    """For `tempfile`: the name of a private folder that goes, at the latest, at the next start.

    It goes at once if its process ends as it should; one that is killed leaves it behind.
    """
    return f"{PREFIX}{os.getpid()}-{what}-"


def _remove_left_over() -> None:
    """Private folders of ours whose process was killed before it could remove them."""
    for path in Path(_temporary()).glob(f"{PREFIX}*-*"):
        owner = path.name.removeprefix(PREFIX).partition("-")[0]
        try:
            is_ours = path.stat(follow_symlinks=False).st_uid == os.getuid()
        except OSError:
            continue
        if is_ours and owner.isdecimal() and not os.path.exists(f"/proc/{owner}"):
            shutil.rmtree(path, ignore_errors=True)
