"""What a tree of processes uses, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def tree(pid: int) -> list[int]:
    """The process and all that came from it, as far as they are still its descendants."""
    children: dict[int, list[int]] = {}
    for process in _processes():
        parent = _parent(process)
        children.setdefault(parent, []).append(process)
    found = [pid]
    for process in found:
        found += children.get(process, [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Processor time used so far, in user and kernel mode, with that of reaped children."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def proportional_bytes(pids: list[int]) -> int:
    """Memory: shared pages are divided among those who share them (PSS)."""
    total = 0
    for pid in pids:
        try:
            text = (PROC / str(pid) / "smaps_rollup").read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def _processes() -> Iterator[int]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            yield int(entry.name)


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold blanks; empty if the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
