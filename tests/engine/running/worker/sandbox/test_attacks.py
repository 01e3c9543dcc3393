"""Every attack is refused by the kernel's walls, and each wall holds what is its own to hold."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from panther_engine.running.worker.sandbox import landlock, seccomp
from tests.engine.running.worker.sandbox.attacks import ATTACKS
from tests.engine.running.worker.sandbox.scene import SECRET, TOP, attack, make_scene
from tests.engine.running.worker.sandbox.table import table

FORBID = "tests.engine.running.worker.sandbox.forbid"
WHOLE = (
    sys.platform.startswith("linux") and landlock.version() >= 6 and bool(seccomp.program(False))
)

pytestmark = pytest.mark.skipif(not WHOLE, reason="needs Landlock 6 and a known processor")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with make_scene(tmp_path_factory.mktemp("scene")) as made:
        yield made


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


NEWER = tuple(it.seccomp for name, it in seccomp.MACHINES.items() if name == os.uname().machine)
LANDLOCK = (landlock.CREATE_RULESET, landlock.ADD_RULE, landlock.RESTRICT_SELF)


@pytest.mark.parametrize(
    ("forbidden", "sandbox"),
    [
        ((), "kernel"),
        (NEWER, "kernel"),
        (LANDLOCK, "partial (no Landlock)"),
        ((*LANDLOCK, *NEWER), "partial (no Landlock)"),
    ],
    ids=["nothing", "seccomp's newer call", "Landlock", "both"],
)
def test_where_a_container_forbids_a_wall_the_rest_is_used_and_said(
    tmp_path: Path, forbidden: tuple[int, ...], sandbox: str
) -> None:
    shut_in = (
        "from panther_engine import Limits, describe_sandbox\n"
        "from panther_engine.running.processes.confinement import Confinement\n"
        "import os, sys\n"
        f"walls = Confinement.of(sys.executable, {str(tmp_path)!r}, Limits())\n"
        "walls.enter()\n"
        "status = open('/proc/self/status').read()\n"
        "print(describe_sandbox(Limits()), status.count('Seccomp:\\t2'))\n"
        "walls.close()\n"
    )
    numbers = ",".join(map(str, forbidden or (-1 & 0xFFFFFFFF,)))
    done = subprocess.run(
        [sys.executable, "-m", FORBID, numbers, sys.executable, "-c", shut_in],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": f"{TOP}{os.pathsep}{TOP / 'engine'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"{sandbox} 1\n", done.stderr


def test_the_table_has_a_row_for_each_attack_and_counts_what_succeeded() -> None:
    names = list(ATTACKS)
    got: dict[str, dict[str, str | None]] = {
        "kernel": dict.fromkeys(names),
        "none": {**dict.fromkeys(names), names[0]: "'a|b`'", names[1]: "x" * 99},
    }
    rows = table(got)
    assert len(rows) == len(names) + 3
    assert rows[2].endswith("| held | `a/b'` |")
    assert rows[-1] == f"| succeeded, of {len(names)} | 0 | 2 |"
    assert all(row.count("|") == 4 for row in rows)
