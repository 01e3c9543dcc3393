"""Publishes what the repository holds and how it is watched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from panther_engine.events import (
    ANNOUNCED,
    Event,
    RepositoryChanged,
    WatchChanged,
    WatchMode,
    entry_of,
)
from panther_engine.model import Policy
from panther_engine.reading.repository.branch import read_branch
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.watch.polled_files import note_of_shared


class Announcer:
    """Remembers what was published, to name what is gone and to repeat nothing."""

    def __init__(self, root: Path, emit: Callable[[Event], None]) -> None:
        self._root = root
        self._emit = emit
        self._shown: dict[str, None] = {}
        """Specs of the policies that were published."""
        self._told: tuple[WatchMode, str] | None = None
        self.mode = WatchMode.WATCHING
        """How changes are noticed."""
        self.note = ""
        """Why it is not the best way to notice them; empty if it is."""
        self.paused = False
        self.behind = ""
        """Why what is shown may be older than the files; empty if it is not."""

    def announce(self, ids: Mapping[str, str]) -> None:
        """Publish what seem to be policies while they are being read: generation 0."""
        entries = tuple(entry_of(Policy(spec, "", id_)) for spec, id_ in ids.items())
        branch = read_branch(self._root)
        self._emit(RepositoryChanged(ANNOUNCED, str(self._root), branch, entries, (), (), ()))
        self._shown = dict.fromkeys(ids)

    def missing(self, policies: Collection[str]) -> tuple[str, ...]:
        """Specs that were published and are not among these."""
        return tuple(spec for spec in self._shown if spec not in policies)

    def publish(
        self,
        repository: Repository,
        updated: Iterable[str],
        removed: Sequence[str],
        changed: Sequence[str],
    ) -> None:
        """Publish a generation: the specs that are updated and removed, the paths that changed."""
        policies = repository.policies
        updated = tuple(spec for spec in updated if spec in policies)
        self._emit(
            RepositoryChanged(
                repository.generation,
                str(repository.root),
                read_branch(repository.root),
                tuple(entry_of(policies[spec]) for spec in updated),
                tuple(removed),
                repository.diagnostics,
                tuple(changed),
            )
        )
        self._shown.update(dict.fromkeys(updated))
        for spec in removed:
            self._shown.pop(spec, None)

    def tell_watch(self, shared: int) -> None:
        """Publish how changes are noticed, if that is news. `shared` files are polled."""
        note = self.note
        if self.mode is WatchMode.WATCHING and not note:
            note = note_of_shared(shared)
        told = (WatchMode.PAUSED if self.paused else self.mode, self.behind or note)
        if told != self._told:
            self._told = told
            self._emit(WatchChanged(*told))
