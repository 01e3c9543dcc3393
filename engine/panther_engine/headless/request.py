"""What a run was asked for, before and after the settings of the checkout are known."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from panther_engine.reading.repository.pat_settings import Filter, PatSettings, load_pat_settings
from panther_engine.reading.selection.targets import Selection, resolve
from panther_engine.running.interpreter.choose import Interpreter, choose_interpreter
from panther_engine.running.jobs.report import RunOptions
from panther_engine.values.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What narrows a run. Empty and None: as PAT's settings of the checkout say."""

    paths: tuple[str, ...] = ()
    """As the user typed them, `PATH` or `PATH:LINE`."""
    filters: tuple[str, ...] = ()
    """`KEY=VALUE` as PAT takes it; all must hold."""
    names: tuple[str, ...] = ()
    """Tests with one of these texts in their name."""
    tests: tuple[str, ...] = ()
    """Tests of one of these names."""
    failed: bool = False
    """Only tests that failed when they last ran."""
    skip_disabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with all that the checkout and the settings add to it."""

    request: RunRequest
    selection: Selection
    filters: tuple[Filter, ...]
    settings: PatSettings
    options: RunOptions
    python: Interpreter


def select_paths(paths: Sequence[str], here: Path) -> Selection:
    """What paths mean that were typed in the directory `here`; none means `here`.

    In the root of a checkout, none means the directory that PAT's settings name.
    Raises SelectionError for a path or line that is not there.
    """
    return resolve(paths, here, lambda root: load_pat_settings(root).path)


def find_python(root: Path, asked: str | None = None, setting: str | None = None) -> Interpreter:
    """The Python that runs the policies of the checkout at `root`, and why that one.

    `asked` is what a command line asks for, `setting` what the settings do: a path of an
    executable or of a virtual environment. Raises InterpreterError if it is not there.
    """
    return choose_interpreter(root, asked or None, setting or None, os.environ)
