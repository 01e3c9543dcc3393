"""Finds bodies that no spec names, which therefore nothing tests."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache

from panther_engine.model import Diagnostic, Level

_DEFINES_POLICY = re.compile(
    rb"^(?:(?:async[ \t]+)?def[ \t]+policy[ \t]*\(|policy[ \t]*=[^=])", re.MULTILINE
)
_ENDINGS = (".yml", ".yaml", ".json")


def find_unnamed(
    paths: Iterable[str], bodies: Collection[str], may_name: Callable[[str], bool]
) -> Iterator[str]:
    """The Python files that no spec names, those left out that a spec beside them may be about.

    Args:
        paths: files of a repository.
        bodies: those that a spec names.
        may_name: whether a file is a spec, of which it is not known whether it names another.
    """
    for path in paths:
        if path.endswith(".py") and path not in bodies:
            stem = path.removesuffix(".py")
            if not any(may_name(stem + ending) for ending in _ENDINGS):
                yield path


@lru_cache(maxsize=64)
def check_unnamed(path: str, content: bytes) -> Diagnostic | None:
    """A warning for a body of a policy that no spec names; None for any other file."""
    found = _DEFINES_POLICY.search(content)
    if found is None:
        return None
    spec = f"{path.removesuffix('.py')}.yml"
    return Diagnostic(
        path,
        content.count(b"\n", 0, found.start()) + 1,
        0,
        Level.WARNING,
        "body-without-spec",
        "this defines `policy`, and no spec names it: nothing tests it",
        f"add {spec} with `AnalysisType: policy` and `Filename: {posixpath.basename(path)}`",
    )
