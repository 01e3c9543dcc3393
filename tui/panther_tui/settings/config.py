"""Loads settings from their sources in order, and reports what is wrong in them."""

from __future__ import annotations

import os
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
from panther_tui.settings.trust import (
    GUARDED,
    LISTS,
    Widening,
    is_trusted,
    trust_file,
    widens,
)

APP = "panther-tui"
REPOSITORY_FILE = "panther-tui.toml"
USER_FILE = "settings.toml"
NOT_TRUSTED = "not-trusted"
"""The code of what is said of a setting that does not count for want of trust."""


def user_folder() -> Path:
    """Where this user's settings and themes are, on this platform. It need not exist."""
    return panther_engine.user_folder("config")


def config_files(root: Path, user: Path | None = None) -> tuple[Path, ...]:
    """The files that are read, in order; a later one has the last word on each setting.

    `user` is the folder of the user's file, for tests. Any of the files can be missing.
    """
    folder = user_folder() if user is None else user
    return (folder / USER_FILE, root / "pyproject.toml", root / REPOSITORY_FILE)


def load_config(
    root: Path, user: Path | None = None, trust: bool | None = None
) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The settings for a repository, and all that is wrong in their files. Never raises for those.

    A setting that is wrong is as if it were not there, and so is one of the checkout's that
    reaches further than the user's own and is not trusted. `trust` takes the place of what is
    remembered of that.
    """
    config, found, widening = _load(root, user)
    kept = {one.name: one.value for one in widening}
    told: list[str] = []
    if kept and (is_trusted(root, kept, tell=told.append) if trust is None else trust):
        return cast(Callable[..., Config], replace)(config, **kept), found
    return config, (*found, *map(_forgotten, told), *map(_not_trusted, widening))


def find_widening(root: Path, user: Path | None = None) -> tuple[Widening, ...]:
    """The checkout's settings that count only where it is trusted, the last word on each."""
    return _load(root, user)[2]


def _load(
    root: Path, user: Path | None
) -> tuple[Config, tuple[Diagnostic, ...], tuple[Widening, ...]]:
    config = own = Config()
    found: list[Diagnostic] = []
    keys: dict[str, tuple[str, Diagnostic]] = {}
    widening: dict[str, Widening] = {}
    said: set[str] = set()
    for path in config_files(root, user):
        of_checkout = path.parent == root
        shown = path.name if of_checkout else str(path)
        file = read_toml(path, shown)
        if isinstance(file, Diagnostic):
            found.append(file)
            continue
        if file is None:
            continue
        inside = ("tool", APP) if path.name == "pyproject.toml" else ()
        if not of_checkout:
            config = _overlay(config, file, inside, keys, found, said)
            for name in _for_this_checkout(file, root):
                config = _overlay(config, file, ("trust", name), keys, found, said)
            own = config
            continue
        read = _overlay(config, file, inside, keys, found)
        for name in GUARDED:
            value = getattr(read, name)
            if value == getattr(config, name):
                continue
            if widens(name, value, own):
                if name not in said or name in LISTS:
                    line = file.line_of(*inside, name)
                    widening[name] = Widening(name, value, shown, line)
                read = cast(Callable[..., Config], replace)(read, **{name: getattr(config, name)})
            else:
                widening.pop(name, None)
        config = read
    accepted, problems = apply_overrides({id_: text for id_, (text, _) in keys.items()})
    for problem in problems:
        place = keys[problem.id][1]
        found.append(replace(place, code=problem.code, message=problem.message, hint=problem.hint))
    in_order = sorted(widening.values(), key=lambda one: (one.shown, one.line, one.name))
    return replace(config, keys=accepted), tuple(found), tuple(in_order)


def _for_this_checkout(file: TomlFile, root: Path) -> list[str]:
    """Names of the user's tables `[trust."PATH"]` that are about this checkout."""
    tables = file.values.get("trust")
    here = os.path.realpath(root)
    return [
        name
        for name, table in (tables.items() if isinstance(tables, Mapping) else ())
        if isinstance(table, Mapping) and os.path.realpath(os.path.expanduser(name)) == here
    ]


def _forgotten(said: str) -> Diagnostic:
    message = f"{said}; what you allowed to checkouts is to be allowed anew"
    return Diagnostic(str(trust_file()), 0, 0, Level.WARNING, "trust-forgotten", message)


def _not_trusted(one: Widening) -> Diagnostic:
    return Diagnostic(
        one.shown,
        one.line,
        0,
        Level.WARNING,
        NOT_TRUSTED,
        f"`{one.name}` does not count: it reaches further than your own settings do",
        "see it and allow it: `panther-tui trust`, or `--trust` for one time",
    )


def _overlay(
    config: Config,
    file: TomlFile,
    inside: tuple[str, ...],
    keys: dict[str, tuple[str, Diagnostic]],
    found: list[Diagnostic],
    said: set[str] | None = None,
) -> Config:
    """The settings with those of one file over them. Adds to `keys`, `found` and `said`."""
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
        if name == "trust" and said is not None:
            continue
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
                if said is not None:
                    said.add(field_name)
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
