"""A mapping of one's own: what is wrong in it is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.scan.inventory.shapes import resources_in
from panther_engine.scan.mapping.loading import MappingError, load_mapping, shipped_mapping
from panther_engine.scan.mapping.table import mapping_table
from panther_engine.values.scanned import Resource

OWN = """\
name: own
match: [kind, account]
type: kind
common:
  AccountId: account
  Region: where
  Arn: id
  Name: id
  ResourceId: id
  Tags: labels
  TimeCreated: {from: made, steps: [time]}
types:
  vault:
    type: AWS.S3.Bucket
    from: held
    same: [Policy]
    fields:
      Versioning: held.versions
    cannot:
      EncryptionRules: &no not said
      Grants: *no
      LifecycleRules: *no
      LoggingPolicy: *no
      MFADelete: *no
      ObjectLockConfiguration: *no
      Owner: *no
      PublicAccessBlockConfiguration: *no
"""


def test_a_mapping_of_ones_own_makes_resources(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(OWN)
    mapping = load_mapping(tmp_path / "own.yml", "own.yml")
    item = {"kind": "vault", "account": "1", "where": "here", "id": "v", "made": "2024-05-01"}
    (resource,) = resources_in({**item, "held": {"policy": {"a": []}}}, (mapping,))
    assert isinstance(resource, Resource)
    assert (resource.mapping, resource.id) == ("own", "v")
    assert resource.document["Policy"] is None or resource.document["Policy"] == {"A": None}
    assert resource.document["TimeCreated"] == "2024-05-01T00:00:00Z"
    assert "Grants" in resource.unfilled


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("name: own", "nam: own", 1, "unknown key `nam`; did you mean `name`?"),
        ("AWS.S3.Bucket", "AWS.S3.Buckets", 14, "`AWS.S3.Buckets` is no resource type"),
        ("same: [Policy]", "same: []", 13, "`Policy` of `AWS.S3.Bucket` is neither filled nor"),
        ("Versioning:", "Versionin:", 13, "has no field `Versionin`; did you mean `Versioning`?"),
        ("[time]", "[tme]", 11, "there is no step `tme`; did you mean `time`?"),
        ("match: [kind, account]", "match: kind", 2, "expected a list of names under `match`"),
        ("type: kind\n", "", 1, "`type` is missing"),
        ("name: own", "name: [", 1, "not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    (tmp_path / "own.yml").write_text(OWN.replace(old, new, 1))
    with pytest.raises(MappingError) as raised:
        load_mapping(tmp_path / "own.yml", "own.yml")
    said = str(raised.value)
    assert told in said
    assert said.startswith("own.yml:")
    if "not YAML" not in told:
        assert said.startswith(f"own.yml:{line}: ")


def test_the_document_holds_the_table_of_the_shipped_mapping(
    request: pytest.FixtureRequest,
) -> None:
    written = (request.config.rootpath / "docs" / "mappings.md").read_text("utf-8")
    assert mapping_table(shipped_mapping()) in written, (
        "run `python -m panther_engine.scan.mapping.table docs/mappings.md`"
    )
