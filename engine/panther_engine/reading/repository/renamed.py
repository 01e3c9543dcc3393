"""Finds names that no longer refer to what they did before a change.

If an import fails, the hint depends on what else in the checkout has that name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from typing import TYPE_CHECKING

from panther_engine.model import Global, Policy

if TYPE_CHECKING:
    from panther_engine.reading.repository.repository import Repository


def changed_names(old: Repository, new: Repository, changed: Collection[str]) -> frozenset[str]:
    """Names of files, folders and bodies that came, went or are another's.

    Why an import finds nothing is told by what else has the name, so whoever asks for one of these
    runs again.
    """
    names: set[str] = set()
    read: set[str] = set()
    before, now = old.listing.folders, new.listing.folders
    for path in before.keys() | now.keys() if before is not now else ():
        was, is_ = before.get(path), now.get(path)
        if was is is_:
            continue
        files = set(was.files if was else ()) ^ set(is_.files if is_ else ())
        names.update(_stem(name) for name in files if name.endswith(".py"))
        if was is None or is_ is None:
            names.add(_stem(path))
        if not read:  # what lies in a folder that is not read any more is told as that
            read = old.listing.files.keys() ^ new.listing.files.keys()
            names.update(_stem(place) for place in read if place.endswith(".py"))
    for before_or_now in _bodies(old, changed) ^ _bodies(new, changed):
        names.update(before_or_now)
    if old.others is not new.others:
        others = old.others.items() ^ new.others.items()
        names.update(_stem(path) for path, _ in others)
    return frozenset(names)


def _bodies(repository: Repository, specs: Collection[str]) -> frozenset[tuple[str, str]]:
    """IDs of all globals and of the policies in these specs, each with the name of its body.

    All, since a global that comes can take the ID of one whose spec did not change.
    """
    policies = repository.policies
    ones: list[Policy | Global] = [policies[path] for path in specs if path in policies]
    ones += repository.globals.values()
    return frozenset((one.id, _stem(one.body)) for one in ones)


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]
