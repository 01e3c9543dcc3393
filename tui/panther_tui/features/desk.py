"""What all features share: the picture, the selection, and the ways to change either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Protocol

from textual.containers import Container
from textual.screen import Screen

from panther_engine.events import Command, Select, WatchMode
from panther_engine.state import State
from panther_tui.features.host import Host as Host
from panther_tui.features.proposals import Proposals
from panther_tui.keys.actions import Action
from panther_tui.panes.bars import Timing
from panther_tui.panes.pane import Pane
from panther_tui.panes.panes import Panes
from panther_tui.panes.scratch.bench import Bench
from panther_tui.panes.scratch.real import ToMake
from panther_tui.triage.beginning import Beginning
from panther_tui.triage.selection import (
    Place,
    Selection,
    failures,
    place_of_failure,
    settle,
    spec_of,
)
from panther_tui.views.one_line import OneLine


class View(Protocol):
    """What only the screen itself can do."""

    def paint(self) -> None:
        """Show the state in all panes and bars."""

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the keys."""

    def activate(self, pane: Pane) -> None:
        """Have a pane stand for the keys."""

    def offered(self, scope: str) -> Sequence[Action]:
        """The actions that work here."""

    def leave(self) -> None:
        """End the app."""


ONE_PANE = ("-narrow", "-zoom", "-tiny")
"""Classes of the screen while only one pane is in view."""


class Lead(IntEnum):
    """What may move the selection by itself, the weakest first. The user always may."""

    START = 0
    FOLLOW = 1
    WALK = 2


class Desk:
    """The state of the screen. Features read and change it; the screen paints it."""

    def __init__(
        self,
        host: Host,
        screen: Screen[None],
        panes: Panes,
        beginning: Beginning,
        *,
        hint: bool = False,
    ) -> None:
        """`hint`: somebody may be new here."""
        self.host = host
        self.proposals = Proposals(host)
        """Where any feature proposes a change of files."""
        self.screen = screen
        self.panes = panes
        self.beginning = beginning
        self.hint = hint
        self.grid = Container(*panes, id="panes")
        self.footer = OneLine(id="footer")
        self.state = State()
        self.timing = Timing()
        self.selection = Selection()
        self.shown: tuple[State, Selection] = (self.state, self.selection)
        """What code, resource and results show: a scratch is laid over the state."""
        self.scratches = Bench()
        """Copies of resources that stand in no file."""
        self.to_make: ToMake | None = None
        """What is to become a test, until a feature takes it up."""
        self.active: Pane = panes.tree
        """The pane that the keys go to."""
        self.moved = False
        """Whether the selection was chosen: by the user, or by the first failure."""
        self.lead = Lead.START
        """What leads the selection at the moment; nothing weaker moves it."""
        self.note = ""
        """What the screen did by itself, until the next change."""
        self.watch: WatchMode | None = None
        """How changes are noticed, where the engine's word is not the user's."""
        self.listed: frozenset[str] | None = None
        """The only policies that the tree lists, None for all."""
        self._lost: Selection | None = None
        """What was selected when its policy went away, until the user goes elsewhere."""
        self._view: View | None = None

    def attach(self, view: View) -> None:
        """Have the screen do what only it can."""
        self._view = view

    def paint(self) -> None:
        """Show the state in all panes and bars."""
        if self._view is not None:
            self._view.paint()

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the keys, and the screen if only one fits."""
        if self._view is not None:
            self._view.focus_pane(pane)

    def activate(self, pane: Pane) -> None:
        """Have a pane stand for the keys without giving them to it."""
        if self._view is not None:
            self._view.activate(pane)

    def offered(self, scope: str) -> Sequence[Action]:
        """The actions that work where this part of the screen has the keys."""
        return () if self._view is None else self._view.offered(scope)

    def leave(self) -> None:
        """End the app."""
        if self._view is not None:
            self._view.leave()

    def send(self, command: Command) -> None:
        """Tell the engine."""
        self.host.send(command)

    def say(self, message: str, seconds: float = 2.0) -> None:
        """Show a short message; text of users is never markup."""
        self.host.notify(message, timeout=seconds, markup=False)

    def select(self, selection: Selection) -> None:
        """Show another policy or test; the user wants it."""
        self.moved = True
        self._lost = None
        self._become(selection)

    def go(self, selection: Selection, lead: Lead) -> bool:
        """Show another policy or test by itself; False if something stronger leads."""
        if lead < self.lead:
            return False
        self.moved = True
        self._become(selection)
        return True

    def settle(self) -> None:
        """Have the selection be one that exists; what was lost is taken up when it returns."""
        lost, selection = self._lost, self.selection
        if lost is not None and (spec := spec_of(self.state, lost.policy_id)):
            selection, self._lost = replace(lost, spec=spec), None
        settled = settle(self.state, selection)
        if self.selection.policy_id not in ("", settled.policy_id) and lost is None:
            self._lost = self.selection
        if settled.spec != self.selection.spec and settled.spec:
            self.send(Select(settled.spec))
        self.selection = settled

    @property
    def fails(self) -> bool:
        """Whether anything fails."""
        totals = self.state.totals
        return bool(totals.failed + totals.errored + totals.invalid)

    def failures(self) -> list[Selection]:
        """All that fails, in the order of the tree."""
        return failures(self.state, self.panes.tree.order)

    def reason_pane(self) -> Pane:
        """The pane that says why the selected test fails, with its policy and name: the results.

        Whoever is in the code stays there if a line of it raised.
        """
        in_code = self.active is self.panes.code
        if in_code and place_of_failure(self.state, self.selection) is not None:
            return self.panes.code
        return self.panes.results

    def shows_one_pane(self) -> bool:
        """Whether only one pane is in view: the terminal is small, or one is zoomed."""
        return any(self.screen.has_class(it) for it in ONE_PANE)

    def open_place(self, place: Place) -> None:
        """Show a line in the code view, and give it the keys."""
        self.panes.code.go_to(place)
        self.focus_pane(self.panes.code)

    def _become(self, selection: Selection) -> None:
        if selection == self.selection:
            return
        other = selection.spec != self.selection.spec
        self.selection = selection
        if other:
            self.send(Select(selection.spec))
        self.settle()
        self.paint()
