"""Settings: where they come from, what is taken, and what is said of the rest."""

import dataclasses
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.model import Diagnostic, Level
from panther_tui.cli.reference import documents
from panther_tui.settings.config import Config, config_files, load_config, user_folder
from panther_tui.settings.settings import settings
from panther_tui.settings.toml_file import LARGEST, key_lines


class Files:
    """A repository and a user's folder to write settings into."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repo"
        self.user = folder / "user"
        self.root.mkdir()
        self.user.mkdir()

    def load(
        self, repository: str = "", project: str = "", user: str = "", trust: bool | None = None
    ) -> tuple[Config, tuple[Diagnostic, ...]]:
        (self.root / "panther-tui.toml").write_text(repository, encoding="utf-8")
        (self.root / "pyproject.toml").write_text(project, encoding="utf-8")
        (self.user / "settings.toml").write_text(user, encoding="utf-8")
        return load_config(self.root, self.user, trust)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_without_files_everything_has_its_default(files: Files) -> None:
    assert load_config(files.root, files.user) == (Config(), ())


def test_every_setting_can_be_set_with_hyphens_or_underscores(files: Files) -> None:
    config, found = files.load(
        """
        python = "~/py/bin/python"
        timeout = 2
        memory = 0
        network = true
        environment = ["AWS_PROFILE"]
        sandbox = "seat-belt"
        read = ["/srv/data"]
        write = ["/srv/out"]
        kept-scans = 2
        workers = 3
        theme = "paper"
        editor = "hx"
        notify = "bell"
        follow = true
        poll = true
        tests_in_tree = true
        group-by = "resource-type"
        mouse = false
        [keys]
        run.all = "f9"
        """,
        trust=True,
    )

    assert found == ()
    assert config == Config(
        python="~/py/bin/python",
        timeout=2.0,
        memory=0,
        network=True,
        environment=("AWS_PROFILE",),
        sandbox="seat-belt",
        read=("/srv/data",),
        write=("/srv/out",),
        kept_scans=2,
        workers=3,
        theme="paper",
        keys={"run.all": "f9"},
        editor="hx",
        notify="bell",
        follow=True,
        poll=True,
        tests_in_tree=True,
        group_by="resource-type",
        mouse=False,
    )


def test_the_repository_has_the_word_before_its_project_file_and_that_before_the_user(
    files: Files,
) -> None:
    config, found = files.load(
        repository='timeout = 1\nkeys."run.all" = "f9"',
        project='[tool.panther-tui]\ntimeout = 2\nmemory = 2\nkeys.pin = "f7"',
        user='timeout = 3\nmemory = 3\nworkers = 3\nkeys.pin = "Q"\nkeys.about = "f6"',
    )

    assert found == ()
    assert (config.timeout, config.memory, config.workers) == (1.0, 2, 3)
    assert config.keys == {"run.all": "f9", "pin": "f7", "about": "f6"}


def test_files_are_read_from_the_places_that_are_named(files: Files) -> None:
    assert config_files(files.root, files.user) == (
        files.user / "settings.toml",
        files.root / "pyproject.toml",
        files.root / "panther-tui.toml",
    )
    assert config_files(files.root)[0].parent == user_folder()
    assert "panther-tui" in str(user_folder())


def test_a_project_file_without_our_table_says_nothing(files: Files) -> None:
    assert files.load(project='[project]\nname = "x"\n[tool.black]\nline = 3') == (Config(), ())


def test_an_unknown_setting_is_reported_at_its_line_with_the_nearest_name(files: Files) -> None:
    config, found = files.load(project='[project]\nname = "x"\n\n[tool.panther-tui]\ntiemout = 3\n')

    assert config == Config()
    assert found == (
        Diagnostic(
            "pyproject.toml",
            5,
            0,
            Level.WARNING,
            "unknown-setting",
            "there is no setting 'tiemout'",
            "did you mean `timeout`?",
        ),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "timeout = true",
            "`timeout` is True, expected a number of seconds above 0, at most 86400",
        ),
        ("timeout = 0", "`timeout` is 0, expected a number of seconds above 0, at most 86400"),
        ("timeout = nan", "`timeout` is nan, expected a number of seconds above 0, at most 86400"),
        ("memory = -1", "`memory` is -1, expected a whole number of MiB, or 0 for no limit"),
        ("kept-scans = 0", "`kept-scans` is 0, expected a whole number above 0"),
        ("network = 1", "`network` is 1, expected true or false"),
        ("poll = 1", '`poll` is 1, expected true, false or "auto"'),
        ('theme = "a\\u001b"', "`theme` is 'a\\x1b', expected a text"),
        ("keys = 3", "`keys` is 3, expected a table of action = keys"),
        ("keys.pin = 3", "expected a text of keys, found 3"),
        ('environment = ["A=B"]', "`environment` is ['A=B'], expected a list of names, such as "),
        ('editor = "vim \'x"', '`editor` is "vim \'x", expected a command, such as `nvim` or '),
        (f'theme = ["{"x" * 99}"]', f"`theme` is ['{'x' * 57}…, expected a text"),
    ],
)
def test_a_value_of_the_wrong_kind_is_reported_and_left_out(
    files: Files, line: str, message: str
) -> None:
    config, found = files.load(f"# first\n{line}\n")

    assert config == Config()
    assert [(it.path, it.line, it.code) for it in found] == [
        ("panther-tui.toml", 2, "wrong-setting")
    ]
    assert found[0].message.startswith(message)
    assert found[0].message.isprintable()


def test_a_misspelt_choice_gets_the_nearest(files: Files) -> None:
    _, found = files.load('notify = "bel"\ngroup-by = "sevrity"')

    assert [it.hint for it in found] == ["did you mean `bell`?", "did you mean `severity`?"]


def test_a_wrong_setting_leaves_what_the_file_below_says(files: Files) -> None:
    config, found = files.load(repository="timeout = -1", user="timeout = 7")

    assert config.timeout == 7.0
    assert len(found) == 1


def test_key_problems_point_at_their_line_in_their_file(files: Files) -> None:
    config, found = files.load(
        repository='[keys]\nfail.next = "n2"\n',
        user='[keys]\n"pin" = "p"\nrun.all = "f9"\nrun.al = "B"\n',
    )

    user = str(files.user / "settings.toml")
    assert config.keys == {"run.all": "f9"}
    assert sorted((it.path, it.line, it.code) for it in found) == sorted(
        [
            ("panther-tui.toml", 2, "unknown-key"),
            (user, 2, "key-clash"),
            (user, 4, "unknown-action"),
        ]
    )


def test_what_is_no_toml_is_reported_where_it_breaks_and_the_other_files_hold(
    files: Files,
) -> None:
    config, found = files.load(repository="a = 1\nb = = 2\n", user="timeout = 7")

    assert config.timeout == 7.0
    assert [(it.path, it.line, it.column, it.code) for it in found] == [
        ("panther-tui.toml", 2, 4, "bad-toml")
    ]
    assert found[0].message == "not TOML: Invalid value"


def test_a_text_that_never_ends_is_reported_at_the_end(files: Files) -> None:
    _, found = files.load('a = 1\nb = """x\n')

    assert (found[0].line, found[0].code) == (2, "bad-toml")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"theme = '\xff'", "unreadable-file"),
        (b"#" * (LARGEST + 1), "unreadable-file"),
        (b"a = " + b"[" * 100_000, "bad-toml"),
        (b"a = " + b"9" * 5_000, "bad-toml"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported(files: Files, content: bytes, code: str) -> None:
    (files.root / "panther-tui.toml").write_bytes(content)

    config, found = load_config(files.root, files.user)

    assert config == Config()
    assert [it.code for it in found] == [code]


def test_a_byte_order_mark_is_no_error(files: Files) -> None:
    (files.root / "panther-tui.toml").write_bytes(b"\xef\xbb\xbftimeout = 4\r\n")

    assert load_config(files.root, files.user)[0].timeout == 4.0


@pytest.mark.skipif(os.name == "nt", reason="named pipes")
def test_something_that_is_no_file_is_not_waited_for(files: Files) -> None:
    os.mkfifo(files.root / "panther-tui.toml")

    assert load_config(files.root, files.user) == (Config(), ())


def test_lines_are_told_past_texts_and_lists_of_many_lines() -> None:
    lines = key_lines(
        '''
a = """
[not.a.table]
b = 1
"""
list = [
  "x]", # ]
  { c = 1 },
]
"quo.ted" . d = 'it''s'
[table."x.y"]
e = 1
[[many]]
f = '\\'
g = { h = 1 }
'''
    )

    assert lines == {
        ("a",): 2,
        ("list",): 6,
        ("quo.ted",): 10,
        ("quo.ted", "d"): 10,
        ("table",): 11,
        ("table", "x.y"): 11,
        ("table", "x.y", "e"): 12,
        ("many",): 13,
        ("many", "f"): 14,
        ("many", "g"): 15,
    }


@given(st.text(max_size=200))
def test_no_text_makes_the_search_for_lines_fail(text: str) -> None:
    assert all(line >= 1 for line in key_lines(text).values())


@given(
    st.dictionaries(
        st.sampled_from([*(it.name for it in settings()), "keys", "nonsense"]),
        st.sampled_from(["1", "-1", "0.5", "true", '"x"', '""', "[]", '["a"]', "{}", "{a.b = 1}"]),
    )
)
def test_any_valid_toml_gives_a_config_of_the_right_types(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    text = "\n".join(f"{name} = {value}" for name, value in values.items())
    (folder / "panther-tui.toml").write_text(text, encoding="utf-8")

    config, _ = load_config(folder, folder)

    for field in dataclasses.fields(Config):
        default, value = getattr(Config(), field.name), getattr(config, field.name)
        if field.name != "poll":
            assert type(value) is type(default)


def test_every_setting_is_documented_and_its_default_can_be_written_as_shown(
    files: Files,
) -> None:
    shown = settings()
    config, found = files.load("\n".join(f"{it.name} = {it.default}" for it in shown))

    assert len(shown) == len(dataclasses.fields(Config))
    assert (config, found) == (Config(), ())
    assert all(it.doc.endswith(".") and it.expected for it in shown)


def test_the_document_of_settings_is_made_from_the_fields(request: pytest.FixtureRequest) -> None:
    written = (request.config.rootpath / "docs" / "settings.md").read_text(encoding="utf-8")

    assert written == documents()["settings.md"], "run `python -m panther_tui.cli.reference docs`"


def test_the_example_in_the_document_holds(files: Files) -> None:
    example = documents()["settings.md"].split("```toml\n")[1].split("```")[0]

    config, found = files.load(project=example)

    assert found == ()
    assert config.theme == tomllib.loads(example)["tool"]["panther-tui"]["theme"]


def test_the_example_of_keys_in_their_document_holds(files: Files) -> None:
    example = documents()["keys.md"].split("```toml\n")[1].split("```")[0]

    assert files.load(project=example)[1] == ()
