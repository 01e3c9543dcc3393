"""What measurements run on: a copy of panther-analysis, interpreters, a clean environment."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import panther_engine
import panther_tui
from tests.environments import CACHE, analysis_python, pat_python

SLOW_SPEC = "policies/aws_s3_policies/aws_s3_bucket_action_restrictions.yml"
"""The one policy that spends over a second in policyuniverse."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where everything is."""

    checkout: Path
    """A clone of panther-analysis that may be changed; every figure leaves it as it was."""
    python: Path
    """Has what panther-analysis imports."""
    pat: Path
    """PAT's command."""
    ours: tuple[str, ...]
    """Our command."""

    def test_ours(self) -> list[str]:
        """The headless run of the checkout's policies."""
        return [*self.ours, "test", "policies", "--python", str(self.python)]

    def test_pat(self) -> list[str]:
        """The same with PAT, without its look for a newer version on the network."""
        return [str(self.pat), "--skip-version-check", "test", "--path", "policies"]


def prepare(checkout: Path) -> Workplace:
    """Make what is missing under `.cache/`, and the clone anew."""
    python, pat = analysis_python(), pat_python()
    clone = CACHE / "bench" / "panther-analysis"
    shutil.rmtree(clone, ignore_errors=True)
    clone.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "clone", "--quiet", "--shared", checkout, clone], check=True)
    # pip does so for everybody who installs us; a checkout of ours may hold no or old bytecode
    for package in (panther_engine, panther_tui):
        compileall.compile_dir(Path(package.__path__[0]), quiet=1)
    script = Path(sys.executable).with_name("panther-tui")
    ours = (str(script),) if script.exists() else (sys.executable, "-m", "panther_tui")
    return Workplace(clone, python, pat.with_name("pat"), ours)


def clean_environment(home: Path, python: Path | None = None) -> dict[str, str]:
    """The environment of a user who starts the app for the first time.

    Args:
        home: an empty folder, so that nothing is remembered from another run.
        python: the interpreter whose environment is to be active.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "XDG_", "PANTHER_", "PYTHON", "VIRTUAL_ENV", "PYTEST_"))
    }
    kept.update(HOME=str(home), TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
    if python is not None:
        kept["VIRTUAL_ENV"] = str(python.parent.parent)
    return kept


def empty_home() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes when it is no longer needed."""
    return tempfile.TemporaryDirectory(prefix="panther-tui-bench-", ignore_cleanup_errors=True)
