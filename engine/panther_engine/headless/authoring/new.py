"""Writes a new policy into a checkout, if nothing is in its way."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from panther_engine.authoring.forms.surroundings import surroundings_of
from panther_engine.authoring.policies.make import NewPolicyError as NewPolicyError
from panther_engine.authoring.policies.make import make_policy
from panther_engine.authoring.write import NotWrittenError, write_new
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.walk.discover import find_root
from panther_engine.values.forms import NewPolicy


@dataclass(frozen=True, slots=True)
class Written:
    """The two files of a new policy."""

    root: Path
    spec: Path
    body: Path
    id: str


def new_policy(policy: NewPolicy, here: Path, folder: str = "") -> Written:
    """Write the pair. A `folder` is relative to `here`.

    Raises NewPolicyError, NotWrittenError or another OSError; then neither file is left.
    """
    root = find_root(here)
    place = os.path.relpath(here / folder, root).replace(os.sep, "/") if folder else None
    made = make_policy(policy, place, surroundings_of(load_repository(root)))
    spec, body = root / made.spec, root / made.body
    for file in (spec, spec.with_suffix(".yaml"), body):
        if os.path.lexists(file):
            raise NotWrittenError(f"{file} is there already: nothing was written")
    write_new(body, made.body_text)
    try:
        write_new(spec, made.spec_text)
    except BaseException:
        with contextlib.suppress(OSError):
            body.unlink()
        raise
    return Written(root, spec, body, made.id)
