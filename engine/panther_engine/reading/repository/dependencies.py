"""Finds the policies whose outcome a change could alter, and says why."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from panther_engine.model import Global, Policy
from panther_engine.reading.repository.renamed import changed_names
from panther_engine.reading.source.fingerprint import value_fingerprint
from panther_engine.reading.source.imports import imports_of as imports_of
from panther_engine.values.frozen import dataclass

if TYPE_CHECKING:
    from panther_engine.reading.repository.repository import Repository


@dataclass(frozen=True, slots=True)
class Reach:
    """What a spec's body can import."""

    globals: tuple[str, ...]
    """GlobalIDs, near ones first."""
    modules: frozenset[str]
    """Every module asked for, dotted where the source has it so."""
    roots: frozenset[str]
    """Their top-level names."""
    unknown: bool
    """Something is imported or executed whose name only a run can tell."""


class _Graph:
    """The imports of one repository, each spec's looked up once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[str, Reach] = {}

    def reach(self, spec: str) -> Reach:
        known = self._known.get(spec)
        if known is None:
            known = self._known[spec] = self._follow(spec)
        return known

    def _follow(self, spec: str) -> Reach:
        repository = self._repository
        policy = repository.policies.get(spec)
        if policy is not None:
            queue = [policy.body]
        else:
            queue = [one.body for one in repository.globals.values() if one.spec == spec]
        met: dict[str, None] = {}
        modules: set[str] = set()
        roots: set[str] = set()
        unknown = False
        for path in queue:
            source = repository.files.get(path)
            if source is None:
                continue
            asked = repository.memory.sources.imports(source)
            modules |= asked.names
            roots.update(asked.roots)
            unknown |= asked.unknown
            for name in asked.roots:
                used = repository.globals.get(name)
                if used is not None and name not in met:
                    met[name] = None
                    if used.body not in queue:
                        queue.append(used.body)
        return Reach(tuple(met), frozenset(modules), frozenset(roots), unknown)


@lru_cache(maxsize=2)
def _graph(repository: Repository) -> _Graph:
    return _Graph(repository)


def reach_of(repository: Repository, spec: str) -> Reach:
    """What the body of a policy, or of a global by its spec, can import, through globals too."""
    return _graph(repository).reach(spec)


def globals_used(repository: Repository, spec: str) -> tuple[str, ...]:
    """GlobalIDs that a policy (or a global, by its spec) imports, directly or through others."""
    return reach_of(repository, spec).globals


def modules_used(repository: Repository, spec: str) -> frozenset[str]:
    """Every module that a policy asks for, its own imports and those of the globals it uses."""
    return reach_of(repository, spec).modules


def users_of(repository: Repository, path: str) -> tuple[str, ...]:
    """Specs of the policies that a file is a part of: as spec, as body, or through a global."""
    ids = {one.id for one in repository.globals.values() if path in (one.spec, one.body)}

    def uses(spec: str) -> bool:
        reach = reach_of(repository, spec)
        return reach.unknown or not ids.isdisjoint(reach.globals)

    return tuple(
        spec
        for spec, policy in repository.policies.items()
        if path in (spec, policy.body) or (ids and uses(spec))
    )


def changed_files(old: Repository, new: Repository) -> dict[str, None]:
    """Paths of the specs and bodies that came, went or have another content, in load order."""
    before = old.files
    changed = {
        path: None
        for path, source in new.files.items()
        if (was := before.get(path)) is not source and (was is None or was.digest != source.digest)
    }
    return changed | dict.fromkeys(path for path in before if path not in new.files)


def select_affected(
    old: Repository,
    new: Repository,
    changed: Collection[str],
    learned: Mapping[str, frozenset[str]],
    reopened: frozenset[str],
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Policies to run again with the reason of each, and those of which only positions moved.

    `changed` are the specs and bodies that did; `learned` says which files a policy's last run
    read; `reopened` are those among them that belong to no spec and changed.
    """
    turned, shifted = _changed_globals(old, new, changed)
    renamed = changed_names(old, new, changed)
    affected: dict[str, str] = {}
    moved: list[str] = []
    for spec, policy in new.policies.items():
        reason = _own_reason(old, new, changed, old.policies.get(spec), policy)
        if not reason and (turned or reopened):
            reason = _foreign_reason(old, new, spec, turned, learned.get(spec), reopened)
        if not reason and renamed:
            asked = renamed & _missing_of(new, spec)
            reason = f"because what is called {min(asked)} changed" if asked else ""
        if reason:
            affected[spec] = reason
        elif _has_shifted(new, changed, spec, policy, shifted):
            moved.append(spec)
    return affected, tuple(moved)


def _own_reason(
    old: Repository,
    new: Repository,
    changed: Collection[str],
    before: Policy | None,
    now: Policy,
) -> str:
    """Why a policy's own files make it run again."""
    if before is None:
        return "it is new"
    if before is now and now.body not in changed:
        return ""
    if before.body and now.body == before.body:
        was, is_ = old.files.get(now.body), new.files.get(now.body)
        if was is None and is_ is not None:
            return "its body appeared"
        if was is not None and is_ is None:
            return "its body is gone"
        if _code_of(old, now.body) != _code_of(new, now.body):
            return "its body changed"
    if _meaning(before) != _meaning(now):
        return "its spec changed"
    if before.invalid != now.invalid:
        if now.spec in changed:
            return "its spec changed"
        return "something else has its ID" if now.invalid else "what kept it from running is gone"
    return ""


def _foreign_reason(
    old: Repository,
    new: Repository,
    spec: str,
    turned: Mapping[str, str],
    loaded: frozenset[str] | None,
    reopened: frozenset[str],
) -> str:
    """Why files of others make a policy run again."""
    if turned:
        before, now = reach_of(old, spec), reach_of(new, spec)
        for name, reason in turned.items():
            if name in now.roots or name in before.roots or now.unknown or before.unknown:
                return reason
    if loaded:
        bodies = {old.globals[name].body for name in turned if name in old.globals}
        bodies |= {new.globals[name].body for name in turned if name in new.globals}
        for path in sorted(loaded & (reopened | bodies)):
            return f"because {path} changed"
    return ""


def _changed_globals(
    old: Repository, new: Repository, changed: Collection[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """GlobalIDs whose meaning changed, with the reason; and those that only moved about."""
    turned: dict[str, str] = {}
    shifted: set[str] = set()
    for name in dict.fromkeys((*old.globals, *new.globals)):
        before, now = old.globals.get(name), new.globals.get(name)
        if now is None:
            assert before is not None
            turned[name] = f"because {before.body or before.spec} no longer provides {name}"
        elif (
            before is None
            or before.body != now.body
            or (old.files.get(now.body) is None) != (new.files.get(now.body) is None)
        ):
            turned[name] = f"because {now.body or now.spec} now provides {name}"
        elif now.body in changed:
            if _code_of(old, now.body) != _code_of(new, now.body):
                turned[name] = f"because {now.body} changed"
            else:
                shifted.add(name)
        elif _is_broken(before) != _is_broken(now):
            turned[name] = f"because {now.spec} changed"
    return turned, frozenset(shifted)


def _missing_of(repository: Repository, spec: str) -> frozenset[str]:
    """Top-level modules that a policy asks for and that no global provides."""
    asked = reach_of(repository, spec).roots - sys.stdlib_module_names
    globals_, files = repository.globals, repository.files
    return frozenset(
        name for name in asked if name not in globals_ or globals_[name].body not in files
    )


def _is_broken(one: Global) -> bool:
    return any(found.severity == "error" for found in one.diagnostics)


def _has_shifted(
    new: Repository, changed: Collection[str], spec: str, policy: Policy, shifted: frozenset[str]
) -> bool:
    if policy.body in changed:
        return True
    return bool(shifted and shifted & reach_of(new, spec).roots)


def _meaning(policy: Policy) -> object:
    """What of a spec its run depends on."""
    return (
        policy.id,
        policy.body,
        tuple(
            (
                test.name,
                test.expected,
                value_fingerprint(test.resource),
                value_fingerprint([(mock.object_name, mock.return_value) for mock in test.mocks]),
            )
            for test in policy.tests
        ),
    )


def _code_of(repository: Repository, path: str) -> str:
    source = repository.files.get(path)
    return repository.memory.sources.fingerprint(source) if source else ""
