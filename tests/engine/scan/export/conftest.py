"""A kept scan, for each format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.scan.export.exported import Exported
from tests.engine.scan.export.exports import exported, keep_scan, write_policy


@pytest.fixture
def scan(tmp_path: Path) -> Iterator[Exported]:
    write_policy(tmp_path)
    store = keep_scan(tmp_path / "state" / "scans.sqlite")
    yield exported(store, tmp_path)
    store.close()
