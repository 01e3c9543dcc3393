"""What is said of the lines of a file: marks, messages and values, by line number."""

from __future__ import annotations

from dataclasses import dataclass, field

from panther_tui.style.marks import Mark
from panther_tui.terminal.safe_text import printable_lines

NOTE_LINES = 4
"""Lines of a message under a line of code; the results pane has all of it."""


@dataclass(slots=True)
class Notes:
    """Marks in the gutter and messages under lines, by line number."""

    marks: dict[int, Mark] = field(default_factory=dict)
    texts: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    failing: int = 0
    values: dict[int, str] = field(default_factory=dict)
    """What lines held when they ran last, for their ends."""

    def add(self, line: int, mark: Mark, message: str, hint: str = "") -> None:
        """Put a mark on a line and a message under it."""
        self.marks.setdefault(line, mark)
        texts = self.texts.setdefault(line, [])
        shown = printable_lines(message)
        texts += [(text, mark.token) for text in shown[:NOTE_LINES]]
        if len(shown) > NOTE_LINES:
            texts.append((f"… {len(shown) - NOTE_LINES} more lines", "muted"))
        if hint:
            texts += [(text, "muted") for text in printable_lines(hint)[:NOTE_LINES]]
