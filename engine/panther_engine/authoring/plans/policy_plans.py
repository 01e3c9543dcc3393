"""Policies made, copied, renamed and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import assert_never

from panther_engine.authoring.edits.steps import Refusal, RefusedError
from panther_engine.authoring.forms.surroundings import surroundings_of
from panther_engine.authoring.plans.planned import Ground, Planned
from panther_engine.authoring.policies.asked import read_asked
from panther_engine.authoring.policies.copies import (
    Pair,
    copy_policy,
    delete_policy,
    rename_policy,
)
from panther_engine.authoring.policies.make import NewPolicyError, make_policy
from panther_engine.authoring.policies.references import Reference, find_references
from panther_engine.reading.spec.catalogue import fields_of
from panther_engine.text.one_line import shorten
from panther_engine.text.suggest import nearest_name
from panther_engine.values.edits import (
    CopyPolicy,
    CreatePolicy,
    DeletePolicy,
    FileChange,
    PolicyRequest,
    RenamePolicy,
)


def plan_policy(request: PolicyRequest, ground: Ground) -> Planned | Refusal:
    """What a request about a policy's files would write. Raises OSError and RefusedError."""
    if isinstance(request, CreatePolicy):
        return _plan_new(request, ground)
    pair = _pair(request.spec, ground)
    match request:
        case CopyPolicy(_, policy_id, name, folder):
            _refuse_taken(policy_id, ground)
            changes = copy_policy(pair, policy_id, name, folder)
            title = f"copy of {shorten(pair.id)}"
            said = f"{shorten(policy_id)} begins with the code and the tests of {shorten(pair.id)}."
        case RenamePolicy(_, policy_id):
            _refuse_taken(policy_id, ground)
            changes = rename_policy(pair, policy_id, _references(pair, ground))
            title = f"ID {shorten(policy_id)}"
            said = f"{shorten(pair.id)} is called {shorten(policy_id)}, and so are its files."
        case DeletePolicy():
            changes = delete_policy(pair, _references(pair, ground))
            title = f"removal of {shorten(pair.id)}"
            said = f"{shorten(pair.id)} is removed, with its code and its tests."
        case _:
            assert_never(request)
    if isinstance(changes, Refusal):
        return changes
    return Planned(title, said, changes.files, changes.notes)


def _plan_new(request: CreatePolicy, ground: Ground) -> Planned | Refusal:
    try:
        made = make_policy(request.policy, request.folder, surroundings_of(ground.repository()))
    except NewPolicyError as error:
        return Refusal(str(error))
    files = (
        FileChange(made.spec, None, made.spec_text),
        FileChange(made.body, None, made.body_text),
    )
    return Planned(
        f"new policy {shorten(made.id)}",
        f"{shorten(made.id)} is a new policy.",
        files,
        tuple(_remarks(request, made.spec)),
    )


def _remarks(request: CreatePolicy, spec: str) -> Iterator[str]:
    if "policies" not in spec:
        yield "PAT finds it only with `--path`: no folder above it has `policies` in its name."
    name = read_asked(request.policy.field or "").path[0]
    for kind in request.policy.resource_types:
        known = fields_of(kind)
        if name and any(not it.common for it in known.values()) and name not in known:
            near = nearest_name(name, known)
            hint = f"; nearest: `{near}`" if near else ""
            yield f"`{shorten(name)}` is no field that is known of {kind}{hint}."


def _pair(spec: str, ground: Ground) -> Pair:
    repository = ground.repository()
    policy = repository.policies.get(spec)
    if policy is None or not policy.id:
        raise RefusedError("the policy is gone, or has no ID", hint="wait for the next run")
    body = policy.body or str(PurePosixPath(spec).with_suffix(".py"))
    sharing = [(it.spec, it.body) for it in repository.policies.values()]
    sharing += [(it.spec, it.body) for it in repository.globals.values()]
    others = tuple(other for other, file in sharing if file == body and other != spec)
    try:
        text = ground.read(body) if policy.body else None
    except FileNotFoundError:
        text = None
    return Pair(policy.id, spec, ground.read(spec), body, text, others)


def _references(pair: Pair, ground: Ground) -> tuple[Reference, ...]:
    return find_references(ground.root, pair.id, frozenset({pair.spec}))


def _refuse_taken(policy_id: str, ground: Ground) -> None:
    taken = dict(surroundings_of(ground.repository()).ids).get(policy_id)
    if taken is not None:
        raise RefusedError(f"{shorten(policy_id)} is taken by {taken}", hint="give another ID")
