"""`panther-tui types`: prints the resource types, their fields and an example."""

from __future__ import annotations

from typing import Literal

from panther_engine import render_types
from panther_tui.cli.streams import say, say_document


def run_types(name: str, form: Literal["text", "json"]) -> int:
    """Print all types, or one. Raises UnknownTypeError."""
    text = render_types(name, as_json=form == "json")
    (say_document if form == "json" else say)(text)
    return 0
