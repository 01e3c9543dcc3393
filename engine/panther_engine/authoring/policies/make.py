"""A new policy as the two files of it that are to be written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from panther_engine.authoring.policies.names import file_stem, suggest_id, usual_folder
from panther_engine.authoring.policies.new_policy import write_pair
from panther_engine.authoring.resources.types import nearest_type, resource_type
from panther_engine.model import Level
from panther_engine.reading.check.spec import check_spec
from panther_engine.values.forms import NewPolicy, Surroundings


class NewPolicyError(ValueError):
    """Why there is no new policy, for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Made:
    """The two files of a new policy; paths are from the root."""

    id: str
    spec: str
    body: str
    spec_text: bytes
    body_text: bytes


def make_policy(policy: NewPolicy, folder: str | None, around: Surroundings) -> Made:
    """The files of a policy; an empty ID or file name is made from its name.

    `folder` is from the root, None for where the type's policies are. Raises NewPolicyError where
    the ID or a file is taken, or Panther would refuse the spec.
    """
    for name in policy.resource_types:
        if resource_type(name) is None:
            near = nearest_type(name)
            hint = f"did you mean {near}?" if near else "`panther-tui types` lists them"
            raise NewPolicyError(f"there is no resource type {name}: {hint}")
    first = policy.resource_types[0] if policy.resource_types else ""
    policy_id = policy.id or suggest_id(policy.display_name, first)
    body = policy.filename or file_stem(policy_id) + ".py"
    if PurePosixPath(body).name != body or not body.endswith(".py"):
        raise NewPolicyError(f"{body} is no file name for a body: write a name that ends in .py")
    place = PurePosixPath(usual_folder(policy.resource_types, around) if folder is None else folder)
    path = place / body
    _refuse_clash(policy_id, path, around)
    complete = replace(
        policy, id=policy_id, filename=body, display_name=policy.display_name or policy_id
    )
    spec_text, body_text = write_pair(complete, around.deep_get)
    _refuse_faults(spec_text)
    return Made(policy_id, str(path.with_suffix(".yml")), str(path), spec_text, body_text)


def _refuse_clash(policy_id: str, body: PurePosixPath, around: Surroundings) -> None:
    for file in (body.with_suffix(".yml"), body.with_suffix(".yaml"), body):
        if str(file) in around.files:
            raise NewPolicyError(f"{file} is there already: nothing was written")
    taken = dict(around.ids).get(policy_id)
    if taken is not None:
        raise NewPolicyError(f"the ID {policy_id} is taken by {taken}: give another one")


def _refuse_faults(spec: bytes) -> None:
    checked = check_spec("policies/new.yml", spec, lambda _: True)
    found = [one for one in getattr(checked, "diagnostics", ()) if one.severity is Level.ERROR]
    if found:
        hint = f": {found[0].hint}" if found[0].hint else ""
        raise NewPolicyError(found[0].message + hint)
