"""Fingerprints code and spec values by meaning, so that reformatting is no change."""

from __future__ import annotations

import ast
import hashlib
import sys
import warnings
from types import CodeType

_LINES_ARE_CODE = sys.version_info >= (3, 13)
"""Class bodies store their first line as a constant there."""


def digest_of(content: bytes) -> str:
    """Hash of a file's content: 32 hex digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


_PLACE = {"lineno": 1, "end_lineno": 1, "col_offset": 0, "end_col_offset": 0}
_FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


def code_fingerprint(source: bytes) -> str:
    """Equal for sources that compile to the same code but for positions.

    Comments and formatting make no difference; docstrings do. What does not compile here is known
    by its bytes, so that any change to it counts.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = _compile(source)
        meaning = repr(_shape(code))
    except _FAULTS:
        return "bytes:" + digest_of(source)
    return "code:" + digest_of(meaning.encode("utf-8", "surrogatepass"))


def value_fingerprint(value: object) -> str:
    """Equal for equal JSON values of the same types and key order: 1, 1.0 and True differ."""
    try:
        return repr(value)
    except RecursionError:
        return f"deep:{id(value)}"


def _compile(source: bytes) -> CodeType:
    if _LINES_ARE_CODE and b"class" in source:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if "lineno" in node._attributes:
                for name, place in _PLACE.items():
                    setattr(node, name, place)
        return compile(tree, "", "exec", dont_inherit=True, optimize=0)
    return compile(source, "", "exec", dont_inherit=True, optimize=0)


def _shape(constant: object) -> object:
    """A constant as nested tuples whose repr tells types apart and knows no positions."""
    if isinstance(constant, CodeType):
        return (
            constant.co_name,
            constant.co_qualname,
            constant.co_code,
            constant.co_exceptiontable,
            constant.co_flags,
            constant.co_argcount,
            constant.co_posonlyargcount,
            constant.co_kwonlyargcount,
            constant.co_names,
            constant.co_varnames,
            constant.co_freevars,
            constant.co_cellvars,
            tuple(map(_shape, constant.co_consts)),
        )
    if isinstance(constant, tuple):
        return tuple(map(_shape, constant))
    if isinstance(constant, frozenset):
        return ("frozenset", sorted(repr(_shape(one)) for one in constant))
    return constant
