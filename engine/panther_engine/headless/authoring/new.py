"""Writes a new policy into a checkout, if nothing is in its way."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from panther_engine.authoring.policies.names import file_stem, folder_for, suggest_id
from panther_engine.authoring.policies.new_policy import NewPolicy, write_pair
from panther_engine.authoring.resources.types import nearest_type, resource_type
from panther_engine.authoring.write import NotWrittenError, write_new
from panther_engine.model import Level
from panther_engine.reading.check.spec import check_spec
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.walk.discover import find_root


class NewPolicyError(ValueError):
    """Why there is no new policy, for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Written:
    """The two files of a new policy."""

    root: Path
    spec: Path
    body: Path
    id: str


def plan_policy(policy: NewPolicy, here: Path, folder: str = "") -> Written:
    """Where a policy's files will be; an empty ID or file name is made from its name.

    A `folder` is relative to `here`. Raises NewPolicyError.
    """
    root = find_root(here)
    first = policy.resource_types[0] if policy.resource_types else ""
    policy_id = policy.id or suggest_id(policy.display_name, first)
    body = policy.filename or file_stem(policy_id) + ".py"
    if Path(body).name != body or not body.endswith(".py"):
        raise NewPolicyError(f"{body} is no file name for a body: write a name that ends in .py")
    place = here / folder if folder else root / folder_for(first)
    return Written(root, place / Path(body).with_suffix(".yml"), place / body, policy_id)


def new_policy(policy: NewPolicy, here: Path, folder: str = "") -> Written:
    """Write the pair.

    Raises NewPolicyError, NotWrittenError or another OSError; then neither file is left.
    """
    for name in policy.resource_types:
        if resource_type(name) is None:
            near = nearest_type(name)
            hint = f"did you mean {near}?" if near else "`panther-tui types` lists them"
            raise NewPolicyError(f"there is no resource type {name}: {hint}")
    made = plan_policy(policy, here, folder)
    _refuse_clash(made)
    complete = NewPolicy(
        made.id, made.body.name, policy.display_name or made.id, policy.enabled,
        policy.resource_types, policy.severity, policy.tags, policy.reports, policy.description,
        policy.runbook, policy.reference, policy.suppressions, policy.output_ids, policy.field,
    )  # fmt: skip
    spec, body = write_pair(complete)
    _refuse_faults(spec)
    write_new(made.body, body)
    try:
        write_new(made.spec, spec)
    except BaseException:
        with contextlib.suppress(OSError):
            made.body.unlink()
        raise
    return made


def _refuse_clash(made: Written) -> None:
    for file in (made.spec, made.spec.with_suffix(".yaml"), made.body):
        if file.exists() or file.is_symlink():
            raise NotWrittenError(f"{file} is there already: nothing was written")
    repository = load_repository(made.root)
    taken = {
        item.id: item.spec
        for held in (repository.policies, repository.globals, repository.others)
        for item in held.values()
    }
    if made.id in taken:
        raise NewPolicyError(f"the ID {made.id} is taken by {taken[made.id]}: give another one")


def _refuse_faults(spec: bytes) -> None:
    checked = check_spec("policies/new.yml", spec, lambda _: True)
    found = [one for one in getattr(checked, "diagnostics", ()) if one.severity is Level.ERROR]
    if found:
        hint = f": {found[0].hint}" if found[0].hint else ""
        raise NewPolicyError(found[0].message + hint)
