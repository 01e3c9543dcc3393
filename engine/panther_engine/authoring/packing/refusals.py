"""What a server refuses of a pack, or does otherwise than one would think.

The limits are those of Panther's public code (panther-labs/panther, the bulk uploader and its API);
servers of today may have others.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from panther_engine.authoring.packing.pack import Item, Pack
from panther_engine.model import Diagnostic, JsonValue, Level
from panther_engine.text.clean import clean_line

ID_KEYS: Mapping[str, str] = {
    "policy": "PolicyID",
    "rule": "RuleID",
    "scheduled_rule": "RuleID",
    "correlation_rule": "RuleID",
    "global": "GlobalID",
    "datamodel": "DataModelID",
    "pack": "PackID",
    "saved_query": "QueryName",
    "scheduled_query": "QueryName",
    "lookup_table": "LookupName",
}
"""By `AnalysisType`, the key of a spec's ID."""
ID_LIMIT, NAME_LIMIT = 1000, 1000
BODY_LIMIT = 100_000
TEXT_LIMIT = 10_000
ENTRIES_LIMIT = 500
ENTRY_LIMITS: Mapping[str, int] = {"Tags": 1000, "Suppressions": 1000, "OutputIds": 5000}
LISTS = ("ResourceTypes", "Tags", "Suppressions", "Tests", "OutputIds", "Reports")
TEXTS = ("Description", "Reference", "Runbook")
UNKNOWN_TYPES = ("AWS.Route53.HostedZone", "AWS.Route53Domains")
"""Types that PAT knows and Panther's public code does not."""
PAYLOAD_LIMIT = 6 << 20
"""Bytes of the zip in base64: what one call of the uploader's function takes."""


def find_refusals(pack: Pack, size: int) -> tuple[Diagnostic, ...]:
    """What a server would refuse; `size` is the zip's, in bytes."""
    found = [*_doubles(pack), *_bodies(pack)]
    for item in pack.items:
        if item.kind == "policy":
            found += _policy(item)
    encoded = -(-size // 3) * 4
    if encoded > PAYLOAD_LIMIT:
        said = f"the zip is {encoded:,} bytes in base64, more than one call of an old server takes"
        found.append(Diagnostic("", 0, 0, Level.WARNING, "large-zip", said, "`upload --batch`"))
    return tuple(found)


def _doubles(pack: Pack) -> Iterator[Diagnostic]:
    """IDs are one namespace: a second one has the whole upload refused."""
    first: dict[str, str] = {}
    for item in pack.items:
        name = item.facts.get(ID_KEYS.get(item.kind, ""))
        if not isinstance(name, str) or not name:
            continue
        if (other := first.setdefault(name, item.spec)) != item.spec:
            said = f"the ID `{clean_line(name)}` is that of {other} too"
            yield _refused(item, said, "a server refuses the whole upload: give it another ID")


def _bodies(pack: Pack) -> Iterator[Diagnostic]:
    """Bodies are known by their base names alone."""
    first: dict[str, str] = {}
    for item in pack.items:
        if not item.body:
            continue
        name = posixpath.basename(item.body)
        if item.facts.get("Filename") != name:
            hint = "put the file beside the spec"
            yield _refused(item, f"`Filename` is a path, not the bare name `{name}`", hint)
        if (other := first.setdefault(name, item.body)) != item.body:
            said = f"`{name}` is the name of {other} too, and the last of them wins for both"
            yield _refused(item, said, "give one of them another name")
        if len(pack.contents.get(item.body, b"")) > BODY_LIMIT:
            yield _refused(item, f"{item.body} is longer than {BODY_LIMIT:,} characters", "")


def _policy(item: Item) -> Iterator[Diagnostic]:
    facts = item.facts
    name = facts.get("PolicyID")
    if isinstance(name, str):
        if "'" in name:
            yield _refused(item, "`PolicyID` has an apostrophe, which PAT takes", "leave it out")
        if len(name) > ID_LIMIT:
            yield _refused(item, f"`PolicyID` is longer than {ID_LIMIT:,} characters", "")
    for key in TEXTS:
        if _length(facts.get(key)) > TEXT_LIMIT:
            yield _refused(item, f"`{key}` is longer than {TEXT_LIMIT:,} characters", "shorten it")
    if _length(facts.get("DisplayName")) > NAME_LIMIT:
        yield _refused(item, f"`DisplayName` is longer than {NAME_LIMIT:,} characters", "")
    for key in LISTS:
        held = facts.get(key)
        if isinstance(held, list | dict) and len(held) > ENTRIES_LIMIT:
            yield _refused(item, f"`{key}` has more than {ENTRIES_LIMIT} entries", "")
    for key, limit in ENTRY_LIMITS.items():
        if any(_length(one) > limit for one in _list(facts.get(key))):
            yield _refused(item, f"an entry of `{key}` is longer than {limit:,} characters", "")
    for kind in _list(facts.get("ResourceTypes")):
        if kind in UNKNOWN_TYPES:
            yield _refused(item, f"`{kind}` is a type that PAT knows and old servers do not", "")
    tests = _list(facts.get("Tests"))
    if any(isinstance(one, dict) and one.get("Mocks") for one in tests):
        said = "an old server drops the `Mocks` of its tests, which may fail in the console then"
        yield Diagnostic(item.spec, 1, 0, Level.INFO, "dropped-mocks", said)


def _refused(item: Item, said: str, hint: str) -> Diagnostic:
    return Diagnostic(item.spec, 1, 0, Level.WARNING, "refused", said, hint)


def _length(value: JsonValue) -> int:
    return len(value) if isinstance(value, str) else 0


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()
