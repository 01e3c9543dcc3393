"""Chooses the policies and tests of a run by path, line, name or last failure.

A path is a directory, a spec, a body or a global. A line of a spec selects the test that contains
it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from panther_engine.model import Diagnostic, Policy
from panther_engine.reading.repository.dependencies import globals_used, users_of
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.walk.discover import SETTINGS_NAME
from panther_engine.reading.selection.notes import Note
from panther_engine.reading.selection.strangers import (
    UNKNOWN,
    note_strangers,
    note_unused,
    strangers_in,
)
from panther_engine.reading.selection.targets import (
    NothingFoundError,
    Selection,
    SelectionError,
    Target,
    is_under,
)
from panther_engine.text.suggest import nearest_names
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """The policies that a run is about, with just the tests it is about."""

    policies: Mapping[str, Policy]
    """By spec path, in order; tests that were not asked for are left out of `Policy.tests`."""
    diagnostics: tuple[Diagnostic, ...]
    """Those that belong to no policy but to what was asked for."""
    notes: tuple[Note, ...] = ()
    """What was left out of what was asked for, and why."""

    @property
    def tests(self) -> int:
        """How many tests were chosen."""
        return sum(len(policy.tests) for policy in self.policies.values())


def choose(selection: Selection, repository: Repository) -> Choice:
    """The policies and tests that the targets stand for.

    Args:
        selection: what `resolve` made of the user's paths.
        repository: what was loaded from its scopes.

    Raises:
        NothingFoundError: all of them are files that are neither a spec nor a body nor a global.
    """
    notes = (*note_strangers(selection, repository), *note_unused(selection, repository))
    strangers = strangers_in(selection, repository)
    if len(strangers) == len(selection.targets):
        raise _no_policies(strangers, repository, notes)
    chosen: dict[str, set[int] | None] = {}
    for target in selection.targets:
        for spec in _policies_of(target, repository):
            tests = _tests_at(repository, spec, target)
            known = chosen.get(spec, set())
            chosen[spec] = None if tests is None or known is None else known | tests
    policies = {
        spec: _keep_tests(repository.policies[spec], chosen[spec]) for spec in sorted(chosen)
    }
    return Choice(policies, _diagnostics_of(selection, repository, policies), notes)


def lines_of(choice: Choice, repository: Repository) -> dict[str, frozenset[int]]:
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
        raise SelectionError(f"no test's name holds {asked}" + nearest_names(texts[0], names))
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


def _policies_of(target: Target, repository: Repository) -> Sequence[str]:
    """Spec paths that a target stands for."""
    if target.folder:
        specs = [spec for spec in repository.policies if is_under(spec, target.path)]
        if specs or not target.stands_for_helpers:
            return specs
        helpers = [one for one in repository.globals.values() if is_under(one.spec, target.path)]
        affected = {spec for one in helpers for spec in users_of(repository, one.spec)}
        return [spec for spec in repository.policies if spec in affected]
    return users_of(repository, target.path)


def _no_policies(
    strangers: Sequence[Target], repository: Repository, notes: Sequence[Note]
) -> NothingFoundError:
    if len(strangers) > 1:
        return NothingFoundError("nothing to test: none of the files belongs to a policy", notes)
    (only,) = strangers
    said = f"{only.typed or only.path} is neither a policy's spec nor its body nor a global"
    known = [note for note in notes if note.code != UNKNOWN]  # the error itself says so
    return NothingFoundError(said + nearest_names(only.path, repository.files), known)


def _tests_at(repository: Repository, spec: str, target: Target) -> set[int] | None:
    """Indices of the tests that hold the target's line; None for all of them."""
    policy = repository.policies[spec]
    if target.line is None or target.path != spec:
        return None
    held = [index for index, test in enumerate(policy.tests) if test.line <= target.line]
    if not held:
        return None
    last = max(held, key=lambda index: policy.tests[index].line)
    start = policy.tests[last].line
    source = repository.files.get(spec)
    lines = source.content.decode("utf-8", "replace").splitlines() if source else []
    if spec.endswith(".json") or start > len(lines):
        return {last}
    indent = _indent(lines[start - 1])
    between = (line for line in lines[start : target.line] if line.strip())
    ended = any(_indent(line) < indent for line in between if not line.lstrip().startswith("#"))
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
    selection: Selection, repository: Repository, policies: Iterable[str]
) -> tuple[Diagnostic, ...]:
    """Of a choice of files only their own findings, and those of the globals that they use."""
    folders = [target.path for target in selection.targets if target.folder]
    if len(folders) == len(selection.targets) and selection.whole:
        return repository.diagnostics
    files = {target.path for target in selection.targets if not target.folder} | {SETTINGS_NAME}
    for spec in policies:
        for name in globals_used(repository, spec):
            if known := repository.globals.get(name):
                files |= {known.spec, known.body}
    return tuple(
        found
        for found in repository.diagnostics
        if found.path in files or any(is_under(found.path, folder) for folder in folders)
    )
