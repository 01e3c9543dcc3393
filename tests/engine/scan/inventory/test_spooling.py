"""The process that reads an inventory runs our code, whatever lies in the folder it starts in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from panther_engine.scan.inventory.spooling import spool_inventory


@pytest.mark.parametrize("name", ["json.py", "asyncio.py", "panther_engine/__init__.py"])
def test_no_module_of_the_checkout_takes_the_place_of_ours(tmp_path: Path, name: str) -> None:
    started = tmp_path / "started"
    planted = tmp_path / "checkout" / name
    planted.parent.mkdir(parents=True)
    planted.write_text(f"open({str(started)!r}, 'w').close()\n")
    (tmp_path / "spool").mkdir()
    asyncio.run(spool_inventory(tmp_path / "spool", ("none.json",), tmp_path / "checkout"))
    assert not started.exists()
