"""Suggests the legal name that a user probably meant. All "did you mean" hints come from here."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

STRICT = 0.7
"""How alike names have to be to call one a slip of the other."""
LOOSE = 0.6
"""And to ask whether the other was meant."""
ASKED = 200
"""Characters of a name that are compared."""


def nearest_name(name: str, legal: Iterable[str], cutoff: float = STRICT) -> str:
    """The legal name closest to `name`; empty when none is close."""
    by_fold: dict[str, str] = {}
    for known in legal:
        by_fold.setdefault(_fold(known), known)
    wanted = _fold(name[:ASKED])
    if not wanted:
        return ""
    if wanted in by_fold:
        return by_fold[wanted]
    for other in (wanted + "s", wanted.removesuffix("s")):
        if other in by_fold:
            return by_fold[other]
    close = get_close_matches(wanted, by_fold, n=1, cutoff=cutoff)
    return by_fold[close[0]] if close else ""


def did_you_mean(name: str, legal: Iterable[str], otherwise: str = "") -> str:
    """A hint that asks for the nearest legal name; `otherwise`, when none is near."""
    near = nearest_name(name, legal, LOOSE)
    return f"did you mean `{near}`?" if near else otherwise


def nearest_names(name: str, names: Iterable[str]) -> str:
    """The end of a message: what may have been meant, at most three; empty if nothing is near."""
    near = get_close_matches(name[:ASKED], sorted(names), n=3, cutoff=LOOSE)
    return f"; nearest: {', '.join(near)}" if near else ""


def spell(names: Iterable[str], conjunction: str = "or") -> str:
    """Names as a phrase: `a`, `b` or `c`."""
    marked = [f"`{name}`" for name in names]
    if len(marked) < 2:
        return "".join(marked)
    return f"{', '.join(marked[:-1])} {conjunction} {marked[-1]}"


def _fold(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")
