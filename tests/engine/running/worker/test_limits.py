"""The limit of memory within what the system allows."""

from __future__ import annotations

import subprocess
import sys

import pytest

from panther_engine.running.worker import child

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
GIB = 1 << 30


def limits_after(hard: int, memory: int) -> list[int]:
    """The soft and the hard limit of a process that had a hard one and limited itself."""
    code = (
        "import resource\n"
        f"from {child.__name__} import limit_resources\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({hard}, {hard}))\n"
        f"limit_resources({memory})\n"
        "print(*resource.getrlimit(resource.RLIMIT_AS))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return [int(word) for word in ran.stdout.split()]


def test_a_hard_limit_that_is_lower_is_kept() -> None:
    assert limits_after(4 * GIB, memory=1 << 50) == [4 * GIB, 4 * GIB]


def test_a_hard_limit_that_is_higher_is_lowered() -> None:
    soft, hard = limits_after(1 << 50, memory=GIB)
    assert GIB < soft == hard < 8 * GIB


def test_no_limit_leaves_what_there_is() -> None:
    assert limits_after(4 * GIB, memory=0) == [4 * GIB, 4 * GIB]
