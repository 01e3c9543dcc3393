"""Chooses how to watch a checkout, and says in one line why when it is not the best way."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NamedTuple

from panther_engine.events import WatchMode
from panther_engine.reading.watch.backend import WatchBackend
from panther_engine.reading.watch.inotify_backend import InotifyBackend
from panther_engine.reading.watch.mounts import remote_type
from panther_engine.reading.watch.polling_backend import PollingBackend


class Chosen(NamedTuple):
    """A backend, with what the user is told about it."""

    backend: WatchBackend
    mode: WatchMode
    note: str
    """Why it is not the best one; else empty."""


def choose_backend(root: Path, asked_to_poll: bool) -> Chosen:
    """The backend that was asked for, or the best one for this file system."""
    if asked_to_poll:
        return poll_instead(root, "as the settings or --poll ask")
    if kind := remote_type(root):
        return poll_instead(root, f"changes on a {kind} mount are not announced")
    return best_backend(root)


def best_backend(root: Path) -> Chosen:
    """inotify, or watchfiles where there is none; polling where neither works."""
    try:
        return Chosen(InotifyBackend(root), WatchMode.WATCHING, "")
    except ImportError:
        pass
    except OSError as error:
        return poll_instead(root, explain_refusal(error))
    try:
        from panther_engine.reading.watch.watchfiles_backend import WatchfilesBackend

        return Chosen(WatchfilesBackend(root), WatchMode.WATCHING, "")
    except ImportError:
        return poll_instead(root, "watchfiles is not installed")


def poll_instead(root: Path, reason: str) -> Chosen:
    """Polling, for a reason that is told."""
    return Chosen(PollingBackend(root), WatchMode.POLLING, f"polling: {reason}")


def explain_refusal(error: OSError) -> str:
    """Why the system does not let us watch."""
    if error.errno == errno.ENOSPC:
        return "the limit of inotify watches is reached (fs.inotify.max_user_watches)"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "the limit of inotify instances is reached (fs.inotify.max_user_instances)"
    return error.strerror or type(error).__name__
