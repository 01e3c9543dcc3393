"""`python -m tests.engine.running.worker.sandbox.table`: which attack succeeds behind which walls.

Prints a Markdown table: `held` where an attack was refused, else what it got. The exit code is 1 if
any succeeded behind both walls of the kernel.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from panther_engine.running.worker.sandbox import landlock, seccomp
from tests.engine.running.worker.sandbox.attacks import ATTACKS
from tests.engine.running.worker.sandbox.scene import attack, make_scene

COLUMNS = {
    "kernel": "landlock+seccomp",
    "Landlock only": "landlock",
    "seccomp only": "seccomp",
    "seat-belt alone": "seat-belt",
    "none": "none",
}
WIDEST = 30
"""Characters that are shown of what an attack got."""


def table(got: dict[str, dict[str, str | None]]) -> list[str]:
    """The rows of the table, the counts of what succeeded last."""
    heads = list(got)
    rows = [["attack", *heads], ["---"] * (1 + len(heads))]
    for name in ATTACKS:
        rows.append([name.replace("_", " "), *(_cell(got[head][name]) for head in heads)])
    counts = [sum(said is not None for said in got[head].values()) for head in heads]
    rows.append([f"succeeded, of {len(ATTACKS)}", *map(str, counts)])
    return [f"| {' | '.join(row)} |" for row in rows]


def _cell(said: str | None) -> str:
    if said is None:
        return "held"
    shown = said.strip("'\"").split("\\n")[0].replace("|", "/").replace("`", "'")
    return f"`{shown if len(shown) <= WIDEST else shown[: WIDEST - 1] + '…'}`"


def main() -> int:
    """Attack behind all walls in turn, and print what came of it."""
    print(
        f"Linux {os.uname().release}, {os.uname().machine}, Landlock {landlock.version()}, ", end=""
    )
    print(f"seccomp {'yes' if seccomp.program(False) else 'no'}, user {os.getuid()}\n")
    got = {}
    for head, walls in COLUMNS.items():
        with tempfile.TemporaryDirectory() as folder, make_scene(Path(folder)) as scene:
            got[head] = attack(walls, scene)
    print("\n".join(table(got)))
    return int(any(said is not None for said in got["kernel"].values()))


if __name__ == "__main__":
    sys.exit(main())
