"""Mends what a check finds and what needs nobody's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from panther_engine.authoring.difference import show_difference
from panther_engine.authoring.fixes.fix import Done
from panther_engine.authoring.fixes.fix_body import fix_body
from panther_engine.authoring.fixes.fix_spec import fix_spec
from panther_engine.authoring.write import SIZE_LIMIT, write_edited
from panther_engine.headless.check import check_paths
from panther_engine.model import Diagnostic
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.text.clean import clean_text

_PASSES = 4


@dataclass(frozen=True, slots=True)
class Fixes:
    """What was mended, or would be."""

    root: str
    done: tuple[Done, ...]
    difference: str
    """A unified difference of all files, empty if there is none."""
    refused: tuple[str, ...] = ()
    """Why files could not be written."""


def fix_paths(paths: Sequence[str], here: Path, write: bool) -> Fixes:
    """Mend the faults in what paths mean that were typed in `here`; without `write` only show it.

    Mended files are checked again, since a fault can hide another. Raises what `check_paths`
    raises.
    """
    fixes = _pass(paths, here, write)
    for _ in range(_PASSES if write else 0):
        more = _pass(paths, here, write)
        if not more.done:
            break
        fixes = Fixes(
            fixes.root, fixes.done + more.done, fixes.difference + more.difference, more.refused
        )
    return fixes


def _pass(paths: Sequence[str], here: Path, write: bool) -> Fixes:
    findings = check_paths(paths, here)
    root = Path(findings.root)
    by_path: dict[str, list[Diagnostic]] = {}
    for one in findings.diagnostics:
        by_path.setdefault(one.path, []).append(one)
    done: list[Done] = []
    parts: list[str] = []
    refused: list[str] = []
    for path, found in sorted(by_path.items()):
        try:
            before = read_regular(root / path, SIZE_LIMIT)
            after, fixes = _fix(root, path, before, found)
            if after == before:
                continue
            if write:
                write_edited(root / path, before, after)
        except OSError as error:
            said = f"{path}: {error.strerror}" if error.strerror else str(error)
            refused.append(clean_text(said))
            continue
        done += fixes
        parts.append(show_difference(path, before, after))
    return Fixes(findings.root, tuple(done), "".join(parts), tuple(refused))


def _fix(
    root: Path, path: str, before: bytes, found: Sequence[Diagnostic]
) -> tuple[bytes, tuple[Done, ...]]:
    if path.endswith(".py"):
        missing = [one for one in found if one.code == "no-policy"]
        return fix_body(before, path, missing[0]) if missing else (before, ())
    bodies = frozenset(one.name for one in (root / path).parent.glob("*.py"))
    return fix_spec(before, path, frozenset(one.code for one in found), bodies)
