"""Declares every setting with its type, its limits and its default."""

from __future__ import annotations

import math
import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from types import MappingProxyType
from typing import Literal

from panther_engine.values.frozen import dataclass

Notify = Literal["off", "bell", "desktop"]
ConfirmEdits = Literal["always", "large"]
GroupBy = Literal["folder", "severity", "resource-type", "status", "report", "cause"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be. `read` gives the value, or None if it is not one of them."""

    expected: str
    read: Callable[[object], object]


def _text(value: object) -> object:
    return value if isinstance(value, str) and value.isprintable() else None


def _flag(value: object) -> object:
    return value if isinstance(value, bool) else None


def _whole(value: object) -> object:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1 << 30
    return value if right else None


def _some(value: object) -> object:
    return _whole(value) or None


def _seconds(value: object) -> object:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if math.isfinite(value) and 0 < value <= 86_400 else None


def _names(value: object) -> object:
    if not isinstance(value, list):
        return None
    right = all(isinstance(it, str) and it.isprintable() and it and "=" not in it for it in value)
    return tuple(value) if right else None


def _editor(value: object) -> object:
    if not isinstance(value, str) or not value.isprintable():
        return None
    try:
        shlex.split(value)
    except ValueError:
        return None
    return value


def _paths(value: object) -> object:
    """Absolute paths; `~` is the user's home."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    paths = tuple(os.path.expanduser(one) for one in value)
    return paths if all(os.path.isabs(one) for one in paths) else None


def _inventories(value: object) -> object:
    """Absolute paths, and names of inventories that scans kept."""
    if not isinstance(value, list) or not value:
        return _paths(value)
    from panther_engine import is_kept_name

    paths = [one for one in value if not (isinstance(one, str) and is_kept_name(one))]
    return None if _paths(paths) is None else tuple(map(os.path.expanduser, value))


def _inside(value: object) -> object:
    """A path that stays in the checkout."""
    if not isinstance(value, str) or not value.isprintable() or "\\" in value:
        return None
    return None if value.startswith(("/", "~")) or ".." in value.split("/") else value


def _toml(value: object) -> str:
    """A default as one would write it in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if value == () else str(value)


def _one_of(*choices: str | bool) -> Kind:
    def read(value: object) -> object:
        return value if any(type(value) is type(it) and value == it for it in choices) else None

    shown = ", ".join(_toml(it) for it in choices[:-1]) + f" or {_toml(choices[-1])}"
    return Kind(shown, read)


def _about(kind: Kind, doc: str) -> Mapping[str, object]:
    """What the documentation and the loader know of a field of `Config`."""
    return {"kind": kind, "doc": doc}


_TEXT = Kind("a text", _text)
_FLAG = Kind("true or false", _flag)


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, with its default. docs/settings.md is made from this."""

    python: str = field(
        default="",
        metadata=_about(
            _TEXT,
            "The Python that runs the policies: an executable or an environment's folder, "
            "absolute or relative to the repository, or a name on the PATH. Empty: the first "
            "there is of `$VIRTUAL_ENV`, the repository's `.venv`, `venv` or `env`, its pipenv "
            "or poetry environment, and panther-tui's own.",
        ),
    )
    timeout: float = field(
        default=10.0,
        metadata=_about(
            Kind("a number of seconds above 0, at most 86400", _seconds),
            "Seconds that one test may take before it is stopped and reported as an error.",
        ),
    )
    memory: int = field(
        default=2048,
        metadata=_about(
            Kind("a whole number of MiB, or 0 for no limit", _whole),
            "MiB that the process of a test may allocate. 0: no limit.",
        ),
    )
    network: bool = field(
        default=False,
        metadata=_about(
            _FLAG,
            "Whether policies may reach the network. If not, an attempt fails the test and says"
            " where.",
        ),
    )
    environment: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            Kind('a list of names, such as ["AWS_PROFILE"]', _names),
            "Environment variables that policies get to see besides those that any program needs,"
            " such as PATH, HOME, LANG and TZ, and those that are only a switch or an address of"
            " this machine: all others could be credentials.",
        ),
    )
    sandbox: str = field(
        default="kernel",
        metadata=_about(
            _one_of("kernel", "seat-belt", "off"),
            "What holds policies back: Linux's own walls round their processes, as many as the"
            " kernel has; only Python's audit events; or nothing. docs/security.md says what each"
            " promises.",
        ),
    )
    read: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            Kind("a list of absolute paths", _paths),
            "Files and folders outside the checkout that policies may read.",
        ),
    )
    write: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            Kind("a list of absolute paths", _paths),
            "Files and folders that policies may write.",
        ),
    )
    inventory: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            Kind("a list of absolute paths, or `scan:ID`", _inventories),
            "Files, folders and globs with real resources, which the policies judge after every"
            " change, or what a scan kept of them. docs/scan.md says what is read.",
        ),
    )
    mappings: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            Kind("a list of absolute paths", _paths),
            "Files that say how resources of other shapes are read. docs/mappings.md says what"
            " stands in them. The app takes them as it starts.",
        ),
    )
    ignores: str = field(
        default=".panther-tui/ignores.yml",
        metadata=_about(
            Kind("a path in the checkout, without `..`", _inside),
            "The file with results of scans that the team has decided to ignore, and why."
            " docs/scan.md says what stands in it.",
        ),
    )
    kept_scans: int = field(
        default=20,
        metadata=_about(
            Kind("a whole number above 0", _some),
            "How many scans of a checkout are kept. `panther-tui scan` forgets older ones.",
        ),
    )
    workers: int = field(
        default=0,
        metadata=_about(
            Kind("a whole number, or 0 for one per core", _whole),
            "How many processes run tests at once. 0: one per core.",
        ),
    )
    theme: str = field(
        default="panther-dark",
        metadata=_about(
            _TEXT,
            "The theme's name: one of ours, one of Textual's, or one of your own (docs/themes.md).",
        ),
    )
    keys: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=_about(
            Kind("a table of action = keys", lambda value: None),
            "Keys of your own, as a table from an action's name to one or more keys with commas"
            " between them. docs/keys.md lists the actions. An action keeps its keys if there "
            "is something wrong with the new ones.",
        ),
    )
    editor: str = field(
        default="",
        metadata=_about(
            Kind("a command, such as `nvim` or `myedit {file} +{line}`", _editor),
            "The editor for `e` and `E`: a command, or a template with `{file}`, `{line}` and "
            "`{column}`. With ` &` at its end the editor has a window of its own and the screen"
            " stays. Empty: `$VISUAL`, then `$EDITOR`, then the first that is installed.",
        ),
    )
    confirm_edits: ConfirmEdits = field(
        default="always",
        metadata=_about(
            _one_of("always", "large"),
            "Which changes of specs and bodies are shown as a difference before they are written:"
            " all, or only those of more than eight lines, of several files, of new and removed"
            " ones, and those of which there is more to say. A key for a change writes the others"
            " at once; `U` takes them back.",
        ),
    )
    notify: Notify = field(
        default="off",
        metadata=_about(
            _one_of("off", "bell", "desktop"),
            "What happens when the tests turn from all green to red, or back: nothing, the "
            "terminal's bell, or a desktop notification where the terminal can show one.",
        ),
    )
    follow: bool = field(
        default=False,
        metadata=_about(
            _FLAG,
            "Whether the screen goes to the policy that was just saved.",
        ),
    )
    poll: bool | Literal["auto"] = field(
        default="auto",
        metadata=_about(
            _one_of(True, False, "auto"),
            "Whether to look for changes at intervals, not by the system's events. `auto`: "
            "where events cannot be had or trusted.",
        ),
    )
    tests_in_tree: bool = field(
        default=False,
        metadata=_about(
            _FLAG,
            "Whether the tree lists the tests under each policy.",
        ),
    )
    group_by: GroupBy = field(
        default="folder",
        metadata=_about(
            _one_of("folder", "severity", "resource-type", "status", "report", "cause"),
            "What the tree groups the policies by.",
        ),
    )
    mouse: bool = field(
        default=True,
        metadata=_about(
            _FLAG,
            "Whether the app answers the mouse. If not, the terminal's own selection works as "
            "usual.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as documentation shows it."""

    name: str
    expected: str
    default: str
    doc: str


def kinds() -> dict[str, tuple[str, Kind]]:
    """By the name in files: the field of `Config`, and what its value may be."""
    return {it.name.replace("_", "-"): (it.name, it.metadata["kind"]) for it in fields(Config)}


def settings() -> tuple[Setting, ...]:
    """All settings, in the order of `Config`."""
    defaults = Config()
    return tuple(
        Setting(
            it.name.replace("_", "-"),
            it.metadata["kind"].expected,
            _toml(getattr(defaults, it.name)),
            it.metadata["doc"],
        )
        for it in fields(Config)
    )
