"""What forms of policies begin with."""

from __future__ import annotations

from panther_engine.authoring.forms.surroundings import hold, surroundings_of
from panther_engine.authoring.write import SIZE_LIMIT
from panther_engine.events import FormOpened
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.values.forms import Held


def open_form(repository: Repository, number: int, spec: str) -> FormOpened:
    """What a form for a new policy begins with, or one of what this spec holds."""
    around = surroundings_of(repository)
    if not spec:
        return FormOpened(number, spec, around)
    try:
        found = hold(read_regular(repository.root / spec, SIZE_LIMIT), spec)
    except OSError as error:
        return FormOpened(number, spec, around, refused=f"{spec}: {error.strerror or error}")
    if not isinstance(found, Held):
        return FormOpened(number, spec, around, refused=f"{spec}:{found.line}: {found.reason}")
    return FormOpened(number, spec, around, found)
