"""Builds the shell command that runs one test without the screen."""

from __future__ import annotations

import os
import shlex
from pathlib import Path


def headless_command(root: Path, here: Path, spec: str, test: str) -> str:
    """Such as `panther-tui test policies/x.yml --test 'Null grants'`.

    Args:
        root: the checkout.
        here: where the shell is taken to be; a spec below it is named from there, else whole.
        spec: its path, relative to the root.
        test: the test's name.
    """
    path = root / spec
    shown = os.path.relpath(path, here) if path.is_relative_to(here) else str(path)
    name = ["--test", test] if not test.startswith("-") else [f"--test={test}"]
    return shlex.join(["panther-tui", "test", shown, *name])
