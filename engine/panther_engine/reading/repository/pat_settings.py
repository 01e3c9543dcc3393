"""Reads PAT's settings file and applies its filters, exactly as PAT does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.repository.walk.folders import SETTINGS_NAME
from panther_engine.reading.storage.read_regular import read_regular
from panther_engine.text.suggest import did_you_mean
from panther_engine.values.frozen import dataclass

SETTINGS_LIMIT = 1 << 20
"""Bytes of the settings file."""
FILTER_KEYS = (
    "ActionDelaySeconds",
    "AlertContext",
    "AlertTitle",
    "AnalysisType",
    "AutoRemediationID",
    "AutoRemediationParameters",
    "BaseVersion",
    "CreateAlert",
    "CreatedBy",
    "DedupPeriodMinutes",
    "Description",
    "Detection",
    "DisplayName",
    "DynamicSeverities",
    "Enabled",
    "Filename",
    "GlobalID",
    "GroupBy",
    "InlineFilters",
    "LogTypes",
    "OnlyUseBaseRiskScore",
    "OutputIds",
    "PolicyID",
    "Reference",
    "Reports",
    "ResourceTypes",
    "RuleID",
    "Runbook",
    "ScheduledQueries",
    "Severity",
    "Status",
    "SummaryAttributes",
    "Suppressions",
    "Tags",
    "Tests",
    "Threshold",
)
"""Top-level keys of PAT's policy, rule and global schemas (PAT 1.11.1: parse_filter_args)."""

_TRUE = ("y", "yes", "t", "true", "on", "1")
_FALSE = ("n", "no", "f", "false", "off", "0")
_LISTS = ("_filter", "available_destination", "ignore_files", "test_names")
_SWITCHES = ("ignore_extra_keys", "skip_disabled_tests")
_KNOWN = (*_LISTS, *_SWITCHES, "minimum_tests", "path")


@dataclass(frozen=True, slots=True)
class Filter:
    """One `KEY=V1,V2` or `KEY!=V1,V2`."""

    key: str
    values: tuple[str | bool, ...]
    """Lower case; for `Enabled` one bool."""
    inverted: bool = False
    reports_by_name: bool = False
    """`Reports` is compared by the names of the reports, where PAT finds nothing; numbers by how
    they are written."""


class FilterError(ValueError):
    """A filter that PAT would refuse; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class PatSettings:
    """What `.panther_settings.yml` asks for. A command line beats it (PAT 1.11.1, run)."""

    path: str = "."
    ignore_files: tuple[str, ...] = ()
    minimum_tests: int = 0
    available_destination: tuple[str, ...] = ()
    skip_disabled_tests: bool = False
    ignore_extra_keys: bool = False
    filters: tuple[Filter, ...] = ()
    test_names: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def load_pat_settings(root: Path) -> PatSettings:
    """Read a root's `.panther_settings.yml`; without one, or where it is at fault, the defaults.

    Keys of PAT's other commands are left alone. Keys that PAT ignores where a user would not
    expect it (`minimum-tests`, `filter`) get a warning.
    """
    try:
        content = read_regular(root / SETTINGS_NAME, SETTINGS_LIMIT)
    except (FileNotFoundError, NotADirectoryError):
        return PatSettings()
    except OSError as error:
        return PatSettings(diagnostics=(_fault(1, f"cannot be read: {error.strerror}"),))
    from panther_engine.reading.spec.document import (
        load_document,
    )  # most checkouts have no such file

    document = load_document(content, SETTINGS_NAME)
    if isinstance(document, Diagnostic):
        return PatSettings(diagnostics=(document,))
    if document.data is None:
        return PatSettings()
    if not isinstance(document.data, dict):
        return PatSettings(diagnostics=(_fault(1, "must hold `name: value` lines"),))
    return _read(document.data, content.decode("utf-8", "replace"))


def _read(values: Mapping[str, object], text: str) -> PatSettings:
    """Take each value that has the type its option wants, tell of each that has not."""
    found: list[Diagnostic] = []

    def tell(name: str, message: str, hint: str = "", level: Level = Level.ERROR) -> None:
        place = re.search(rf"^[\"']?{re.escape(name)}[\"']?\s*:", text, re.MULTILINE)
        line = text.count("\n", 0, place.start()) + 1 if place else 1
        found.append(_fault(line, message, hint, level))

    lists: dict[str, tuple[str, ...]] = {}
    for name in _LISTS:
        value = values.get(name)
        if isinstance(value, list):
            lists[name] = tuple(str(item) for item in value)
        elif value is not None:
            tell(name, f"`{name}` must be a list", f"write `{name}: [{value}]`")
    switches: dict[str, bool] = {}
    for name in _SWITCHES:
        value = values.get(name)
        switch = value if isinstance(value, bool) else _switch(str(value))
        if switch is not None:
            switches[name] = switch
        elif value is not None:
            tell(name, f"`{name}` must be true or false")
    minimum = 0
    if (value := values.get("minimum_tests")) is not None:
        try:
            minimum = int(str(value))
        except ValueError:
            tell("minimum_tests", "`minimum_tests` must be a whole number")
    filters: tuple[Filter, ...] = ()
    try:
        filters = parse_filters(lists.get("_filter", ()))
    except FilterError as error:
        tell("_filter", str(error))
    for name in values:
        meant = "_filter" if name == "filter" else str(name).replace("-", "_")
        if meant != name and meant in _KNOWN:
            hint = "write `_filter: [KEY=VALUE]`" if name == "filter" else f"write `{meant}`"
            tell(str(name), f"`{name}` has no effect", hint, Level.WARNING)
    path = values.get("path")
    return PatSettings(
        path=path if isinstance(path, str) else ".",
        ignore_files=lists.get("ignore_files", ()),
        minimum_tests=minimum,
        available_destination=lists.get("available_destination", ()),
        skip_disabled_tests=switches.get("skip_disabled_tests", False),
        ignore_extra_keys=switches.get("ignore_extra_keys", False),
        filters=filters,
        test_names=lists.get("test_names", ()),
        diagnostics=tuple(found),
    )


def parse_filters(texts: Sequence[str]) -> tuple[Filter, ...]:
    """Filters in PAT's syntax. The same key twice: the last wins, apart for `=` and `!=`.

    Raises:
        FilterError: a text that is not `KEY=VALUE`, a key that no schema has, or a value of
            `Enabled` that is neither true nor false.
    """
    parsed: dict[tuple[str, bool], Filter] = {}
    for text in texts:
        key, *rest = text.split("=")
        if len(rest) != 1 or not key or not rest[0]:
            raise FilterError(f"filter `{text}` is not of the form KEY=VALUE or KEY!=VALUE")
        inverted = key.endswith("!")
        key = key.removesuffix("!")
        if key not in FILTER_KEYS:
            raise FilterError(f"`{key}` is not a key to filter by{_nearest(key, FILTER_KEYS)}")
        values: tuple[str | bool, ...] = tuple(rest[0].lower().split(","))
        if key == "Enabled":
            switch = _switch(rest[0])
            if switch is None:
                raise FilterError(f"filter `{text}`: `Enabled` is either true or false")
            values = (switch,)
        parsed[key, inverted] = Filter(key, values, inverted)
    return tuple(parsed.values())


def matches(one: Filter, spec: Mapping[str, object]) -> bool:
    """Whether a spec's raw keys and values pass a filter.

    Text is compared without case, lists match on any overlap, a key that is absent counts as
    empty text, and anything else (numbers, mappings) equals no text (PAT 1.11.1:
    filter_analysis_spec).
    """
    value = spec.get(one.key, "")
    if one.reports_by_name and isinstance(value, dict):
        value = list(value)
    elif one.reports_by_name and isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    found = value if isinstance(value, list) else [value]
    overlap = any(
        type(wanted) is type(given) and wanted == given
        for given in (item.lower() if isinstance(item, str) else item for item in found)
        for wanted in one.values
    )
    return overlap is not one.inverted


def _switch(text: str) -> bool | None:
    lowered = text.lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


def _nearest(name: str, names: Sequence[str]) -> str:
    meant = did_you_mean(name, names)
    return f"; {meant}" if meant else ""


def _fault(line: int, message: str, hint: str = "", level: Level = Level.ERROR) -> Diagnostic:
    return Diagnostic(SETTINGS_NAME, line, 0, level, "settings", message, hint)
