"""Which tests failed when they last ran: a file per repository in the user's cache directory."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from panther_tui.engine.model import Outcome, Status
from panther_tui.engine.run_report import RunReport

VERSION = 1
"""Files of another version are forgotten."""


def memory_path(root: str) -> Path:
    """Where the failures of the repository at the absolute path `root` are kept."""
    from platformdirs import user_cache_dir

    name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:20]
    return Path(user_cache_dir("panther-tui", appauthor=False), "last_failed", f"{name}.json")


def recall(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Names of failed tests by spec path; none for an invalid policy. Empty if unreadable."""
    try:
        stored = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return MappingProxyType({})
    failed = stored.get("failed") if isinstance(stored, dict) else None
    if not isinstance(failed, dict) or stored.get("version") != VERSION:
        return MappingProxyType({})
    return MappingProxyType(
        {
            spec: tuple(names)
            for spec, names in failed.items()
            if isinstance(names, list) and all(isinstance(name, str) for name in names)
        }
    )


def remember(path: Path, report: RunReport) -> None:
    """Add what a run says; tests that it did not run keep what is known of them. Does not raise."""
    failed = update(recall(path), report)
    document = {"version": VERSION, "root": report.root, "failed": failed}
    written = json.dumps(document, indent=1).encode("ascii")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(written)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
    except OSError:
        return  # a run that cannot be remembered is still a run


def update(known: Mapping[str, tuple[str, ...]], report: RunReport) -> dict[str, tuple[str, ...]]:
    """What is known after a run. Specs that are gone from the repository are forgotten."""
    failed = {spec: names for spec, names in known.items() if Path(report.root, spec).exists()}
    for policy, result in report.policies:
        if result.status is Status.INVALID:
            failed[policy.spec] = ()
        elif result.status in (Status.PASSED, Status.FAILED):
            ran = {test.name for test in result.results}
            names = [name for name in failed.pop(policy.spec, ()) if name not in ran]
            names += [test.name for test in result.results if test.outcome is not Outcome.PASSED]
            if names:
                failed[policy.spec] = tuple(dict.fromkeys(names))
            elif result.status is Status.FAILED:
                failed[policy.spec] = ()
    return failed
