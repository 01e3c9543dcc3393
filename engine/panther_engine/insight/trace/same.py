"""Checks that an observed run has the same result as the plain run; otherwise it is discarded."""

from __future__ import annotations

import re

from panther_engine.model import TestResult

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")


def tell_difference(plain: TestResult, observed: TestResult) -> str:
    """What differs, in words; empty if nothing does."""
    if plain.verdict is not observed.verdict:
        return f"its verdict is {plain.verdict} in the plain run and {observed.verdict} observed"
    if _error(plain) != _error(observed):
        return f"it raises {_error(plain)} in the plain run and {_error(observed)} observed"
    if _stable(plain.output) != _stable(observed.output):
        return "it prints something else"
    return ""


def _error(result: TestResult) -> str:
    error = result.error
    if error is None:
        return "nothing"
    if error.type == "RecursionError":
        return error.type  # where exactly the stack ends is told in several ways
    return _stable(f"{error.type}: {error.message}")


def _stable(text: str) -> str:
    """The text without addresses of objects, which no two runs share."""
    return _ADDRESS.sub("0x…", text)
