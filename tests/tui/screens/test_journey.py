"""From `panther-tui demo` to all green by keyboard alone, in a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.tui.screens.real_terminal import Terminal

FIXES = Path(__file__).parents[2] / "repos" / "triage_fixes.json"

EDITOR = """\
import json, sys
file, line = sys.argv[1], int(sys.argv[2])
fixes = json.load(open({fixes!r}, encoding="utf-8"))
text = open(file, encoding="utf-8").read()
for fix in fixes:
    if file.endswith(fix["file"]):
        assert text.count(fix["old"]) == 1, fix
        text = text.replace(fix["old"], fix["new"])
        open(file, "w", encoding="utf-8").write(text)
with open({log!r}, "a", encoding="utf-8") as log:
    log.write(f"{{file}}:{{line}}\\n")
"""

LINES = {
    "null_field": "2",
    "broken_import": "1",
    "syntax_error": "5",
    "unknown_key": "6",
    "misspelt_function": "4",
    "sys_exit": "7",
}
"""Where the editor opens what has a line of its own."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


def environment(folder: Path) -> dict[str, str]:
    """A person's own, with an editor that mends what it opens."""
    (folder / "config" / "panther-tui").mkdir(parents=True)
    (folder / "temporary").mkdir()
    settings = folder / "config" / "panther-tui" / "settings.toml"
    settings.write_text("timeout = 1.0\n", encoding="utf-8")
    script = folder / "editor.py"
    script.write_text(EDITOR.format(fixes=str(FIXES), log=str(folder / "edits")), encoding="utf-8")
    passed_on = {it: os.environ[it] for it in ("PATH", "LANG", "PYTHONPATH") if it in os.environ}
    return {
        **passed_on,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "TMPDIR": str(folder / "temporary"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "VISUAL": f'"{sys.executable}" "{script}" {{file}} {{line}}',
        "PYTHONUTF8": "1",
    }


def partition(place: str) -> tuple[str, str, str]:
    """`file:line` in its parts."""
    return place.rpartition(":")


def names(name: str, size: tuple[int, int], text: str) -> bool:
    return name in text or (size[0] == 80 and "4 Results ─" in text)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_the_demo_is_mended_by_keyboard_alone(tmp_path: Path, size: tuple[int, int]) -> None:
    fixes = json.loads(FIXES.read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "panther_tui", "demo"]
    with Terminal(command, environment(tmp_path), *size) as terminal:
        terminal.shows("1 Policies", "2 failed", "4 errored", "4 invalid")
        terminal.wait_for(lambda text: "running" not in text, "the first run is over")
        assert terminal.title == f"✗{len(fixes)} panther-tui"

        terminal.press("i")
        for number in range(1, len(fixes) + 1):
            terminal.shows(f"triage {number}/{len(fixes)}", "✗ failing", "e edit", "enter next")
            terminal.press("e")
            terminal.shows(f"triage {number}/{len(fixes)}", "✓ fixed")
            opened = (tmp_path / "edits").read_text(encoding="utf-8").splitlines()[-1]
            name = Path(opened.rpartition(":")[0]).name
            # of a wrong verdict the one pane of a small screen is that of the results
            terminal.wait_for(
                partial(names, name, size),
                name,
            )
            terminal.press("\r")

        terminal.shows("0 failed", "0 errored")
        terminal.wait_for(
            lambda text: not re.search(r"triage \d|invalid|running", text),
            "the walk is over and nothing is left",
        )
        assert terminal.title == "✓ panther-tui"
        assert re.search(r"\d+ passed", terminal.text)

        edited = (tmp_path / "edits").read_text(encoding="utf-8").splitlines()
        opened_at = {Path(file).name: line for file, _, line in map(partition, edited)}
        assert len(edited) == len(fixes)
        assert opened_at.keys() == {Path(fix["file"]).name for fix in fixes}
        told = {fix["kind"]: opened_at[Path(fix["file"]).name] for fix in fixes}
        assert {kind: told[kind] for kind in LINES} == LINES

        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.settings_now() == list(terminal.settings)
        assert terminal.raw.rstrip().rfind(b"\x1b[23;2t") > terminal.raw.rfind(b"\x1b]2;")
