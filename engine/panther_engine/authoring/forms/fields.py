"""The fields of a policy's form: the one description that the screen and the checks follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto


class FormKind(Enum):
    """How a field is filled in."""

    LINE = auto()
    TEXT = auto()
    """Several lines."""
    SWITCH = auto()
    ONE_OF = auto()
    """One of the few that fit."""
    LIST = auto()
    """Several, with commas between them."""
    PAIRS = auto()
    """Several `KEY=VALUE`."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field, by the key of the spec that it fills in, or by what it decides about the files."""

    key: str
    label: str
    kind: FormKind
    meaning: str
    """A sentence or two for whoever fills it in."""
    example: str = ""
    required: bool = False


FIELDS = (
    FormField(
        "DisplayName", "Name", FormKind.LINE,
        "What alerts and lists call the policy. The ID is suggested from it.",
        "AWS S3 Bucket Versioning", required=True,
    ),
    FormField(
        "ResourceTypes", "Resource types", FormKind.LIST,
        "What the policy judges. Without any it judges every type.", "AWS.S3.Bucket",
    ),
    FormField(
        "PolicyID", "ID", FormKind.LINE,
        "Unique in the whole repository. It follows the name and the first type until you change"
        " it.",
        "AWS.S3.Bucket.Versioning", required=True,
    ),
    FormField(
        "Enabled", "Enabled", FormKind.SWITCH,
        "Whether Panther judges resources by it. Its tests run all the same.",
    ),
    FormField(
        "Severity", "Severity", FormKind.ONE_OF,
        "How bad a failure is. By Panther's guide, from how easily it is exploited and what that"
        " costs.",
        "Medium", required=True,
    ),
    FormField(
        "Description", "Description", FormKind.TEXT, "What it checks, and why.",
        "Ensures that S3 buckets keep former versions of objects.",
    ),
    FormField(
        "Runbook", "Runbook", FormKind.TEXT,
        "What to do about a failure: two or three concrete steps, with the fields to look at.",
        "Turn versioning on for the bucket in `ResourceId`.",
    ),
    FormField("Reference", "Reference", FormKind.LINE, "Where to read more.", "https://docs.aws…"),
    FormField(
        "Tags", "Tags", FormKind.LIST,
        "Labels to find it by: the service, a framework. No two alike in any case.", "AWS, PCI",
    ),
    FormField(
        "Reports", "Frameworks", FormKind.PAIRS,
        "Sections of compliance frameworks that it covers, each as FRAMEWORK=SECTION.",
        "CIS=2.1.3, MITRE ATT&CK=TA0040:T1485",
    ),
    FormField(
        "OutputIds", "Destinations", FormKind.LIST,
        "IDs of the destinations that alerts go to, in place of those that their severity gives.",
        "8a7d3f2e-1c4b-4f6a-9d2e-5b8c7a6f4e3d",
    ),
    FormField(
        "Suppressions", "Ignore patterns", FormKind.LIST,
        "Resource IDs that raise no alert. `*` stands for any run of characters; all else for"
        " itself, from start to end.",
        "arn:aws:s3:::sandbox-*",
    ),
    FormField(
        "Field", "Asks for", FormKind.ONE_OF,
        "What a compliant resource has: the field that the first body asks for and the first two"
        " tests differ in, such as Versioning, Endpoint.Port, `not Public` or `State = enabled`."
        " Without one the body says yes to everything and has one test.",
        "Versioning",
    ),
    FormField(
        "Folder", "Folder", FormKind.LINE,
        "Where the two files go, from the root. PAT finds policies below a folder whose name has"
        " `policies` in it.",
        "policies/aws_s3_policies",
    ),
)  # fmt: skip
"""In the order of the form."""

FIELD_OF = {field.key: field for field in FIELDS}

METADATA = tuple(
    replace(field, required=field.key == "Severity")
    for field in FIELDS
    if field.key not in ("PolicyID", "Field", "Folder")
)
"""Those that an existing policy can have changed in place."""

COPY = (
    FIELD_OF["DisplayName"],
    replace(FIELD_OF["PolicyID"], meaning="Unique in the whole repository; the files follow it."),
    FIELD_OF["Folder"],
)
"""What a copy of a policy needs."""

RENAME = (
    replace(
        FIELD_OF["PolicyID"],
        meaning="Unique in the whole repository. The two files and the packs that name it follow.",
    ),
)

SEVERITY_GUIDE = (
    ("Critical", "easy to exploit, extreme damage: public data or systems, leaked keys"),
    ("High", "moderate effort, very damaging: large gaps in visibility, exposed data settings"),
    ("Medium", "hard to exploit, moderate risk: expired credentials, missing protection"),
    ("Low", "hard to exploit, little risk"),
    ("Info", "no risk, worth being aware of"),
)
"""Panther's guide (docs of 2022), the worst first."""
