"""A real resource that is to become a test, and what the test is called. Pure."""

from __future__ import annotations

from collections.abc import Collection

from panther_engine.model import TestCase, TestResult, Verdict
from panther_engine.values.frozen import dataclass

NAME_LIMIT = 60
"""Characters of a name that is made of what the policy says."""


@dataclass(frozen=True, slots=True)
class ToMake:
    """A real resource that somebody wants a test of."""

    spec: str
    case: TestCase
    """With a Mock of what its policy looked up, where that can be said."""
    verdict: Verdict
    """What the policy says of it in the inventory."""
    looked_up: tuple[str, ...] = ()
    place: tuple[str, int] = ("", 0)
    """Where it raised."""
    shared: int = 1
    """So many resources share the cause."""
    cause: str = ""
    """The error, or the alert's title without the names of the resource."""

    def is_same(self, result: TestResult | None) -> bool:
        """Whether a test comes to what the policy says in the inventory."""
        if result is None or result.verdict is not self.verdict:
            return False
        error = result.error
        return error is None or self.place in (("", 0), (error.path, error.line))


def name_of(wanted: ToMake, titles: Collection[str]) -> str:
    """What the policy says of it; its type where that is only what alerts are called anyway."""
    said = wanted.cause.partition("  ")[0].replace("[…]", " ").replace("…", " ")
    words = " ".join(said.split())[:NAME_LIMIT]
    if words and words not in titles:
        return words[:1].upper() + words[1:]
    resource = wanted.case.resource
    kind = resource.get("ResourceType") if isinstance(resource, dict) else None
    return f"Real {str(kind or 'resource').removeprefix('AWS.')}"
