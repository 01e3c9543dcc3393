"""Keys: their names, where each works, and what the settings may change."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.binding import Binding
from textual.keys import _character_to_key
from textual.screen import Screen

from panther_tui.cli.reference import documents
from panther_tui.keys.actions import ACTIONS, FOOTER_LIMIT, PANES, TRIAGE
from panther_tui.keys.key_names import key_of, normal_key, show_key
from panther_tui.keys.keymap import (
    UNSAFE,
    actions_for,
    apply_overrides,
    bindings_for,
    clashes,
    footer_for,
    keys_of,
    show_keys,
)

PRINTABLE = string.digits + string.ascii_letters + string.punctuation


def problems(**overrides: str) -> list[tuple[str, str, str]]:
    named = {id_.replace("__", "."): keys for id_, keys in overrides.items()}
    return [(it.id, it.code, it.hint) for it in apply_overrides(named)[1]]


@pytest.mark.parametrize("character", PRINTABLE)
def test_characters_have_the_names_that_textual_gives_them(character: str) -> None:
    assert key_of(character) == _character_to_key(character)
    assert normal_key(character) == key_of(character)
    assert show_key(key_of(character)) == character


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("question_mark", "question_mark"),
        ("Esc", "escape"),
        ("PgDn", "pagedown"),
        (" f8 ", "f8"),
        ("Ctrl+R", "ctrl+shift+r"),
        ("ctrl++", "ctrl+plus"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("G", "G"),
        ("é", "é"),
    ],
)
def test_keys_can_be_written_as_people_write_them(text: str, key: str) -> None:
    assert normal_key(text) == key


@pytest.mark.parametrize(
    "text", ["", " ", "f25", "ctrl+", "+a", "ctrl+ctrl+a", "shift+a", "strg+a", "nonsense", "\x1b"]
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert normal_key(text) is None


def test_no_two_actions_that_can_both_be_meant_share_a_key() -> None:
    assert clashes() == ()


def test_every_action_can_be_named_without_quotes_in_toml() -> None:
    ids = [action.id for action in ACTIONS]

    assert len(set(ids)) == len(ids)
    assert not [(a, b) for a in ids for b in ids if b.startswith(a + ".")]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_an_action_says_what_it_does_and_has_a_safe_key_first(action: object) -> None:
    found = next(it for it in ACTIONS if it is action)
    keys = keys_of(found)

    assert found.description
    assert found.tooltip
    assert not found.tooltip.endswith(".")
    assert keys[0] not in UNSAFE
    assert not keys[0].startswith(("alt+", "ctrl+shift+"))
    assert [normal_key(key) for key in keys] == list(keys)
    assert set(found.panes) <= {*PANES, TRIAGE}


def test_the_keys_of_the_hand_are_where_the_hand_expects_them() -> None:
    keys = {action.id: show_keys(action) for action in ACTIONS}

    assert keys["fail.next"] == ("]", "f8")
    assert keys["help"] == ("?", "f1")
    assert keys["palette"] == (":", "ctrl+p")
    assert keys["nav.down"] == ("j", "↓")
    assert keys["view.grow"] == ("+",)
    assert keys["back"] == ("esc",)


@pytest.mark.parametrize("pane", ["", *PANES, TRIAGE])
def test_the_footer_follows_the_pane_and_stays_short(pane: str) -> None:
    shown = [action.id for action in footer_for(pane)]

    assert len(shown) <= FOOTER_LIMIT
    assert {"fail.next", "run.selected", "palette", "help"} <= set(shown)
    assert not pane or any(action.id in shown for action in actions_for(pane))


def test_a_panes_bindings_are_its_actions_with_their_ids() -> None:
    for pane in ("", *PANES, TRIAGE):
        made = bindings_for(pane)
        assert [it.id for it in made] == [action.id for action in actions_for(pane)]
        assert list(Binding.make_bindings(list(made)))


async def test_textual_obeys_an_override_and_lets_go_of_the_old_key() -> None:
    done: list[str] = []

    class Asked(Screen[None]):
        BINDINGS = [it for it in bindings_for("") if it.id in ("run.all", "run.selected")]  # noqa: RUF012

        def action_do(self, action: str) -> None:
            done.append(action)

    class Host(App[None]):
        def get_default_screen(self) -> Screen[None]:
            return Asked()

    accepted, wrong = apply_overrides({"run.all": "r, %", "run.selected": "a"})
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("a")
        app.set_keymap(accepted)
        await pilot.press("a", "r", "percent_sign")

    assert wrong == ()
    assert done == ["run.all", "run.selected", "run.all", "run.all"]


def test_an_unknown_action_gets_the_nearest_name() -> None:
    assert problems(fial__next="x") == [
        ("fial.next", "unknown-action", "did you mean `fail.next`?")
    ]


def test_an_unknown_key_gets_the_nearest_name() -> None:
    assert problems(help="escpae") == [("help", "unknown-key", "did you mean `escape`?")]
    assert problems(help="") == [("help", "unknown-key", "such as `r`, `?`, `f8` or `ctrl+r`")]


def test_keys_with_a_fixed_meaning_stay_with_it() -> None:
    assert [it[:2] for it in problems(pin="tab")] == [("pin", "reserved-key")]
    assert problems(quit="ctrl+q") == []


def test_a_key_that_is_taken_where_both_could_be_meant_is_a_clash() -> None:
    clash = ("pin", "key-clash", "choose another key, or give `watch.pause` one of its own")

    assert problems(pin="p") == [clash]
    assert problems(pin="p", watch__pause="f9") == []
    assert [it[:2] for it in problems(tree__group="r")] == [("tree.group", "key-clash")]
    assert problems(tree__group="D") == []


def test_an_override_with_a_problem_leaves_the_others_alone() -> None:
    accepted, wrong = apply_overrides({"pin": "p", "run.all": "f9", "help": "zork"})

    assert accepted == {"run.all": "f9"}
    assert len(wrong) == 2


def test_dropping_one_override_can_make_another_clash() -> None:
    accepted, wrong = apply_overrides({"run.all": "r", "run.selected": "x"})

    assert accepted == {}
    assert [it.id for it in wrong] == ["run.selected", "run.all"]


@given(
    st.dictionaries(
        st.sampled_from([action.id for action in ACTIONS]),
        st.lists(st.sampled_from([*"rapqxJK?", "f8", "ctrl+r", "escape", "enter"]), min_size=1).map(
            ",".join
        ),
        max_size=6,
    )
)
def test_no_accepted_overrides_ever_clash(overrides: dict[str, str]) -> None:
    accepted, wrong = apply_overrides(overrides)

    held = [
        (one.id, key)
        for one in ACTIONS
        for other in ACTIONS
        if one is not other
        and (not one.panes or not other.panes or set(one.panes) & set(other.panes))
        for key in keys_of(one, accepted)
        if key in keys_of(other, accepted)
    ]
    assert held == []
    assert set(accepted) | {it.id for it in wrong} == set(overrides)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5))
def test_nonsense_is_reported_in_printable_words(overrides: dict[str, str]) -> None:
    for problem in apply_overrides(overrides)[1]:
        assert problem.message.isprintable()
        assert problem.hint.isprintable()


def test_the_document_of_keys_is_made_from_the_table(request: pytest.FixtureRequest) -> None:
    written = (request.config.rootpath / "docs" / "keys.md").read_text(encoding="utf-8")

    assert written == documents()["keys.md"], "run `python -m panther_tui.cli.reference docs`"
    assert all(f"`{action.id}`" in written for action in ACTIONS)
