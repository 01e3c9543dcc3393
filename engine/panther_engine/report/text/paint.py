"""Terminal colours and marks. Every mark is also a shape and a word, for output without colours."""

from __future__ import annotations

from panther_engine.values.frozen import dataclass

PASS_MARK = "✓"
FAIL_MARK = "✗"
WARN_MARK = "!"
INFO_MARK = "i"
SKIP_MARK = "–"
HERE_MARK = "▸"
GUTTER = "│"
DOT = "·"

_PLAIN = str.maketrans(
    {
        PASS_MARK: "+",
        FAIL_MARK: "x",
        SKIP_MARK: "-",
        HERE_MARK: ">",
        GUTTER: "|",
        DOT: "-",
        "…": "...",
    }
)


def plain_marks(text: str) -> str:
    """The text with our marks in ASCII, for a stream whose encoding lacks them."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts text in one of the terminal's own 16 colours, if `colour` is set."""

    colour: bool = False

    def _wrap(self, codes: str, text: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self.colour and text else text

    def strong(self, text: str) -> str:
        """Names that a block is about."""
        return self._wrap("1", text)

    def quiet(self, text: str) -> str:
        """What surrounds the point: gutters, paths, durations."""
        return self._wrap("2", text)

    def bad(self, text: str) -> str:
        """Failures and errors."""
        return self._wrap("31", text)

    def warn(self, text: str) -> str:
        """Warnings."""
        return self._wrap("33", text)

    def good(self, text: str) -> str:
        """Passes."""
        return self._wrap("32", text)

    def hint(self, text: str) -> str:
        """What to do."""
        return self._wrap("36", text)
