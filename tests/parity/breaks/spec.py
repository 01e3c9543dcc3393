"""Breaks of a policy's YAML outside its tests."""

from __future__ import annotations

import json

from tests.parity.breaks.copy import BODY, OTHER_SPEC, SPEC, WORDS_SPEC, Copy, named, replacing


def empty(copy: Copy) -> None:
    copy.write(SPEC, "")


def not_a_mapping(copy: Copy) -> None:
    copy.write(SPEC, "- AnalysisType\n- policy\n")


def only_text(copy: Copy) -> None:
    copy.write(SPEC, "AnalysisType is policy\n")


def not_yaml(copy: Copy) -> None:
    copy.replace(SPEC, "Enabled: true\n", "Enabled: true: false\n")


def unclosed_quote(copy: Copy) -> None:
    copy.replace(SPEC, "DisplayName: S3 Bucket Is Private", 'DisplayName: "S3 Bucket Is Private')


def indented_with_tabs(copy: Copy) -> None:
    copy.replace(SPEC, "  - AWS.S3.Bucket", "\t- AWS.S3.Bucket")


def two_documents(copy: Copy) -> None:
    copy.append(SPEC, "---\nAnalysisType: policy\n")


def with_bom(copy: Copy) -> None:
    copy.write(SPEC, "\ufeff" + copy.read(SPEC))


def in_utf16(copy: Copy) -> None:
    copy.write_bytes(SPEC, copy.read(SPEC).encode("utf-16"))


def not_utf8(copy: Copy) -> None:
    copy.write_bytes(SPEC, copy.read(SPEC).encode() + b"# \xff\n")


def with_control_character(copy: Copy) -> None:
    copy.append(SPEC, "# \x01\n")


def is_json_text_in_yml(copy: Copy) -> None:
    copy.write(SPEC, json.dumps(_as_json("bucket_private.py"), indent=2))


def is_json(copy: Copy) -> None:
    copy.delete(SPEC)
    copy.write(SPEC.replace(".yml", ".json"), json.dumps(_as_json("bucket_private.py"), indent=2))


def ending_yaml(copy: Copy) -> None:
    copy.rename(SPEC, SPEC.replace(".yml", ".yaml"))


def ending_in_capitals(copy: Copy) -> None:
    copy.rename(SPEC, SPEC.replace(".yml", ".YML"))


def hidden(copy: Copy) -> None:
    copy.rename(SPEC, SPEC.replace("bucket_private.yml", ".bucket_private.yml"))


def id_taken_by_another_policy(copy: Copy) -> None:
    copy.write(
        "policies/aws_s3_policies/bucket_second.yml",
        copy.read(SPEC).replace("Severity: High", "Severity: Low"),
    )


def id_taken_by_a_global(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words", "GlobalID: Account.PasswordAge")
    copy.delete(SPEC)
    copy.delete(BODY)


def ids_differ_in_case(copy: Copy) -> None:
    copy.replace(OTHER_SPEC, "PolicyID: Account.PasswordAge", "PolicyID: s3.bucket.private")


def many_faults_at_once(copy: Copy) -> None:
    copy.replace(SPEC, "Severity: High", "Severity: high")
    copy.replace(SPEC, "Enabled: true\n", "")
    copy.replace(SPEC, "Runbook: Remove the grant.", "RunBook: Remove the grant.")


def _as_json(body: str) -> dict[str, object]:
    return {
        "AnalysisType": "policy",
        "Filename": body,
        "PolicyID": "S3.Bucket.Private",
        "Enabled": True,
        "Severity": "High",
        "Tests": [
            {"Name": "Private", "ExpectedResult": True, "Resource": {"Name": "a", "Grants": []}}
        ],
    }


_ID = "PolicyID: S3.Bucket.Private"
_SHOWN = "DisplayName: S3 Bucket Is Private"
_TYPES = "ResourceTypes:\n  - AWS.S3.Bucket\n"
_TAGS = "Tags:\n  - AWS\n  - Public Data\n"
_REPORTS = 'Reports:\n  CIS:\n    - 1.2\n    - "3.10"\n'
_END = "Reference: https://example.com/private-buckets\n"


def _more(*keys: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Edits that add a line of YAML to the spec."""
    return [(name, _END, f"{_END}{text}\n") for name, text in keys]


BREAKS = [
    *replacing(
        "spec",
        SPEC,
        [
            ("no-analysis-type", "AnalysisType: policy\n", ""),
            ("analysis-type-in-capitals", "AnalysisType: policy\n", "AnalysisType: POLICY\n"),
            ("analysis-type-unknown", "AnalysisType: policy\n", "AnalysisType: polices\n"),
            ("analysis-type-a-list", "AnalysisType: policy\n", "AnalysisType: [policy]\n"),
            ("analysis-type-null", "AnalysisType: policy\n", "AnalysisType:\n"),
            ("no-id", f"{_ID}\n", ""),
            ("id-empty", _ID, 'PolicyID: ""'),
            ("id-a-number", _ID, "PolicyID: 17"),
            ("id-null", _ID, "PolicyID:"),
            ("id-with-percent", _ID, "PolicyID: S3.Bucket.100%"),
            ("id-with-angle", _ID, "PolicyID: S3<Bucket>"),
            ("id-with-ampersand", _ID, "PolicyID: S3 & Bucket"),
            ("id-with-apostrophe", _ID, "PolicyID: S3's Bucket/Private"),
            ("id-looks-like-a-date", _ID, "PolicyID: 2020-01-02"),
            ("id-with-spaces-around", _ID, 'PolicyID: " S3.Bucket.Private "'),
            ("no-filename", "Filename: bucket_private.py\n", ""),
            ("filename-misspelt", "Filename: bucket", "FileName: bucket"),
            ("filename-empty", "Filename: bucket_private.py", 'Filename: ""'),
            ("filename-a-number", "Filename: bucket_private.py", "Filename: 3"),
            ("no-enabled", "Enabled: true\n", ""),
            ("enabled-false", "Enabled: true", "Enabled: false"),
            ("enabled-yes", "Enabled: true", "Enabled: yes"),
            ("enabled-one", "Enabled: true", "Enabled: 1"),
            ("enabled-quoted", "Enabled: true", 'Enabled: "true"'),
            ("enabled-in-capitals", "Enabled: true", "Enabled: TRUE"),
            ("no-severity", "Severity: High\n", ""),
            ("severity-lower", "Severity: High", "Severity: high"),
            ("severity-upper", "Severity: High", "Severity: HIGH"),
            ("severity-unknown", "Severity: High", "Severity: Severe"),
            ("severity-null", "Severity: High", "Severity:"),
            ("resource-type-singular", "ResourceTypes:", "ResourceType:"),
            ("resource-types-missing", _TYPES, ""),
            ("resource-types-empty", _TYPES, "ResourceTypes: []\n"),
            ("resource-types-null", _TYPES, "ResourceTypes:\n"),
            ("resource-types-text", _TYPES, "ResourceTypes: AWS.S3.Bucket\n"),
            ("resource-types-unknown", "- AWS.S3.Bucket", "- AWS.S3.Buckets"),
            ("resource-types-lower", "- AWS.S3.Bucket", "- aws.s3.bucket"),
            ("resource-types-snapshot", "- AWS.S3.Bucket", "- AWS.S3.Bucket.Snapshot"),
            ("resource-types-twice", _TYPES, f"{_TYPES}  - AWS.S3.Bucket\n"),
            ("display-name-with-ampersand", _SHOWN, "DisplayName: Private & Safe"),
            ("display-name-empty", _SHOWN, 'DisplayName: ""'),
            ("display-name-a-number", _SHOWN, "DisplayName: 3"),
            ("tags-text", _TAGS, "Tags: AWS\n"),
            ("tags-null", _TAGS, "Tags:\n"),
            ("tags-twice", _TAGS, f"{_TAGS}  - AWS\n"),
            ("tags-twice-in-another-case", _TAGS, f"{_TAGS}  - aws\n"),
            ("tags-with-a-number", _TAGS, f"{_TAGS}  - 7\n"),
            ("reports-text", _REPORTS, "Reports: CIS 1.2\n"),
            ("reports-value-text", _REPORTS, "Reports:\n  CIS: 1.2\n"),
            ("reports-empty", _REPORTS, "Reports: {}\n"),
            ("reports-key-a-number", _REPORTS, "Reports:\n  1: [2]\n"),
            ("reports-null", _REPORTS, "Reports:\n"),
            (
                "description-a-number",
                "Description: Nobody outside may read a bucket.",
                "Description: 4",
            ),
            ("description-null", "Description: Nobody outside may read a bucket.", "Description:"),
            ("key-twice", "Severity: High", "Severity: Severe\nSeverity: High"),
            ("key-lower", "Severity: High", "severity: High"),
            ("python-tag", _SHOWN, "DisplayName: !!python/name:os.system ''"),
            ("unknown-tag", _SHOWN, "DisplayName: !upper private"),
            ("undefined-alias", _SHOWN, "DisplayName: *nowhere"),
            ("merge-key", _END, f"{_END}<<: {{CreatedBy: someone}}\n"),
            (
                "anchor-and-alias",
                "Runbook: Remove the grant.",
                "Runbook: &text same\nCreatedBy: *text",
            ),
            *_more(
                ("key-unknown", "Owner: security"),
                ("key-of-rules", "DedupPeriodMinutes: 60"),
                ("key-of-simple-detections", "Detection: []"),
                ("key-not-text", "7: seven"),
                ("status-experimental", "Status: experimental"),
                ("status-a-bool", "Status: true"),
                ("base-version", "BaseVersion: 3"),
                ("base-version-text", 'BaseVersion: "3"'),
                ("created-by", "CreatedBy: someone"),
                ("only-use-base-risk-score", "OnlyUseBaseRiskScore: true"),
                ("action-delay", "ActionDelaySeconds: 30"),
                ("action-delay-text", "ActionDelaySeconds: soon"),
                (
                    "auto-remediation",
                    "AutoRemediationID: AWS.S3.X\nAutoRemediationParameters: {a: 1}",
                ),
                ("suppressions", "Suppressions: [prod.*]"),
                ("suppressions-twice", "Suppressions: [prod.*, prod.*]"),
                ("output-ids", "OutputIds: [a, b]"),
                ("output-ids-twice", "OutputIds: [a, a]"),
                ("output-ids-text", "OutputIds: a"),
                ("base-detection", "BaseDetection: Account.PasswordAge"),
            ),
        ],
    ),
    *named(
        "spec",
        empty,
        not_a_mapping,
        only_text,
        not_yaml,
        unclosed_quote,
        indented_with_tabs,
        two_documents,
        with_bom,
        in_utf16,
        not_utf8,
        with_control_character,
        is_json_text_in_yml,
        is_json,
        ending_yaml,
        ending_in_capitals,
        hidden,
        id_taken_by_another_policy,
        id_taken_by_a_global,
        ids_differ_in_case,
        many_faults_at_once,
    ),
]
