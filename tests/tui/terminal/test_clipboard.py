"""Copying: which tool is taken where, and what is said of it."""

import os
import sys

import pytest
from textual.app import App

from panther_tui.terminal import clipboard
from panther_tui.terminal.clipboard import OSC52_LIMIT, Tool, copy, run_tool, tools_for


def names(platform: str = "linux", missing: str = "", **environment: str) -> list[str]:
    found = tools_for(environment, platform, lambda name: None if name == missing else name)
    return [tool.name for tool in found]


class Terminal(App[None]):
    """An app that remembers what it would have sent to the terminal."""

    @property
    def sent(self) -> str:
        return self.clipboard


class Runs:
    """Stands for the tools: remembers what they were given, and lets some of them fail."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.given: list[tuple[str, bytes]] = []

    def __call__(self, argv: tuple[str, ...], given: bytes) -> bool:
        self.given.append((argv[0], given))
        return argv[0] not in self.failing


XCLIP = Tool("xclip", ("xclip", "-selection", "clipboard"))
TMUX = Tool("tmux", ("tmux", "load-buffer", "-w", "-"))


def test_each_desktop_has_its_own_tool() -> None:
    assert names("darwin") == ["pbcopy"]
    assert names("win32") == ["clip.exe"]
    assert names(WSL_DISTRO_NAME="Ubuntu") == ["clip.exe"]
    assert names(WAYLAND_DISPLAY="w", DISPLAY=":0") == ["wl-copy", "xclip", "xsel"]
    assert names(DISPLAY=":0", missing="xclip") == ["xsel"]
    assert names() == []


def test_tmux_comes_after_the_desktop() -> None:
    assert names(TMUX="/tmp/tmux", DISPLAY=":0") == ["xclip", "xsel", "tmux"]


def test_over_ssh_only_what_reaches_the_person_is_used() -> None:
    assert names("darwin", SSH_TTY="/dev/pts/1") == []
    assert names(SSH_CONNECTION="a b", WAYLAND_DISPLAY="w", TMUX="t") == ["tmux"]
    assert names(SSH_CONNECTION="a b", DISPLAY="localhost:10") == ["xclip", "xsel"]


def test_the_first_tool_that_takes_the_text_is_named() -> None:
    runs = Runs()
    app = Terminal()

    assert copy(app, "é" * 1234, (XCLIP, TMUX), runs) == "copied 1,234 characters with xclip"
    assert runs.given == [("xclip", ("é" * 1234).encode())]
    assert app.sent == ""


def test_when_a_tool_fails_the_next_is_tried_and_the_terminal_last() -> None:
    app = Terminal()

    assert copy(app, "x", (XCLIP, TMUX), Runs("xclip")) == "copied 1 character with tmux"
    said = copy(app, "text", (XCLIP, TMUX), Runs("xclip", "tmux"))
    assert said == "sent 4 characters to the terminal's clipboard"
    assert app.sent == "text"


def test_a_text_too_long_for_the_terminal_is_not_cut_but_refused() -> None:
    app = Terminal()
    longest = "x" * (OSC52_LIMIT * 3 // 4 - 3)

    assert copy(app, longest, ()).startswith("sent 56,")
    said = copy(app, longest + "xxxxx", ())
    assert said == (
        "not copied: 56,247 characters are too many for the terminal, which takes about 56,245"
    )
    assert app.sent == longest


def test_nothing_is_copied_of_an_empty_text() -> None:
    runs = Runs()

    assert copy(Terminal(), "", (XCLIP,), runs) == "nothing to copy"
    assert runs.given == []


def test_text_with_half_a_surrogate_pair_is_copied_without_it() -> None:
    runs = Runs()

    assert copy(Terminal(), "a\ud800b", (XCLIP,), runs) == "copied 3 characters with xclip"
    assert runs.given == [("xclip", b"a?b")]


def test_windows_gets_its_own_encoding_only_where_it_is_needed() -> None:
    clip = Tool("clip.exe", ("clip.exe",), "utf-16-le")
    runs = Runs()

    copy(Terminal(), "ab", (clip,), runs)
    copy(Terminal(), "é", (clip,), runs)

    assert runs.given == [("clip.exe", b"ab"), ("clip.exe", "é".encode("utf-16-le"))]


def test_an_override_of_the_apps_own_copying_does_not_go_in_circles() -> None:
    class Overriding(Terminal):
        def copy_to_clipboard(self, text: str) -> None:
            copy(self, text, ())

    app = Overriding()
    app.copy_to_clipboard("text")

    assert app.sent == "text"


def test_a_tool_gets_the_bytes_and_its_exit_status_decides() -> None:
    check = "import sys; sys.exit(sys.stdin.buffer.read() != b'text')"

    assert run_tool((sys.executable, "-c", check), b"text")
    assert not run_tool((sys.executable, "-c", check), b"other")
    assert not run_tool(("/no/such/tool",), b"text")


@pytest.mark.skipif(os.name == "nt", reason="fork")
def test_a_tool_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "TIME_LIMIT", 0.2)
    endless = "import signal; signal.pause()"

    assert not run_tool((sys.executable, "-c", endless), b"text")
