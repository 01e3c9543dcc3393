"""What a scan can be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from panther_engine.running.interpreter.choose import Interpreter
from panther_engine.running.jobs.report import RunOptions
from panther_engine.scan.cluster.driver import Cluster
from panther_engine.scan.store.keep import KEPT_SCANS

Prepare = Callable[[Path], tuple[RunOptions, Interpreter]]
"""For the root of a checkout, how to run and with which Python."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What a scan was asked for."""

    inventory: tuple[str, ...]
    """Files, folders, globs, or `-` for standard input."""
    policies: tuple[str, ...] = ()
    """Paths as the user typed them; none means those of the directory."""
    filters: tuple[str, ...] = ()
    """`KEY=VALUE`, as PAT takes it."""
    disabled: bool = False
    """Evaluate policies that are not enabled too."""
    partial: bool = False
    """The inventory is a part: what is not in it is not gone."""
    keep: Callable[[Path], int] = lambda root: KEPT_SCANS
    """For the root of a checkout, how many of its scans are kept."""
    mappings: Callable[[Path], tuple[Path, ...]] = lambda root: ()
    """For the root of a checkout, files that say how to read shapes that are not Panther's."""
    ignores: Callable[[Path], str] | None = None
    """For the root of a checkout, its file of ignores; None to hear of everything."""
    baseline: Path | None = None
    """A file of results that are known, and not to be heard of."""
    extend: bool = False
    """Add to the baseline what is found beside it."""
    cluster: Cluster | None = None
    """Other machines, or processes, that judge what they can."""
    since: str = ""
    """The scan to compare with, by number or `last`; empty for the one before."""
    resume: bool = False
    """Go on from the scan that was interrupted."""
    keep_inventory: bool = False
    """Keep the inventory with the scan, to be judged again as `scan:ID`."""
