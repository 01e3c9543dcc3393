"""What there is to attack: secrets, another checkout, sockets, and a process; all of it made up."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[5]
PROGRAM = "tests.engine.running.worker.sandbox.attacks"
SECRET = "aws_secret_access_key = wJalrXUtnFEMI"


@contextmanager
def make_scene(top: Path) -> Iterator[dict[str, Any]]:
    """A scene in this folder, which is empty."""
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
