"""Ignore patterns as Panther matches them: whole, case-sensitive, and only `*` is special.

The resource processor of panther-labs/panther matches a policy's `Suppressions` like this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether one of these ignore patterns matches a text, such as a resource ID."""
    quoted = [".*".join(map(re.escape, pattern.split("*"))) for pattern in patterns]
    if not quoted:
        return lambda text: False
    pattern = re.compile("|".join(f"(?:{one})" for one in quoted))
    return lambda text: pattern.fullmatch(text) is not None
