"""Which policies and tests a run is about: paths, lines, names and last time's failures.

A path is a directory, a spec, a body or a global; a line of a spec picks the test that holds it.
What cannot be found is said in words with the nearest names.
"""

from __future__ import annotations

import difflib
import os
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from panther_tui.engine.discover import SETTINGS_NAME, find_root
from panther_tui.engine.model import Diagnostic, Global, Policy

HELPER_FOLDER = "global_helpers"
"""A directory of this name holds no policies: it stands for those that its globals affect."""

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?")


class SelectionError(Exception):
    """What was asked for does not exist; the message is for the user."""


class Holdings(Protocol):
    """What is needed of a `Repository`."""

    @property
    def policies(self) -> Mapping[str, Policy]:
        """By spec path."""

    @property
    def globals(self) -> Mapping[str, Global]:
        """By GlobalID."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Those that belong to no policy."""


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


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user's paths come to before anything is loaded."""

    root: Path
    scopes: tuple[str, ...]
    """Directories to load."""
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The policies that a run is about, with just the tests it is about."""

    policies: Mapping[str, Policy]
    """By spec path, in order; tests that were not asked for are left out of `Policy.tests`."""
    diagnostics: tuple[Diagnostic, ...]
    """Those that belong to no policy but to what was asked for."""


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
        return place
    near = difflib.get_close_matches(text, list(commands), n=1, cutoff=0.6)
    meant = f"; did you mean the command `{near[0]}`?" if near else ""
    raise SelectionError(_no_such_path(place) + meant)


def resolve(texts: Sequence[str], here: Path, default: Callable[[Path], str]) -> Selection:
    """The repository, the scopes to load and the targets in them.

    Args:
        texts: what the user typed, each as `parse_place` takes it.
        here: the directory that relative paths start from, and that is meant without a path.
        default: for a root, the directory in it that is meant when `here` is that root.

    Raises:
        SelectionError: a path does not exist, or is not in the repository of the first.
    """
    places = [parse_place(text, here) for text in texts] or [Place(here, None, str(here))]
    for place in places:
        if not os.path.lexists(place.path):
            raise SelectionError(_no_such_path(place))
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
        if target.folder and HELPER_FOLDER not in target.path.split("/"):
            scopes[target.path] = None
        else:
            # what a file affects can be anywhere; its own directory counts whatever its name
            scopes["."] = None
            if not target.folder:
                scopes[posixpath.dirname(target.path) or "."] = None
    return Selection(root, tuple(scopes), tuple(targets))


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


def choose(
    selection: Selection,
    repository: Holdings,
    globals_used: Callable[[str], Collection[str]],
    read: Callable[[str], list[str] | None],
) -> Choice:
    """The policies and tests that the targets stand for.

    Args:
        selection: what `resolve` made of the user's paths.
        repository: what was loaded from its scopes.
        globals_used: GlobalIDs that a spec's policy imports, directly or through others.
        read: the lines of a file by its path; None if unreadable.

    Raises:
        SelectionError: a file is neither a spec nor a body nor a global.
    """
    chosen: dict[str, set[int] | None] = {}
    for target in selection.targets:
        for spec in _policies_of(target, repository, globals_used):
            tests = _tests_at(repository.policies[spec], target, read)
            known = chosen.get(spec, set())
            chosen[spec] = None if tests is None or known is None else known | tests
    policies = {
        spec: _keep_tests(repository.policies[spec], chosen[spec]) for spec in sorted(chosen)
    }
    return Choice(
        policies,
        _diagnostics_of(selection, repository, policies, globals_used),
    )


def lines_of(choice: Choice, repository: Holdings) -> dict[str, frozenset[int]]:
    """For specs of which only some tests were chosen: the lines where those begin."""
    return {
        spec: frozenset(test.line for test in policy.tests)
        for spec, policy in choice.policies.items()
        if len(policy.tests) < len(repository.policies[spec].tests)
    }


def keep_names(choice: Choice, texts: Sequence[str]) -> Choice:
    """Only tests whose name holds one of the texts, whatever their case; all without texts.

    Raises SelectionError with the nearest names when there is none.
    """
    if not texts:
        return choice
    wanted = [text.casefold() for text in texts]
    kept = _filter_tests(choice, lambda _, name: any(text in name.casefold() for text in wanted))
    if not kept.policies:
        names = {test.name for policy in choice.policies.values() for test in policy.tests}
        asked = " or ".join(f'"{text}"' for text in texts)
        raise SelectionError(f"no test's name holds {asked}" + _nearest(texts[0], names))
    return kept


def keep_exact_names(choice: Choice, names: Collection[str]) -> Choice:
    """Only tests of these exact names, as PAT's `test_names` does; all without names."""
    return _filter_tests(choice, lambda _, name: name in names) if names else choice


def keep_failed(choice: Choice, failed: Mapping[str, Collection[str]]) -> Choice:
    """Only what failed last time: test names by spec path; a policy without names was invalid."""
    policies = {spec: policy for spec, policy in choice.policies.items() if spec in failed}
    known = {
        spec: {test.name for test in policy.tests}.intersection(failed[spec])
        for spec, policy in policies.items()
    }
    return _filter_tests(
        replace(choice, policies=policies),
        lambda spec, name: not known[spec] or name in known[spec],
        lambda spec: not known[spec],
    )


def keep_policies(choice: Choice, wanted: Callable[[Policy], bool]) -> Choice:
    """Only the policies that are wanted."""
    policies = {spec: policy for spec, policy in choice.policies.items() if wanted(policy)}
    return replace(choice, policies=policies)


def _filter_tests(
    choice: Choice,
    wanted: Callable[[str, str], bool],
    even_empty: Callable[[str], bool] = lambda spec: False,
) -> Choice:
    policies = {}
    for spec, policy in choice.policies.items():
        tests = tuple(test for test in policy.tests if wanted(spec, test.name))
        if tests or even_empty(spec):
            policies[spec] = replace(policy, tests=tests)
    return replace(choice, policies=policies)


def _policies_of(
    target: Target, repository: Holdings, globals_used: Callable[[str], Collection[str]]
) -> list[str]:
    """Spec paths that a target stands for."""
    if target.folder:
        specs = [spec for spec in repository.policies if _is_under(spec, target.path)]
        if specs or HELPER_FOLDER not in target.path.split("/"):
            return specs
        ids = {
            known.id for known in repository.globals.values() if _is_under(known.spec, target.path)
        }
        return _affected(ids, repository, globals_used)
    specs = [
        spec for spec, policy in repository.policies.items() if target.path in (spec, policy.body)
    ]
    ids = {
        known.id for known in repository.globals.values() if target.path in (known.spec, known.body)
    }
    if specs or ids:
        return list(dict.fromkeys([*specs, *_affected(ids, repository, globals_used)]))
    if any(found.path == target.path for found in repository.diagnostics):
        return []
    files = {path for policy in repository.policies.values() for path in (policy.spec, policy.body)}
    raise SelectionError(
        f"{target.typed or target.path} is neither a policy's spec nor its body nor a global"
        + _nearest(target.path, files - {""})
    )


def _affected(
    ids: set[str], repository: Holdings, globals_used: Callable[[str], Collection[str]]
) -> list[str]:
    return [spec for spec in repository.policies if ids and not ids.isdisjoint(globals_used(spec))]


def _tests_at(
    policy: Policy, target: Target, read: Callable[[str], list[str] | None]
) -> set[int] | None:
    """Indices of the tests that hold the target's line; None for all of them."""
    if target.line is None or target.path != policy.spec:
        return None
    held = [index for index, test in enumerate(policy.tests) if test.line <= target.line]
    if not held:
        return None
    last = max(held, key=lambda index: policy.tests[index].line)
    start = policy.tests[last].line
    lines = read(policy.spec) or []
    if policy.spec.endswith(".json") or start > len(lines):
        return {last}
    indent = _indent(lines[start - 1])
    between = lines[start : target.line]
    ended = any(
        _indent(line) < indent for line in between if line.strip() and line.lstrip()[0] != "#"
    )
    return None if ended else {last}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _keep_tests(policy: Policy, tests: set[int] | None) -> Policy:
    if tests is None:
        return policy
    return replace(
        policy, tests=tuple(test for index, test in enumerate(policy.tests) if index in tests)
    )


def _diagnostics_of(
    selection: Selection,
    repository: Holdings,
    policies: Iterable[str],
    globals_used: Callable[[str], Collection[str]],
) -> tuple[Diagnostic, ...]:
    """Of a choice of files only their own findings, and those of the globals that they use."""
    folders = [target.path for target in selection.targets if target.folder]
    if len(folders) == len(selection.targets) and set(folders) == set(selection.scopes):
        return repository.diagnostics
    files = {target.path for target in selection.targets if not target.folder} | {SETTINGS_NAME}
    for spec in policies:
        for name in globals_used(spec):
            if known := repository.globals.get(name):
                files |= {known.spec, known.body}
    return tuple(
        found
        for found in repository.diagnostics
        if found.path in files or any(_is_under(found.path, folder) for folder in folders)
    )


def target_holds(target: Target, path: str) -> bool:
    """Whether a path of the repository is the target, or lies in it."""
    return _is_under(path, target.path) if target.folder else path == target.path


def _is_under(path: str, folder: str) -> bool:
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
    if near := _nearest(missing, names):
        return said + near
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+", place.typed) and not place.typed.endswith((".py", "ml")):
        return f"{said}; if it is a policy's ID: --filter PolicyID={place.typed}"
    return said


def _nearest(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), n=3, cutoff=0.6)
    return f"; nearest: {', '.join(near)}" if near else ""
