"""Writes a pack as a zip whose bytes depend on nothing but what is in it."""

from __future__ import annotations

import io
from hashlib import blake2b
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from panther_engine.authoring.packing.pack import Pack
from panther_engine.reading.storage.atomic import replace_file

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest moment that a zip can say."""
UNIX = 3
PLAIN_FILE = 0o100644 << 16
LEVEL = 6


def archive_bytes(pack: Pack) -> bytes:
    """The zip, deflated as PAT's; entries in order, with one date and one mode for all."""
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, content in pack.contents.items():
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = UNIX
            entry.external_attr = PLAIN_FILE
            archive.writestr(entry, content)
    return held.getvalue()


def archive_name(pack: Pack) -> str:
    """A name that is the same for the same content."""
    hashed = blake2b(digest_size=6)
    for name, content in pack.contents.items():
        for part in (name.encode("utf-8", "surrogateescape"), content):
            hashed.update(len(part).to_bytes(8, "big") + part)
    return f"panther-analysis-{hashed.hexdigest()}.zip"


def write_archive(pack: Pack, folder: Path) -> Path:
    """Write it into a folder, which is made if there is none; where it is. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / archive_name(pack)
    replace_file(file, archive_bytes(pack))
    return file
