"""Changes on disk as hints of where to look, quick for a save and patient with a burst."""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from panther_engine.events import WatchMode
from panther_engine.reading.watch.backend import Ear, News
from panther_engine.reading.watch.inotify_backend import InotifyEar
from panther_engine.reading.watch.mounts import remote_type
from panther_engine.reading.watch.polling_backend import PollingEar
from panther_engine.reading.watch.unheard import Unheard

QUIET = 0.015
"""Seconds without news after which a deletion is taken for one, not for half of a save."""

BURST = 0.03
"""Seconds after a report within which further news are collected instead of told at once."""

FAULT_FREE = 60.0
"""Seconds between two faults of ours for which the best way of watching is tried again."""

FAULT_REST = 1.0
"""Seconds to wait after a fault that came sooner."""

LONGEST = 0.2
"""Seconds for which news of a burst are held back at most."""


class Watcher:
    """Watches directories of a checkout from a thread of its own, from `start` to `stop`.

    `callback(paths, mode, note)` is called from that thread: `paths` are root-relative hints for
    `rescan`, None means that everything must be looked at. It is called with None once at the
    start, when every watch is set, after new directories were added, and when the way of watching
    changes. `note` is empty or says in one line why it is not the best way.
    """

    def __init__(
        self,
        root: Path,
        directories: Sequence[str],
        callback: Callable[[frozenset[str] | None, WatchMode, str], None],
        poll: bool = False,
        on_fault: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """`on_fault` is told, from the thread, what was raised in it; it starts again by itself."""
        self._root = root
        self._callback = callback
        self._on_fault = on_fault
        self._faulted = float("-inf")
        """When something was raised last, in `time.monotonic()` seconds."""
        self._rest = threading.Event()
        self._asked_to_poll = poll
        self._lock = threading.Lock()
        self._wanted: tuple[str, ...] | None = tuple(directories)
        self._unheard = Unheard(root)
        self._directories = tuple(directories)
        self._stopping = False
        self._lost = False
        self.mode = WatchMode.WATCHING
        self.note = ""
        self._ear = self._open()
        self._thread = threading.Thread(target=self._work, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to listen. Raises nothing: where listening fails, polling takes its place."""
        self._thread.start()

    def set_directories(self, directories: Sequence[str], shared: Sequence[str] = ()) -> None:
        """Watch exactly these from now on. Returns at once; new ones bring a call with None.

        `shared` are files that are looked at again and again, since nobody tells of all changes.
        """
        wanted = tuple(directories)
        with self._lock:
            self._unheard.watch(shared)
            if wanted == self._directories:
                return
            self._wanted = self._directories = wanted
            self._ear.wake()

    def stop(self) -> None:
        """End the thread; no call comes after this returns, except to the caller's own thread."""
        with self._lock:
            self._stopping = True
            self._rest.set()
            self._ear.wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _open(self) -> Ear:
        """What was asked for, or serves best on this file system."""
        if self._asked_to_poll:
            return self._poll("polling, as the settings or --poll ask")
        if kind := remote_type(self._root):
            return self._poll(f"polling: changes on a {kind} mount are not announced")
        return self._listen()

    def _listen(self) -> Ear:
        """The best ear there is."""
        self.mode, self.note = WatchMode.WATCHING, ""
        try:
            return InotifyEar(self._root)
        except ImportError:
            pass
        except OSError as error:
            return self._poll(_reason(error))
        try:
            from panther_engine.reading.watch.watchfiles_backend import WatchfilesEar

            return WatchfilesEar(self._root)
        except ImportError:
            return self._poll("polling: watchfiles is not installed")

    def _poll(self, note: str) -> Ear:
        self.mode, self.note = WatchMode.POLLING, note
        return PollingEar(self._root)

    def _work(self) -> None:
        pending = News()
        while not self._stopping:
            try:
                self._hear_and_tell(pending)
            except Exception as error:
                self._start_again(error)
                pending = News(everything=True)
        self._ear.close()

    def _start_again(self, error: Exception) -> None:
        """Go on after a fault of ours: as before, or by polling if that failed a moment ago."""
        with contextlib.suppress(Exception):
            self._on_fault(error)
        now = time.monotonic()
        again, self._faulted = now - self._faulted < FAULT_FREE, now
        if again:
            self._rest.wait(FAULT_REST)
        with self._lock:
            with contextlib.suppress(Exception):
                self._ear.close()
            self._ear = self._poll(f"polling: {_fault(error)}")
            if not again:
                with contextlib.suppress(Exception):
                    self._ear = self._open()
            self._wanted = self._directories
            self._lost = False

    def _hear_and_tell(self, pending: News) -> None:
        """Listen and call back until the end, beginning with what is `pending`."""
        first = last = told = 0.0
        while True:
            with self._lock:
                if self._stopping:
                    break
                wanted, self._wanted = self._wanted, None
            try:
                if wanted is not None and self._ear.listen_to(wanted):
                    pending.everything = True
                patience = _patience(pending, first, last, told)
                news = self._ear.wait(self._unheard.patience(patience))
                news.written |= self._unheard.look()
            except OSError as error:
                self._fall_back(error)
                pending.everything = True
                continue
            now = time.monotonic()
            if news:
                if self._lost:
                    self._recover()
                    news.everything = True
                first = first if pending else now
                last = now
                _merge(pending, news)
            if pending and not self._stopping and _patience(pending, first, last, told) == 0.0:
                pending = self._tell(pending, now - last >= QUIET or now - first >= LONGEST)
                told = time.monotonic()

    def _tell(self, pending: News, settled: bool) -> News:
        """Call back with what is known; what is still unsettled stays pending."""
        if pending.everything:
            self._callback(None, self.mode, self.note)
            return News()
        paths = frozenset(pending.written | pending.unsettled if settled else pending.written)
        self._callback(paths, self.mode, self.note)
        return News() if settled else News(unsettled=pending.unsettled)

    def _fall_back(self, error: OSError) -> None:
        """Poll from now on."""
        with self._lock:
            self._ear.close()
            self._ear = self._poll(_reason(error))
            self._wanted = self._directories
            self._lost = isinstance(error, FileNotFoundError)

    def _recover(self) -> None:
        """Listen again: the root may be back."""
        with self._lock:
            self._ear.close()
            self._ear = self._listen()
            self._wanted = self._directories
            self._lost = False


def _merge(pending: News, news: News) -> None:
    pending.written |= news.written
    pending.unsettled = (pending.unsettled | news.unsettled) - news.written
    pending.everything |= news.everything


def _patience(pending: News, first: float, last: float, told: float) -> float | None:
    """Seconds to wait before telling: none for what is complete unless it is part of a burst."""
    if not pending:
        return None
    now = time.monotonic()
    latest = first + LONGEST
    if pending.everything or not pending.written:
        due = min(last + QUIET, latest)
    elif now - told < BURST:
        due = min(told + BURST, latest)
    else:
        return 0.0
    return max(0.0, due - now)


def _fault(error: Exception) -> str:
    return f"watching failed ({type(error).__name__}: {error})"


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "polling: the limit of inotify watches is reached (fs.inotify.max_user_watches)"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "polling: the limit of inotify instances is reached (fs.inotify.max_user_instances)"
    return f"polling: {error.strerror or type(error).__name__}"
