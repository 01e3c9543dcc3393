"""What a checkout's settings would allow, and the question whether they may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal, TypeAlias

from textual.binding import Binding, BindingType
from textual.content import Content

from panther_tui.overlays.reading.read import TextRows
from panther_tui.overlays.reading.seen import SeenScreen
from panther_tui.settings.trust import Widening
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line

Answer: TypeAlias = Literal["trust", "later", "never"]

ALLOWS = {
    "python": "a program that runs the policies, whatever it is by then",
    "editor": "a program that starts when you edit, whatever it is by then",
    "environment": "policies see these variables, credentials too",
    "network": "policies reach the network",
    "sandbox": "policies are held back less",
    "read": "policies read these files, and what they read can be in what they print",
    "write": "policies change these files",
    "inventory": "these files are read and given to policies",
    "mappings": "these files are read, and say what resources are",
    "memory": "a test takes more memory than you allow",
    "timeout": "a test takes longer than you allow",
}
"""What each setting lets a checkout do, in the words of who is asked."""
LIMITLESS = {"memory": "a test takes memory without limit", "timeout": "a test never ends"}
"""The same where the value is 0."""


def trust_lines(root: str, found: Sequence[Widening]) -> list[Line]:
    """Each setting with its file, line, value and what it allows."""
    lines = [
        Line(((_how_many(len(found)), ""),)),
        Line((("They do not count now, and the tests run without them.", ""),)),
        Line((("If one of them changes you are asked again.", "muted"),)),
        Line(((printable(root, 500), "muted"),)),
        Line(),
    ]
    for one in found:
        place = printable(f"{one.shown}:{one.line}", 200)
        name, value = one.name.replace("_", "-"), printable(_shown(one.value), 500)
        lines.append(Line(((f"{name} = ", "key"), (value, "bold"), (f"  {place}", "muted"))))
        says = ALLOWS[one.name] if one.value else LIMITLESS.get(one.name, ALLOWS[one.name])
        lines.append(Line(((f"    {says}", ""),)))
    return lines


class TrustScreen(SeenScreen):
    """Asks once; what runs goes on under it. No key that one types by habit says yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "answer('trust')", "trust", id="trust.yes", tooltip="Let these count"),
        Binding("escape,q", "answer('later')", "not now", id="trust.later", tooltip="Ask again"),
        Binding("N", "answer('never')", "never", id="trust.never", tooltip="Do not ask again"),
        Binding("ctrl+q", "app.quit", "quit", id="trust.quit", tooltip="Leave"),
    ]

    def __init__(
        self, root: str, found: Sequence[Widening], done: Callable[[Answer], None]
    ) -> None:
        """`done` is told the answer."""
        lines = trust_lines(root, found)
        view = TextRows(lines)
        view.border_title = Content("Trust this checkout?")
        view.border_subtitle = Content("t trust · esc not now · N never")
        view.styles.height = len(lines) + 2
        super().__init__(view)
        self._done = done

    def action_answer(self, answer: Answer) -> None:
        """Close, and tell."""
        self.dismiss()
        self.app.call_later(self._done, answer)  # what it says belongs on the screen below


def _how_many(count: int) -> str:
    """So that those out of sight are missed."""
    what = "1 setting in this checkout reaches" if count == 1 else ""
    return f"{what or f'{count} settings in this checkout reach'} further than your own."


def _shown(value: object) -> str:
    """A value as it stands in TOML, nearly."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return f"{value:g}"
