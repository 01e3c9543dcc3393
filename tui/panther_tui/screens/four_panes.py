"""Where the panes and bars are on the screen, and which pane the keys go to."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import DescendantFocus
from textual.screen import Screen

from panther_tui.keys.keymap import bindings_for
from panther_tui.panes.bars import TabBar, footer_lines
from panther_tui.panes.code.code import CodePane
from panther_tui.panes.pane import Pane
from panther_tui.panes.resource.resource import ResourcePane
from panther_tui.panes.results.results import ResultsPane
from panther_tui.panes.tree.policy_tree import PolicyTree
from panther_tui.screens.offer import offered_keys
from panther_tui.views.find_bar import FindBar
from panther_tui.views.one_line import OneLine


class FourPanes(Screen[None]):
    """Four panes, a header, a status bar and a footer; on a small screen one pane and tabs."""

    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-low"), (16, "-high")]  # noqa: RUF012
    AUTO_FOCUS: ClassVar[str | None] = "#tree"
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(""),
        Binding("tab", "step_pane(1)", "next pane", show=False, id="pane.next"),
        Binding("shift+tab", "step_pane(-1)", "pane before", show=False, id="pane.previous"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.tree_pane = PolicyTree(id="tree")
        self.code_pane = CodePane(id="code")
        self.resource_pane = ResourcePane(id="resource")
        self.results_pane = ResultsPane(id="results")
        self.panes: tuple[Pane, ...] = (
            self.tree_pane,
            self.code_pane,
            self.resource_pane,
            self.results_pane,
        )
        self.header = OneLine(id="header")
        self.tabs = TabBar(id="tabs")
        self.status = OneLine(id="status")
        self.footer = OneLine(id="footer")
        self.find_bar = FindBar(id="find")
        self._active = 0
        self._found_from = 0

    def compose(self) -> ComposeResult:
        """The bars and panes, top to bottom."""
        yield self.header
        yield self.tabs
        yield Container(*self.panes, id="panes")
        yield self.status
        yield self.footer
        yield self.find_bar

    def on_mount(self) -> None:
        """Begin with the policies."""
        self._activate(self.tree_pane)

    @property
    def active(self) -> Pane:
        """The pane that the keys go to."""
        return self.panes[self._active]

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the keys, and the screen if only one fits."""
        self._activate(pane)
        pane.focus()

    def _activate(self, pane: Pane) -> None:
        self._active = self.panes.index(pane)
        for other in self.panes:
            if other.has_class("-active") != (other is pane):
                other.set_class(other is pane, "-active")
                other.refresh()
        self.tabs.show([it.LABEL for it in self.panes], self._active + 1)
        self.footer.say(*footer_lines(offered_keys(self, pane)))

    @on(DescendantFocus)
    def _follow_focus(self, event: DescendantFocus) -> None:
        if isinstance(event.widget, Pane):
            if event.widget is not self.active:
                self._activate(event.widget)
            self._close_find()

    @on(TabBar.Clicked)
    def _tab_clicked(self, event: TabBar.Clicked) -> None:
        self.focus_pane(self.panes[event.number - 1])

    def action_focus_pane(self, name: str) -> None:
        """Go to a pane by its name."""
        self.focus_pane(next(pane for pane in self.panes if name == pane.NAME))

    def action_step_pane(self, step: int) -> None:
        """Go to the next or the previous pane."""
        self.focus_pane(self.panes[(self._active + step) % len(self.panes)])

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or put it back."""
        self.toggle_class("-zoom")

    def action_redraw(self) -> None:
        """Paint the whole screen again."""
        self.app.refresh(layout=True)
        self.refresh(layout=True)

    def action_back(self) -> None:
        """Clear messages and undo one thing: selected text, a filter, the zoom; else go home."""
        self.app.clear_notifications()
        if self.selections:
            self.clear_selection()
        elif self.active.query_text:
            self.active.set_query("")
        elif self.has_class("-zoom"):
            self.remove_class("-zoom")
        elif self.active is not self.tree_pane:
            self.focus_pane(self.tree_pane)

    # Finding ---------------------------------------------------------------------------------

    @on(Pane.FindWanted)
    def _open_find(self) -> None:
        self._found_from = self.active.cursor
        self.footer.display = False
        self.find_bar.open(self.active.FIND_LABEL, self.active.query_text)
        self.find_bar.note(self.active.find_note())

    @on(FindBar.Changed)
    def _find_changed(self, event: FindBar.Changed) -> None:
        self._find(event.text)

    @on(FindBar.Closed)
    def _find_closed(self, event: FindBar.Closed) -> None:
        if not event.kept:
            self._find("")
        self._close_find()
        self.active.focus()

    def _close_find(self) -> None:
        if self.find_bar.is_open:
            self.find_bar.close()
            self.footer.display = True

    def _find(self, text: str) -> None:
        if self.active is not self.tree_pane:
            self.active.move_to(self._found_from, tell=False)
        self.active.set_query(text)
        self.find_bar.note(self.active.find_note())
