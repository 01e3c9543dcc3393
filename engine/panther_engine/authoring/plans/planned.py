"""What a request would write, and what it is planned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from panther_engine.authoring.edits.apply import Edited, apply_steps
from panther_engine.authoring.edits.spec_text import read_spec
from panther_engine.authoring.edits.steps import Refusal, RefusedError, Step
from panther_engine.authoring.write import SIZE_LIMIT
from panther_engine.model import JsonValue, PolicyResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.values.edits import FileChange


@dataclass(frozen=True, slots=True)
class Ground:
    """The checkout that an edit is planned in."""

    root: Path
    settled: Callable[[str], PolicyResult | None]
    """The result of a policy if it is of its files as they are."""
    repository: Callable[[], Repository]
    """The generation that is live."""

    def read(self, path: str) -> bytes:
        """The bytes of a file of the checkout. Raises OSError."""
        return read_regular(self.root / path, SIZE_LIMIT)


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be written."""

    title: str
    """A few words."""
    said: str
    """What it means, in one sentence."""
    files: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()


def read_data(content: bytes, path: str) -> dict[str, JsonValue]:
    """A spec's data. Raises RefusedError."""
    data = read_spec(content, path).data
    if not isinstance(data, dict):
        raise RefusedError("the spec is not a table of keys")
    return data


def plan_steps(
    content: bytes, path: str, steps: tuple[Step, ...], title: str, said: str,
    notes: tuple[str, ...] = (),
) -> Planned | Refusal:  # fmt: skip
    """The plan of steps in one spec."""
    edited = apply_steps(content, path, steps)
    if not isinstance(edited, Edited):
        return edited
    return Planned(title, said, (FileChange(path, edited.before, edited.after),), notes)
