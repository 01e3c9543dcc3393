"""Finds survivors, coverage and null findings while nothing else runs and nobody types."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

from panther_engine.events import Event, Suggested
from panther_engine.insight.inspecting import Found, Inspecting
from panther_engine.insight.trials.apart import ApartSearch
from panther_engine.model import PolicyResult, Status
from panther_engine.reading.repository.repository import Repository
from panther_engine.running.jobs.pool import JobEnded, Pool, PoolEvent
from panther_engine.running.processes.job import Limits
from panther_engine.running.processes.launcher import Launcher

REMEMBERED = 2_000
"""Policies whose findings are kept for the same contents to come back."""
SLOW_MS = 500.0
"""A policy whose tests take longer than this together is inspected after all others."""
QUIET_SECONDS = 0.4
"""How long nobody may have pressed a key before the work goes on."""


class LiveInspection:
    """Inspects the policy that is wanted, then, if that is asked for, all the others."""

    def __init__(
        self,
        launcher: Launcher,
        root: str,
        limits: Limits,
        emit: Callable[[Event], None],
        settled: Callable[[str], PolicyResult | None],
        digest: Callable[[str], str],
    ) -> None:
        """`settled` gives the result of a policy, by its spec, if no run of it is to come.

        `digest` tells of what contents its findings are.
        """
        self._emit = emit
        self._settled = settled
        self._digest = digest
        self._pool = Pool(launcher, root, 1, limits, self._on_pool)
        self._repository: Repository | None = None
        self._work: Inspecting | None = None
        """The policy that is inspected now, or was last."""
        self._shown: Inspecting | None = None
        """The one of the wanted policy, for suggestions."""
        self._searches: dict[str, ApartSearch] = {}
        """By their jobs' keys."""
        self._done: dict[str, PolicyResult] = {}
        """The results whose policies were inspected in every way."""
        self._known: OrderedDict[str, Found] = OrderedDict()
        """By the digest of what they are of; what was used last stands last."""
        self._queue: deque[str] = deque()
        self._aside: asyncio.TimerHandle | None = None
        self._all = False
        self.wanted = ""
        """Spec of the policy on the screen; empty if none is to be inspected."""

    def want(self, spec: str) -> None:
        """Inspect this policy first from now on; an empty `spec` means none in particular."""
        self._halt()
        self._done.pop(spec, None)
        self.wanted = spec
        self._shown = None

    def want_all(self, wanted: bool) -> None:
        """Inspect every policy, or only the wanted one."""
        self._all = wanted

    def drop(self) -> None:
        """Give up what goes on; `begin` starts anew."""
        self._halt()
        self._work = None
        self._queue.clear()

    def stand_aside(self) -> None:
        """Somebody pressed a key: stop but for what they asked for, until they have paused."""
        self._pool.cancel(key for key in self._pool.keys if key not in self._searches)
        if self._aside is not None:
            self._aside.cancel()
        self._aside = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._resume)

    def begin(self, repository: Repository) -> None:
        """Inspect what is wanted, of this generation; nothing is to run before."""
        self.drop()
        self._repository = repository
        self._queue = deque([self.wanted] if self.wanted else ())
        if self._all:
            self._queue = deque(sorted((*self._queue, *repository.policies), key=self._is_slow))
        self._go_on()

    def suggest(self, number: int) -> None:
        """Look for a test that tells this survivor from the body; what goes on waits."""
        shown = self._shown or self._recalled()
        found = shown.inspected.mutated if shown is not None else None
        survivors = {one.number: one for one in found.survivors} if found is not None else {}
        if shown is None or number not in survivors:
            self._emit(Suggested(self.wanted, number, None))
            return
        search = shown.apart()
        job = search.job(survivors[number])
        if job is None:
            self._emit(Suggested(self.wanted, number, None))
        else:
            self._searches[job.spec] = search
            self._pool.submit((job,), first=True)

    def close(self) -> None:
        """End it."""
        self.drop()
        if self._aside is not None:
            self._aside.cancel()

    def _is_slow(self, spec: str) -> bool:
        """Whether all others come first: its mutants would keep them waiting for long."""
        result = self._settled(spec)
        return result is not None and result.duration_ms > SLOW_MS

    def _recalled(self) -> Inspecting | None:
        """The wanted policy as it was inspected before, while its turn has not come again."""
        repository, result = self._repository, self._settled(self.wanted)
        if repository is None or result is None or self.wanted not in repository.policies:
            return None
        found = self._known.get(self._digest(self.wanted))
        if found is None:
            return None
        work = Inspecting(repository, repository.policies[self.wanted], result)
        work.recall(found)
        return work

    def _halt(self) -> None:
        self._pool.cancel()
        self._searches.clear()

    def _resume(self) -> None:
        self._aside = None
        self._go_on()

    def _go_on(self) -> None:
        """Run the next job of the policy at hand, or of the next that is not inspected yet."""
        if self._aside is not None or self._pool.busy:
            return
        work = self._work = self._work or self._next_work()
        if work is None:
            return
        job = work.next_job()
        if job is not None:
            self._pool.submit((job,))
        else:
            self._finish(work)
            asyncio.get_running_loop().call_soon(self._go_on)  # so that nothing else has to wait

    def _next_work(self) -> Inspecting | None:
        repository = self._repository
        while repository is not None and self._queue:
            spec = self._queue.popleft()
            policy, result = repository.policies.get(spec), self._settled(spec)
            if policy is None or result is None or result.status is Status.INVALID:
                continue
            if self._done.get(spec) is result and (spec != self.wanted or self._shown is not None):
                continue
            work = Inspecting(repository, policy, result)
            if (found := self._known.get(self._digest(spec))) is not None:
                work.recall(found)
                self._emit(work.inspected)
            if spec == self.wanted:
                self._shown = work
            return work
        return None

    def _finish(self, work: Inspecting) -> None:
        """Keep what was found; of a policy that nobody looks at it is told at once, now."""
        spec = work.inspected.spec
        self._work = None
        self._done[spec] = work.result
        digest = self._digest(spec)
        known = self._known.pop(digest, None)
        self._known[digest] = work.found
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        if known is None and spec != self.wanted:
            self._emit(work.inspected)

    def _on_pool(self, event: PoolEvent) -> None:
        if not isinstance(event, JobEnded):
            return
        if event.job.mode == "apart":
            number = event.job.request["number"]
            assert isinstance(number, int)
            found = self._searches.pop(event.job.spec).take(event)
            self._emit(Suggested(self.wanted, number, found))
        elif self._work is not None:
            work = self._work
            if work.take(event) and work.inspected.spec == self.wanted:
                self._emit(work.inspected)
        self._go_on()
