"""Finds what PAT refuses even in keys that it was told to ignore (`--ignore-extra-keys`).

With that option PAT 1.11.1 relaxes its own policy schema, but then applies a JSON Schema that
knows the keys of every analysis type.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from panther_engine.model import JsonValue
from panther_engine.reading.check.findings import Findings
from panther_engine.reading.check.table import POLICY_KEYS, UNIQUE_KEYS

Form: TypeAlias = "type | str | list[Form] | tuple[Form, ...] | dict[str, Form]"
"""A shape: a type (`object` is anything, `float` any number, `int` also 5.0), the name of one of
`_NAMED`, a list of a shape, any of several, or a mapping of just these keys, where a key that ends
in `?` may be missing and `*` stands for every key."""

_SCALAR: Form = (str, float, bool)
_SCALARS: Form = ([str], [float], [bool])
_SCHEDULE: Form = {"CronExpression?": str, "RateMinutes?": int, "TimeoutMinutes": int}
_PATH: Form = [(str, int)]
_KEY: Form = ({"Key": str}, {"DeepKey": _PATH}, {"KeyPath": str})
_ENRICHMENT: Form = {"Table": str, "Selector": str, "FieldPath": str}
_STEPS: Form = [
    {
        "ID?": str,
        "RuleID": str,
        "MinMatchCount?": int,
        "MaxMatchCount?": int,
        "Absence?": bool,
    }
]
_TRANSITIONS: Form = [
    {
        "ID?": str,
        "From": str,
        "To": str,
        "WithinTimeFrameMinutes?": int,
        "Match?": [{"On?": str, "From?": str, "To?": str}],
    }
]
_WINDOW: dict[str, Form] = {
    "EventEvaluationOrder?": str,
    "LookbackWindowMinutes?": int,
    "Schedule": _SCHEDULE,
}
_BUCKET: dict[str, Form] = {
    "PeriodMinutes": int,
    "ObjectPath": str,
    "AlarmPeriodMinutes?": int,
    "ObjectKMSKey?": str,
    "StorageProvider?": str,
}


def _conditions(**subject: Form) -> tuple[Form, ...]:
    """A condition on a subject: alone, with a value, or with values."""
    return tuple(
        {**subject, "Condition": str, **operand}
        for operand in ({}, {"Value": _SCALAR}, {"Values": _SCALARS})
    )


_NAMED: Mapping[str, Form] = MappingProxyType(
    {
        "filters": (
            *_conditions(KeyPath=str),
            *_conditions(Enrichment=_ENRICHMENT)[1:],
            {"All": ["filters"]},
            {"Any": ["filters"]},
        ),
        "detection": (
            *_conditions(KeyPath=str),
            *_conditions(Key=str),
            *_conditions(DeepKey=_PATH),
            *_conditions(Enrichment=_ENRICHMENT)[1:],
            {"All": ["detection"]},
            {"Any": ["detection"]},
            {"OnlyOne": ["detection"]},
            {"None": ["detection"]},
            {"Expressions": ["detection"], "Key": str, "Condition": str},
            {"Expressions": ["detection"], "DeepKey": [str], "Condition": str},
            {"Expressions": ["detection"], "KeyPath": str, "Condition": str},
            {"Condition": str},
            {"Condition": str, "Values": [_KEY]},
            {**_WINDOW, "Sequence": _STEPS, "Transitions?": _TRANSITIONS},
            {
                **_WINDOW,
                "Group": _STEPS,
                "MatchCriteria?": {"*": [{"GroupID": str, "Match": str}]},
                "MinMatchCount?": int,
            },
        ),
    }
)

EXTRA_KEYS: Mapping[str, Form] = MappingProxyType(
    {
        "AlertContext": [{"KeyName": str, "KeyValue": _KEY}],
        "AlertTitle": str,
        "AthenaQuery": str,
        "CreateAlert": bool,
        "DataModelID": str,
        "DatabricksQuery": str,
        "DedupPeriodMinutes": int,
        "Detection": ["detection"],
        "DynamicSeverities": [{"ChangeTo": str, "Conditions": [object]}],
        "GlobalID": str,
        "GroupBy": [_KEY],
        "InlineFilters": ["filters"],
        "LogTypeMap": {
            "PrimaryKey": str,
            "AssociatedLogTypes?": [{"LogType": str, "Selectors": [str]}],
        },
        "LogTypes": [str],
        "Lookback": bool,
        "LookbackWindowSeconds": int,
        "LookupName": str,
        "Mappings": [{"Name": str, "Method?": str, "Path?": str}],
        "PackDefinition": {"IDs": [str]},
        "PackID": str,
        "Query": str,
        "QueryName": str,
        "Refresh": (
            {**_BUCKET, "RoleARN": str},
            {**_BUCKET, "GCSCredentials": str},
            {"PeriodMinutes": int},
            {"CronExpression": str},
        ),
        "RuleID": str,
        "Schedule": _SCHEDULE,
        "Schema": str,
        "SnowflakeQuery": str,
        "SummaryAttributes": [str],
        "Threshold": int,
    }
)
"""Keys of other analysis types."""

EXTRA_TEST_KEYS: Mapping[str, Form] = MappingProxyType(
    {
        "ExpectedDestinations": [str],
        "Log": object,
        "LogType": str,
        "RuleOutputs": [{"ID": str, "Matches?": {"*": {"*": [object]}}}],
    }
)
"""Keys of rules' tests."""


def fits(value: JsonValue, form: Form) -> bool:
    """Whether a value has a shape. A value that holds itself has none."""
    return _Fitting().fits(value, form)


def check_extra_keys(findings: Findings, data: Mapping[JsonValue, JsonValue]) -> None:
    """Report what PAT refuses of a policy's unknown keys even when it ignores them."""
    for key in ("BaseDetection", "ScheduledQueries"):
        # the first makes PAT take it for a derived rule, the second makes it fail
        if data.get(key) or (key == "ScheduledQueries" and key in data):
            findings.at_key(
                (key,),
                "unknown-key",
                f"`{key}` is not a key of a policy, and cannot be ignored",
                "remove it: only rules have it",
            )
    for name in UNIQUE_KEYS:
        if name in data and name not in POLICY_KEYS and not _is_set(data[name]):
            findings.at_value(
                (name,), "repeated-value", f"`{name}` holds a value twice", "remove one of them"
            )
    for name, form in EXTRA_KEYS.items():
        if name in data and not fits(data[name], form):
            findings.at_value(
                (name,),
                "wrong-type",
                f"`{name}` does not have the shape it has in other specs",
                "remove it: policies do not have it",
            )


def _is_set(value: JsonValue) -> bool:
    try:
        return len(value) == len(set(value))  # type: ignore[arg-type, call-overload]
    except TypeError:
        return False


class _Fitting:
    """One comparison, which remembers what it found of values that stand in several places."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def fits(self, value: JsonValue, form: Form) -> bool:
        if isinstance(form, str):
            return self.fits(value, _NAMED[form])
        if isinstance(form, type):
            if form in (int, float):
                number = isinstance(value, (int, float)) and not isinstance(value, bool)
                return number and (form is float or value == value // 1)  # type: ignore[operator]
            return isinstance(value, form)
        place = (id(value), id(form))
        if place not in self._known:
            self._known[place] = False
            self._known[place] = self._fits_inside(value, form)
        return self._known[place]

    def _fits_inside(
        self, value: JsonValue, form: list[Form] | tuple[Form, ...] | dict[str, Form]
    ) -> bool:
        if isinstance(form, tuple):
            return any(self.fits(value, option) for option in form)
        if isinstance(form, list):
            return isinstance(value, list) and all(self.fits(item, form[0]) for item in value)
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            return False
        if "*" in form:
            return all(self.fits(item, form["*"]) for item in value.values())
        for key, inner in form.items():
            name = key.removesuffix("?")
            if name in value:
                if not self.fits(value[name], inner):
                    return False
            elif name == key:
                return False
        return all(key in form or f"{key}?" in form for key in value)
