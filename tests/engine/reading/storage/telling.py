"""What tests hand in to be told of discarded files."""

from __future__ import annotations


def refuse(sentence: str) -> None:
    """For a file that must not be discarded."""
    raise AssertionError(sentence)
