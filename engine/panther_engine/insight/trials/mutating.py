"""Runs mutants of a body against its tests and collects the survivors."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping

from panther_engine.insight.runs.jobs import mutants_job, spec_of
from panther_engine.insight.runs.running import InsightJobs
from panther_engine.model import Failure, Policy
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded
from panther_engine.running.processes.job import Job
from panther_engine.running.processes.untrusted import take_list
from panther_engine.text.clean import clean_line
from panther_engine.values.findings import Mutated as Mutated
from panther_engine.values.findings import Survivor as Survivor

NOT_PINNED = re.compile(r"#\s*not pinned:\s*(\S.*)")
"""A comment that sets the survivors of its line aside."""
RESUMED_LIMIT = 200
"""Processes that the mutants of one policy may end."""


class MutantSearch:
    """Runs the mutants of policies, whatever some of them do to their process."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._found: dict[str, dict[int, Survivor]] = {}
        self._totals: dict[str, int] = {}
        self._careful: set[str] = set()
        self._resumed: dict[str, int] = {}

    def job(self, policy: Policy) -> Job | None:
        """The first job of a policy; None if it has no tests or cannot run."""
        return mutants_job(self._repository, policy)

    def take(self, ended: JobEnded) -> Job | None:
        """Take what a job found; gives the job that goes on where it was ended, if it was."""
        spec = spec_of(ended.job.spec)
        start = ended.job.request["start"]
        assert isinstance(start, int)
        source = self._repository.files[self._repository.policies[spec].body].content
        done = start
        for finding in ended.findings:
            total, following = finding.get("total"), finding.get("next")
            if isinstance(total, int) and isinstance(following, int):
                self._totals[spec] = total
                done = max(done, min(following, total))
                for number, survivor in _survivors(finding.get("survivors"), source):
                    self._found.setdefault(spec, {})[number] = survivor
        careful = spec in self._careful
        self._resumed[spec] = self._resumed.get(spec, 0) + 1
        if self._resumed[spec] > RESUMED_LIMIT:
            self._totals.pop(spec, None)
            return None
        counted = spec in self._totals
        if ended.setup is not None or (careful and not counted):
            return None
        if counted and done >= self._totals[spec]:
            return None
        self._careful.add(spec)
        # a mutant that ended its process is killed; only a careful job can say which one
        policy = self._repository.policies[spec]
        return mutants_job(self._repository, policy, done + careful, careful=True)

    @property
    def known(self) -> frozenset[str]:
        """Specs whose mutants were counted."""
        return frozenset(self._totals)

    def result(self, spec: str) -> Mutated:
        """What was found of a policy."""
        found = self._found.get(spec, {})
        total = self._totals.get(spec, 0)
        survivors = tuple(sorted(found.values(), key=lambda one: (one.line, one.column)))
        return Mutated(spec, total, total - len(survivors), survivors)


async def mutate_policies(
    repository: Repository,
    chosen: Mapping[str, object],
    jobs: InsightJobs,
    on_broken: Callable[[str, Failure], None],
) -> list[Mutated]:
    """Run the mutants of these policies, given by spec; those without tests are left out.

    `on_broken` is told of policies whose body cannot be imported.
    """
    jobs.prepare(chosen)
    search = MutantSearch(repository)
    broken: set[str] = set()
    again: list[Job] = []

    def keep(ended: JobEnded) -> None:
        if ended.setup is not None:
            spec = spec_of(ended.job.spec)
            broken.add(spec)
            on_broken(spec, ended.setup)
        elif (job := search.take(ended)) is not None:
            again.append(job)

    policies = [repository.policies[spec] for spec in chosen]
    waiting = [job for policy in policies if (job := search.job(policy)) is not None]
    ran = [spec_of(job.spec) for job in waiting]
    while waiting:
        await jobs.run(waiting, keep)
        waiting = list(again)
        again.clear()
    for spec in sorted(set(ran) - broken - search.known):
        on_broken(spec, Failure("Stopped", "its tests take too long to run again and again"))
    return [search.result(spec) for spec in sorted(ran) if spec in search.known]


def set_aside(source: bytes) -> dict[int, str]:
    """Reasons of the comments `# not pinned: reason` in a body, by line."""
    found = {}
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.COMMENT and (match := NOT_PINNED.match(token.string)):
                found[token.start[0]] = clean_line(match[1])
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        pass  # the policy's own run reports what is wrong
    return found


def _survivors(value: object, source: bytes) -> Iterator[tuple[int, Survivor]]:
    """Those of a report that make sense."""
    reasons = set_aside(source)
    lines = source.split(b"\n")
    for one in take_list(value) if isinstance(value, list) else ():
        match one:
            case [int(number), int(line), int(column), str(kind), str(before), str(after)]:
                text = lines[line - 1] if 0 < line <= len(lines) else b""
                yield (
                    number,
                    Survivor(
                        line,
                        len(text[:column].decode("utf-8", "replace")),
                        clean_line(kind),
                        clean_line(before),
                        clean_line(after),
                        number,
                        reasons.get(line, ""),
                    ),
                )
