"""Python environments that are only needed to measure ourselves: made once, under `.cache/`."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CACHE = PROJECT / ".cache"
PAT_VERSION = "1.11.1"


class MissingCheckoutError(Exception):
    """There is no checkout of panther-analysis where one was looked for."""


def pat_python() -> Path:
    """The interpreter of an environment that holds PAT and nothing of ours."""
    return _environment("pat", (f"panther_analysis_tool=={PAT_VERSION}",))


def analysis_python() -> Path:
    """The interpreter of an environment with our extra `analysis` and nothing else."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    return _environment("analysis", project["project"]["optional-dependencies"]["analysis"])


def find_checkout(path: str) -> Path:
    """The panther-analysis checkout at `path`.

    Raises:
        MissingCheckoutError: it is not there, with a message that says what to do.
    """
    checkout = Path(path).expanduser().resolve()
    if not (checkout / ".git").exists() or not (checkout / "policies").is_dir():
        raise MissingCheckoutError(
            f"No checkout of panther-analysis at {checkout}.\n"
            "Make one and name it:\n"
            "  git clone https://github.com/panther-labs/panther-analysis\n"
            f"  make {{bench|parity}} PANTHER_ANALYSIS=path/to/panther-analysis"
        )
    return checkout


def _environment(name: str, packages: tuple[str, ...] | list[str]) -> Path:
    folder = CACHE / name
    python = folder / "bin" / "python"
    stamp = folder / ".packages"
    wanted = "\n".join(packages)
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print(f"making {folder.relative_to(PROJECT)} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *packages], check=True, stdout=sys.stderr)
        stamp.write_text(wanted, "utf-8")
    return python
