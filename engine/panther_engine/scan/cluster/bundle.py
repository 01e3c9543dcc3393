"""All that a machine needs to judge a shard: policies, globals, settings, and how to run them.

A zip of the same bytes for the same content, whose name is their digest.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import load_pat_settings
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.repository.walk.folders import SETTINGS_NAME
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.running.jobs.report import RunOptions
from panther_engine.scan.cluster.exchange import ExchangeError, read
from panther_engine.values.frozen import dataclass

MANIFEST = "manifest.json"
CHECKOUT = "checkout/"
FORMAT = 1
MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every file in a bundle: when it was made is no part of what it holds."""
LARGEST_SETTINGS = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is to be judged by a bundle, and how."""

    format: int
    specs: tuple[str, ...]
    """Paths of the policies that judge."""
    scopes: tuple[str, ...]
    """Folders that were read, from the root."""
    disabled: bool
    """Policies judge that are not enabled."""
    options: RunOptions
    """`python` names an executable of the machine that judges; None for the one that runs us."""


def make_bundle(
    repository: Repository, specs: Sequence[str], options: RunOptions, *, disabled: bool
) -> bytes:
    """A bundle for the policies of these specs."""
    manifest = Manifest(FORMAT, tuple(specs), repository.scopes, disabled, options)
    files = {CHECKOUT + path: file.content for path, file in repository.files.items()}
    settings = os.path.join(repository.root, SETTINGS_NAME)
    if os.path.isfile(settings):
        files[CHECKOUT + SETTINGS_NAME] = read_regular(settings, LARGEST_SETTINGS)
    files[MANIFEST] = json.dumps(asdict(manifest), sort_keys=True).encode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, MOMENT), files[path], zipfile.ZIP_DEFLATED)
    return content.getvalue()


def open_bundle(address: str, folder: Path) -> tuple[Manifest, Repository]:
    """Unpack the bundle at an address into an empty folder, and read its checkout.

    Raises ExchangeError for what is no bundle of this version, OSError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(read(address))) as archive:
            manifest = msgspec.convert(json.loads(archive.read(MANIFEST)), Manifest)
            archive.extractall(folder)  # names that lead out of the folder are kept in it
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ExchangeError(f"{address} is no bundle of a scan: {error}") from error
    if manifest.format != FORMAT:
        raise ExchangeError(
            f"{address} was made by another version of panther-tui: install the same everywhere"
        )
    root = folder / CHECKOUT
    return manifest, load_repository(root, manifest.scopes, load_pat_settings(root))
