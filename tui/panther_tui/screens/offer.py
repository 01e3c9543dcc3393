"""Which actions a pane offers now, with the keys that they have: for footer, help and palette."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from panther_tui.keys.actions import Action
from panther_tui.keys.keymap import actions_for, footer_for, show_keys

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from panther_tui.app import PantherApp
    from panther_tui.panes.pane import Pane


def offered_actions(screen: DOMNode, pane: Pane) -> Iterator[tuple[Action, DOMNode]]:
    """The actions that work while this pane has the focus, and the node that answers each."""
    for action in actions_for(pane.NAME):
        node = _who_answers(action, pane, screen)
        if node is not None:
            yield action, node
    for action in actions_for(""):
        node = _who_answers(action, screen)
        if node is not None:
            yield action, node


def offered_keys(screen: DOMNode, pane: Pane) -> list[tuple[str, str]]:
    """What the footer shows: keys and what they do, at most eight."""
    known = {action.id for action, _ in offered_actions(screen, pane)}
    keys = overrides_of(screen)
    return [
        (show_keys(action, keys)[0], action.description)
        for action in footer_for(pane.NAME)
        if action.id in known
    ]


def overrides_of(node: DOMNode) -> Mapping[str, str]:
    """The keys that the settings put in the place of others."""
    return cast("PantherApp", node.app).config.keys


def _who_answers(action: Action, *nodes: DOMNode) -> DOMNode | None:
    name = action.action.partition("(")[0]
    return next((node for node in nodes if hasattr(node, f"action_{name}")), None)
