"""The bindings of each pane, with the keys from the user's settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from panther_engine import did_you_mean
from panther_engine.values.frozen import dataclass
from panther_tui.keys.actions import ACTIONS, FOOTER_ALWAYS, FOOTER_LIMIT, Action
from panther_tui.keys.key_names import ALIASES, NAMED, normal_key, show_key, split_keys

if TYPE_CHECKING:
    from textual.binding import Binding

RESERVED = frozenset({"tab", "shift+tab", "ctrl+c", "ctrl+q"})
"""Keys with a fixed meaning: the next and previous pane, copy or cancel, and the way out."""

# fmt: off
UNSAFE = frozenset({
    "f1", "f5", "f6", "f10", "f11", "ctrl+p", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+a",
    "ctrl+b", "ctrl+left_square_bracket", "ctrl+enter", "shift+enter", "shift+space",
})
# fmt: on
"""Keys that some terminal, multiplexer or editor keeps for itself: only ever a second key."""


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """What is wrong with the keys that the settings give to an action."""

    id: str
    code: str
    """`unknown-action`, `unknown-key`, `reserved-key` or `key-clash`."""
    message: str
    hint: str = ""


def show_keys(
    action: Action, overrides: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """All keys of an action as a person reads them, the main one first."""
    return tuple(show_key(key) for key in keys_of(action, overrides))


def keys_of(action: Action, overrides: Mapping[str, str] = MappingProxyType({})) -> tuple[str, ...]:
    """All keys of an action by Textual's names, the main one first."""
    return tuple(overrides.get(action.id, action.keys).split(","))


def actions_for(pane: str) -> tuple[Action, ...]:
    """The actions that only work where this pane has the focus; with "" those that always do."""
    if not pane:
        return tuple(action for action in ACTIONS if not action.panes)
    return tuple(action for action in ACTIONS if pane in action.panes)


def footer_for(
    pane: str, offered: Callable[[Action], bool] = lambda action: True
) -> tuple[Action, ...]:
    """What the footer shows while this pane has the focus, most used first; at most eight.

    Of too many, those that work everywhere give way to the pane's own; the way to all others stays.
    """
    known = actions_for("") if not pane else (*actions_for(""), *actions_for(pane))
    shown = sorted(
        (action for action in known if action.footer and offered(action)),
        key=lambda it: it.footer,
    )
    spare = [it for it in shown if not it.panes and it.id not in FOOTER_ALWAYS]
    while len(shown) > FOOTER_LIMIT:
        shown.remove(spare.pop() if spare else shown[-1])
    return tuple(shown)


def bindings_for(pane: str) -> list[Binding]:
    """Textual's bindings of a pane, or of the app with "". Give them to `BINDINGS`.

    The settings' overrides go to `App.set_keymap`, which finds each binding by its id.
    """
    from textual.binding import Binding

    return [
        Binding(
            action.keys,
            action.binding,
            action.description,
            tooltip=action.tooltip,
            id=action.id,
            show=action.footer > 0,
        )
        for action in actions_for(pane)
    ]


def apply_overrides(
    overrides: Mapping[str, str],
) -> tuple[Mapping[str, str], tuple[KeyProblem, ...]]:
    """The overrides that hold, ready for `App.set_keymap`, and what is wrong with the others.

    An override with a problem is left out as a whole, so its action keeps the keys it had.
    """
    by_id = {action.id: action for action in ACTIONS}
    accepted: dict[str, str] = {}
    problems: list[KeyProblem] = []
    for id_, text in overrides.items():
        if id_ not in by_id:
            hint = did_you_mean(id_, by_id, "docs/keys.md lists the actions")
            problems.append(
                KeyProblem(id_, "unknown-action", f"there is no action `{_short(id_)}`", hint)
            )
            continue
        keys, problem = _read_keys(id_, text)
        if problem:
            problems.append(problem)
        else:
            accepted[id_] = ",".join(dict.fromkeys(keys))
    while clash := _first_clash(accepted):
        problems.append(clash)
        del accepted[clash.id]
    return MappingProxyType(accepted), tuple(problems)


def _read_keys(id_: str, text: str) -> tuple[list[str], KeyProblem | None]:
    keys = []
    for part in split_keys(text):
        key = normal_key(part)
        if key is None:
            hint = did_you_mean(part, [*NAMED, *ALIASES], "such as `r`, `?`, `f8` or `ctrl+r`")
            found = f"`{_short(part)}` is not a key" if part else "a key is missing"
            return [], KeyProblem(id_, "unknown-key", found, hint)
        if key in RESERVED and key not in keys_of(_action(id_)):
            return [], KeyProblem(
                id_, "reserved-key", f"`{key}` has a fixed meaning", "choose another key"
            )
        keys.append(key)
    return keys, None


def _first_clash(accepted: Mapping[str, str]) -> KeyProblem | None:
    """The first override whose key another action has where both could be meant."""
    for id_ in accepted:
        mine = _action(id_)
        for other in ACTIONS:
            if other.id == id_ or not _meet(mine, other):
                continue
            taken = [key for key in keys_of(mine, accepted) if key in keys_of(other, accepted)]
            if taken:
                return KeyProblem(
                    id_,
                    "key-clash",
                    f"`{show_key(taken[0])}` already means {other.description} (`{other.id}`)",
                    f"choose another key, or give `{other.id}` one of its own",
                )
    return None


def _action(id_: str) -> Action:
    return next(action for action in ACTIONS if action.id == id_)


def _meet(one: Action, other: Action) -> bool:
    """Whether both can be meant at the same moment: one works everywhere, or they share a pane."""
    return not one.panes or not other.panes or bool(set(one.panes) & set(other.panes))


def clashes(actions: Iterable[Action] = ACTIONS) -> tuple[tuple[str, str, str], ...]:
    """Pairs of actions, by id, that share a key where both could be meant, with that key."""
    known = tuple(actions)
    return tuple(
        (one.id, other.id, key)
        for place, one in enumerate(known)
        for other in known[place + 1 :]
        if _meet(one, other)
        for key in keys_of(one)
        if key in keys_of(other)
    )


def _short(text: str) -> str:
    """Text from a file, safe to print in one line."""
    return "".join(c if c.isprintable() else "?" for c in text[:60]) + "…" * (len(text) > 60)
