"""Every difference between two tools' verdicts on one repository. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.parity.verdicts import FunctionVerdict, SpecVerdict, TestVerdict, Verdicts

SHOWN = 300
"""Characters of a value in a list of differences."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that PAT and we do not agree on."""

    what: str
    """`died`, `exit`, `fault`, `elsewhere`, `policy`, `valid`, `counted`, `tests`, `name`,
    `passed`, `function`, `matched`, `output`, `error` or `printed`."""
    spec: str
    test: str
    function: str
    pat: object
    ours: object

    def __str__(self) -> str:
        place = " › ".join(part for part in (self.spec, self.test, self.function) if part)
        return (
            f"{self.what} of {place or 'the run'}: PAT {_short(self.pat)}, ours {_short(self.ours)}"
        )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def compare(pat: Verdicts, ours: Verdicts) -> list[Difference]:
    """All differences. Where PAT died there is one: what we made of the same repository."""
    if pat.died is not None:
        return [Difference("died", "", "", "", pat.died, ours)]
    return list(_repository(pat, ours))


def _repository(pat: Verdicts, ours: Verdicts) -> Iterator[Difference]:
    if pat.exit != ours.exit:
        yield Difference("exit", "", "", "", pat.exit, ours.exit)
    refused = {spec for spec, policy in ours.policies.items() if not policy.valid}
    for path, fault in pat.faulty.items():
        if path not in ours.faulty and path not in refused:
            yield Difference("fault", path, "", "", fault, None)
    for path, fault in pat.elsewhere.items():
        if path not in ours.faulty:
            yield Difference("elsewhere", path, "", "", fault, None)
    for path, note in ours.faulty.items():
        known = path in pat.policies and not pat.policies[path].valid
        if not known and path not in pat.faulty and path not in pat.elsewhere:
            yield Difference("fault", path, "", "", None, note)
    for spec in sorted({*pat.policies, *ours.policies}):
        theirs, mine = pat.policies.get(spec), ours.policies.get(spec)
        if theirs is not None and mine is not None:
            yield from _policy(spec, theirs, mine)
        elif not (spec in pat.faulty and mine is not None and not mine.valid):
            known = theirs is not None and not theirs.valid and spec in ours.faulty
            if not known:
                yield Difference("policy", spec, "", "", theirs, mine)


def _policy(spec: str, pat: SpecVerdict, ours: SpecVerdict) -> Iterator[Difference]:
    if pat.valid != ours.valid:
        yield Difference(
            "valid", spec, "", "", pat.note or pat.valid, ours.note if not ours.valid else True
        )
        return
    if pat.failed != ours.failed:
        yield Difference("counted", spec, "", "", pat.failed, ours.failed)
    if len(pat.tests) != len(ours.tests):
        yield Difference("tests", spec, "", "", len(pat.tests), len(ours.tests))
    for theirs, mine in zip(pat.tests, ours.tests, strict=False):
        yield from _test(spec, theirs, mine)


def _test(spec: str, pat: TestVerdict, ours: TestVerdict) -> Iterator[Difference]:
    if pat.name != ours.name:
        yield Difference("name", spec, pat.name, "", pat.name, ours.name)
    if pat.passed != ours.passed:
        yield Difference("passed", spec, pat.name, "", pat.passed, ours.passed)
    if pat.output.strip() != ours.output.strip():
        yield Difference("printed", spec, pat.name, "", pat.output, ours.output)
    for name in sorted({*pat.functions, *ours.functions}):
        theirs, mine = pat.functions.get(name), ours.functions.get(name)
        if theirs is not None and mine is not None:
            yield from _function(spec, ours.name, name, theirs, mine)
        else:
            shown = ours if mine is not None else None
            yield Difference("function", spec, pat.name, name, theirs, shown)


def _function(
    spec: str, test: str, name: str, pat: FunctionVerdict, ours: FunctionVerdict
) -> Iterator[Difference]:
    if pat.output != ours.output:
        yield Difference("output", spec, test, name, pat.output, ours.output)
    if pat.error != ours.error:
        yield Difference("error", spec, test, name, pat.error, ours.error)
    if pat.matched != ours.matched:
        yield Difference("matched", spec, test, name, pat.matched, ours.matched)
