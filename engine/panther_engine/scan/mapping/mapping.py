"""What a mapping says: where each field of a document comes from, and which it cannot fill."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field

from panther_engine.model import JsonValue

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a value: the name of a step, and what it is told."""

    name: str
    argument: JsonValue = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field comes from: the first of these paths that is there, then through the steps."""

    paths: tuple[Path, ...]
    steps: tuple[Step, ...] = ()
    required: bool = False
    """A source that lacks it has the field not filled; otherwise it is null."""

    @property
    def shown(self) -> str:
        """As it is written in a mapping."""
        return " | ".join(".".join(path) for path in self.paths)


@dataclass(frozen=True, slots=True)
class TypeMapping:
    """How resources of one type are made."""

    source_type: str
    type: str
    fields: ReadOnly[str, Source]
    """By the name of the field in Panther's document."""
    cannot: ReadOnly[str, str]
    """Fields that cannot be filled, `A` or `A.B`, each with the reason."""
    nulls: ReadOnly[Path, tuple[str, ...]] = field(default_factory=dict)
    """Keys that maps at these paths always have, null if the source lacks them."""
    unfilled: tuple[str, ...] = ()
    """The same for whoever judges: `cannot`, and that nothing else is known."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping of one kind of source."""

    name: str
    about: str
    has: tuple[str, ...]
    """Keys by which an item of the source is known."""
    type_key: str
    decode: tuple[str, ...]
    """Keys whose values may be JSON text."""
    decode_each: tuple[str, ...]
    """Keys of maps each of whose values may be JSON text."""
    deleted: ReadOnly[str, tuple[str, ...]]
    """By a key of an item: the values that say that the resource is gone."""
    unrecorded: ReadOnly[str, tuple[str, ...]]
    """The same for what the source says it does not look at."""
    when: str
    types: ReadOnly[str, TypeMapping]
    """By the source's name of a type."""
