"""PAT's answers on the good repository and all broken copies, as they are kept in the tree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.environments import PAT_VERSION
from tests.parity.breaks.copy import Break
from tests.parity.verdicts import Answer

FILE = Path(__file__).with_name("recorded.json")

ABSOLUTE = re.compile(r"(?<![\w.<>/:])/(?:[\w.@+-]+/)+[\w.@+-]+")

SAME = "as in good"
"""Stands for a spec whose record is that of the good repository."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer, and the hash of the copy that it is about."""

    digest: str
    answer: Answer


def portable(answer: Answer, root: str) -> Answer:
    """The answer without paths of this machine."""
    kept: Answer = json.loads(json.dumps(answer).replace(root, "<root>"))
    for spec in kept["specs"].values():
        if spec["state"] == "invalid" and spec["error"] is not None:
            spec["error"] = ABSOLUTE.sub("<path>", spec["error"])
    return kept


def write_recording(
    python: str, good: Answer, answers: Iterable[tuple[Break, Recorded]], file: Path = FILE
) -> None:
    """Keep these answers.

    Args:
        python: the version of Python that PAT ran on, such as `3.11`: error texts are Python's.
        good: PAT's answer on the good repository.
        answers: PAT's answer on each broken copy.
        file: where to.
    """
    breaks = {
        one.id: {"digest": recorded.digest, **_thin(recorded.answer, good)}
        for one, recorded in answers
    }
    document = {"pat": PAT_VERSION, "python": python, "good": good, "breaks": breaks}
    file.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", "utf-8")


def read_recording(file: Path = FILE) -> tuple[str, Mapping[str, Recorded]]:
    """The version of Python that PAT ran on, and its answers by the break's id."""
    document = json.loads(file.read_text("utf-8"))
    good = document["good"]["specs"]
    answers = {}
    for name, entry in document["breaks"].items():
        specs = {
            path: good[path] if spec == SAME else spec for path, spec in entry["specs"].items()
        }
        answer = Answer(exit=entry["exit"], died=entry["died"], specs=specs)
        answers[name] = Recorded(entry["digest"], answer)
    return document["python"], answers


def _thin(answer: Answer, good: Answer) -> dict[str, object]:
    specs = {
        path: SAME if good["specs"].get(path) == spec else spec
        for path, spec in answer["specs"].items()
    }
    return {"exit": answer["exit"], "died": answer["died"], "specs": specs}
