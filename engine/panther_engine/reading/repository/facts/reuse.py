"""Decides whether a policy may run in a process that has run another one.

Starting a process costs 8 ms of processor time per policy, five times what its tests take. That
does not matter when somebody waits for one policy, but it dominates a run of hundreds.

A policy is tame if its source, read strictly (`reading.source.purity`), shows that its body and
globals change nothing that they did not make. If in doubt, it is not tame. A test that fails in a
shared process is run again in one of its own in any case.
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
