"""A quick fix: the fault that it is for, what it does in words, and the steps."""

from __future__ import annotations

from dataclasses import dataclass

from panther_engine.authoring.edits.steps import Step


@dataclass(frozen=True, slots=True)
class Fix:
    """One change of a spec that removes one fault."""

    code: str
    """That of the diagnostic that it answers."""
    said: str
    """What it does, in the past tense: `renamed ResourceType to ResourceTypes`."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A fix that was made."""

    path: str
    line: int
    code: str
    said: str
