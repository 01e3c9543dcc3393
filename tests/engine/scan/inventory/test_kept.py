"""Inventories that are kept with their scan, and judged again by its name."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from panther_engine.model import JsonValue
from panther_engine.scan.inventory.kept import (
    find_kept,
    forget_inventories,
    is_kept_name,
    keeping,
    kept_inventories,
)
from panther_engine.scan.inventory.opening import UnreadableError
from panther_engine.scan.inventory.reading import read_inventory
from panther_engine.scan.inventory.spool import Spool, private_spool
from panther_engine.values.scanned import Resource


def resource(number: int, mapping: str = "", *unfilled: str) -> Resource:
    document: Mapping[str, JsonValue] = {
        "ResourceId": f"arn:{number}",
        "ResourceType": "AWS.S3.Bucket",
        "AccountId": "123456789012",
        "Name": "ü\u2028",
    }
    return Resource(
        f"arn:{number}",
        "AWS.S3.Bucket",
        "123456789012",
        "",
        document,
        mapping=mapping,
        unfilled=unfilled,
    )


@pytest.fixture
def spool() -> Iterator[Spool]:
    with private_spool() as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "abc.sqlite"


def keep_inventory(store: Path, scan: int, spool: Spool) -> Path:
    with keeping(store, scan, spool):
        pass
    return kept_inventories(store)[scan]


def read_back(store: Path, name: str) -> list[tuple[str, str, str, bytes]]:
    with private_spool() as again:
        reading = read_inventory(find_kept(store, [name]), again)
        assert reading.passed_over == 0
        found = [one for kind in again.counts() for one in again.of_type(kind)]
        return [
            (one.id, one.mapping, one.unfilled, content)
            for one, content in zip(found, again.contents(found), strict=True)
        ]


def test_what_is_kept_is_read_as_it_was_with_what_is_known_of_mapped_ones(
    spool: Spool, store: Path
) -> None:
    for number in range(1200):
        spool.add(resource(number, *(("aws-config", "A.B", "*") if number % 3 == 0 else ())))
    spool.settle()
    before = [one for kind in spool.counts() for one in spool.of_type(kind)]
    keep_inventory(store, 4, spool)
    assert read_back(store, "scan:4") == [
        (one.id, one.mapping, one.unfilled, content)
        for one, content in zip(before, spool.contents(before), strict=True)
    ]


def test_a_native_document_is_kept_as_a_line_that_any_program_reads(
    spool: Spool, store: Path
) -> None:
    spool.add(resource(1))
    spool.settle()
    file = keep_inventory(store, 1, spool)
    (line,) = gzip.decompress(file.read_bytes()).splitlines()
    assert json.loads(line)["ResourceId"] == "arn:1"


def test_only_this_user_can_read_it(spool: Spool, store: Path) -> None:
    spool.settle()
    assert keep_inventory(store, 1, spool).stat().st_mode & 0o777 == 0o600


def test_the_last_one_that_is_kept_has_a_name_of_its_own(spool: Spool, store: Path) -> None:
    spool.settle()
    files = [keep_inventory(store, number, spool) for number in (2, 10)]
    keep_inventory(store.with_stem("other"), 11, spool)
    assert list(find_kept(store, ["scan:last", "a.json", "scan:2"])) == [
        str(files[1]),
        "a.json",
        str(files[0]),
    ]


def test_one_that_is_not_kept_is_told_with_those_that_are(spool: Spool, store: Path) -> None:
    with pytest.raises(UnreadableError, match=r"scan:7: no such inventory is kept \(none is\)"):
        list(find_kept(store, ["scan:7"]))
    spool.settle()
    keep_inventory(store, 2, spool)
    with pytest.raises(UnreadableError, match="kept are scan:2"):
        list(find_kept(store, ["scan:7"]))


def test_it_goes_with_its_scan(spool: Spool, store: Path) -> None:
    spool.settle()
    for number in (1, 2, 3):
        keep_inventory(store, number, spool)
    forget_inventories(store, {3})
    assert list(kept_inventories(store)) == [3]


def test_a_disk_that_fails_leaves_nothing_behind(
    spool: Spool, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.add(resource(1))
    spool.settle()

    def full(resources: object) -> list[bytes]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "contents", full)
    with pytest.raises(OSError, match="No space"):
        keep_inventory(store, 1, spool)
    assert list(store.parent.iterdir()) == []


@pytest.mark.parametrize("path", ["scan", "scan:", "scan:x", "./scan:1", "scan:1.json"])
def test_only_its_name_stands_for_one(path: str) -> None:
    assert not is_kept_name(path)


def test_nothing_is_kept_of_a_scan_that_is_not(spool: Spool, store: Path) -> None:
    spool.settle()
    with pytest.raises(RuntimeError), keeping(store, 1, spool):
        raise RuntimeError
    assert list(store.parent.iterdir()) == []


def test_what_a_killed_scan_left_goes_when_scans_are_forgotten(spool: Spool, store: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = store.with_name(f".{store.stem}.3.jsonl.gz.{ended.pid}")
    ours = store.with_name(f".{store.stem}.4.jsonl.gz.{os.getpid()}")
    for file in (left, ours):
        file.write_bytes(b"private")
    forget_inventories(store, {3})
    assert (left.exists(), ours.exists()) == (False, True)
