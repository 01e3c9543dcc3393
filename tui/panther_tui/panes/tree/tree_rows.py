"""Which rows the policy tree has, and what each says. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from os.path import commonpath
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from panther_engine.events import PolicyEntry, PolicyScanned
from panther_engine.model import Status
from panther_engine.state import PolicyState, place_in_lists
from panther_tui.panes.tree.tree_tests import TestKey, fits, split_filter
from panther_tui.style.marks import (
    FAILED,
    PASSED,
    RUNNING,
    STALE,
    WAITING,
    Mark,
    is_failing,
    mark_of_policy,
)
from panther_tui.terminal.safe_text import printable
from panther_tui.triage.transitions import FLIP_TOKENS, Flip
from panther_tui.views.line import Line
from panther_tui.views.search import fuzzy_score

NAME_LIMIT = 120

ARROW_OPEN, ARROW_SHUT = "▾ ", "▸ "
"""Before the name of a folder; a click on it folds the folder or opens it."""

Row: TypeAlias = tuple[Literal["folder", "policy"], str]
"""A folder by its path or a policy by its spec."""


@dataclass(frozen=True, slots=True)
class Again:
    """The key of a row that repeats a policy: it is in more groups than one."""

    spec: str
    folder: str
    """Path of the group."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The policies of one directory, as lists show them."""

    path: str
    label: str
    specs: tuple[str, ...]
    prefix: str
    """The first word that all their IDs share, such as `AWS.`; not repeated in every row."""


@dataclass(slots=True)
class FolderCount:
    """What the policies of a folder come to."""

    policies: int = 0
    failing: int = 0
    broken: int = 0
    """Those that fail by a result of the files as they are."""
    running: int = 0
    stale: int = 0
    waiting: int = 0


def group_by_folder(entries: Iterable[PolicyEntry]) -> tuple[Folder, ...]:
    """The folders of these policies in the order of their paths."""
    specs: dict[str, list[PolicyEntry]] = {}
    for entry in entries:
        specs.setdefault(str(PurePosixPath(entry.spec).parent), []).append(entry)
    above = commonpath(specs) if len(specs) > 1 else ""
    return tuple(
        Folder(
            path,
            printable(path.removeprefix(above).lstrip("/") or path, NAME_LIMIT),
            tuple(entry.spec for entry in sorted(inside, key=place_in_lists)),
            shared_prefix(inside),
        )
        for path, inside in sorted(specs.items())
    )


def tree_rows(
    folders: Iterable[Folder], closed: Collection[str], shown: Collection[str] | None
) -> list[Row | Again]:
    """The rows, top to bottom. With a filter `shown` are the specs that fit; nothing is closed."""
    rows: list[Row | Again] = []
    known: set[str] = set()
    for folder in folders:
        specs = folder.specs if shown is None else [s for s in folder.specs if s in shown]
        if not specs:
            continue
        rows.append(("folder", folder.path))
        if shown is not None or folder.path not in closed:
            rows += [Again(it, folder.path) if it in known else ("policy", it) for it in specs]
        known.update(specs)
    return rows


def with_tests(
    rows: Iterable[Row | Again], policies: Mapping[str, PolicyState]
) -> list[Row | Again | TestKey]:
    """The rows with each policy's tests under it."""
    found: list[Row | Again | TestKey] = []
    for row in rows:
        found.append(row)
        if isinstance(row, Again):
            tests = policies[row.spec].entry.tests
            found += [TestKey(row.spec, index, row.folder) for index in range(len(tests))]
        elif row[0] == "policy":
            tests = policies[row[1]].entry.tests
            found += [TestKey(row[1], index) for index in range(len(tests))]
    return found


def filter_policies(policies: Mapping[str, PolicyState], query: str) -> dict[str, int]:
    """How well each policy fits a filter; only those that do.

    Parts such as `Severity=High` must hold. Its words are looked for in ID, path, display name and
    resource types; only when no policy has them are they taken for letters of an ID in order.
    """
    parts, query = split_filter(query)
    if parts:
        policies = {spec: it for spec, it in policies.items() if fits(it.entry, parts)}
    words = query.lower().split()
    scores = {}
    for spec, policy in policies.items():
        entry = policy.entry
        name = entry.name.lower()
        rest = f"{spec} {entry.display_name} {' '.join(entry.resource_types)}".lower()
        if all(word in name or word in rest for word in words):
            scores[spec] = 1 + sum(word in name for word in words)
    if scores:
        return scores
    found = ((spec, fuzzy_score(query, policy.entry.id)) for spec, policy in policies.items())
    return {spec: score for spec, score in found if score}


def add_to(count: FolderCount, policy: PolicyState, sign: int) -> None:
    """Count a policy in its folder, or (`sign` -1) no longer."""
    count.policies += sign
    fails, mark = is_failing(policy), mark_of_policy(policy)
    count.failing += sign * fails
    count.broken += sign * (fails and mark is not STALE)
    count.running += sign * (policy.status is Status.RUNNING)
    count.stale += sign * (mark is STALE)
    count.waiting += sign * (mark is WAITING)


def folder_line(folder: Folder, count: FolderCount, *, closed: bool) -> Line:
    """A folder's row: the worst of its policies' marks, and how many fail of how many."""
    mark = _folder_mark(count)
    tail = (
        ((f"{count.failing}", mark.token), (f"/{count.policies} ", "muted"))
        if count.failing
        else ((f"{count.policies} ", "muted"),)
    )
    return Line(
        gutter=((f"{mark.shape} ", mark.token),),
        text=((ARROW_SHUT if closed else ARROW_OPEN, "faint"), (folder.label, "bold")),
        tail=tail,
        middle=True,
    )


def policy_line(
    policy: PolicyState,
    prefix: str,
    *,
    selected: bool,
    flip: Flip | None = None,
    scanned: PolicyScanned | None = None,
) -> Line:
    """A policy's row: its mark, its name, and how many of its tests fail of how many.

    `flip` is what the last change made of it, `scanned` what it says of the inventory.
    """
    mark = mark_of_policy(policy)
    entry = policy.entry
    name = entry.name.removeprefix(prefix) or PurePosixPath(entry.spec).name
    if not entry.id and entry.known_as:
        name = f"{name} (was)"
    dim = policy.remembered or not entry.enabled
    weight = "title bold" if selected else "muted" if dim else ""
    word = ((f"{flip} ", FLIP_TOKENS[flip]),) if flip is not None else ()
    return Line(
        gutter=(("  ", ""), (f"{mark.shape} ", mark.token)),
        text=((printable(name, NAME_LIMIT), weight),),
        tail=(*word, *_scanned_tail(scanned), *_policy_tail(policy, mark)),
        middle=True,
    )


def _scanned_tail(scanned: PolicyScanned | None) -> tuple[tuple[str, str], ...]:
    """How many resources fail and err, each with the letter of its verdict."""
    if scanned is None:
        return ()
    counts = scanned.counts
    failed = ((f"{short_count(counts.failed)}F ", "fail"),) if counts.failed else ()
    erred = ((f"{short_count(counts.erred)}E ", "error"),) if counts.erred else ()
    return (*failed, *erred)


def short_count(number: int) -> str:
    """`999`, `12k`, `3m`."""
    if number < 1000:
        return str(number)
    return f"{number // 1000}k" if number < 1_000_000 else f"{number // 1_000_000}m"


def _policy_tail(policy: PolicyState, mark: Mark) -> tuple[tuple[str, str], ...]:
    if mark.word in ("invalid", "running", "skipped"):
        return ((f"{mark.word} ", mark.token),)
    tests = len(policy.entry.tests)
    failing = policy.failures
    if failing:
        token = "stale" if mark.word == "stale" else "fail"
        return ((f"{failing}", token), (f"/{tests} ", "muted"))
    off = "" if policy.entry.enabled else "off "
    return ((f"{off}{tests} ", "faint"),)


def _folder_mark(count: FolderCount) -> Mark:
    if count.broken:
        return FAILED
    if count.running:
        return RUNNING
    if count.stale:
        return STALE
    return WAITING if count.waiting else PASSED


def shared_prefix(entries: list[PolicyEntry]) -> str:
    """The first word that the IDs of all these share, such as `AWS.`; empty if they do not."""
    first, dot, _ = entries[0].name.partition(".")
    prefix = first + dot
    names = [entry.name for entry in entries]
    shared = dot and all(name.startswith(prefix) and name != prefix for name in names)
    return prefix if shared else ""
