"""`--version -v`: what a bug report needs to know of the machine, and what holds policies back."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import panther_tui

SHORT = frozenset({"-V", "--version"})
MORE = frozenset({"-v", "--verbose"})


def asks_more(args: Sequence[str]) -> bool:
    """Whether a command line asks for the version and more, and for nothing else."""
    given = set(args)
    return bool(given & SHORT and given & MORE) and given <= SHORT | MORE


def version_text(here: Path) -> str:
    """A fact a line; settings are those that count in the checkout around `here`."""
    from importlib.metadata import version

    from panther_engine import Limits, Sandbox, describe_sandbox, find_root, user_folder
    from panther_tui.settings.config import config_files, load_config
    from panther_tui.terminal.safe_text import printable

    root = find_root(here)
    config, _ = load_config(root)
    limits = Limits(network=config.network, sandbox=Sandbox(config.sandbox))
    facts = (
        f"panther-tui {panther_tui.__version__}",
        f"Textual {version('textual')}",
        f"Python {platform.python_version()} ({sys.executable})",
        platform.platform(terse=True),
        f"sandbox: {describe_sandbox(limits)}",
        *(f"settings: {path}{_whether_there(path)}" for path in config_files(root)),
        f"cache: {user_folder('cache')}",
    )
    return "\n".join(printable(fact, 500) for fact in facts)


def _whether_there(path: Path) -> str:
    return "" if path.exists() else " (not there)"
