"""The faults of one file mended by their quick fixes."""

from __future__ import annotations

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.fixes.fix import Done
from panther_engine.authoring.fixes.fix_body import fix_body
from panther_engine.authoring.fixes.fix_spec import fix_spec
from panther_engine.authoring.fixes.null_guard import guard_null
from panther_engine.authoring.plans.planned import Ground, Planned
from panther_engine.model import Diagnostic
from panther_engine.text.one_line import shorten
from panther_engine.values.edits import FileChange, FixFaults, GuardNull


def plan_fix(request: FixFaults, ground: Ground) -> Planned | Refusal:
    """What the fixes of these faults would write. Raises OSError."""
    before = ground.read(request.path)
    after, done = _fix(request, before, ground)
    codes = ", ".join(sorted({one.code for one in request.faults}))
    if not done:
        line = request.faults[0].line if request.faults else 1
        return Refusal(f"there is no quick fix for {codes}", line, "edit it by hand")
    count = f"{len(done)} faults are" if len(done) > 1 else "1 fault is"
    notes = tuple(f"line {one.line}: {one.said}" for one in done)
    files = (FileChange(request.path, before, after),)
    return Planned(f"fix of {codes}", f"{count} mended.", files, notes)


def plan_guard(request: GuardNull, ground: Ground) -> Planned | Refusal:
    """The body in which null counts as empty. Raises OSError."""
    before = ground.read(request.body)
    found = guard_null(before, request.line, request.field)
    if isinstance(found, Refusal):
        return found
    shown = shorten(".".join(map(str, request.field)))
    files = (FileChange(request.body, before, found.after),)
    note = "The policy judges it then: write a test with `Z`, or say by hand what null means."
    return Planned(f"null in `{shown}`", f"{found.said}.", files, (note,))


def _fix(request: FixFaults, before: bytes, ground: Ground) -> tuple[bytes, tuple[Done, ...]]:
    if request.path.endswith(".py"):
        found: list[Diagnostic] = [one for one in request.faults if one.code == "no-policy"]
        return fix_body(before, request.path, found[0]) if found else (before, ())
    folder = (ground.root / request.path).parent
    bodies = frozenset(one.name for one in folder.glob("*.py"))
    codes = frozenset(one.code for one in request.faults)
    return fix_spec(before, request.path, codes, bodies, only=True)
