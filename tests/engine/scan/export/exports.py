"""A kept scan with all that is awkward to write, and files made of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from panther_engine.model import Failure, Policy, Verdict
from panther_engine.reading.repository.load import load_repository
from panther_engine.report.workspace import Workspace
from panther_engine.scan.export.exported import Checkout, Exported
from panther_engine.scan.export.write import write_findings
from panther_engine.scan.inventory.spool import private_spool
from panther_engine.scan.store.keep import Keeper, Made
from panther_engine.scan.store.schema import open_store
from panther_engine.values.scanned import Alert, Evaluation, Resource
from tests.engine.scan.judged import KIND

HOSTILE = '=1+1|"cmd",\n\x1b[31m</script><b>\u202ename'
ALERT = Alert("Open to all", "High", "", "", "", "dedup", None)
BROKEN = Failure("KeyError", "'Grants'", "policies/p.py", 5)
OUTSIDE = Failure("OSError", "no", "/usr/lib/python3/json.py", 9)
BODY = """\
LIMIT = 1


def policy(resource):
    return resource["Grants"] == LIMIT
"""
SPEC = """\
AnalysisType: policy
Filename: p.py
PolicyID: P
DisplayName: The policy
Description: Buckets are closed. Others are "open".
Runbook: Close it.
Reference: https://example.com/p
Severity: High
Enabled: true
Tags: [AWS, security, "Data & <More>"]
Reports: {CIS: ["1.1", "1.2"]}
ResourceTypes: [AWS.S3.Bucket]
"""
FOUND = (
    Evaluation("policies/P.yml", "P", HOSTILE, Verdict.FAIL, alert=ALERT),
    Evaluation("policies/P.yml", "P", "b", Verdict.ERROR, error=BROKEN),
    Evaluation("policies/P.yml", "P", "c", Verdict.ERROR, error=OUTSIDE),
    Evaluation("policies/P.yml", "P", "d", Verdict.FAIL, suppressed=True),
    Evaluation("policies/P.yml", "P", "e", Verdict.PASS, missing=("x",)),
)
"""A FAIL of a hostile name, an ERROR in the body, one outside of the checkout, one suppressed, and
one that passes and leans on what is not there."""
IDS = (HOSTILE, "b", "c", "d", "e", "f")


def write_policy(root: Path) -> Path:
    """The checkout with the one policy, in a folder of the workspace."""
    folder = root / "checkout" / "policies"
    folder.mkdir(parents=True)
    (folder / "p.py").write_text(BODY)
    (folder / "P.yml").write_text(SPEC)
    return folder.parent


def made(severity: str = "High", name: str = "P") -> Made:
    policy = Policy(f"policies/{name}.yml", "policies/p.py", name, severity=severity)
    return Made(policy, (KIND,), b"1", b"1")


def keep_scan(
    file: Path,
    found: Iterable[Evaluation] = FOUND,
    ids: Iterable[str] = IDS,
    policies: tuple[Made, ...] = (made(),),
) -> sqlite3.Connection:
    """A store with one scan more."""
    store = open_store(file)
    with private_spool() as spool:
        count = 0
        for count, one in enumerate(ids, 1):
            document = {"ResourceId": one, "ResourceType": KIND}
            spool.add(Resource(one, KIND, f"{count % 2:012}", "eu-west-1", document))
        spool.settle()
        keeper = Keeper(store, spool.folder / "index.sqlite", policies)
        keeper.add(found)
        keeper.complete(resources=count, passed_over=0, seconds=1.0, inventory="i", keep=20)
    return store


def exported(store: sqlite3.Connection, root: Path, scan: int = 1) -> Exported:
    """The scan beside a checkout that lies in a folder of the workspace."""
    checkout = root / "checkout"
    repository = load_repository(checkout)
    return Exported(store, scan, Checkout(repository, Workspace(str(checkout), str(root))))


def written(scan: Exported, folder: Path, name: str) -> str:
    """The file of this name."""
    file = folder / name
    write_findings(scan, file)
    return file.read_bytes().decode()


def problems(value: object, name: str) -> list[str]:
    """What the schema of this name says against a value."""
    found = sorted(_validator(name).iter_errors(value), key=lambda one: one.json_path)
    return [f"{one.json_path}: {one.message}" for one in found]


@cache
def _validator(name: str) -> Any:
    schema = json.loads((Path(__file__).parent / "schemas" / name).read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)
