"""Asks PAT, in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.parity.verdicts import Answer

DRIVER = Path(__file__).with_name("pat_driver.py")


@dataclass(frozen=True, slots=True)
class Question:
    """A repository, and with what options PAT is to test it."""

    root: Path
    destinations: tuple[str, ...] = ()
    minimum_tests: int = 0
    seconds: float = 300.0


def ask_pat(python: Path, questions: Iterable[Question]) -> Iterator[Answer]:
    """PAT's answers, in order, from one process of the interpreter `python`."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))
    }
    requests = [
        json.dumps(
            {
                "root": str(question.root),
                "destinations": question.destinations,
                "minimum_tests": question.minimum_tests,
                "seconds": question.seconds,
            }
        )
        for question in questions
    ]
    done = subprocess.run(
        [python, "-P", DRIVER],
        input="\n".join(requests),
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
        check=True,
    )
    for line in done.stdout.splitlines():
        answer: Answer = json.loads(line)
        yield answer
