"""Parses Python source; asking several questions of the same source parses it once."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache


@lru_cache(maxsize=1)
def parse_source(source: bytes) -> ast.Module:
    """The tree, which nobody changes.

    Raises SyntaxError, ValueError, RecursionError or MemoryError.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)
