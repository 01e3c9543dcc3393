"""Each native shape gives its resources, and what is none is passed over with its place."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from pathlib import Path

import pytest

from panther_engine.model import Verdict
from panther_engine.scan.inventory.opening import UnreadableError
from panther_engine.scan.inventory.reading import Reading, read_inventory
from panther_engine.scan.inventory.spool import private_spool

BUCKET = {
    "ResourceId": "arn:aws:s3:::one",
    "ResourceType": "AWS.S3.Bucket",
    "AccountId": "123456789012",
    "Region": "eu-west-1",
    "Grants": None,
}
OTHER = {**BUCKET, "ResourceId": "arn:aws:s3:::two", "ResourceType": "AWS.KMS.Key"}


def read(folder: Path, content: str | bytes, name: str = "i.json") -> tuple[list[dict], Reading]:  # type: ignore[type-arg]
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return take(file)


def take(*files: Path) -> tuple[list[dict], Reading]:  # type: ignore[type-arg]
    with private_spool() as spool:
        reading = read_inventory([str(one) for one in files], spool)
        stored = [one for kind in spool.counts() for one in spool.of_type(kind)]
        documents = [json.loads(one) for one in spool.contents(stored)]
        assert [one["ResourceId"] for one in documents] == [one.id for one in stored]
    return documents, reading


def shown(value: object) -> str:
    return json.dumps(value)


HISTORY = {
    "changeType": "SYNC",
    "lastUpdated": "2026-01-02T00:00:00Z",
    "resource": BUCKET,
    "resourceId": BUCKET["ResourceId"],
    "resourceType": BUCKET["ResourceType"],
}
API_ITEM = {
    "attributes": BUCKET,
    "complianceStatus": "PASS",
    "deleted": False,
    "id": BUCKET["ResourceId"],
    "integrationType": "aws",
    "lastModified": "2026-01-01T00:00:00Z",
    "type": "AWS.S3.Bucket",
}


@pytest.mark.parametrize(
    "content",
    [
        shown(BUCKET),
        shown([BUCKET]),
        shown(BUCKET) + "\n",
        "\ufeff" + shown(BUCKET),
        shown(shown(BUCKET)),
        shown(API_ITEM),
        shown({**API_ITEM, "attributes": shown(BUCKET)}),
        shown({"paging": {"thisPage": 1}, "resources": [API_ITEM]}),
        shown({"data": {"resource": {**API_ITEM, "attributes": shown(BUCKET)}}}),
        shown(HISTORY),
        shown({name.upper(): one for name, one in HISTORY.items()} | {"RESOURCE": shown(BUCKET)}),
        shown({"data": {"dataLakeQuery": {"results": {"edges": [{"node": HISTORY}]}}}}),
        shown({"Results": [shown(BUCKET)]}),
    ],
)
def test_each_shape_gives_the_document(tmp_path: Path, content: str) -> None:
    documents, reading = read(tmp_path, content)
    assert documents == [BUCKET]
    assert (reading.resources, reading.passed_over, reading.reasons) == (1, 0, {})


def test_rows_of_the_data_lake_are_read_from_csv(tmp_path: Path) -> None:
    text = io.StringIO()
    rows = csv.DictWriter(text, ["LASTUPDATED", "CHANGETYPE", "RESOURCE"])
    rows.writeheader()
    rows.writerow({"LASTUPDATED": "1", "CHANGETYPE": "SYNC", "RESOURCE": shown(BUCKET)})
    documents, _ = read(tmp_path, text.getvalue(), "rows.csv")
    assert documents == [BUCKET]


def test_the_newest_row_of_a_resource_counts_and_one_that_is_gone_is_left_out(
    tmp_path: Path,
) -> None:
    new = {**BUCKET, "Grants": [1]}
    rows = [
        {**HISTORY, "lastUpdated": "2026-01-03T00:00:00Z", "resource": new},
        HISTORY,
        {**HISTORY, "resource": OTHER},
        {
            "changeType": "DELETED",
            "lastUpdated": "2026-01-04T00:00:00Z",
            "resource": None,
            "resourceId": OTHER["ResourceId"],
            "resourceType": OTHER["ResourceType"],
        },
    ]
    documents, reading = read(tmp_path, "\n".join(map(shown, rows)), "h.jsonl")
    assert documents == [new]
    assert reading.resources == 4


def test_of_two_documents_with_one_id_the_last_counts(tmp_path: Path) -> None:
    later = {**BUCKET, "Region": "us-east-1"}
    with private_spool() as spool:
        file = tmp_path / "i.json"
        file.write_text(shown([BUCKET, later]))
        read_inventory([str(file)], spool)
        (one,) = spool.of_type("AWS.S3.Bucket")
        assert (one.region, spool.repeated) == ("us-east-1", 1)


def test_what_production_says_is_kept_apart(tmp_path: Path) -> None:
    row = {
        "policyId": "P",
        "resourceId": "r",
        "status": "FAIL",
        "suppressed": False,
        "lastUpdated": "2",
    }
    older = {**row, "status": "PASS", "lastUpdated": "1"}
    with private_spool() as spool:
        file = tmp_path / "c.json"
        file.write_text(shown([row, older]))
        reading = read_inventory([str(file)], spool)
        assert list(spool.statuses()) == [("P", "r", Verdict.FAIL, False)]
        assert (reading.statuses, reading.resources) == (2, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (shown({"a": 1, "b": 2}), "an object of no known shape, with the keys a, b"),
        (shown({"ResourceType": "AWS.S3.Bucket"}), "a document without `ResourceId`"),
        (shown({**API_ITEM, "attributes": None}), "an item without attributes"),
        (shown([7]), "a number where a resource was expected"),
        ('{"ResourceId": "\\ud800", "ResourceType": "T"}', "half a surrogate pair"),
        ("ResourceId: x", "not JSON"),
        ('{"ResourceId": NaN}', "NaN is not JSON"),
        (shown({"configurationItemVersion": "1.3", "resourceType": "AWS::X"}), "AWS Config"),
        (b'{"a": "\xff"}', "not UTF-8: byte 0xff"),
        (gzip.compress(shown(BUCKET).encode(), mtime=0)[:-12], "ended before"),
    ],
)
def test_what_is_no_resource_is_passed_over_with_its_reason(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    _, reading = read(tmp_path, content)
    assert reading.passed_over >= 1
    assert reason in reading.places[0].reason
    assert reading.places[0].path.endswith("i.json")


def test_what_is_passed_over_is_counted_by_reason_and_named_a_few_times(tmp_path: Path) -> None:
    lines = "\n".join('{"a": 1}' for _ in range(100))
    _, reading = read(tmp_path, lines, "i.jsonl")
    assert reading.passed_over == 100
    assert list(reading.reasons.values()) == [100]
    assert [one.line for one in reading.places] == list(range(1, 21))


def test_folders_globs_gzip_and_utf_16_are_read(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.jsonl.gz").write_bytes(gzip.compress(shown(BUCKET).encode()))
    (tmp_path / "deep" / "b.json").write_bytes(shown(OTHER).encode("utf-16"))
    (tmp_path / "deep" / "notes.txt").write_text("not looked at")
    for path in (tmp_path / "deep", tmp_path / "deep" / "**" / "*.*"):
        documents, reading = take(path)
        ids = {one["ResourceId"] for one in documents}
        assert ids == {BUCKET["ResourceId"], OTHER["ResourceId"]}
        assert reading.files in (2, 3)


@pytest.mark.parametrize("name", ["nothing.json", "*.nothing"])
def test_a_path_that_names_nothing_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError, match="there is nothing here"):
        take(tmp_path / name)


def test_a_pipe_or_a_device_is_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    _, reading = take(tmp_path / "pipe.json")
    assert "not a regular file" in reading.places[0].reason
    _, reading = take(Path("/dev/zero"))
    assert "not a regular file" in reading.places[0].reason


@pytest.mark.parametrize("line", ["y\n", "1\n", "{}\n"])
def test_a_file_of_anything_but_resources_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("panther_engine.scan.inventory.reading.BARREN_LIMIT", 10)
    documents, reading = read(tmp_path, line * 9 + shown(BUCKET) + "\n" + line * 20)
    assert documents == [BUCKET]
    assert reading.passed_over == 20
    assert reading.reasons["10 pieces in a row that are no resource: the rest is not read"] == 1


def test_an_inventory_that_fills_the_disk_is_left_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panther_engine.scan.inventory.spool.RESERVE", 1 << 62)
    with pytest.raises(OSError, match="the inventory leaves no room"):
        read(tmp_path, shown(BUCKET))


def test_an_id_that_no_resource_has_is_told(tmp_path: Path) -> None:
    _, reading = read(tmp_path, shown({**BUCKET, "ResourceId": "r" * 5_000}))
    assert list(reading.reasons) == ["a document whose `ResourceId` has 5,000 characters"]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('{"ResourceId": "a", "ResourceId": "b"}', "an object with the key `ResourceId` twice"),
        ('{"a": 1e999}', "1e999 is too large a number"),
        ('{"a": NaN}', "NaN is not JSON"),
    ],
)
def test_json_in_a_text_is_read_as_strictly(tmp_path: Path, attributes: str, reason: str) -> None:
    _, reading = read(tmp_path, shown({**API_ITEM, "attributes": attributes}))
    assert list(reading.reasons) == [reason]
