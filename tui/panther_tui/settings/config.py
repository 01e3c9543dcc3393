"""Where settings come from, in which order, and what is wrong in their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import panther_engine
from panther_engine import did_you_mean
from panther_engine.model import Diagnostic, Level
from panther_tui.keys.keymap import apply_overrides
from panther_tui.settings.settings import Config as Config
from panther_tui.settings.settings import Kind, kinds
from panther_tui.settings.toml_file import TomlFile, read_toml

APP = "panther-tui"
REPOSITORY_FILE = "panther-tui.toml"
USER_FILE = "settings.toml"


def user_folder() -> Path:
    """Where this user's settings and themes are, on this platform. It need not exist."""
    return panther_engine.user_folder("config")


def config_files(root: Path, user: Path | None = None) -> tuple[Path, ...]:
    """The files that are read, in order; a later one has the last word on each setting.

    `user` is the folder of the user's file, for tests. Any of the files can be missing.
    """
    folder = user_folder() if user is None else user
    return (folder / USER_FILE, root / "pyproject.toml", root / REPOSITORY_FILE)


def load_config(root: Path, user: Path | None = None) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The settings for a repository, and all that is wrong in their files. Never raises for those.

    A setting that is wrong is as if it were not there.
    """
    config = Config()
    found: list[Diagnostic] = []
    keys: dict[str, tuple[str, Diagnostic]] = {}
    for path in config_files(root, user):
        shown = path.name if path.parent == root else str(path)
        file = read_toml(path, shown)
        if isinstance(file, Diagnostic):
            found.append(file)
        elif file is not None:
            inside = ("tool", APP) if path.name == "pyproject.toml" else ()
            config = _overlay(config, file, inside, keys, found)
    accepted, problems = apply_overrides({id_: text for id_, (text, _) in keys.items()})
    for problem in problems:
        place = keys[problem.id][1]
        found.append(replace(place, code=problem.code, message=problem.message, hint=problem.hint))
    return replace(config, keys=accepted), tuple(found)


def _overlay(
    config: Config,
    file: TomlFile,
    inside: tuple[str, ...],
    keys: dict[str, tuple[str, Diagnostic]],
    found: list[Diagnostic],
) -> Config:
    """The settings with those of one file over them. Adds to `keys` and `found`."""
    table: object = file.values
    for name in inside:
        table = table.get(name, {}) if isinstance(table, Mapping) else {}
    if not isinstance(table, Mapping):
        found.append(_finding(file, inside, "wrong-setting", "expected a table of settings"))
        return config
    known = kinds()
    changed: dict[str, object] = {}
    for key, value in table.items():
        name = key.replace("_", "-")
        path = (*inside, key)
        if name == "keys" and isinstance(value, Mapping):
            for parts, text in _leaves(value):
                place = _finding(file, (*path, *parts), "wrong-setting", "")
                if isinstance(text, str):
                    keys[".".join(parts)] = (text, place)
                else:
                    message = f"expected a text of keys, found {_found(text)}"
                    found.append(replace(place, message=message))
        elif name not in known:
            hint = did_you_mean(name, known, "docs/settings.md lists the settings")
            message = f"there is no setting {_found(key)}"
            found.append(_finding(file, path, "unknown-setting", message, hint))
        else:
            field_name, kind = known[name]
            read = kind.read(value)
            if read is None:
                message = f"`{name}` is {_found(value)}, expected {kind.expected}"
                found.append(_finding(file, path, "wrong-setting", message, _nearest(kind, value)))
            else:
                changed[field_name] = read
    return cast(Callable[..., Config], replace)(config, **changed)


def _leaves(
    table: Mapping[str, object], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    """Actions' names have dots, which TOML reads as tables unless they are quoted."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _finding(
    file: TomlFile, path: tuple[str, ...], code: str, message: str, hint: str = ""
) -> Diagnostic:
    return Diagnostic(file.shown, file.line_of(*path), 0, Level.WARNING, code, message, hint)


def _nearest(kind: Kind, value: object) -> str:
    choices = [part.strip('"') for part in kind.expected.replace(" or ", ", ").split(", ")]
    return did_you_mean(value, choices) if isinstance(value, str) else ""


def _found(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
