"""A real resource that is to become a test, and what the test is called. Pure."""

from __future__ import annotations

from collections.abc import Collection

from panther_engine.model import TestCase, TestResult, Verdict
from panther_engine.values.frozen import dataclass

NAME_LIMIT = 60
"""Characters of a name that is made of what the policy says."""
SHORTEST_NAME = 4
"""Characters of a resource's name that is known again in that."""


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
    said: str = ""
    """What the policy said: its error, or the title of its alert."""
    shared: int = 1
    """So many resources share the cause."""
    cause: str = ""

    def is_same(self, result: TestResult | None) -> bool:
        """Whether a test comes to what the policy says in the inventory."""
        if result is None or result.verdict is not self.verdict:
            return False
        error = result.error
        return error is None or self.place in (("", 0), (error.path, error.line))


def name_of(wanted: ToMake, titles: Collection[str]) -> str:
    """What the policy says of it, without the names of the resource; else its type."""
    said = wanted.cause.partition("  ")[0] or wanted.said
    own = wanted.case.name
    for name in (own, own.rpartition(":")[2].rpartition("/")[2]):
        if len(name) >= SHORTEST_NAME:
            said = said.replace(name, "…")
    words = " ".join(said.replace("[…]", " ").replace("…", " ").split())[:NAME_LIMIT]
    if words and words not in titles:
        return words[:1].upper() + words[1:]
    resource = wanted.case.resource
    kind = resource.get("ResourceType") if isinstance(resource, dict) else None
    return f"Real {str(kind or 'resource').removeprefix('AWS.')}"


def unlike(taken: Collection[str], wanted: str) -> str:
    """The name that is wanted, with a number if it is taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name
