"""Takes a session from one generation of its checkout to the next, and runs what that affects."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping

from panther_engine.events import Event, ResultsRecalled
from panther_engine.reading.repository.dependencies import modules_used
from panther_engine.reading.repository.load import load_repository, rescan
from panther_engine.reading.repository.repository import Repository
from panther_engine.session.announcer import Announcer
from panther_engine.session.faults import describe_fault
from panther_engine.session.live_runs import LiveRuns
from panther_engine.session.memory.session_memory import SessionMemory
from panther_engine.session.open_files import open_policy
from panther_engine.session.options import SessionOptions


class Generations:
    """The generation that is live. Lives on the session's event loop."""

    def __init__(
        self,
        options: SessionOptions,
        runs: LiveRuns,
        announcer: Announcer,
        emit: Callable[[Event], None],
        prepare: Callable[[Collection[str], frozenset[str]], None],
        make_room: Callable[[Collection[str]], None],
        outdate: Callable[[Collection[str]], None],
        follow: Callable[[Repository], None],
    ) -> None:
        """Begin with no generation at all.

        Args:
            options: of the session.
            runs: what runs policies' tests.
            announcer: what publishes a generation.
            emit: called with other events.
            prepare: called with the specs that are new or changed, and the modules they use.
            make_room: called with the specs that are about to run.
            outdate: called with those that run because something changed.
            follow: called with a generation whose directories are to be watched.
        """
        self._options = options
        self._runs = runs
        self._announcer = announcer
        self._emit = emit
        self._prepare = prepare
        self._make_room = make_room
        self._outdate = outdate
        self._follow = follow

    @property
    def current(self) -> Repository:
        """What the checkout held when it was last read. There is nothing before `load`."""
        return self._current

    def load(self, memory: SessionMemory, check_syntax: bool) -> None:
        """Read the checkout, show the results of last time, and run everything."""
        options = self._options
        repository = load_repository(
            options.root,
            options.scopes,
            options.settings,
            check_syntax=check_syntax,
            parsed=memory.parsed,
            glance=self._announcer.announce,
        )
        self._take(repository, repository.policies)
        gone = self._announcer.missing(repository.policies)
        self._announcer.publish(repository, repository.policies, gone, ())
        recalled = memory.load_results(repository)
        if recalled:
            self._runs.results.update((result.spec, result) for result in recalled)
            self._emit(ResultsRecalled(recalled))
        self._start(dict.fromkeys(repository.policies, "first run"))

    def look(self, hints: set[str] | None) -> None:
        """Read what changed on disk, at these paths or anywhere, and run what it affects."""
        learned = self._learned()
        old = self._current
        change = rescan(old, hints, learned)
        if change is None:
            return
        self._take(change.repository, {*change.updated, *change.affected})
        self.follow()
        self._announcer.publish(change.repository, change.updated, change.removed, change.changed)
        self._runs.forget(change.removed)
        changed = frozenset(change.changed)
        readers = (spec for spec, read in learned.items() if not read.isdisjoint(changed))
        touched = dict.fromkeys((*change.updated, *change.shifted, *readers))
        again = self._runs.keep((spec for spec in touched if spec not in change.affected), old)
        if change.changed or change.affected or again:
            changed_at = _changed_at(change.repository, change.changed)
            self._start({**change.affected, **again}, changed_at)
        if self._runs.selected in touched or self._runs.selected in change.affected:
            self.open_selected()

    def look_at_learned(self) -> None:
        """Watch files of the checkout that a run read for the first time."""
        repository = self._current
        for result in self._runs.results.values():
            for path in result.loaded:
                if (
                    path not in repository.files
                    and path not in repository.opened
                    and not path.startswith(("/", ".."))
                ):
                    self.look(set())
                    return

    def start_over(self) -> None:
        """After a fault nothing of what was known is believed: read, publish and run everything."""
        try:
            change = rescan(self._current, None, self._learned())
            repository = self._current if change is None else change.repository
            policies = repository.policies
            self._take(repository, policies)
            self.follow()
            gone = self._announcer.missing(policies)
            changed = () if change is None else change.changed
            self._announcer.publish(repository, policies, gone, changed)
            self._runs.forget(gone)
            self._start(dict.fromkeys(policies, "panther-tui itself failed before"))
            self.open_selected()
        except Exception as error:
            self._announcer.behind = (
                f"what is shown may be older than the files: {describe_fault(error)}"
            )
            self.tell_watch()
            raise
        self._announcer.behind = ""
        self.tell_watch()

    def run_asked(self, specs: Collection[str]) -> None:
        """Run these because somebody asked for it."""
        self._make_room(specs)
        self._runs.start(dict.fromkeys(specs, "asked for"), asked=True)

    def open_selected(self) -> None:
        """Publish the files of the policy on the screen."""
        opened = open_policy(self._current, self._runs.selected)
        if opened is not None:
            self._emit(opened)

    def follow(self) -> None:
        """Have the directories watched that this generation is made of."""
        self._follow(self._current)
        self.tell_watch()

    def tell_watch(self) -> None:
        """Publish how changes are noticed, if that is news."""
        self._announcer.tell_watch(len(self._current.links.shared))

    def _learned(self) -> dict[str, frozenset[str]]:
        """The files that runs of each policy read."""
        results = self._runs.results
        return {spec: frozenset(it.loaded) for spec, it in results.items() if it.loaded}

    def _start(self, reasons: Mapping[str, str], changed_at: float | None = None) -> None:
        only = self._options.only
        chosen = {spec: why for spec, why in reasons.items() if only is None or spec in only}
        self._make_room(chosen)
        self._outdate(chosen)
        self._runs.start(chosen, changed_at=changed_at)

    def _take(self, repository: Repository, new: Collection[str]) -> None:
        """Work from this generation on: workers get its globals, and what `new` policies use."""
        self._current = repository
        self._runs.use(repository)
        names = (modules_used(repository, spec) for spec in new if spec in repository.policies)
        self._prepare(new, frozenset().union(*names))


def _changed_at(repository: Repository, changed: Iterable[str]) -> float:
    """When the newest of these files was written, in epoch seconds; now, where they are gone."""
    now = time.time()
    times = [
        found.stamp.mtime_ns / 1e9
        for path in changed
        if (found := repository.files.get(path)) is not None
    ]
    newest = max(times, default=now)
    return newest if now - 10 < newest <= now else now
