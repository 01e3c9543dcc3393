"""The screen: four panes, the bars round them, and the features that make them useful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from inspect import isawaitable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus, Resize
from textual.message import Message
from textual.screen import Screen

from panther_engine.events import Event
from panther_engine.state import State
from panther_tui.features.desk import Desk, Host
from panther_tui.features.feature import Answer, Feature
from panther_tui.features.table import FEATURES
from panther_tui.keys.actions import ACTIONS, Action
from panther_tui.keys.keymap import actions_for, bindings_for, footer_for, show_keys
from panther_tui.panes.bars import TabBar, Timing, footer_lines, header_line, status_lines
from panther_tui.panes.code.code import CodePane
from panther_tui.panes.pane import Pane
from panther_tui.panes.panes import Panes
from panther_tui.panes.results.results import ResultsPane
from panther_tui.panes.tree.policy_tree import PolicyTree
from panther_tui.settings.settings import Config
from panther_tui.triage.beginning import Beginning
from panther_tui.triage.selection import Selection
from panther_tui.views.one_line import OneLine
from panther_tui.views.row_view import RowView


class MainScreen(Screen[None]):
    """Composes the panes, and takes events, keys and messages to the features."""

    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-low"), (16, "-high")]  # noqa: RUF012
    AUTO_FOCUS: ClassVar[str | None] = "#tree"
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(""),
        Binding("tab", "do('pane.next')", "next pane", show=False, id="pane.next"),
        Binding("shift+tab", "do('pane.previous')", "pane before", show=False, id="pane.previous"),
        Binding("ctrl+c,super+c", "do('interrupt')", "copy or cancel", show=False, id="interrupt"),
    ]

    def __init__(
        self,
        host: Host,
        beginning: Beginning,
        *,
        hint: bool = False,
        features: Sequence[type[Feature]] = FEATURES,
    ) -> None:
        """`hint`: somebody may be new here."""
        super().__init__()
        self.panes = Panes()
        self.panes.tree.choose = self._choose_policy
        self.panes.results.choose = self._choose_test
        self.desk = Desk(host, self, self.panes, beginning, hint=hint)
        self.desk.attach(self)
        self.features = tuple(make(self.desk) for make in features)
        self._answers = [(feature, feature.answers()) for feature in self.features]
        self.header = OneLine(id="header")
        self.tabs = TabBar(id="tabs")
        self.status = OneLine(id="status")
        self._ready = False
        self._showing = False

    def compose(self) -> ComposeResult:
        """The bars and panes, top to bottom."""
        yield self.header
        yield self.tabs
        for feature in self.features:
            yield from feature.above()
        yield self.desk.grid
        yield self.status
        yield self.desk.footer
        for feature in self.features:
            yield from feature.below()

    def on_mount(self) -> None:
        """Begin with the policies, and show that there is nothing yet."""
        self._ready = True
        for feature in self.features:
            feature.on_mount()
        self.configure(self.desk.host.config)
        self.activate(self.panes.tree)
        self.paint()

    # From the app ----------------------------------------------------------------------------

    def configure(self, config: Config) -> None:
        """Be as the settings say."""
        for feature in self.features:
            feature.on_config(config)
        self._show_footer()

    def take(self, events: Iterable[Event]) -> None:
        """Note what happened, before `show` brings the state that follows from it."""
        for event in events:
            for feature in self.features:
                feature.on_event(event)

    def show(self, state: State, timing: Timing) -> None:
        """Show another state of the engine's."""
        before, self.desk.state, self.desk.timing = self.desk.state, state, timing
        self._showing = True
        for feature in self.features:
            feature.on_state(before)
        self.desk.settle()
        self._showing = False
        self.paint()

    def resume(self) -> None:
        """Tell an engine that took another's place what is selected and switched on."""
        for feature in self.features:
            feature.on_engine_replaced()

    def hear_key(self) -> None:
        """Somebody works with the keyboard."""
        for feature in self.features:
            feature.on_key()

    # For the features ------------------------------------------------------------------------

    def paint(self) -> None:
        """Show the state in all panes and bars."""
        if not self._ready or self._showing:
            return
        desk = self.desk
        listed = desk.listed
        self.panes.tree.keep_to(None if listed is None else listed | {desk.selection.spec})
        desk.shown = (desk.state, desk.selection)
        for feature in self.features:
            desk.shown = feature.lay_over(*desk.shown)
        self.panes.tree.show(desk.state, desk.selection)
        for pane in (self.panes.code, self.panes.resource, self.panes.results):
            pane.show(*desk.shown)
        badges = [badge for feature in self.features for badge in feature.badges()]
        self.header.say(header_line(desk.state))
        self.status.say(
            *status_lines(desk.state, desk.timing, badges, watch=desk.watch, note=desk.note)
        )
        for feature in self.features:
            feature.on_painted()
        self._show_footer()

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the keys, and the screen if only one fits."""
        for feature in self.features:
            feature.on_focus(pane)
        self.activate(pane)
        self.set_focus(pane)

    def activate(self, pane: Pane) -> None:
        """Have a pane stand for the keys without giving them to it."""
        self.desk.active = pane
        for other in self.panes:
            if other.has_class("-active") != (other is pane):
                other.set_class(other is pane, "-active")
                other.refresh()
        panes = tuple(self.panes)
        self.tabs.show([it.LABEL for it in panes], panes.index(pane) + 1)
        self._show_footer()

    def offered(self, scope: str) -> Sequence[Action]:
        """The actions that work where this part of the screen has the keys, its own first."""
        own = actions_for(scope)
        return [action for action in (*own, *actions_for("")) if self._offers(action)]

    def leave(self) -> None:
        """End the app, unless something would be lost and the user rather stays."""
        if not any(feature.asks_before_leaving(self._end) for feature in self.features):
            self._end()

    def _end(self) -> None:
        """End the app; features keep what is to be kept."""
        for feature in self.features:
            feature.on_leave()
        self.app.call_later(self.app.action_quit)

    # Actions ---------------------------------------------------------------------------------

    async def action_do(self, action: str) -> None:
        """Have an action of the table answered by the first feature that takes it."""
        answer = self.answer_of(action)
        if answer is not None and isawaitable(done := answer()):
            await done

    def answer_of(self, action: str) -> Answer | None:
        """What answers an action now, None if nothing does."""
        own: dict[str, Answer] = {"back": self._back, "quit": self.leave}
        if action in own:
            return own[action]
        feature = self._who_takes(action)
        return None if feature is None else feature[1]

    def _who_takes(self, action: str) -> tuple[Feature, Answer] | None:
        return next(
            (
                (feature, answers[action])
                for feature, answers in self._answers
                if action in answers and feature.takes(action)
            ),
            None,
        )

    def _offers(self, action: Action) -> bool:
        if action.method:
            return True
        found = self._who_takes(action.id)
        return (
            self.answer_of(action.id) is not None if found is None else found[0].offers(action.id)
        )

    def _back(self) -> None:
        """Undo one thing: the first that a feature knows."""
        self.app.clear_notifications()
        for feature in self.features:
            if feature.on_back():
                return

    # Messages --------------------------------------------------------------------------------

    def on_resize(self, event: Resize) -> None:
        """The terminal has another size."""
        for feature in self.features:
            feature.on_resize()

    def on_screen_resume(self) -> None:
        """The terminal may have another size since a screen was put over this one."""
        if self.is_mounted:
            for feature in self.features:
                feature.on_resize()
                feature.on_uncovered()

    @on(DescendantFocus)
    def _follow_focus(self, event: DescendantFocus) -> None:
        widget = event.widget
        if widget is not self.focused:
            return  # the news of a focus that has gone elsewhere since
        if isinstance(widget, Pane) and widget is not self.desk.active:
            self.activate(widget)
        self._show_footer()
        for feature in self.features:
            feature.on_focused(widget)

    @on(Pane.PlaceWanted)
    @on(CodePane.SourceWanted)
    @on(CodePane.FieldsWanted)
    @on(ResultsPane.FlipWanted)
    @on(ResultsPane.RoundWanted)
    def _hand_over(self, message: Message) -> None:
        for feature in self.features:
            feature.on_message(message)

    @on(RowView.Moved)
    def _user_moved(self) -> None:
        """Where the user is nothing takes them away from, be it only the row of a folder."""
        self.desk.moved = True

    @on(OneLine.Clicked)
    async def _bar_clicked(self, event: OneLine.Clicked) -> None:
        """Do what was clicked as if its key had been pressed."""
        action = next((it for it in ACTIONS if it.id == event.action), None)
        if action is None:
            await self.action_do(event.action)
        else:
            await self.app.run_action(action.binding, self.focused or self.desk.active)

    @on(TabBar.TabClicked)
    def _tab_clicked(self, event: TabBar.TabClicked) -> None:
        self.focus_pane(tuple(self.panes)[event.number - 1])

    @on(PolicyTree.Opened)
    def _policy_opened(self) -> None:
        self.focus_pane(self.panes.code)

    def _choose_policy(self, chosen: Selection) -> None:
        """Of a policy that is selected already its test stays, unless another is chosen."""
        if chosen.chosen or chosen.spec != self.desk.selection.spec:
            self.desk.select(chosen)

    def _choose_test(self, test: int) -> None:
        if test == self.desk.shown[1].test:
            return  # a scratch among the tests is no test of the policy
        self.desk.select(Selection(self.desk.selection.spec, test, chosen=True))

    def _show_footer(self) -> None:
        """Show the keys of what has them: a pane, or the line of a walk."""
        scope, keys = self.desk.active.NAME, self.desk.host.config.keys
        if not isinstance(self.focused, Pane):
            scope = getattr(self.focused, "NAME", scope)
        shown = [
            (show_keys(action, keys)[0], action.description, action.id)
            for action in footer_for(scope, self._offers)
        ]
        self.desk.footer.say(*footer_lines(shown))
