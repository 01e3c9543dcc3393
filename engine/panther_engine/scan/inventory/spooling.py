"""Reads an inventory in a process of its own, so that nothing waits for it.

`python -m panther_engine.scan.inventory.spooling FOLDER N MAPPING… PATH…`, with N mappings, fills
the spool in the folder and prints what came of it. The process that asked opens the spool then.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from panther_engine.model import JsonValue
from panther_engine.scan.inventory.kept import find_kept
from panther_engine.scan.inventory.opening import UnreadableError
from panther_engine.scan.inventory.reading import Reading, read_inventory
from panther_engine.scan.inventory.spool import Spool
from panther_engine.scan.mapping.loading import MappingError, load_mapping
from panther_engine.scan.store.schema import store_file
from panther_engine.values.frozen import dataclass

NICENESS = 10
LIMIT = 1 << 20
"""Bytes that it may print."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """What came of reading an inventory."""

    passed_over: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why there is nothing."""


async def spool_inventory(
    folder: Path, paths: tuple[str, ...], here: Path, mappings: tuple[str, ...] = ()
) -> Spooled:
    """Fill the spool in this folder, which must exist. Cancel it to end the process.

    `here` is the root of the checkout, and `mappings` are files that say how other shapes are read.
    """
    asked = (str(folder), str(len(mappings)), *mappings, *paths)
    command = (sys.executable, "-P", "-m", __name__, *asked)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=here,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        told = await process.stdout.read(LIMIT)
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
    try:
        value: JsonValue = json.loads(told)
    except ValueError:
        return Spooled(problem=f"reading it ended with exit code {process.returncode}")
    assert isinstance(value, dict)
    return Spooled(value["passed_over"], tuple(value["notes"]), value["problem"])


def notes_of(reading: Reading) -> list[str]:
    """What was passed over, a line for each reason, with the first place."""
    notes = []
    for reason, count in reading.reasons.most_common():
        place = next((one for one in reading.places if one.reason == reason), None)
        where = f" ({place.path}:{place.line})" if place else ""
        notes.append(f"passed over {count:,}: {reason}{where}")
    return notes


def main() -> None:
    """Read what the command line names into the folder that it names first."""
    folder, count, *named = sys.argv[1:]
    mappings, paths = named[: int(count)], named[int(count) :]
    os.nice(NICENESS)
    told = Spooled()
    try:
        spool = Spool(Path(folder))
        known = [load_mapping(Path(file), file) for file in mappings]
        files = find_kept(store_file(Path.cwd()), paths)
        reading = read_inventory(files, spool, known)
        spool.close()
        told = Spooled(reading.passed_over, tuple(notes_of(reading)))
    except (UnreadableError, MappingError, OSError) as error:
        told = Spooled(problem=getattr(error, "strerror", None) or str(error))
    shown = {"passed_over": told.passed_over, "notes": told.notes, "problem": told.problem}
    sys.stdout.write(json.dumps(shown))


if __name__ == "__main__":
    main()
