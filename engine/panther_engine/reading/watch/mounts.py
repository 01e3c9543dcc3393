"""Recognises file systems, such as network mounts, whose changes the kernel cannot report."""

from __future__ import annotations

import os
from pathlib import Path

REMOTE = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fakeowner",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "prl_fs",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
    }
)
"""Types of network, container and virtual machine mounts."""


def remote_type(path: Path, table: Path = Path("/proc/self/mounts")) -> str:
    """Type of the file system that `path` lies on if changes there can go unnoticed, else empty."""
    try:
        lines = table.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    place = os.path.realpath(path)
    best, kind = "", ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mount = fields[1]
        for code, character in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
            mount = mount.replace(code, character)
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, fields[2]
    return kind if kind in REMOTE or kind.startswith("fuse.") else ""
