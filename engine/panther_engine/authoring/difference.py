"""What an edit changes, as people read it."""

from __future__ import annotations

import difflib

from panther_engine.text.clean import clean_text


def show_difference(path: str, before: bytes, after: bytes) -> str:
    """A unified difference with paths from the root; bytes that are no text are replaced."""
    old, new = (
        clean_text(one.decode("utf-8", "replace").replace("\r\n", "\n")).splitlines()
        for one in (before, after)
    )
    lines = difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    return "".join(f"{line}\n" for line in lines)
