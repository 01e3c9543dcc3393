"""What in a resource should not be published, and the placeholders of AWS' documentation for it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from panther_engine.model import JsonValue

_ACCOUNTS = ("123456789012", "111122223333", "444455556666", "777788889999")
_ACCOUNT = re.compile(r"(?<![\w.-])\d{12}(?![\w.])")
_MAIL = re.compile(r"[A-Za-z0-9_.+%-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_KEY = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|AIPA)[A-Z0-9]{12,20}\b")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
_TOKEN = re.compile(r"(?<![\w/+=-])[A-Za-z0-9/+_-]{40,}={0,2}(?![\w/+=-])")
_ARN = re.compile(r"arn:[a-z-]+:([a-z0-9-]+):[a-z0-9-]*:(\d{12}|):([^\s\"',]+)")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to replace everywhere in a resource."""

    kind: str
    """`account`, `arn-name`, `mail`, `ip`, `access-key` or `token`."""
    found: str
    placeholder: str
    times: int
    """In how many places it stands."""


def offer_redactions(resource: JsonValue) -> tuple[Offer, ...]:
    """What could be replaced, in the order in which it stands there.

    Placeholders that a resource holds already, private and documentation's addresses, `0.0.0.0`
    and names that AWS itself gives are left alone.
    """
    texts = list(_texts(resource))
    taken = "\n".join(texts)
    offers: dict[str, tuple[str, str]] = {}

    def offer(kind: str, found: str, make: Callable[[int], str]) -> None:
        if found in offers:
            return
        used = {placeholder for _, placeholder in offers.values()}
        number = 0
        while (placeholder := make(number)) in used or placeholder in taken:
            number += 1
        offers[found] = (kind, placeholder)

    for text in texts:
        for found in _KEY.findall(text):
            if "EXAMPLE" not in found:
                offer("access-key", found, _access_key(found[:4]))
        for found in _MAIL.findall(text):
            if not found.endswith(("@example.com", "@example.org", "@example.net")):
                offer("mail", found, lambda n: f"user{n or ''}@example.com")
        for found in _ACCOUNT.findall(text):
            if found not in _ACCOUNTS:
                offer("account", found, _account)
        for found in _IPV4.findall(text):
            if _is_public(found):
                offer("ip", found, lambda n: f"203.0.113.{n + 1}")
        for found in _IPV6.findall(text):
            if _is_public(found):
                offer("ip", found, lambda n: f"2001:db8::{n + 1:x}")
        for found in _TOKEN.findall(text):
            if _is_token(found):
                offer("token", found, lambda n: f"EXAMPLE-TOKEN-{n + 1}")
        for service, _, rest in _ARN.findall(text):
            kind, name = _arn_name(service, rest)
            if name:
                offer("arn-name", name, _named(kind))
    made = [
        Offer(kind, found, placeholder, sum(_count(text, kind, found) for text in texts))
        for found, (kind, placeholder) in offers.items()
    ]
    return tuple(one for one in made if one.times)


def redact(resource: JsonValue, offers: Iterable[Offer]) -> JsonValue:
    """A copy with the offers taken, consistently: also within JSON text and in keys."""
    ordered = sorted(offers, key=lambda one: -len(one.found))
    return _map_texts(resource, lambda text: _replace_all(text, ordered))


def _replace_all(text: str, offers: list[Offer]) -> str:
    if not offers:
        return text
    by_name: Mapping[str, Offer] = {one.found: one for one in offers}
    pattern = "|".join(_pattern(one.kind, one.found) for one in offers)
    return re.sub(pattern, lambda found: by_name[found.group()].placeholder, text)


def _pattern(kind: str, found: str) -> str:
    quoted = re.escape(found)
    if kind in ("arn-name", "account", "ip"):
        return rf"(?<![\w.-]){quoted}(?![\w-]|\.\w)"
    return quoted


def _count(text: str, kind: str, found: str) -> int:
    return len(re.findall(_pattern(kind, found), text))


def _access_key(prefix: str) -> Callable[[int], str]:
    return lambda number: f"{prefix}IOSFODNN{number + 7}EXAMPLE"


def _named(kind: str) -> Callable[[int], str]:
    return lambda number: f"example-{kind}-{number + 1}" if number else f"example-{kind}"


def _account(number: int) -> str:
    return _ACCOUNTS[number] if number < len(_ACCOUNTS) else f"{100_000_000_000 + number}"


def _is_public(found: str) -> bool:
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast


def _is_token(found: str) -> bool:
    if found.startswith(("EXAMPLE", "/")) or "EXAMPLE" in found:
        return False
    digits = sum(one.isdigit() for one in found)
    return digits >= 4 and sum(one.isalpha() for one in found) >= 4 and found.count("-") < 5


def _arn_name(service: str, rest: str) -> tuple[str, str]:
    """The kind of thing that an ARN names, and the name; empty where it is none of ours."""
    kind, separator, name = rest.partition("/") if "/" in rest else rest.partition(":")
    if service == "s3":
        kind, name = "bucket", rest.partition("/")[0]
    elif not separator:
        kind, name = service, rest
    name = name.rsplit("/", 1)[-1].removesuffix(":*")
    if len(name) < 4 or "*" in name or name == "root" or name.startswith("example"):
        return kind, ""
    return re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or service, name


def _texts(value: JsonValue) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from _texts(key)
            yield from _texts(held)
    elif isinstance(value, list):
        for held in value:
            yield from _texts(held)


def _map_texts(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {_map_texts(key, change): _map_texts(held, change) for key, held in value.items()}
    if isinstance(value, list):
        return [_map_texts(held, change) for held in value]
    return value
