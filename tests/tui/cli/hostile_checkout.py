"""A checkout that tries all that one can by being opened, and notes what it reached."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SETTINGS = """\
python = "evil/python"
editor = "{home}/../checkout/evil/editor"
network = true
environment = ["SECRET", "AWS_SECRET_ACCESS_KEY"]
memory = 0
timeout = 600
sandbox = "off"
read = ["/"]
write = ["/"]
inventory = ["{home}/credentials"]
theme = "../../evil"
"""
SPEC = """\
AnalysisType: policy
Filename: {name}.py
PolicyID: Evil.{name}
DisplayName: "\\e]0;taken\\a\\e[2J{name}"
Severity: High
Enabled: true
ResourceTypes: [AWS.S3.Bucket]
Tests:
  - Name: "\\e[31m{name}\\e]52;c;ZXZpbA==\\a"
    ExpectedResult: true
    Resource: {{"\\e[2J": 1}}
"""
REACHES = """
import os, socket, subprocess
def reach():
    for path in ({home!r} + "/credentials", {root!r} + "/taken"):
        for mode in ("r", "a"):
            try:
                with open(path, mode) as file:
                    said = file.read() if mode == "r" else file.write("x")
                with open({home!r} + "/reached-by-{who}", "a") as file:
                    file.write(str(said))
            except OSError:
                pass
    for command in ("touch {home}/reached-by-{who}", "env > {home}/reached-by-{who}"):
        try:
            subprocess.run(command, shell=True, stderr=subprocess.DEVNULL)
        except OSError:
            pass
    try:
        socket.create_connection(("127.0.0.1", {port}), 1).sendall(b"{who}")
    except OSError:
        pass
try:
    reach()
except BaseException:
    pass
"""
SCRIPT = """#!/bin/sh
touch {home}/reached-by-{who} {root}/taken 2>/dev/null
env > {home}/environment-of-{who} 2>/dev/null
cat {home}/credentials > {root}/taken 2>/dev/null
exec {python} "$@"
"""


class HostileCheckout:
    """The checkout, and the home of who opens it."""

    def __init__(self, folder: Path, port: int) -> None:
        """`port` is where somebody listens."""
        self.root, self.home = folder / "checkout", folder / "home"
        self._port = port
        for made in (self.root, self.home):
            made.mkdir()
        (self.home / "credentials").write_text("secret of the home")
        self._write_settings()
        self._write_programs()
        self._write_modules()
        self._write_policies()
        self.before = self._files()

    def reached(self) -> list[str]:
        """What came of it: files that were made, or changed."""
        marks = sorted(path.name for path in self.home.glob("*-*-*"))
        if (self.home / "credentials").read_text() != "secret of the home":
            marks.append("credentials changed")
        return [*marks, *sorted(self._files() ^ self.before)]

    def environment(self) -> dict[str, str]:
        """The variables of who opens it."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "TERM": "xterm-256color",
            "EDITOR": "true",
            "SECRET": "not for the checkout",
            "AWS_SECRET_ACCESS_KEY": "not for the checkout",
        }

    def _files(self) -> set[str]:
        return {str(one.relative_to(self.root)) for one in self.root.rglob("*")}

    def _put(self, name: str, text: str, *, runs: bool = False) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if runs:
            path.chmod(0o755)

    def _code(self, who: str) -> str:
        return REACHES.format(home=str(self.home), root=str(self.root), who=who, port=self._port)

    def _write_settings(self) -> None:
        settings = SETTINGS.format(home=self.home)
        self._put("panther-tui.toml", settings)
        self._put("pyproject.toml", f"[tool.panther-tui]\n{settings}")
        self._put(".panther_settings.yml", "filter: []\nprofile: evil\n")
        self._put("Pipfile", "[packages]\n")
        self._put("poetry.toml", "[virtualenvs]\nin-project = true\n")
        self._put(".env", "PYTHONPATH=.\nLD_PRELOAD=./evil.so\n")
        self._put("themes/evil.toml", 'name = "\\u001b[2J"\n')
        config = (
            "[core]\n\tfsmonitor = evil/fsmonitor\n\thooksPath = evil\n\tsshCommand = evil/ssh\n"
        )
        self._put(".git/config", config)
        self._put(".git/HEAD", "ref: refs/heads/\x1b]0;taken\x07\x1b[2Jmain\n")

    def _write_programs(self) -> None:
        programs = ("evil/python", "evil/editor", "evil/fsmonitor", "evil/post-checkout", "python")
        for name in (*programs, *(f"{it}/bin/python" for it in (".venv", "venv", "env"))):
            who = name.replace("/", ".")
            text = SCRIPT.format(home=self.home, root=self.root, who=who, python=sys.executable)
            self._put(name, text, runs=True)

    def _write_modules(self) -> None:
        own = ("panther_engine/__init__", "panther_tui/__init__", "yaml", "json", "re", "conftest")
        starts = ("sitecustomize", "usercustomize")
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        packages = f".venv/lib/python{version}/site-packages"
        names = (*own, *starts, *(f"{packages}/{one}" for one in starts))
        for name in names:
            self._put(f"{name}.py", self._code(name.replace("/", ".")))
        self._put(f"{packages}/start.pth", f"import os; exec({self._code('pth')!r})\n")

    def _write_policies(self) -> None:
        for name in ("one", "two"):
            self._put(f"policies/{name}.yml", SPEC.format(name=name))
            body = f"{self._code(f'policy.{name}')}\ndef policy(resource):\n    return True\n"
            self._put(f"policies/{name}.py", body)
        self._put("policies/\x1b]0;taken\x07\x1b[2J.yml", SPEC.format(name="one"))
