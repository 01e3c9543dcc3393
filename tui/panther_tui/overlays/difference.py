"""A proposed change of files: what it means, and the difference; enter writes it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from panther_engine.events import EditProposed
from panther_tui.overlays.choose import MOVES
from panther_tui.overlays.reading.seen import SeenScreen
from panther_tui.terminal.safe_text import printable, printable_lines
from panther_tui.views.line import Line
from panther_tui.views.line_view import LineView

_SIGNS = {"+": "pass", "-": "fail"}


class DifferenceRows(LineView):
    """What it means, what else is worth knowing, and the lines."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def __init__(self, proposed: EditProposed) -> None:
        super().__init__(id="difference")
        self.add_class("-active")
        self.wrap = True
        said = [Line(((printable(proposed.said, 500), "bold"),), gutter=((" ", ""),))]
        said += [
            Line(((printable(note, 500), ""),), gutter=((" • ", "muted"),))
            for note in proposed.notes
        ]
        self._said = len(said)
        self._lines = [*said, *difference_lines(proposed.difference)]

    def __len__(self) -> int:
        return len(self._lines)

    def on_mount(self) -> None:
        """Begin."""
        self.set_rows(range(len(self._lines)), keep=False)

    def line(self, key: Hashable) -> Line:
        """One of the lines."""
        return self._lines[key] if isinstance(key, int) else Line()

    def is_stop(self, key: Hashable) -> bool:
        """Lines of the difference; what is said above them is read in passing."""
        return isinstance(key, int) and key > self._said


def difference_lines(difference: str) -> list[Line]:
    """A unified difference as rows: the files' names, where, and what goes and comes."""
    lines: list[Line] = []
    before = ""
    for text in printable_lines(difference):
        if text.startswith("--- ") and not before:
            before = text[4:]
        elif before:
            after = text[4:]
            lines += [Line(), _file_line(before, after)]
            before = ""
        elif text.startswith("@@"):
            lines.append(Line(((text, "muted"),), gutter=(("   ", ""),)))
        else:
            sign, rest = text[:1], text[1:]
            style = _SIGNS.get(sign, "muted")
            lines.append(Line(((rest, style),), gutter=((f" {sign} ", style),)))
    return lines


def _file_line(before: str, after: str) -> Line:
    name = (before if after == "/dev/null" else after)[2:]
    what = "new file" if before == "/dev/null" else "removed" if after == "/dev/null" else ""
    return Line(
        ((name, "title bold"), (f"  {what}" if what else "", "warning")), gutter=((" ", ""),)
    )


class DifferenceScreen(SeenScreen):
    """Enter writes, escape does not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "decide(True)", "write", id="difference.write", tooltip="Write it"),
        Binding("escape,q", "decide(False)", "back", id="difference.back", tooltip="Do not write"),
        Binding("ctrl+q", "app.quit", "quit", id="difference.quit", tooltip="Leave"),
    ]

    def __init__(self, proposed: EditProposed, decide: Callable[[bool], None]) -> None:
        """`decide` is told whether it is wanted."""
        view = DifferenceRows(proposed)
        view.border_title = Content.assemble(
            ("Change", "bold"), f" ─ {printable(proposed.title, 200)}"
        )
        view.border_subtitle = Content("enter writes · esc does not")
        view.styles.height = len(view) + 3
        super().__init__(view)
        self._decide = decide

    def action_decide(self, wanted: bool) -> None:
        """Close, and tell."""
        self.dismiss()
        self._decide(wanted)
