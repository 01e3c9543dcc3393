"""The resources that a policy does not pass, live while it judges them, and what becomes of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from panther_engine.events import PolicyScanned, ScannedGrouped, ScannedListed
from panther_engine.values.scanned import ScannedRow
from panther_tui.overlays.resources.rows import Ask, ResourceRows


class ResourceListScreen(ModalScreen[None]):
    """Enter makes a test of a resource or opens a group, escape goes back to where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "make a test", id="resources.test", tooltip="Make a test of it"),
        Binding("ctrl+o", "show", "why", id="resources.show", tooltip="Show it and why"),
        Binding("ctrl+g", "go", "the line", id="resources.go", tooltip="Go to the line that erred"),
        Binding("ctrl+t", "share", "one test", id="resources.share", tooltip="One test for all"),
        Binding("tab", "group", "groups", id="resources.group", tooltip="Group by something else"),
        Binding("shift+tab", "order", "order", id="resources.order", tooltip="Another order"),
        Binding("escape", "back", "back", id="resources.back", tooltip="Back"),
        Binding("ctrl+q", "app.quit", "quit", id="resources.quit", tooltip="Leave"),
    ]

    def __init__(
        self,
        spec: str,
        name: str,
        ask: Ask,
        make_test: Callable[[str, ScannedRow, int, str], None],
        show: Callable[[str, ScannedRow], None],
        go: Callable[[ScannedRow], None],
    ) -> None:
        """`ask` has rows come; the others are told of the row that somebody chose.

        `make_test` makes a test of it, for so many that share this cause; `show` shows it with its
        why, `go` goes to where it erred.
        """
        super().__init__()
        self.spec = spec
        self._view = ResourceRows(spec, name, ask, self.action_take)
        self._make_test = make_test
        self._show = show
        self._go = go

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._view

    def show(self, known: PolicyScanned | None, unjudged: str) -> None:
        """Take what the policy says of all resources; `unjudged` says why it says nothing."""
        self._view.show(known, unjudged)

    def take(self, found: ScannedListed | ScannedGrouped) -> None:
        """Take rows or groups that came."""
        self._view.take(found)

    def ask_again(self) -> None:
        """The policy has judged again."""
        self._view.ask_again()

    def action_take(self) -> None:
        """Make a test of the resource under the cursor, or open the group."""
        if (row := self._view.chosen) is not None:
            self.dismiss()
            self._make_test(self.spec, row, 1, "")
        elif (group := self._view.group) is not None:
            self._view.open_group(group)

    def action_share(self) -> None:
        """Make one test for all of the group."""
        if (group := self._view.group) is not None:
            self.dismiss()
            self._make_test(self.spec, group.example, group.count, group.name)

    def action_group(self) -> None:
        """Group by something else."""
        self._view.group_next()

    def action_order(self) -> None:
        """Another order."""
        self._view.order_next()

    def action_back(self) -> None:
        """Out of a group, else out of the list."""
        if not self._view.leave_group():
            self.dismiss()

    def action_show(self) -> None:
        """Show the resource under the cursor as a scratch copy, with all that is known of one."""
        if (row := self._view.chosen) is not None:
            self.dismiss()
            self._show(self.spec, row)

    def action_go(self) -> None:
        """Go to the line where the policy raised."""
        if (row := self._view.chosen) is not None:
            self.dismiss()
            self._go(row)
