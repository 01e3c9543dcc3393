"""Resolves the paths that a user typed to directories, files and lines of a repository.

If something does not exist, the error suggests the nearest names.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from panther_engine.reading.repository.walk.discover import SETTINGS_NAME, find_root
from panther_engine.reading.repository.walk.folders import is_candidate
from panther_engine.reading.selection.notes import Note, name_some
from panther_engine.reading.storage.read_regular import LARGEST, read_regular
from panther_engine.text.suggest import LOOSE, nearest_name, nearest_names
from panther_engine.values.frozen import dataclass

HELPER_FOLDER = "global_helpers"
"""A directory of this name holds no policies: it stands for those that its globals affect."""

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?")


class SelectionError(Exception):
    """What was asked for does not exist; the message is for the user."""


class NothingFoundError(SelectionError):
    """What was asked for exists, and holds nothing to do; `notes` say what was left out of it."""

    def __init__(self, message: str, notes: Sequence[Note] = ()) -> None:
        super().__init__("\n  ".join([message, *(note.message for note in notes)]))
        self.message = message
        self.notes = tuple(notes)


@dataclass(frozen=True, slots=True)
class Place:
    """A path as the user typed it, and the line if there was one."""

    path: Path
    line: int | None = None
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """An existing directory or file of the repository."""

    path: str
    """Relative to the root, POSIX; `.` is the root."""
    folder: bool
    line: int | None = None
    typed: str = ""

    @property
    def stands_for_helpers(self) -> bool:
        """Whether it is a directory of globals, which stands for what they affect."""
        return self.folder and HELPER_FOLDER in self.path.split("/")


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user's paths come to before anything is loaded."""

    root: Path
    scopes: tuple[str, ...]
    """Directories to load."""
    targets: tuple[Target, ...]
    passed_over: tuple[str, ...] = ()
    """Files asked for whose names are neither of specs nor of bodies, as the user typed them."""
    helpers: tuple[str, ...] = ()
    """Those of the scopes that were not asked for: what policies in the others may import."""

    @property
    def whole(self) -> bool:
        """Whether all that is loaded was asked for."""
        folders = {target.path for target in self.targets if target.folder}
        return folders >= {*self.scopes} - {*self.helpers}

    @property
    def said(self) -> str:
        """What was asked for, in the user's words."""
        return name_some([target.typed or target.path for target in self.targets])


def parse_place(text: str, here: Path) -> Place:
    """`PATH`, `PATH:LINE` or `PATH:LINE:COLUMN`; a drive letter is no path of its own.

    Args:
        text: what the user typed.
        here: the directory that a relative path starts from.
    """
    path = here / text
    if not os.path.lexists(path) and (match := _PLACE.fullmatch(text)):
        head = match["path"]
        if len(head) > 1 or not head.isalpha():
            return Place(here / head, int(match["line"]), text)
    return Place(path, None, text)


def locate(text: str, here: Path, commands: Iterable[str]) -> Place:
    """The existing place that `text` means, for the app.

    Raises SelectionError with the nearest names, those of `commands` among them.
    """
    place = parse_place(text, here)
    if os.path.lexists(place.path):
        _check_line(place)
        return place
    near = nearest_name(text, commands, LOOSE)
    meant = f"; did you mean the command `{near}`?" if near else ""
    raise SelectionError(_no_such_path(place) + meant)


def resolve(texts: Sequence[str], here: Path, default: Callable[[Path], str]) -> Selection:
    """The repository, the scopes to load and the targets in them.

    Args:
        texts: what the user typed, each as `parse_place` takes it.
        here: the directory that relative paths start from, and that is meant without a path.
        default: for a root, the directory in it that is meant when `here` is that root.

    Raises:
        SelectionError: a path or a line does not exist, or is not in the repository of the first.
    """
    places = [parse_place(text, here) for text in texts] or [Place(here, None, str(here))]
    for place in places:
        if not os.path.lexists(place.path):
            raise SelectionError(_no_such_path(place))
        _check_line(place)
    places, passed_over = _pass_over(places)
    root = find_root(places[0].path)
    if not texts and here == root:
        places = [Place(root / default(root), None, default(root))]
        if not places[0].path.is_dir():
            raise SelectionError(
                f"{SETTINGS_NAME} asks for the path {places[0].typed}, which is no directory"
            )
    targets = [_target(place, root) for place in places]
    scopes: dict[str, None] = {}
    for target in targets:
        if target.folder and not target.stands_for_helpers:
            scopes[target.path] = None
        else:
            # A file can affect policies anywhere. Its own directory is read whatever its name.
            scopes["."] = None
            if not target.folder:
                scopes[posixpath.dirname(target.path) or "."] = None
    helpers = _helpers_above(root, scopes)
    return Selection(root, (*scopes, *helpers), tuple(targets), passed_over, helpers)


def _pass_over(places: list[Place]) -> tuple[list[Place], tuple[str, ...]]:
    """The places that can hold a policy, and the others as typed; all places if none can."""
    wanted = [one for one in places if one.path.is_dir() or is_candidate(one.path.name)]
    if not wanted:
        return places, ()
    return wanted, tuple(one.typed for one in places if one not in wanted)


def _helpers_above(root: Path, scopes: Iterable[str]) -> tuple[str, ...]:
    """The `global_helpers` above the scopes, which a policy deep in a folder imports from.

    Those in a scope, beside it and at the root are read with every scope, as PAT does.
    """
    found: dict[str, None] = {}
    for scope in scopes:
        folder = posixpath.dirname(posixpath.dirname(scope))
        while folder:
            helpers = f"{folder}/{HELPER_FOLDER}"
            if (root / helpers).is_dir():
                found[helpers] = None
            folder = posixpath.dirname(folder)
    return tuple(one for one in found if one not in scopes)


def _check_line(place: Place) -> None:
    """Raise SelectionError if the file has no such line; the empty one after its end will do."""
    if place.line is None or not place.path.is_file() or not is_candidate(place.path.name):
        return
    try:
        content = read_regular(place.path, LARGEST)
    except OSError:
        return  # reading the repository tells what is wrong with it
    if not 1 <= place.line <= content.count(b"\n") + 1:
        lines = len(content.splitlines())
        has = "1 line" if lines == 1 else f"{lines} lines"
        raise SelectionError(f"{place.typed}: there is no line {place.line}, the file has {has}")


def _target(place: Place, root: Path) -> Target:
    path = os.path.relpath(os.path.abspath(place.path), root).replace(os.sep, "/")
    if path == ".." or path.startswith("../") or posixpath.isabs(path):
        raise SelectionError(f"{place.typed} lies outside of the repository {root}")
    if (own := find_root(place.path)) != root:
        raise SelectionError(f"{place.typed} lies in another repository, {own}: run it there")
    folder = place.path.is_dir()
    if folder and place.line is not None:
        raise SelectionError(f"{place.typed}: a directory has no line {place.line}")
    return Target(path, folder, place.line, place.typed)


def target_holds(target: Target, path: str) -> bool:
    """Whether a path of the repository is the target, or lies in it."""
    return is_under(path, target.path) if target.folder else path == target.path


def is_under(path: str, folder: str) -> bool:
    """Whether a path of the repository is the folder, or lies in it."""
    return folder == "." or path == folder or path.startswith(folder + "/")


def _no_such_path(place: Place) -> str:
    parent = place.path.parent
    while not parent.is_dir() and parent != parent.parent:
        parent = parent.parent
    try:
        names = os.listdir(parent)
    except OSError:
        names = []
    missing = os.path.relpath(place.path, parent).split(os.sep)[0]
    said = f"{place.typed}: there is no such file or directory"
    if near := nearest_names(missing, names):
        return said + near
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+", place.typed) and not place.typed.endswith((".py", "ml")):
        return f"{said}; if it is a policy's ID: --filter PolicyID={place.typed}"
    return said
