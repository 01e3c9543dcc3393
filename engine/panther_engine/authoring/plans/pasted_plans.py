"""A new test from a text that somebody pasted, or from the catalogue's example."""

from __future__ import annotations

from panther_engine.authoring.edits.specs import add_test
from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.plans.planned import Planned, plan_steps, read_data
from panther_engine.authoring.resources.naming import name_test
from panther_engine.authoring.resources.notes import note_fields
from panther_engine.authoring.resources.redact import offer_redactions, redact
from panther_engine.authoring.resources.types import example_of, recognise
from panther_engine.authoring.resources.unwrap import read_pasted
from panther_engine.model import JsonValue
from panther_engine.text.one_line import shorten
from panther_engine.values.edits import AddExample, AddPasted

_NAMED = 6
"""Fields that a note names."""


def plan_pasted(request: AddPasted, content: bytes) -> Planned | Refusal:
    """A test of the resource in the text, at the end of the spec. Raises RefusedError."""
    pasted = read_pasted(request.text)
    if isinstance(pasted, Refusal):
        return pasted
    if not 0 <= request.at < len(pasted.resources):
        return Refusal(f"there is no resource {request.at + 1} in it")
    resource: JsonValue = pasted.resources[request.at]
    notes = list(pasted.said)
    if len(pasted.resources) > 1:
        notes.append(f"resource {request.at + 1} of {len(pasted.resources)} was taken")
    if request.redacted:
        offers = [one for one in offer_redactions(resource) if one.found not in request.kept]
        resource = redact(resource, offers)
        notes += [
            f"{one.kind} {shorten(one.found)} became {one.placeholder}"
            f" in {one.times} place{'s' if one.times > 1 else ''}"
            for one in offers
        ]
    return _plan(request.spec, content, resource, notes, request.name)


def plan_example(request: AddExample, content: bytes) -> Planned | Refusal:
    """A test of the example of the policy's first resource type. Raises RefusedError."""
    kinds = read_data(content, request.spec).get("ResourceTypes")
    kind = str(kinds[0]) if isinstance(kinds, list) and kinds else ""
    resource = example_of(kind)
    if not resource:
        return Refusal(f"the catalogue has no example of {shorten(kind) or 'no type'}")
    return _plan(request.spec, content, resource, [f"the example of {kind}: no value is real"])


def _plan(
    spec: str, content: bytes, resource: JsonValue, notes: list[str], wanted: str = ""
) -> Planned | Refusal:
    data = read_data(content, spec)
    listed = data.get("Tests")
    tests = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    names = [str(one.get("Name")) for one in tests]
    if wanted in names:
        return Refusal(f'another test is called "{shorten(wanted)}" already')
    name = wanted or name_test(resource, [one.get("Resource") for one in tests], names)
    if isinstance(resource, dict):
        notes += _odd(resource, data.get("ResourceTypes"))
    said = f'A new test, "{shorten(name)}", expects the policy to pass: accept what it gets.'
    steps = add_test(data, name, True, resource)
    return plan_steps(content, spec, steps, f'new test "{shorten(name)}"', said, tuple(notes))


def _odd(resource: dict[str, JsonValue], kinds: JsonValue) -> list[str]:
    """What the catalogue says of the resource, and of its type in this policy."""
    if not resource:
        return []
    kind = recognise(resource)
    if not kind:
        return ["its resource type is not recognised"]
    notes = [f"it is an {kind}"]
    if isinstance(kinds, list) and kinds and kind not in kinds:
        notes.append(f"this policy is not for {kind}")
    found = note_fields(resource, kind)
    notes += [
        f"`{shorten(name)}` is no field of {kind}" + (f": did you mean `{near}`?" if near else "")
        for name, near in found.unknown
    ]
    if found.missing:
        more = len(found.missing) - _NAMED
        named = ", ".join(found.missing[:_NAMED])
        notes.append(f"missing: {named}" + (f" and {more} more" if more > 0 else ""))
    return notes
