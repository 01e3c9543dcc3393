"""Finding text in rows, and policies by a few letters of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Search:
    """A text to find. Letters match either case unless the query has a capital."""

    query: str = ""
    _pattern: re.Pattern[str] | None = field(init=False, default=None, compare=False)

    def __post_init__(self) -> None:
        if self.query:
            flags = re.NOFLAG if self.query != self.query.lower() else re.IGNORECASE
            object.__setattr__(self, "_pattern", re.compile(re.escape(self.query), flags))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it is in a line, by characters."""
        if self._pattern is None:
            return []
        return [match.span() for match in self._pattern.finditer(text)]


def fuzzy_score(query: str, text: str) -> int:
    """How well a query's letters, in order, fit a text; 0 if they do not. Case is ignored.

    Letters in a row and letters at the start of a word count more. Words of the query, between
    spaces, must all fit.
    """
    folded = text.lower()
    total = 1
    for word in query.lower().split():
        score = _score_word(word, folded, text)
        if not score:
            return 0
        total += score
    return total


def _score_word(word: str, folded: str, text: str) -> int:
    at = folded.find(word)
    if at >= 0:
        return 100 + 4 * len(word) + 20 * _starts_word(at, text)
    score, place, last = 0, 0, -2
    for letter in word:
        place = folded.find(letter, place)
        if place < 0:
            return 0
        score += 1 + 3 * (place == last + 1) + 2 * _starts_word(place, text)
        last = place
        place += 1
    return score


def _starts_word(place: int, text: str) -> bool:
    if place == 0:
        return True
    before, here = text[place - 1], text[place]
    return not before.isalnum() or (here.isupper() and before.islower())
