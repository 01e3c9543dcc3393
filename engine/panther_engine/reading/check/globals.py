"""Checks whether a body can import a global by its name."""

from __future__ import annotations

import keyword
import sys

from panther_engine.model import Diagnostic, Global, Level
from panther_engine.text.one_line import one_line


def check_global_names(global_: Global) -> Diagnostic | None:
    """A warning for a global that no body can import, or that something else hides.

    PAT 1.11.1 appends the globals to `sys.path`, so a module of the standard library comes first.
    """
    name = global_.id
    if not name:
        return None
    if not name.isidentifier() or keyword.iskeyword(name):
        return Diagnostic(
            global_.spec, 1, 0, Level.WARNING, "global-not-importable",
            f"`import {one_line(name)}` is not Python: no body can import this global",
            "use letters, digits and underscores in `GlobalID`",
        )  # fmt: skip
    if name in sys.stdlib_module_names:
        return Diagnostic(
            global_.spec, 1, 0, Level.WARNING, "global-shadowed",
            f"`import {name}` gives Python's own module `{name}`, not this global",
            f"give it another `GlobalID`, such as `my_{name}`",
        )  # fmt: skip
    return None
