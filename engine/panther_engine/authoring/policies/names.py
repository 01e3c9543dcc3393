"""IDs, file names and folders as Panther's own repository has them.

Facts of 119 policies: IDs are `AWS.<Service>.<Thing>[.<Check>]`, files are the ID in snake case,
folders are `policies/aws_<service>_policies`.
"""

from __future__ import annotations

import re

from panther_engine.values.forms import Surroundings

_WORD = re.compile(
    r"CloudFormation|CloudTrail|CloudWatch|DynamoDB|GuardDuty|WebACL"  # one word in file names
    r"|[A-Z]+s?(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^\W\d_]+"
)
_SERVICES = {
    "AWS.ELBV2.ApplicationLoadBalancer": "load_balancer",
    "AWS.PasswordPolicy": "account",
    "AWS.WAF.Regional.WebACL": "waf",
}


def suggest_id(name: str, resource_type: str = "") -> str:
    """The ID for a display name, such as `AWS.S3.Bucket.Encryption`.

    Words of the name that its type says already are not said again.
    """
    parts = (resource_type or "AWS").split(".")
    said = {word.casefold() for part in parts for word in (part, *_WORD.findall(part))}
    said.add("".join(parts).casefold())
    words = re.findall(r"[^\W_]+", name)
    while words and words[0].casefold() in said:
        words.pop(0)
    rest = "".join(word[:1].upper() + word[1:] for word in words)
    return ".".join((*parts, rest)) if rest else ".".join(parts)


def file_stem(policy_id: str) -> str:
    """The name of the two files of an ID, without suffix: `aws_s3_bucket_encryption`."""
    words = [word.lower() for part in policy_id.split(".") for word in _split(part)]
    return "_".join(words) or "policy"


def folder_for(resource_type: str) -> str:
    """The folder of a type's policies, relative to the repository."""
    named = resource_type.split(".")
    if len(named) < 2:
        return "policies"
    service = _SERVICES.get(resource_type) or named[1].lower()
    return f"policies/aws_{service}_policies"


def usual_folder(types: tuple[str, ...], around: Surroundings) -> str:
    """Where policies of the first of these types are: in this checkout, or by convention."""
    if not types:
        return folder_for("")
    return dict(around.usual).get(types[0]) or folder_for(types[0])


def _split(part: str) -> list[str]:
    if part.upper() == part:
        return re.findall(r"[^\W_]+", part)
    return _WORD.findall(part)
