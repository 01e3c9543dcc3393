"""The immutable snapshot of a checkout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from panther_engine.model import Diagnostic, Global, Policy
from panther_engine.reading.check.spec import Other
from panther_engine.reading.repository.assemble import Assembler
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.sources import SourceFile as SourceFile
from panther_engine.reading.repository.walk.discover import Listing
from panther_engine.reading.repository.walk.links import Links
from panther_engine.reading.spec.document import load_document


@dataclass(frozen=True, slots=True, eq=False)
class Repository:
    """A checkout at one moment. Two of them are equal only if they are the same object."""

    root: Path
    scopes: tuple[str, ...]
    settings: PatSettings
    generation: int
    files: Mapping[str, SourceFile]
    """Specs and bodies of policies and globals, by path."""
    policies: Mapping[str, Policy]
    """By spec path, in load order. What their bodies and mocks have to say is among their
    diagnostics; what is wrong with a global they use is not."""
    globals: Mapping[str, Global]
    """By GlobalID; of several the first in load order."""
    others: Mapping[str, Other]
    """Specs of rules, packs and the like, of which only the ID matters."""
    diagnostics: tuple[Diagnostic, ...]
    """Those that belong to no policy: of the scan, the settings, the globals."""
    directories: tuple[str, ...]
    """What must be watched, relative to the root."""
    listing: Listing = field(repr=False)
    memory: Assembler = field(repr=False)
    opened: Mapping[str, str] = field(default_factory=dict)
    """Files that belong to no spec and that a run read, each with a mark that changes whenever it
    is written; empty for one that is not there."""
    settings_digest: str = ""
    """Of `.panther_settings.yml` at the root, whether or not its settings are in force."""
    links: Links = field(default_factory=Links, repr=False)
    """Where files with other names can change unseen."""
    read_at: int = 0
    """When the checkout was first read: `time.time_ns`."""


def facts_of(repository: Repository, spec: str) -> Mapping[str, object]:
    """The raw keys and values of a spec, for filters; empty when it cannot be read."""
    source = repository.files.get(spec)
    if source is None:
        return {}
    document = load_document(source.content, spec)
    if isinstance(document, Diagnostic) or not isinstance(document.data, dict):
        return {}
    return document.data
