"""Checks a mapping for unknown keys and for missing ones."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import JsonValue, Level
from panther_engine.reading.check.findings import Findings, Path, show_key
from panther_engine.reading.check.table import RULE_KEYS, Key
from panther_engine.text.suggest import nearest_name, spell


def check_keys(
    findings: Findings,
    place: Path,
    mapping: Mapping[JsonValue, JsonValue],
    table: Mapping[str, Key],
    renamed: Mapping[str, str],
    what: str,
    lenient: bool = False,
) -> None:
    """Report unknown and missing keys of a mapping.

    `what` names the mapping in messages (`a policy`). With `lenient` unknown keys are warnings.
    A missing key that an unknown one was surely meant to be is not reported on its own.
    """
    explained: set[str] = set()
    for key in mapping:
        if key in table:
            continue
        meant = _meant(key, table, renamed)
        if meant and meant not in mapping and not lenient:
            explained.add(meant)
        findings.at_key(
            (*place, key if isinstance(key, int) else show_key(key)),
            "unknown-key",
            f"`{show_key(key)}` is not a key of {what}" + (", and is ignored" if lenient else ""),
            _hint(key, meant, mapping, table, what),
            Level.WARNING if lenient else Level.ERROR,
        )
    for name, known in table.items():
        if known.required and name not in mapping and name not in explained:
            findings.at_key(
                place,
                "missing-key",
                f"`{name}` is missing: every {what.split()[-1]} needs it",
                f"add `{name}: {known.example}`" if known.example else "",
            )


def _meant(key: JsonValue, table: Mapping[str, Key], renamed: Mapping[str, str]) -> str:
    if not isinstance(key, str):
        return ""
    meant = renamed.get(key, "")
    if meant or (key in RULE_KEYS and nearest_name(key, table).lower() != key.lower()):
        return meant
    return nearest_name(key, table)


def _hint(
    key: JsonValue,
    meant: str,
    mapping: Mapping[JsonValue, JsonValue],
    table: Mapping[str, Key],
    what: str,
) -> str:
    if meant and meant in mapping:
        return f"remove it: `{meant}` is there already"
    if meant:
        return f"rename it to `{meant}`"
    if key == "Detection":
        return "remove it: a policy's logic is in its Python body"
    if key in RULE_KEYS:
        return "remove it: only rules have it"
    if len(table) < 6:
        return f"remove it; {what} has {spell(table, 'and')}"
    return "remove it, or set `ignore_extra_keys: true` in .panther_settings.yml"
