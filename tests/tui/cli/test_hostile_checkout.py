"""Nothing of a checkout that means harm reaches anything by being opened, before it is trusted."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine import Limits, describe_sandbox
from tests.tui.cli.hostile_checkout import HostileCheckout
from tests.tui.screens.real_terminal import Terminal

SCREEN = b"\x1b[?1049h"
"""Written whenever the app takes the terminal."""
PROGRAM = str(Path(sys.executable).parent / "panther-tui")

pytestmark = pytest.mark.skipif(
    describe_sandbox(Limits()) != "kernel", reason="needs Landlock 6 and a known processor"
)


class Opened:
    """A hostile checkout, and whether anybody called."""

    def __init__(self, folder: Path, listener: socket.socket) -> None:
        self._listener = listener
        self.checkout = HostileCheckout(folder, listener.getsockname()[1])

    def assert_nothing_reached(self) -> None:
        """No file was made or changed, and nobody has called."""
        assert self.checkout.reached() == []
        with pytest.raises(BlockingIOError):
            self._listener.accept()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Opened(tmp_path, listener)


@pytest.mark.parametrize("arguments", [["test"], ["trust"]], ids=lambda it: it[0])
def test_nothing_of_it_reaches_anything_headless(opened: Opened, arguments: list[str]) -> None:
    done = subprocess.run(
        [PROGRAM, *arguments],
        cwd=opened.checkout.root,
        env=opened.checkout.environment(),
        capture_output=True,
        check=False,
    )
    opened.assert_nothing_reached()
    said = done.stdout + done.stderr
    assert b"\x1b]" not in said
    assert b"\x07" not in said
    assert b"\x1b[2J" not in said
    assert b"not for the checkout" not in said
    if "test" in arguments:
        assert b"`python` does not count" in said


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 45)])
def test_nothing_of_it_reaches_anything_in_the_app(opened: Opened, columns: int, rows: int) -> None:
    command = [PROGRAM, str(opened.checkout.root)]
    with Terminal(command, opened.checkout.environment(), 80, 24) as terminal:
        terminal.shows("Trust this checkout?", "network = true", "t trust")
        terminal.press("\x1b")
        terminal.wait_for(lambda text: "Trust this" not in text, "the question is gone")
        terminal.shows("untrusted")
        terminal.press("e")  # what is typed before the editor is over would be lost
        terminal.wait_for(lambda _: terminal.raw.count(SCREEN) > 1, "the editor is over")
        terminal.press("jj")
        terminal.press("r")
        terminal.shows("2 passed", "1 invalid")
        opened.assert_nothing_reached()
        assert "taken" not in terminal.title
        assert b"\x1b]52;" not in terminal.raw
        terminal.press("q")
        terminal.wait_for_end()
    opened.assert_nothing_reached()
