"""Random edits of every spec of a checkout, counted: CONTRIBUTING.md has the command.

Takes the checkout's folder and how many edits are to be done. Each is read again and compared with
the data that was meant, may change no line but those of its span, and is undone. What an edit
refuses is counted apart and is no edit. Then the expectation of each test of a policy is toggled,
which must be a difference of one line. Ends with 1 if there was a violation.
"""

from __future__ import annotations

import sys
import time
from itertools import cycle
from pathlib import Path
from random import Random

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.history import Edit, History
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.specs import set_expectation
from panther_engine.authoring.edits.steps import RefusedError
from panther_engine.values.edits import FileChange
from tests.engine.authoring.edits.random_steps import random_step, violation

SMALL = 60_000
"""Bytes up to which a spec is edited at random: a larger one takes as long as many."""


def main(folder: str, wanted: int) -> int:
    """Do the edits; 1 if one was a violation."""
    random, begun = Random(12), time.monotonic()
    done = refused = wrong = 0
    specs = _specs(Path(folder))
    print(f"{len(specs)} specs", flush=True)
    for path, content in cycle(specs):
        if done >= wanted:
            break
        step = random_step(random, read_spec(content, path).data)
        found = violation(content, path, step)
        if found is None:
            refused += 1
            continue
        done += 1
        if not found:
            found = _not_undone(content, path, apply_steps(content, path, [step]))
        if found:
            wrong += 1
            print(f"{path}: {step}: {found}")
        if done % 5000 == 0:
            print(f"{done} edits, {wrong} violations, {refused} refused", flush=True)
    seconds = time.monotonic() - begun
    print(f"{done} edits, {wrong} violations, {refused} refused, {seconds:.0f} s")
    tests = toggled = 0
    for path, content in specs:
        of_spec, in_one_line = _toggled(path, content)
        tests, toggled = tests + of_spec, toggled + in_one_line
    print(f"{toggled} of {tests} toggled expectations of policies are a difference of one line")
    return 1 if wrong or toggled < tests else 0


def _toggled(path: str, content: bytes) -> tuple[int, int]:
    """The tests of a policy, and how many expectations are toggled in a single line."""
    data = read_spec(content, path).data
    if not isinstance(data, dict) or data.get("AnalysisType") != "policy":
        return 0, 0
    tests = data.get("Tests")
    names = tests if isinstance(tests, list) else []
    single = 0
    for at, test in enumerate(names):
        assert isinstance(test, dict)
        edited = apply_steps(content, path, set_expectation(at, not test["ExpectedResult"]))
        if isinstance(edited, Edited):
            old, new = content.splitlines(keepends=True), edited.after.splitlines(keepends=True)
            same = [one == two for one, two in zip(old, new, strict=True)]
            single += same.count(False) == 1
    return len(names), single


def _specs(folder: Path) -> list[tuple[str, bytes]]:
    found = []
    for file in sorted((*folder.rglob("*.yml"), *folder.rglob("*.yaml"))):
        content = file.read_bytes()
        if b"AnalysisType" not in content or len(content) > SMALL:
            continue
        try:
            read_spec(content, file.name)
        except RefusedError:
            continue
        found.append((file.relative_to(folder).as_posix(), content))
    return found


def _not_undone(content: bytes, path: str, edited: object) -> str:
    """What is wrong with the undo of an edit; empty if nothing."""
    if not isinstance(edited, Edited):
        return "the second time it was refused"
    change = FileChange(path, edited.before, edited.after)
    undone = History().after(Edit("", (change,))).undo()
    if undone is None or undone[0].files != (FileChange(path, edited.after, content),):
        return "undo does not give the bytes back"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
