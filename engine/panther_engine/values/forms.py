"""What a form of a policy begins with: the checkout around it, and what its spec holds."""

from __future__ import annotations

from panther_engine.model import JsonValue
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a checkout offers to whoever fills in a form."""

    ids: tuple[tuple[str, str], ...] = ()
    """Every ID that is taken, of rules and packs too, with the spec that has it."""
    files: tuple[str, ...] = ()
    """Specs and bodies, from the root."""
    tags: tuple[str, ...] = ()
    """Of policies, the commonest first."""
    reports: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Frameworks with their sections, the commonest first."""
    outputs: tuple[str, ...] = ()
    """Destinations that policies name."""
    suppressions: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    """Folders that hold policies, from the root."""
    usual: tuple[tuple[str, str], ...] = ()
    """Resource types with the folder that most of their policies are in."""
    deep_get: str = ""
    """The helper module that has a function of this name; empty if none does."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a spec holds, as far as a form can show it."""

    data: tuple[tuple[str, JsonValue], ...]
    """All keys but `Tests`, in their order."""
    locked: tuple[tuple[str, str], ...] = ()
    """Keys that a form only shows, each with the reason."""
    tests: int = 0


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """What its author says of a new policy; names are the spec's keys."""

    id: str
    filename: str
    display_name: str
    enabled: bool = True
    resource_types: tuple[str, ...] = ()
    severity: str = "Medium"
    tags: tuple[str, ...] = ()
    reports: tuple[tuple[str, tuple[str, ...]], ...] = ()
    description: str = ""
    runbook: str = ""
    reference: str = ""
    suppressions: tuple[str, ...] = ()
    output_ids: tuple[str, ...] = ()
    field: str | None = None
    """The field that the body asks for and the first tests differ in, such as `Versioning` or
    `Endpoint.Port`, `not Public` or `State = enabled`; None to take one that the type has,
    empty for none."""
