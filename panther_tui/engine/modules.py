"""Which third-party modules a worker holds before a policy asks for them."""

from __future__ import annotations

import sys
from collections.abc import Iterable

HEAVY = frozenset(
    {
        "boto3",
        "botocore",
        "jsonpath_ng",
        "panther_core",
        "panther_detection_helpers",
        "policyuniverse",
        "requests",
        "unittest",
    }
)
"""Top-level names that take long to import: only policies that need one pay for it."""
LIGHT = frozenset({"dateutil"})
NEVER = frozenset({"antigravity", "idlelib", "lib2to3", "test", "this", "tkinter", "turtle"})
"""Standard modules that do more than define something when they are imported."""


def is_heavy(modules: Iterable[str]) -> bool:
    """Whether one of these (dotted) module names belongs to a heavy library."""
    return any(name.partition(".")[0] in HEAVY for name in modules)


def preloadable(modules: Iterable[str], heavy: bool) -> tuple[str, ...]:
    """Those that a worker may import beforehand: known libraries, never a project's own."""
    known = (sys.stdlib_module_names - NEVER) | LIGHT | (HEAVY if heavy else frozenset())
    return tuple(
        sorted(
            name
            for name in modules
            if (top := name.partition(".")[0]) in known and (heavy or top not in HEAVY)
        )
    )
