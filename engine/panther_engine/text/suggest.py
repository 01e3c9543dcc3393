"""Which legal name somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest_name(name: str, legal: Iterable[str]) -> str:
    """The legal name closest to `name`; empty when none is close."""
    by_fold: dict[str, str] = {}
    for known in legal:
        by_fold.setdefault(_fold(known), known)
    wanted = _fold(name[:200])
    if not wanted:
        return ""
    if wanted in by_fold:
        return by_fold[wanted]
    for other in (wanted + "s", wanted.removesuffix("s")):
        if other in by_fold:
            return by_fold[other]
    close = get_close_matches(wanted, by_fold, n=1, cutoff=0.7)
    return by_fold[close[0]] if close else ""


def _fold(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


def spell(names: Iterable[str], conjunction: str = "or") -> str:
    """Names as a phrase: `a`, `b` or `c`."""
    marked = [f"`{name}`" for name in names]
    if len(marked) < 2:
        return "".join(marked)
    return f"{', '.join(marked[:-1])} {conjunction} {marked[-1]}"
