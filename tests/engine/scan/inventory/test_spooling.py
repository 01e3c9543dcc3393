"""The process that reads an inventory runs our code, whatever lies in the folder it starts in."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from panther_engine.scan.inventory.spool import Spool
from panther_engine.scan.inventory.spooling import Spooled, spool_inventory
from tests.engine.scan.mapping.test_loading import OWN


@pytest.mark.parametrize("name", ["json.py", "asyncio.py", "panther_engine/__init__.py"])
def test_no_module_of_the_checkout_takes_the_place_of_ours(tmp_path: Path, name: str) -> None:
    started = tmp_path / "started"
    planted = tmp_path / "checkout" / name
    planted.parent.mkdir(parents=True)
    planted.write_text(f"open({str(started)!r}, 'w').close()\n")
    (tmp_path / "spool").mkdir()
    asyncio.run(spool_inventory(tmp_path / "spool", ("none.json",), tmp_path / "checkout"))
    assert not started.exists()


def test_mappings_are_read_where_the_inventory_is(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    item = {"kind": "vault", "account": "1", "where": "here", "id": "v", "made": "2024-05-01"}
    (tmp_path / "i.json").write_text(json.dumps({**item, "held": {}}))
    (tmp_path / "own.yml").write_text(OWN)
    mapping = (str(tmp_path / "own.yml"),)
    spooled = asyncio.run(spool_inventory(tmp_path / "spool", ("i.json",), tmp_path, mapping))
    assert spooled == Spooled()
    spool = Spool(tmp_path / "spool", filled=True)
    found = spool.find("v")
    assert found is not None
    assert found.mapping == "own"
    spool.close()
