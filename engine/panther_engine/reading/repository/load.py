"""Reads a checkout, and reads it again after a change on disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import replace
from pathlib import Path

from panther_engine.reading.repository.assemble import Assembler, Assembly
from panther_engine.reading.repository.dependencies import changed_files, select_affected
from panther_engine.reading.repository.parse_cache import Parsed
from panther_engine.reading.repository.pat_settings import PatSettings, load_pat_settings
from panther_engine.reading.repository.renamed import changed_names
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.sources import TICK_NS, Sources
from panther_engine.reading.repository.walk.discover import Listing, list_files, refresh
from panther_engine.reading.repository.walk.folders import SETTINGS_NAME, parent_of, stamp_path
from panther_engine.reading.repository.walk.links import find_links
from panther_engine.values.frozen import dataclass

HEAD = 8
"""Policies that a run can begin with while the others are read: work for some 40 ms."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a repository. All paths are relative to its root."""

    repository: Repository
    changed: tuple[str, ...]
    """Files that came, went or hold something else; `.panther_settings.yml` may be among them."""
    affected: Mapping[str, str]
    """Specs of the policies to run again, each with the reason in words."""
    removed: tuple[str, ...]
    """Specs that hold a policy no more."""
    updated: tuple[str, ...]
    """Specs whose policy, or whose body's text, is not what it was, to be run again or not."""
    shifted: tuple[str, ...] = ()
    """Not affected, but lines of their body or globals moved: places in old results are off."""


def load_repository(
    root: Path,
    scopes: tuple[str, ...] = (".",),
    settings: PatSettings | None = None,
    *,
    check_syntax: bool = True,
    parsed: Parsed | None = None,
    glance: Callable[[Mapping[str, str]], None] | None = None,
) -> Repository:
    """Read a checkout.

    Args:
        root: its root.
        scopes: directories to read, relative to the root.
        settings: those of its `.panther_settings.yml` unless given.
        check_syntax: False if policies run in a newer Python than ours, which then is to judge.
        parsed: what was found out before with the same `check_syntax`; it learns what is new.
        glance: called early with what seem to be policies: IDs by spec path. Not all, if many.
    """
    root = Path(os.path.abspath(root))
    chosen = load_pat_settings(root) if settings is None else settings
    read_at = time.time_ns()
    listing = list_files(root, scopes, chosen.ignore_files)
    assembler = Assembler(root, check_syntax, parsed)
    if glance is not None:
        glance(assembler.glance(listing))
    return _drain(_build(_Request(root, scopes, chosen, 1, assembler, read_at), listing, (), {}))


def read_in_steps(
    root: Path,
    scopes: tuple[str, ...],
    settings: PatSettings,
    *,
    check_syntax: bool,
    parsed: Parsed,
    wanted: Callable[[str], bool] | None,
) -> Generator[Repository | None, None, Repository]:
    """Read a checkout as `load_repository` does, file by file, so that a run can begin meanwhile.

    Yields None after a step, and returns the whole. With `wanted`, which is asked of specs of
    policies, it also yields the head once: all globals, and the first few policies that are
    wanted. Nothing is known there of what else the checkout holds.
    """
    root = Path(os.path.abspath(root))
    read_at = time.time_ns()
    listing = list_files(root, scopes, settings.ignore_files)
    request = _Request(root, scopes, settings, 1, Assembler(root, check_syntax, parsed), read_at)
    if wanted is not None:
        head = yield from request.memory.find_head(listing, wanted, HEAD)
        yield (yield from _read_head(request, replace(listing, specs=head)))
    return (yield from _build(request, listing, (), {}))


def _read_head(request: _Request, listing: Listing) -> Generator[None, None, Repository]:
    assembly = yield from request.memory.assemble(listing, request.settings, is_head=True)
    return _repository_of(request, listing, assembly)


def rescan(
    repository: Repository,
    paths: Collection[str] | None,
    learned: Mapping[str, frozenset[str]] | None = None,
    settings: PatSettings | None = None,
) -> Change | None:
    """Look at the disk again; None when nothing that matters changed.

    `paths` are hints, relative to the root: their directories are looked at again, and they are
    read whatever their stamps say. None looks at everything; an empty collection only at what is
    new in `learned`: by spec path, the files that the policy's last run imported or opened.
    `settings` replaces the settings.
    """
    learned = learned or {}
    paths = None if paths is None else repository.links.expand(paths)
    chosen = repository.settings if settings is None else settings
    listing = _look(repository, paths, chosen)
    opened, reopened = _look_at_opened(repository, paths, learned)
    request = _Request(
        repository.root,
        repository.scopes,
        chosen,
        repository.generation + 1,
        repository.memory,
        repository.read_at,
    )
    new = _drain(_build(request, listing, frozenset(paths or ()), opened))
    reopened = reopened.difference(new.files)
    own = changed_files(repository, new)
    changed = tuple(dict.fromkeys((*own, *_changed_besides(repository, new), *sorted(reopened))))
    if not changed and _is_same(repository, new) and not changed_names(repository, new, own):
        return None
    affected, shifted = select_affected(repository, new, own, learned, reopened)
    updated = tuple(
        spec
        for spec, policy in new.policies.items()
        if spec in own
        or policy.body in own
        or ((was := repository.policies.get(spec)) is not policy and was != policy)
    )
    removed = tuple(spec for spec in repository.policies if spec not in new.policies)
    return Change(new, changed, affected, removed, updated, shifted)


@dataclass(frozen=True, slots=True)
class _Request:
    """What a repository is built from, besides what is on the disk."""

    root: Path
    scopes: tuple[str, ...]
    settings: PatSettings
    generation: int
    memory: Assembler
    read_at: int


def _build(
    request: _Request, listing: Listing, doubted: Collection[str], opened: Mapping[str, str]
) -> Generator[None, None, Repository]:
    memory = request.memory
    assembly = yield from memory.assemble(listing, request.settings, doubted)
    directories = dict.fromkeys(assembly.directories)
    for folder in sorted({parent_of(path) for path in opened}):
        if folder not in directories and os.path.isdir(request.root / folder):
            directories[folder] = None
    links = find_links(request.root, listing.folders, assembly.files, opened)
    directories.update(dict.fromkeys(links.directories))
    own = memory.sources.digest(SETTINGS_NAME, None, doubted)
    memory.forget({*listing.files, *assembly.files, *opened, SETTINGS_NAME})
    return replace(
        _repository_of(request, listing, assembly),
        directories=tuple(directories),
        opened=opened,
        settings_digest=own[0] if own else "",
        links=links,
    )


def _repository_of(request: _Request, listing: Listing, assembly: Assembly) -> Repository:
    return Repository(
        root=request.root,
        scopes=request.scopes,
        settings=request.settings,
        generation=request.generation,
        files=assembly.files,
        policies=assembly.policies,
        globals=assembly.globals,
        others=assembly.others,
        diagnostics=assembly.diagnostics,
        directories=assembly.directories,
        listing=listing,
        memory=request.memory,
        read_at=request.read_at,
    )


def _drain(steps: Generator[None, None, Repository]) -> Repository:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            repository: Repository = ended.value
            return repository


def _look(repository: Repository, paths: Collection[str] | None, settings: PatSettings) -> Listing:
    """The listing now, at the price of the directories that the hints name."""
    known = repository.listing
    everything = paths is None or settings.ignore_files != repository.settings.ignore_files
    touched: set[str] = set()
    for path in paths or ():
        folder = parent_of(path)
        if path in known.folders or path == ".":
            everything = True
        elif folder in known.folders:
            touched.add(folder)
        elif path not in repository.files and path not in repository.opened:
            everything = True
    if everything:
        return list_files(repository.root, repository.scopes, settings.ignore_files)
    return refresh(
        repository.root, repository.scopes, settings.ignore_files, known, sorted(touched)
    )


def _look_at_opened(
    repository: Repository,
    paths: Collection[str] | None,
    learned: Mapping[str, frozenset[str]],
) -> tuple[dict[str, str], frozenset[str]]:
    """What runs opened besides specs and bodies, each with its mark, and which of it changed.

    A file met for the first time counts as changed if it, or a directory that it lies or lay in,
    changed after the first reading of the checkout: the run may have seen what was there before.
    """
    opened: dict[str, str] = {}
    reopened: set[str] = set()
    sources = repository.memory.sources
    for path in sorted(frozenset[str]().union(*learned.values())):
        if path in repository.files or path.startswith(("/", "..")):
            continue
        known = repository.opened.get(path)
        if known is not None and paths is not None and path not in paths:
            opened[path] = known
            continue
        opened[path] = _mark_of(repository.root, path, sources, paths or ())
        if known is None:
            if _has_changed_since(repository.root, path, repository.read_at - TICK_NS):
                reopened.add(path)
        elif known != opened[path]:
            reopened.add(path)
    return opened, frozenset(reopened)


def _mark_of(root: Path, path: str, sources: Sources, doubted: Collection[str]) -> str:
    """Changes whenever the file is written, even with the content that it had; empty without one.

    A run reads the disk itself, so it may have read the file half-written.
    """
    stamp = stamp_path(os.path.join(root, path))  # before it is read: a later write is seen later
    now = sources.digest(path, None, doubted)
    return f"{now[0]} {stamp.mtime_ns} {stamp.ctime_ns}" if now and stamp else ""


def _has_changed_since(root: Path, path: str, moment: int) -> bool:
    """Whether a file or a directory above it was touched since then, in epoch nanoseconds.

    A file that is gone left its trace in the directory that it was taken out of.
    """
    while True:
        try:
            status = os.stat(root / path)
        except (OSError, ValueError):
            touched = 0
        else:
            touched = max(status.st_mtime_ns, status.st_ctime_ns)
        if touched >= moment or path == ".":
            return touched >= moment
        path = parent_of(path)


def _changed_besides(old: Repository, new: Repository) -> tuple[str, ...]:
    """Paths of the specs of other types whose IDs came, went or changed, and of the settings."""
    changed: list[str] = []
    if old.others is not new.others and old.others != new.others:
        changed += [
            path
            for path in dict.fromkeys((*old.others, *new.others))
            if old.others.get(path) != new.others.get(path)
        ]
    if old.settings_digest != new.settings_digest:
        changed.append(SETTINGS_NAME)
    return tuple(changed)


def _is_same(old: Repository, new: Repository) -> bool:
    return (
        old.policies == new.policies
        and old.globals == new.globals
        and old.diagnostics == new.diagnostics
        and set(old.directories) == set(new.directories)
        and old.links == new.links
        and old.settings == new.settings
    )
