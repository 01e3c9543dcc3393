"""Keeps how far an interrupted scan was, and goes on from there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from panther_engine.reading.selection.targets import SelectionError
from panther_engine.scan.ignores.entries import Ignores
from panther_engine.scan.inventory.spool import Spool
from panther_engine.scan.store.interrupted import Left, Span, left, pending
from panther_engine.scan.store.keep import Keeper, Made

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was done by a scan that was interrupted."""

    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    """What each policy judged, by spec."""
    found: int = 0
    """Evaluations that it had something to tell of."""


class ScanInterruptedError(KeyboardInterrupt):
    """The user interrupted a scan; the text says what is kept of it."""


def left_of(store: sqlite3.Connection, spool: Spool) -> Left:
    """The scan that was interrupted. Raises SelectionError if there is none of this inventory."""
    found = left(store)
    if found is None:
        raise SelectionError("no scan was interrupted: scan without --resume")
    if found.sequence != spool.sequence():
        raise SelectionError(
            f"scan {found.number}, which was interrupted, was of another inventory, or it changed"
            " since: scan without --resume"
        )
    return found


def take_over(
    found: Left,
    store: sqlite3.Connection,
    keeper: Keeper,
    made: Iterable[Made],
    ignores: Ignores,
) -> TakenOver:
    """Give the keeper what was found.

    Policies that changed since are left out: they judge everything again.
    """
    done = {one.policy.spec: found.of(one.policy.id, one.digest) for one in made}
    specs = {one.policy.id: one.policy.spec for one in made if done[one.policy.spec]}
    evaluations = pending(store, found.number, specs)
    found_by_then = 0
    while batch := tuple(islice(evaluations, BATCH)):
        keeper.add(ignores.mark(batch))
        found_by_then += len(batch)
    for spec, spans in done.items():
        for begin, until in spans:
            keeper.judged(spec, begin, until)
    return TakenOver(done, found_by_then)


def interrupt(
    keeper: Keeper, spool: Spool, total: int, resources: int, passed_over: int, seconds: float
) -> ScanInterruptedError:
    """Keep how far a scan is; what to raise then. Raises StoreError."""
    kept = keeper.interrupt(
        resources=resources,
        passed_over=passed_over,
        seconds=seconds,
        sequence=spool.sequence(),
    )
    return ScanInterruptedError(
        f"interrupted: {kept:,} of {total:,} evaluations are kept;"
        " the same command with --resume goes on from there"
    )
