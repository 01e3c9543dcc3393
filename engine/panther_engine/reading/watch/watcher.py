"""Watches a checkout in a thread: which paths to look at again, and when."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from panther_engine.events import WatchMode
from panther_engine.reading.watch.choose_backend import (
    Chosen,
    best_backend,
    choose_backend,
    explain_refusal,
    poll_instead,
)
from panther_engine.reading.watch.debouncer import Debouncer
from panther_engine.reading.watch.polled_files import PolledFiles

FAULT_FREE = 60.0
"""Seconds without a fault of ours after which the best backend is tried again."""

RETRY_AFTER = 1.0
"""Seconds to wait after a fault that came sooner."""


class Watcher:
    """Watches directories of a checkout from a thread of its own, from `start` to `stop`.

    `callback(paths, mode, note)` is called from that thread: `paths` are root-relative hints for
    `rescan`, None means that everything must be looked at. It is called with None once at the
    start, when every watch is set, after new directories were added, and when the backend changes.
    `note` is empty or says in one line why the backend is not the best one.
    """

    def __init__(
        self,
        root: Path,
        directories: Sequence[str],
        callback: Callable[[frozenset[str] | None, WatchMode, str], None],
        poll: bool = False,
        on_fault: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """`on_fault` is called from the thread with what was raised there; the thread goes on."""
        self._root = root
        self._callback = callback
        self._on_fault = on_fault
        self._faulted_at = float("-inf")
        """When something was raised last, in `time.monotonic()` seconds."""
        self._rest = threading.Event()
        self._asked_to_poll = poll
        self._lock = threading.Lock()
        self._wanted: tuple[str, ...] | None = tuple(directories)
        """Directories that the backend has yet to be told of."""
        self._directories = tuple(directories)
        self._polled = PolledFiles(root)
        self._debouncer = Debouncer()
        self._stopping = False
        self._root_is_gone = False
        self._use(choose_backend(root, poll))
        self._thread = threading.Thread(target=self._work, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch. Raises nothing: where watching fails, polling takes its place."""
        self._thread.start()

    def set_directories(self, directories: Sequence[str], shared: Sequence[str] = ()) -> None:
        """Watch exactly these from now on. Returns at once; new ones bring a call with None.

        `shared` are files that are polled, since no backend reports all their changes.
        """
        wanted = tuple(directories)
        with self._lock:
            self._polled.watch(shared)
            if wanted == self._directories:
                return
            self._wanted = self._directories = wanted
            self._backend.wake()

    def stop(self) -> None:
        """End the thread; no call comes after this returns, except to the caller's own thread."""
        with self._lock:
            self._stopping = True
            self._rest.set()
            self._backend.wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _work(self) -> None:
        while not self._stopping:
            try:
                self._step()
            except Exception as error:
                self._retry(error)
        self._backend.close()

    def _step(self) -> None:
        """Wait for changes once, and report those that are due."""
        with self._lock:
            if self._stopping:
                return
            wanted, self._wanted = self._wanted, None
        try:
            if wanted is not None and self._backend.watch(wanted):
                self._debouncer.add_everything()
            seconds = self._polled.shorten(self._debouncer.seconds_left())
            changes = self._backend.wait(seconds)
            changes.written |= self._polled.poll()
        except OSError as error:
            self._fall_back(error)
            self._debouncer.add_everything()
            return
        if changes and self._root_is_gone:
            self._replace(best_backend(self._root))
            changes.everything = True
        self._debouncer.add(changes)
        due = self._debouncer.take_due()
        if due and not self._stopping:
            paths = None if due.everything else frozenset(due.written | due.unsettled)
            self._callback(paths, self.mode, self.note)

    def _fall_back(self, error: OSError) -> None:
        """Poll from now on."""
        self._replace(poll_instead(self._root, explain_refusal(error)))
        self._root_is_gone = isinstance(error, FileNotFoundError)

    def _retry(self, error: Exception) -> None:
        """Go on after a fault of ours: as before, or by polling if there was one a moment ago."""
        with contextlib.suppress(Exception):
            self._on_fault(error)
        now = time.monotonic()
        again, self._faulted_at = now - self._faulted_at < FAULT_FREE, now
        if again:
            self._rest.wait(RETRY_AFTER)
        chosen = poll_instead(self._root, f"watching failed ({type(error).__name__}: {error})")
        if not again:
            with contextlib.suppress(Exception):
                chosen = choose_backend(self._root, self._asked_to_poll)
        self._replace(chosen)
        self._debouncer = Debouncer()
        self._debouncer.add_everything()

    def _replace(self, chosen: Chosen) -> None:
        """Watch the same directories with another backend."""
        with self._lock:
            with contextlib.suppress(Exception):
                self._backend.close()
            self._use(chosen)
            self._wanted = self._directories
            self._root_is_gone = False

    def _use(self, chosen: Chosen) -> None:
        self._backend, self.mode, self.note = chosen
