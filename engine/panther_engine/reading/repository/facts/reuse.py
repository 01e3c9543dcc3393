"""Whether the next policy may run in the process of the one before: nothing was left behind.

A process of its own costs a policy 8 ms of processor time, five times what its tests take. Where
somebody waits for one policy that is nothing; in a run of hundreds it is most of the time.

What is tame is decided from the source, and strictly (`engine.purity`): body and globals change
nothing that they did not make. Whatever is not surely tame is not. A test that does not pass is run
again in a process of its own all the same.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from panther_engine.reading.repository.dependencies import reach_of
from panther_engine.reading.source.libraries import HEAVY
from panther_engine.reading.source.purity import is_harmless_module

if TYPE_CHECKING:
    from panther_engine.reading.repository.repository import Repository

_TAKEN = sys.stdlib_module_names | HEAVY
"""Top-level names under which an installed module may be found before a global of that name."""


def is_tame(repository: Repository, spec: str) -> bool:
    """Whether a policy's body and all globals that it can import leave nothing behind."""
    reach = reach_of(repository, spec)
    policy = repository.policies[spec]
    foreign = (name for name in reach.modules if name.partition(".")[0] not in repository.globals)
    if reach.unknown or not all(map(is_harmless_module, foreign)):
        return False
    if not _TAKEN.isdisjoint(reach.globals):
        return False
    sources = repository.memory.sources
    paths = (policy.body, *(repository.globals[name].body for name in reach.globals))
    files = (repository.files.get(path) for path in paths)
    return all(source is not None and sources.is_tame(source) for source in files)
