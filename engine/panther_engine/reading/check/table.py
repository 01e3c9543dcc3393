"""The keys of a spec, in one table for the checker and for the schema that editors use.

Source: PAT 1.11.1, schemas (POLICY_SCHEMA, GLOBAL_SCHEMA, MOCK_SCHEMA) and the JSON Schema that
it applies afterwards, constants.SET_FIELDS.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from panther_engine.values.frozen import dataclass


class Shape(Enum):
    """What the value of a key must be."""

    ANYTHING = auto()
    TEXT = auto()
    NAME = auto()
    """Text that is not empty and holds none of `FORBIDDEN`."""
    BOOLEAN = auto()
    INTEGER = auto()
    TEXTS = auto()
    """A list of texts."""
    LITERAL = auto()
    """Exactly the analysis type that was found."""
    SEVERITY = auto()
    RESOURCE_TYPES = auto()
    REPORTS = auto()
    """A mapping, not empty, of framework to a list of texts or numbers."""
    TESTS = auto()
    MOCKS = auto()
    MOCK_VALUE = auto()
    """Text or a boolean."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that a mapping of a spec may have."""

    name: str
    shape: Shape
    meaning: str
    required: bool = False
    example: str = ""
    """A value to start from, as YAML."""


FORBIDDEN = '<>&"%'
"""Characters that no ID and no display name may hold."""

UNIQUE_KEYS = ("LogTypes", "PackIDs", "OutputIds", "SummaryAttributes", "Suppressions", "Tags")
"""Lists that must not hold a value twice; `Tags` not even in another case."""


def _table(*keys: Key) -> Mapping[str, Key]:
    return MappingProxyType({key.name: key for key in keys})


POLICY_KEYS = _table(
    Key("AnalysisType", Shape.LITERAL, "What the spec describes.", True, "policy"),
    Key("Filename", Shape.TEXT, "The Python body, relative to the spec.", True, "my_policy.py"),
    Key("PolicyID", Shape.NAME, "The ID, unique in the repository.", True, "AWS.S3.Bucket.Check"),
    Key("DisplayName", Shape.NAME, "The name that alerts and lists show."),
    Key("Enabled", Shape.BOOLEAN, "Whether resources are judged by it.", True, "true"),
    Key("ResourceTypes", Shape.RESOURCE_TYPES, "What it judges; without any, every type."),
    Key("Tags", Shape.TEXTS, "Labels, no two alike in any case."),
    Key("Reports", Shape.REPORTS, "Sections of a framework that it covers."),
    Key("Severity", Shape.SEVERITY, "How bad a failure is.", True, "Medium"),
    Key("Description", Shape.TEXT, "What it checks, and why."),
    Key("Runbook", Shape.TEXT, "What to do about a failure."),
    Key("Reference", Shape.TEXT, "Where to read more."),
    Key("Suppressions", Shape.TEXTS, "Patterns of resource IDs to leave out."),
    Key("OutputIds", Shape.TEXTS, "Destinations that alerts go to."),
    Key("AutoRemediationID", Shape.TEXT, "The remediation to run on a failure."),
    Key("AutoRemediationParameters", Shape.ANYTHING, "Parameters of the remediation."),
    Key("ActionDelaySeconds", Shape.INTEGER, "How long to wait before acting."),
    Key("OnlyUseBaseRiskScore", Shape.BOOLEAN, "Whether to leave the risk score as it is."),
    Key("CreatedBy", Shape.TEXT, "Who owns it."),
    Key("Status", Shape.TEXT, "Free text; `experimental` and `deprecated` are not uploaded."),
    Key("BaseVersion", Shape.INTEGER, "The version of Panther's own that it came from."),
    Key("Tests", Shape.TESTS, "Its unit tests."),
)

GLOBAL_KEYS = _table(
    Key("AnalysisType", Shape.LITERAL, "What the spec describes.", True, "global"),
    Key("Filename", Shape.TEXT, "The Python module, relative to the spec.", True, "my_helper.py"),
    Key("GlobalID", Shape.NAME, "The name that bodies import it by.", True, "my_helper"),
    Key("Description", Shape.TEXT, "What it offers."),
    Key("Tags", Shape.TEXTS, "Labels, no two alike in any case."),
    Key("BaseVersion", Shape.INTEGER, "The version of Panther's own that it came from."),
)

TEST_KEYS = _table(
    Key("Name", Shape.TEXT, "What the test shows.", True, "Bucket is private"),
    Key("ExpectedResult", Shape.BOOLEAN, "What `policy` must return: true passes.", True, "true"),
    Key("Resource", Shape.ANYTHING, "The resource to judge: a mapping.", True, "{}"),
    Key("Mocks", Shape.MOCKS, "Names of the body to replace by functions."),
    Key("ResourceType", Shape.TEXT, "Not needed any more, and not read."),
)

MOCK_KEYS = _table(
    Key("objectName", Shape.TEXT, "The name of the body to replace.", True, "resource_lookup"),
    Key("returnValue", Shape.MOCK_VALUE, "What calling it returns.", True, '"{}"'),
)

RENAMED = MappingProxyType(
    {
        "ResourceType": "ResourceTypes",
        "FileName": "Filename",
        "RuleID": "PolicyID",
        "ID": "PolicyID",
        "Name": "DisplayName",
        "Title": "DisplayName",
    }
)
"""Spellings of Panther's older documents and of rules, and what a policy calls them."""

RENAMED_IN_TEST = MappingProxyType(
    {"Log": "Resource", "Event": "Resource", "Expected": "ExpectedResult", "Mock": "Mocks"}
)

RENAMED_IN_MOCK = MappingProxyType({"name": "objectName", "value": "returnValue"})

RULE_KEYS = frozenset(
    {
        "AlertContext",
        "AlertTitle",
        "BaseDetection",
        "CreateAlert",
        "DedupPeriodMinutes",
        "Detection",
        "DynamicSeverities",
        "ExpectedDestinations",
        "GroupBy",
        "InlineFilters",
        "LogTypes",
        "RuleID",
        "ScheduledQueries",
        "SummaryAttributes",
        "Threshold",
    }
)
"""Keys that rules or their tests have and policies do not."""
