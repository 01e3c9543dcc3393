"""Opening the editor at a line: the command, the terminal, and what is said when it fails."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App, SuspendNotSupported

from panther_tui.terminal.editor import MISSING, EditorCommand, editor_command, open_in_editor
from panther_tui.terminal.editor_presets import PRESETS, program_name

FILE = os.path.abspath("policies/p.py")


def command(setting: str = "", **environment: str) -> EditorCommand:
    return editor_command(setting, "policies/p.py", 12, 4, environment, lambda name: None)


@pytest.mark.parametrize(
    ("editor", "arguments", "suspends"),
    [
        ("vi", ["+12", FILE], True),
        ("vim", ["+call cursor(12,5)", FILE], True),
        ("nvim", ["+call cursor(12,5)", FILE], True),
        ("gvim", ["+call cursor(12,5)", FILE], False),
        ("hx", [f"{FILE}:12:5"], True),
        ("helix", [f"{FILE}:12:5"], True),
        ("emacs", ["+12:5", FILE], True),
        ("emacsclient", ["+12:5", FILE], True),
        ("nano", ["+12,5", FILE], True),
        ("micro", ["+12:5", FILE], True),
        ("kak", ["+12:5", FILE], True),
        ("ne", ["+12,5", FILE], True),
        ("joe", ["+12", FILE], True),
        ("code", ["--goto", f"{FILE}:12:5"], False),
        ("code-insiders", ["--goto", f"{FILE}:12:5"], False),
        ("codium", ["--goto", f"{FILE}:12:5"], False),
        ("cursor", ["--goto", f"{FILE}:12:5"], False),
        ("subl", [f"{FILE}:12:5"], False),
        ("zed", [f"{FILE}:12:5"], False),
        ("mate", ["--line", "12:5", FILE], False),
        ("idea", ["--line", "12", "--column", "5", FILE], False),
        ("pycharm", ["--line", "12", "--column", "5", FILE], False),
        ("kate", ["--line", "12", "--column", "5", FILE], False),
        ("gedit", ["+12:5", FILE], False),
    ],
)
def test_each_known_editor_is_told_the_place_in_its_own_way(
    editor: str, arguments: list[str], suspends: bool
) -> None:
    assert command(editor) == EditorCommand((editor, *arguments), suspends)


def test_every_preset_names_the_file_and_the_line() -> None:
    for preset in PRESETS.values():
        assert "{file}" in " ".join(preset.arguments)
        assert "{line}" in " ".join(preset.arguments)


def test_the_setting_comes_before_visual_and_visual_before_editor() -> None:
    assert command("hx", VISUAL="vim", EDITOR="nano").argv[0] == "hx"
    assert command("", VISUAL="vim", EDITOR="nano").argv[0] == "vim"
    assert command("", VISUAL=" ", EDITOR="nano").argv[0] == "nano"


def test_without_any_setting_the_first_installed_editor_is_taken() -> None:
    found = editor_command("", "p.py", 1, 0, {}, lambda name: name if name == "nano" else None)

    assert found.argv[0] == "nano"


def test_without_any_editor_it_says_what_to_set() -> None:
    assert command() == EditorCommand((), False, MISSING)
    assert "$EDITOR" in MISSING


def test_arguments_of_the_editor_variable_are_kept_and_no_shell_reads_them() -> None:
    assert command(EDITOR="'my vim/nvim' -u NONE; $(rm)").argv == (
        *("my vim/nvim", "-u", "NONE;", "$(rm)"),
        *("+call cursor(12,5)", FILE),
    )


def test_a_quote_that_is_not_closed_is_reported_with_its_source() -> None:
    assert command(EDITOR="vim 'x").problem == "$EDITOR cannot be read: no closing quotation"


def test_a_template_places_file_line_and_column_itself() -> None:
    made = command("myedit --at={line}:{column} {file} &")

    assert made == EditorCommand(("myedit", "--at=12:5", FILE), False)


def test_a_template_without_an_ampersand_gets_the_terminal_unless_its_editor_is_known() -> None:
    assert command("myedit {file}").suspends
    assert not command("code -r {file}").suspends


def test_placeholders_in_a_file_name_stay_as_they_are() -> None:
    made = editor_command("vi", "/tmp/{line}.py", 3, 0, {})

    assert made.argv == ("vi", "+3", "/tmp/{line}.py")


def test_an_unknown_editor_gets_just_the_file_and_the_terminal() -> None:
    assert command("mystery -x") == EditorCommand(("mystery", "-x", FILE), True)


def test_emacs_has_a_window_where_there_is_a_display_unless_told_otherwise() -> None:
    assert not command("emacs", DISPLAY=":0").suspends
    assert command("emacs -nw", DISPLAY=":0").suspends
    assert command("emacsclient -t", WAYLAND_DISPLAY="wayland-0").suspends
    assert not command("emacsclient -c", WAYLAND_DISPLAY="wayland-0").suspends


def test_vim_with_its_own_window_leaves_the_terminal_alone() -> None:
    assert not command("vim -g").suspends
    assert command("nano -g").suspends


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("/usr/bin/vim.basic", "vim"),
        ("vim.tiny", "vi"),
        ("emacs-29.1", "emacs"),
        ("emacs-nox", "emacs"),
        (r"C:\Program Files\VS\Code.exe", "code"),
        ("code.cmd", "code"),
        ("VSCodium", "codium"),
        ("mystery", "mystery"),
    ],
)
def test_a_program_is_known_by_the_name_that_its_variants_share(program: str, name: str) -> None:
    assert program_name(program) == name


class SuspendingApp(App[None]):
    """An app whose suspending, like Textual's, resumes only if nothing was raised inside."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    @contextmanager
    def suspend(self) -> Iterator[None]:
        self.calls.append("suspend")
        yield
        self.calls.append("resume")


def python(code: str, suspends: bool = True) -> EditorCommand:
    return EditorCommand((sys.executable, "-c", code), suspends)


def test_the_app_resumes_after_the_editor_has_written(tmp_path: Path) -> None:
    app = SuspendingApp()
    target = tmp_path / "edited"

    assert open_in_editor(app, python(f"open({str(target)!r}, 'w').close()")) is None
    assert target.exists()
    assert app.calls == ["suspend", "resume"]


def test_the_app_resumes_and_says_why_when_the_editor_is_missing(tmp_path: Path) -> None:
    app = SuspendingApp()
    missing = str(tmp_path / "no-such-editor")

    problem = open_in_editor(app, EditorCommand((missing, "p.py"), True))

    assert problem == f"{missing} was not found: set $VISUAL, $EDITOR or the setting `editor`"
    assert app.calls == ["suspend", "resume"]


def test_the_app_resumes_when_a_file_that_is_no_program_is_the_editor(tmp_path: Path) -> None:
    app = SuspendingApp()
    (tmp_path / "edit").write_text("")

    problem = open_in_editor(app, EditorCommand((str(tmp_path / "edit"), "p.py"), True))

    assert problem == f"{tmp_path / 'edit'} may not be started"
    assert app.calls == ["suspend", "resume"]


def test_a_file_name_that_no_system_takes_is_said_in_words() -> None:
    app = SuspendingApp()

    assert "could not be started" in str(open_in_editor(app, EditorCommand(("a\0b",), True)))
    assert "could not be started" in str(open_in_editor(app, EditorCommand(("a\0b",), False)))
    assert app.calls == ["suspend", "resume"]


def test_an_editor_that_fails_or_is_killed_is_reported() -> None:
    app = SuspendingApp()
    name = program_name(sys.executable)

    assert open_in_editor(app, python("raise SystemExit(3)")) == f"{name} ended with status 3"
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert open_in_editor(app, python(killed)) == f"{name} was stopped by signal 9"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupt_in_the_editor_does_not_reach_the_app() -> None:
    app = SuspendingApp()
    before = signal.getsignal(signal.SIGINT)
    interrupt_parent = "import os, signal; os.kill(os.getppid(), signal.SIGINT)"

    assert open_in_editor(app, python(interrupt_parent)) is None
    assert app.calls == ["suspend", "resume"]
    assert signal.getsignal(signal.SIGINT) is before


def test_where_the_app_cannot_be_suspended_it_says_so() -> None:
    class Served(App[None]):
        @contextmanager
        def suspend(self) -> Iterator[None]:
            raise SuspendNotSupported("no")
            yield

    assert "cannot be given to an editor" in str(open_in_editor(Served(), python("")))


def test_an_editor_with_its_own_window_starts_without_suspending(tmp_path: Path) -> None:
    app = SuspendingApp()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)

    assert open_in_editor(app, python(f"open({str(fifo)!r}, 'w').write('up')", False)) is None
    assert fifo.read_text() == "up"
    assert app.calls == []


def test_a_command_with_a_problem_starts_nothing() -> None:
    app = SuspendingApp()

    assert open_in_editor(app, EditorCommand((), False, "no editor")) == "no editor"
    assert app.calls == []
