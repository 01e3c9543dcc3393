"""A mapping as a table for people: each field with its source, and what cannot be filled."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from panther_engine.reading.spec.catalogue import fields_of
from panther_engine.scan.mapping.loading import shipped_mapping
from panther_engine.scan.mapping.mapping import Mapping, Source, TypeMapping

MARK = "## AWS Config, field by field"
"""The heading below which a document has the table."""


def mapping_table(mapping: Mapping) -> str:
    """Markdown: a table for each type, then what of it is not filled and why."""
    return "\n".join(line for one in mapping.types.values() for line in _type(one))


def _type(one: TypeMapping) -> Iterator[str]:
    known = fields_of(one.type)
    own = [name for name in one.fields if not known[name].common]
    fillable = sum(not field.common for field in known.values())
    yield f"### {one.source_type}\n"
    yield f"`{one.type}`: {len(own)} of its {fillable} own fields.\n"
    yield "| Field | From | Steps |"
    yield "| --- | --- | --- |"
    for name in sorted(one.fields):
        source = one.fields[name]
        yield f"| `{name}` | {_paths(source)} | {_steps(source)} |"
    yield ""
    for name, why in sorted(one.cannot.items()):
        yield f"- `{name}` is not filled: {why}."
    if one.cannot:
        yield ""


def _paths(source: Source) -> str:
    return " or ".join(f"`{'.'.join(path)}`" for path in source.paths)


def _steps(source: Source) -> str:
    return ", ".join([*(one.name for one in source.steps), *["must be there"] * source.required])


def _rewrite(file: Path) -> None:
    """Put the table of the shipped mapping into a document, from its mark on."""
    before, mark, _ = file.read_text("utf-8").partition(MARK)
    file.write_text(f"{before}{mark}\n\n{mapping_table(shipped_mapping())}", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        _rewrite(Path(sys.argv[1]))
    else:
        sys.stdout.write(mapping_table(shipped_mapping()))
