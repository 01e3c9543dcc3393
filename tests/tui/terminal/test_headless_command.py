"""The command that runs one test without the screen."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from panther_tui.terminal.headless_command import headless_command

ROOT = Path("/work/checkout")
SPEC = "policies/s3/read.yml"


def test_it_names_the_spec_as_the_shell_would_and_quotes_the_test() -> None:
    command = headless_command(ROOT, ROOT, SPEC, "Null grants")
    assert command == "panther-tui test policies/s3/read.yml --test 'Null grants'"
    below = headless_command(ROOT, ROOT / "policies", SPEC, "Null")
    assert below == "panther-tui test s3/read.yml --test Null"


def test_from_elsewhere_it_names_the_whole_path() -> None:
    command = headless_command(ROOT, Path("/home/me"), SPEC, "Null")
    assert command == "panther-tui test /work/checkout/policies/s3/read.yml --test Null"


@pytest.mark.parametrize("name", ["it's $HOME", "-x", "--failed", "a\nb", '"', "`ls`; rm"])
def test_a_shell_hands_over_the_very_name(name: str) -> None:
    words = shlex.split(headless_command(ROOT, ROOT, SPEC, name))
    assert words[:3] == ["panther-tui", "test", SPEC]
    assert "=".join(words[3:]) == f"--test={name}"
