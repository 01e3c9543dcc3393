"""Themes: ours can be read by everyone, and nobody's file can break the screen."""

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES
from textual.widgets import Static

from panther_engine.model import Diagnostic
from panther_tui.cli.reference import documents
from panther_tui.settings.config import Config
from panther_tui.style.theme import DEFAULT_THEME, load_themes, to_textual_theme
from panther_tui.style.theme_file import ThemeFile, is_color, textual_variables
from panther_tui.style.theme_tokens import TOKENS, VARIABLES, contrast, token_defaults

OURS, FOUND = load_themes()
PAINTED = [theme for theme in OURS if not theme.ansi]
BACKGROUNDS = [token.name for token in TOKENS if token.background]


def by_name(name: str) -> ThemeFile:
    return next(theme for theme in OURS if theme.name == name)


def load(folder: Path, text: str) -> tuple[ThemeFile | None, tuple[Diagnostic, ...]]:
    """The user's theme `mine.toml` and what was found in it."""
    (folder / "mine.toml").write_text(text)
    themes, found = load_themes(folder)
    mine = [theme for theme in themes if theme.path == str(folder / "mine.toml")]
    return (mine[0] if mine else None), found


def test_our_themes_have_no_errors_and_are_the_ones_that_are_promised() -> None:
    assert FOUND == ()
    assert {theme.name for theme in OURS} == {
        *("panther-dark", "panther-light", "high-contrast", "high-contrast-light"),
        *("colour-blind-dark", "ansi-dark", "ansi-light", "paper", "phosphor"),
    }
    assert Config().theme == DEFAULT_THEME == by_name(DEFAULT_THEME).name


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_each_of_our_themes_gives_every_colour_itself(theme: ThemeFile) -> None:
    given_ = {f"pt-{name}" for name in theme.tokens}
    given_ |= {f"pt-syntax-{name}" for name in theme.syntax}

    assert given_ == set(VARIABLES)
    assert theme.description


@pytest.mark.parametrize("theme", PAINTED, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_background_of_ours(theme: ThemeFile) -> None:
    least = 7.0 if "high-contrast" in theme.name else 4.5
    texts = {name: it for name, it in theme.tokens.items() if name not in BACKGROUNDS}
    texts |= {f"syntax {name}": it for name, it in theme.syntax.items()}
    texts["foreground"] = theme.colors["foreground"]
    behind = {name: theme.colors[name] for name in ("background", "surface", "panel")}
    behind["line"] = theme.tokens["line"]

    low = {
        (text, back): round(ratio, 2)
        for text, back in itertools.product(texts, behind)
        if (ratio := contrast(texts[text], behind[back])) < least
    }
    assert low == {}


@pytest.mark.parametrize("theme", PAINTED, ids=lambda theme: theme.name)
def test_text_can_be_read_on_cursor_selection_and_matches(theme: ThemeFile) -> None:
    least = 7.0 if "high-contrast" in theme.name else 4.5
    plain = theme.colors["foreground"]
    variable = theme.variables
    pairs = [
        (plain, theme.tokens["search"]),
        (plain, variable["input-selection-background"]),
        (plain, variable["screen-selection-background"]),
        (plain, variable["block-cursor-blurred-background"]),
        (variable["block-cursor-foreground"], variable["block-cursor-background"]),
        (variable["footer-key-foreground"], theme.colors["panel"]),
    ]

    assert [pair for pair in pairs if contrast(*pair) < least] == []


@pytest.mark.parametrize("theme", PAINTED, ids=lambda theme: theme.name)
def test_the_line_of_the_cursor_is_not_the_background(theme: ThemeFile) -> None:
    assert contrast(theme.tokens["line"], theme.colors["background"]) > 1.1


@pytest.mark.parametrize("theme", [it for it in OURS if it.ansi], ids=lambda theme: theme.name)
def test_ansi_themes_use_nothing_but_the_terminals_own_colours(theme: ThemeFile) -> None:
    every = [theme.colors, theme.tokens, theme.syntax, theme.variables]

    assert all(color.startswith("ansi_") for table in every for color in table.values())
    assert theme.colors["background"] == "ansi_default"


# How the three kinds of dichromats see linear RGB (Viénot, Brettel and Mollon 1999 for the first
# two, Brettel and others 1997 simplified to one plane for the third).
VISIONS = {
    "protanopia": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deuteranopia": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    "tritanopia": ((1, 0.14461, -0.14461), (0, 0.85924, 0.14076), (0, 0.85924, 0.14076)),
}


@pytest.mark.parametrize("vision", VISIONS)
def test_good_and_bad_differ_in_the_colour_blind_theme_for(vision: str) -> None:
    tokens = by_name("colour-blind-dark").tokens

    for bad in ("fail", "error", "invalid"):
        assert _difference(tokens["pass"], tokens[bad], vision) > 40, bad


def _difference(one: str, other: str, vision: str) -> float:
    """The distance in CIE L*a*b* (1976) of two colours as they are seen; 2 is just noticed."""
    return math.dist(_lab(_seen(one, vision)), _lab(_seen(other, vision)))


def _seen(color: str, vision: str) -> tuple[float, ...]:
    linear = [((part / 255 + 0.055) / 1.055) ** 2.4 for part in Color.parse(color).rgb]
    return tuple(
        min(max(sum(w * part for w, part in zip(row, linear, strict=True)), 0.0), 1.0)
        for row in VISIONS[vision]
    )


def _lab(linear: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = linear
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (it ** (1 / 3) if it > 0.008856 else 7.787 * it + 16 / 116 for it in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("name", BUILTIN_THEMES)
def test_a_theme_that_knows_nothing_of_us_still_gets_all_our_colours(name: str) -> None:
    defaults = token_defaults(BUILTIN_THEMES[name])

    assert set(defaults) == set(VARIABLES)
    for color in defaults.values():
        assert is_color(color)
        assert color.startswith(("#", "ansi_"))


async def test_the_screen_can_wear_each_of_our_themes() -> None:
    rules = "\n".join(f".{name} {{ color: ${name}; background: ${name}; }}" for name in VARIABLES)

    class Wearing(App[None]):
        CSS = rules

        def get_theme_variable_defaults(self) -> dict[str, str]:
            return token_defaults(self.current_theme)

        def compose(self) -> ComposeResult:
            yield Static("text", classes="pt-pass")

    app = Wearing()
    async with app.run_test() as pilot:
        for theme in OURS:
            app.register_theme(to_textual_theme(theme))
            app.theme = theme.name
            await pilot.pause()
            assert app.theme_variables["pt-pass"] == theme.tokens["pass"]
        for name in BUILTIN_THEMES:
            app.theme = name
            await pilot.pause()


def test_a_theme_of_the_users_can_be_two_lines(tmp_path: Path) -> None:
    theme, found = load(tmp_path, '[colors]\nprimary = "tomato"\n')

    assert found == ()
    assert theme is not None
    assert theme.name == "mine"
    assert set(VARIABLES) <= set(to_textual_theme(theme).variables)


def test_a_theme_of_the_users_replaces_ours_of_the_same_name(tmp_path: Path) -> None:
    text = 'name = "paper"\n[colors]\nprimary = "red"\n[tokens]\npass = "#010203"\n'
    theme, found = load(tmp_path, text)

    assert found == ()
    assert theme is not None
    assert [it for it in load_themes(tmp_path)[0] if it.name == "paper"] == [theme]
    assert to_textual_theme(theme).variables["pt-pass"] == "#010203"


def test_what_is_wrong_is_reported_by_file_line_and_key_with_the_nearest(tmp_path: Path) -> None:
    theme, found = load(
        tmp_path,
        """
        nmae = "x"
        dark = "yes"
        [colors]
        primary = "blue"
        accent = "tomatto"
        [tokens]
        passed = "red"
        fail = 3
        [variables]
        border = "#12345"
        bordr = "red"
        link-style = "boldly"
        text-muted = "auto 60%"
        """,
    )

    assert theme is not None
    assert dict(theme.colors) == {"primary": "blue"}
    assert dict(theme.variables) == {"text-muted": "auto 60%"}
    assert {it.path for it in found} == {str(tmp_path / "mine.toml")}
    assert sorted((it.line, it.message, it.hint) for it in found) == [
        (2, "there is no key 'nmae'", "did you mean `name`?"),
        (3, "`dark` has to be true or false", ""),
        (6, "`accent` is 'tomatto', which is no color", "did you mean `tomato`?"),
        (8, "there is no key 'passed' in [tokens]", "did you mean `pass`?"),
        (9, "`fail` is 3, which is no color", "such as #6cb6ff, tomato or ansi_blue"),
        (11, "`border` is '#12345', which is no color", "such as #6cb6ff, tomato or ansi_blue"),
        (12, "there is no key 'bordr' in [variables]", "did you mean `border`?"),
        (13, "`link-style` is 'boldly', which is no style", "such as bold, not underline or none"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[colors", "bad-toml"),
        ("", "no-primary-color"),
        ("colors = 3", "no-primary-color"),
        ('[colors]\nprimary = "nope"', "no-primary-color"),
        ('name = "a,b"\n[colors]\nprimary = "red"', "bad-theme-name"),
    ],
)
def test_a_file_that_can_be_no_theme_is_left_out_and_reported(
    tmp_path: Path, text: str, code: str
) -> None:
    theme, found = load(tmp_path, text)

    assert theme is None
    assert code in [it.code for it in found]


def test_two_files_of_the_user_with_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('name = "same"\n[colors]\nprimary = "red"\n')
    (tmp_path / "b.toml").write_text('name = "same"\n[colors]\nprimary = "blue"\n')

    themes, found = load_themes(tmp_path)

    assert [it.path for it in themes if it.name == "same"] == [str(tmp_path / "a.toml")]
    assert [(it.path, it.code) for it in found] == [(str(tmp_path / "b.toml"), "theme-name-taken")]


def test_a_folder_that_is_not_there_holds_no_themes(tmp_path: Path) -> None:
    assert load_themes(tmp_path / "none") == (OURS, ())


COLOR = st.sampled_from(
    [
        "#123",
        "#12345678",
        "tomato",
        "ansi_red",
        "ansi_default",
        "transparent",
        "auto",
        "hsl(3,4%,5%)",
    ]
)
VALUE = st.one_of(COLOR, st.sampled_from(["bold", "not bold", "none", "auto 50%", "red 20%", ""]))


@given(
    st.dictionaries(st.sampled_from(("secondary", "background", "surface", "panel")), COLOR),
    st.dictionaries(st.sampled_from(sorted(textual_variables())), VALUE, max_size=9),
    st.booleans(),
)
def test_whatever_passes_the_checks_textual_can_use(
    tmp_path_factory: pytest.TempPathFactory,
    colors: dict[str, str],
    variables: dict[str, str],
    ansi: bool,
) -> None:
    lines = [f"ansi = {str(ansi).lower()}", "[colors]", 'primary = "red"']
    lines += [f'{name} = "{value}"' for name, value in colors.items()]
    lines += ["[variables]", *(f'{name} = "{value}"' for name, value in variables.items())]
    theme, _ = load(tmp_path_factory.getbasetemp(), "\n".join(lines))

    assert theme is not None
    made = to_textual_theme(theme)
    made.to_color_system().generate()
    assert all(is_color(value) for value in token_defaults(made).values())


def test_the_document_of_themes_is_made_from_the_tables(request: pytest.FixtureRequest) -> None:
    written = (request.config.rootpath / "docs" / "themes.md").read_text(encoding="utf-8")

    assert written == documents()["themes.md"], "run `python -m panther_tui.cli.reference docs`"
