"""`python -m tests.engine.scan.mapping.show`: items of AWS Config beside the catalogue."""

from __future__ import annotations

import json

from panther_engine.reading.spec.catalogue import common_fields, fields_of
from panther_engine.scan.mapping.applying import map_item
from panther_engine.scan.mapping.loading import shipped_mapping
from tests.engine.scan.mapping.items import PAIRS


def main() -> None:
    """Print a table for each item: field, its type in the catalogue, its source, its value."""
    mapping = shipped_mapping()
    for item, _ in PAIRS:
        how = mapping.types[item["resourceType"]]
        resource = map_item(mapping, item)
        print(f"\n{how.source_type} → {how.type}")
        for name, field in fields_of(how.type).items():
            if field.common and name not in common_fields(how.type):
                continue
            said = f"not filled: {how.cannot.get(name, 'the item lacks it')}"
            if name in resource.document:
                said = json.dumps(resource.document[name])[:70]
            source = how.fields[name].shown if name in how.fields else "-"
            print(f"  {name:<34} {field.type:<10} {source:<60} {said}")
        for name in resource.unfilled:
            if "." in name:
                print(f"  {name:<34} {'':<10} {'-':<60} not filled: {how.cannot[name]}")


if __name__ == "__main__":
    main()
