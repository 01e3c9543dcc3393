"""Every attack is refused by the kernel's walls, and each wall holds what is its own to hold."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from panther_engine.running.worker.sandbox import landlock, seccomp
from tests.engine.running.worker.sandbox.attacks import ATTACKS

TOP = Path(__file__).parents[5]
PROGRAM = "tests.engine.running.worker.sandbox.attacks"
SECRET = "aws_secret_access_key = wJalrXUtnFEMI"
WHOLE = (
    sys.platform.startswith("linux") and landlock.version() >= 6 and bool(seccomp.program(False))
)

pytestmark = pytest.mark.skipif(not WHOLE, reason="needs Landlock 6 and a known processor")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    top = tmp_path_factory.mktemp("scene")
    home, root, other = top / "home", top / "checkout", top / "other"
    texts = {
        str(home / "credentials"): SECRET,
        str(home / "program"): "#!/bin/sh\necho ran\n",
        str(other / "body.py"): "def policy(resource): return True\n",
        str(root / "body.py"): "def policy(resource): return True\n",
    }
    for path, text in texts.items():
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(text)
        Path(path).chmod(0o700)
    (root / "planted").symlink_to(home / "credentials")
    with ExitStack() as held:
        tcp = held.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        agent = held.enter_context(socket.socket(socket.AF_UNIX))
        agent.bind(str(top / "agent"))
        agent.listen(64)
        bus = held.enter_context(socket.socket(socket.AF_UNIX))
        abstract = f"panther-tui-test-{os.getpid()}"
        bus.bind("\0" + abstract)
        bus.listen(64)
        victim = subprocess.Popen(["sleep", "600"], env={"PATH": os.environ["PATH"], "KEY": SECRET})
        held.callback(victim.wait)
        held.callback(victim.kill)
        yield {
            "root": str(root),
            "read": [str(TOP)],
            "home": str(home),
            "secret": str(home / "credentials"),
            "program": str(home / "program"),
            "other": str(other / "body.py"),
            "planted": str(root / "planted"),
            "agent": str(top / "agent"),
            "abstract": abstract,
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "victim": victim.pid,
            "restore": texts,
            "remove": [
                *(str(home / name) for name in ("new", "folder", "pipe")),
                *(str(root / name) for name in ("new", "policies.py")),
            ],
        }


def attack(walls: str, scene: dict[str, Any]) -> dict[str, str | None]:
    """What each attack got behind these walls."""
    done = subprocess.run(
        [sys.executable, "-m", PROGRAM, walls, json.dumps(scene)],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": f"{TOP}{os.pathsep}{TOP / 'engine'}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str | None] = json.loads(done.stdout)
    return found


def test_no_attack_succeeds_behind_both_walls(scene: dict[str, Any]) -> None:
    got = attack("landlock+seccomp", scene)
    assert len(got) >= 60
    assert {name: said for name, said in got.items() if said is not None} == {}
    assert Path(scene["secret"]).read_text() == SECRET


@pytest.mark.parametrize("wall", ["landlock", "seccomp"])
def test_each_wall_holds_by_itself_what_is_its_own(scene: dict[str, Any], wall: str) -> None:
    got = attack(wall, scene)
    own = [name for name, (walls, _) in ATTACKS.items() if wall in walls]
    assert {name: got[name] for name in own if got[name] is not None} == {}


def test_without_walls_the_attacks_are_real(scene: dict[str, Any]) -> None:
    got = attack("none", scene)
    succeeded = [name for name, said in got.items() if said is not None]
    # the rest needs rights or a kernel that this machine may not have
    assert len(succeeded) >= 45, sorted(set(got) - set(succeeded))
