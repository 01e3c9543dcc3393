"""Parses filters typed on a command line, and rejects those that can only be a slip.

PAT 1.11.1 accepts every key of its schemas, even keys that no policy has, and compares only text,
so `Reports=CIS` never matches. `.panther_settings.yml` keeps that meaning; typed filters do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from panther_engine.model import SEVERITIES
from panther_engine.reading.repository.pat_settings import Filter, FilterError, matches
from panther_engine.reading.repository.pat_settings import parse_filters as parse_as_pat
from panther_engine.reading.spec.catalogue import RESOURCE_TYPES
from panther_engine.text.one_line import one_line
from panther_engine.text.suggest import nearest_name, spell

KEYS = (
    "AutoRemediationID",
    "BaseVersion",
    "CreatedBy",
    "Description",
    "DisplayName",
    "Enabled",
    "Filename",
    "OutputIds",
    "PolicyID",
    "Reference",
    "Reports",
    "ResourceTypes",
    "Runbook",
    "Severity",
    "Status",
    "Suppressions",
    "Tags",
)
"""Keys of a policy's spec that a value can be compared with."""
_VALUES: Mapping[str, Sequence[str]] = {"Severity": SEVERITIES, "ResourceTypes": RESOURCE_TYPES}
"""Keys of which all values are known."""
SHOWN = 8
"""So many values are told where a key has them."""


def parse_filters(texts: Sequence[str]) -> tuple[Filter, ...]:
    """Filters as `pat_settings.parse_filters`, of keys and values that policies can have.

    Raises FilterError with the known keys, or the nearest values.
    """
    for text in texts:
        key = text.partition("=")[0].removesuffix("!")
        if "=" in text and key and key not in KEYS:
            raise FilterError(_unknown_key(key))
    filters = parse_as_pat(texts)
    for one in filters:
        known = _VALUES.get(one.key, ())
        for value in one.values if known else ():
            if value not in {name.lower() for name in known}:
                raise FilterError(_unknown_value(one.key, str(value), known))
    return tuple(replace(one, reports_by_name=True) for one in filters)


def nearest_values(filters: Iterable[Filter], specs: Sequence[Mapping[str, object]]) -> str:
    """The end of a message: what may have been meant by filters that no spec passes.

    `specs` are the raw keys and values of the policies that were looked at.
    """
    for one in filters:
        if one.inverted or any(matches(one, spec) for spec in specs):
            continue
        values = sorted({text for spec in specs for text in _texts(spec.get(one.key))})
        asked = next((str(value) for value in one.values), "")
        return f": {_unknown_value(one.key, asked, values)}"
    return ""


def _unknown_key(key: str) -> str:
    near = nearest_name(key, KEYS)
    meant = f"; did you mean `{near}`?" if near else ""
    return f"`{one_line(key)}` is not a key to filter by{meant}; there are {spell(KEYS, 'and')}"


def _unknown_value(key: str, value: str, known: Sequence[str]) -> str:
    said = f'no policy has "{one_line(value)}" as `{key}`'
    if near := nearest_name(value, known):
        return f"{said}; did you mean `{key}={one_line(near)}`?"
    if not known:
        return f"no policy has `{key}`"
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return f"{said}; there are {', '.join(map(one_line, known[:SHOWN]))}{more}"


def _texts(value: object) -> Iterable[str]:
    """The values of a key that a filter is compared with."""
    values = value if isinstance(value, list | dict) else [value]
    return (str(one) for one in values if isinstance(one, str | int | float))
