"""Nobody's own settings, themes and layouts are read or written by a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from tests.tui.settled import settled


@pytest.fixture(autouse=True)
def no_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key or pause ends when the app has done everything, however long or short that takes."""
    for module in ("textual.pilot", "textual.app"):
        monkeypatch.setattr(f"{module}.wait_for_idle", settled)


@pytest.fixture(scope="session", autouse=True)
def styles_read_once() -> Iterator[None]:
    """An app reads the same style sheets as the one before; with the same colours they say the
    same."""
    read: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(self: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = (given, *named.items(), *self._variables.items())
        if key not in read:
            read[key] = parse(self, *given, **named)
        return read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own; the platform's folders are inside it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home


@pytest.fixture(autouse=True)
def lasting_toasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said stays on the screen, however slow the machine is to look at it."""
    notify = App.notify

    def stay(app: App[object], message: str, **options: object) -> None:
        notify(app, message, **{**options, "timeout": 3600})  # type: ignore[arg-type]

    monkeypatch.setattr(App, "notify", stay)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the app notified of; the app under test shows no notifications."""
    found: list[str] = []

    def notify(self: App[object], message: str, **options: object) -> None:
        assert options.get("markup") is False, "users' text is never markup"
        found.append(message)

    monkeypatch.setattr(App, "notify", notify)
    return found
