"""Answers `resource_lookup` of a repository's helpers from an inventory, in place of DynamoDB.

Only the table that the helper asks is replaced: its own checks, and the exception classes that
policies catch, stay as the checkout has them. Each answer is decoded anew. What was asked for is
remembered, since a verdict that leans on a resource that is not there may be otherwise in
production.
"""

import json
import os
import sys
from typing import Any, Dict, List, Optional, Tuple

from .partial import Holes

HELPERS = ("panther_aws_helpers", "panther_oss_helpers", "panther")
"""Modules that have had `resource_lookup`, the youngest first."""
OWNED_BY_AWS = "arn:aws:iam::aws:policy/"
IAM = "arn:aws:iam::"

_loads = json.loads
_pread = os.pread if hasattr(os, "pread") else None


class Inventory:
    """The documents of a scan by their IDs."""

    def __init__(self, folder: str, holes: Holes) -> None:
        """Open what the parent made in `folder`. Raises OSError, sqlite3.Error."""
        import sqlite3
        from pathlib import Path

        index = Path(folder, "index.sqlite").as_uri()
        self._index = sqlite3.connect(f"{index}?mode=ro&immutable=1", uri=True)
        self._holes = holes
        self._documents = os.open(os.path.join(folder, "documents"), os.O_RDONLY)
        self.found: List[str] = []
        """IDs that were asked for and are there."""
        self.missing: List[str] = []
        """IDs that were asked for and are not."""

    def begin(self) -> None:
        """Forget what was asked for."""
        self.found, self.missing = [], []

    def get(self, resource_id: Any) -> Optional[Dict[str, Any]]:
        """The document of this ID; None if it is not there."""
        asked = str(resource_id)
        for name in (asked, *_other_names(asked)):
            row = self._index.execute(
                "SELECT at, length, unfilled FROM resource WHERE id = ? AND NOT deleted", (name,)
            ).fetchone()
            if row is not None:
                self.found.append(name)
                assert _pread is not None
                document: Dict[str, Any] = _loads(_pread(self._documents, row[1], row[0]))
                return self._holes.open(document, row[2]) if row[2] else document
        self.missing.append(asked)
        return None


class Table:
    """Stands in for the DynamoDB table `panther-resources`."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def get_item(self, **asked: Any) -> Dict[str, Any]:
        """As boto3's, for `Key={"id": …}`."""
        document = self._inventory.get(asked["Key"]["id"])
        answer: Dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": 200}}
        if document is not None:
            answer["Item"] = {"attributes": document}
        return answer


def serve_lookups(folder: str, body: Any, holes: Holes) -> Optional[Inventory]:
    """Have the helpers that a body imported ask the inventory; None if there are none of them."""
    helpers = [module for name in HELPERS if (module := sys.modules.get(name)) is not None]
    helpers = [module for module in helpers if hasattr(module, "resource_lookup")]
    if not folder or not helpers:
        return None
    inventory = Inventory(folder, holes)
    table = Table(inventory)
    for module in helpers:
        if hasattr(module, "resource_table"):
            module.resource_table = lambda: table  # type: ignore[attr-defined]
        else:
            own, ours = module.resource_lookup, _lookup(inventory, module)
            for holder in (module, body):
                for name in [name for name, value in vars(holder).items() if value is own]:
                    setattr(holder, name, ours)
    return inventory


def _lookup(inventory: Inventory, module: Any) -> Any:
    """A `resource_lookup` for a helper that has no table of its own to be replaced."""
    missing = getattr(module, "BadLookup", LookupError)

    def resource_lookup(resource_id: str) -> Dict[str, Any]:
        document = inventory.get(resource_id)
        if document is None:
            raise missing(f"{resource_id} not found")
        return document

    return resource_lookup


def _other_names(resource_id: str) -> Tuple[str, ...]:
    """How a policy of AWS's own may be called besides: by the account it is attached in, or not.

    Panther keeps it under the account's number in place of `aws`.
    """
    if not resource_id.startswith(IAM) or ":policy/" not in resource_id:
        return ()
    return (OWNED_BY_AWS + resource_id.partition(":policy/")[2],)
