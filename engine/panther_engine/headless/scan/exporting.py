"""Writes scans into files: one that was just done, or one that is kept."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from panther_engine.headless.scan.numbers import scan_number
from panther_engine.headless.scan.scanning import Scanned
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.walk.discover import find_root
from panther_engine.reading.selection.targets import SelectionError
from panther_engine.report.workspace import find_workspace
from panther_engine.scan.export.exported import Checkout, Exported
from panther_engine.scan.export.write import format_of, write_findings
from panther_engine.scan.store.schema import open_store, store_file


def check_exports(files: Iterable[Path], inventory: Iterable[str] = ()) -> None:
    """Whether these files can be written, asked before anything else is done.

    Raises UnknownExportError for a name that asks for no format, SelectionError for a file of the
    inventory, OSError for a place where no file can be.
    """
    sources = [one for one in inventory if os.path.isfile(one)]
    for file in files:
        format_of(file)
        if file.is_dir() or not file.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "no folder to write a file into", str(file))
        if file.exists() and any(os.path.samefile(file, one) for one in sources):
            raise SelectionError(f"{file} is the inventory: write what is found into another file")


def export_scan(scanned: Scanned, file: Path) -> tuple[str, ...]:
    """Write what a scan found, as the file's name asks.

    Returns what there is to be told of the file. Raises UnknownExportError, OSError.
    """
    exported = Exported(scanned.store, scanned.number, _checkout(scanned.planned.repository))
    return write_findings(exported, file)


def export_kept(here: Path, name: str, files: Iterable[Path]) -> tuple[str, ...]:
    """The same for a scan that is kept, given by number or `last`.

    Raises SelectionError too, for a scan that is not kept, and StoreError.
    """
    root = find_root(here)
    store = open_store(store_file(root))
    try:
        number = scan_number(store, name)
        repository = load_repository(root, check_syntax=False)
        exported = Exported(store, number, _checkout(repository))
        return tuple(told for file in files for told in write_findings(exported, file))
    finally:
        store.close()


def _checkout(repository: Repository) -> Checkout:
    return Checkout(repository, find_workspace(str(repository.root)))
