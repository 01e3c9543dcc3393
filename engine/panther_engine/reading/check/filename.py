"""Checks that the body named in a spec exists and can be imported."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from panther_engine.model import JsonValue
from panther_engine.reading.check.findings import Findings
from panther_engine.text.one_line import shorten


def check_body_path(
    findings: Findings, data: Mapping[JsonValue, JsonValue], body_exists: Callable[[str], bool]
) -> str:
    """The body's path, relative to the root; empty when the spec names none."""
    filename = str(data["Filename"])
    folder = posixpath.dirname(findings.path)

    def exists(name: str) -> bool:
        try:
            return bool(name.strip()) and body_exists(
                posixpath.normpath(posixpath.join(folder, name))
            )
        except (ValueError, OSError):
            return False

    if not exists(filename):
        stem = posixpath.splitext(posixpath.basename(findings.path))[0]
        guesses = [
            f"{filename}.py",
            posixpath.splitext(filename)[0] + ".py",
            filename.replace("-", "_"),
            filename.lower(),
            posixpath.basename(filename),
            f"{stem}.py",
        ]
        near = next((guess for guess in guesses if guess != filename and exists(guess)), "")
        findings.at_value(
            ("Filename",),
            "missing-body",
            f"there is no file {shorten(posixpath.join(folder, filename))}"
            if filename.strip()
            else "`Filename` is empty",
            f"did you mean `{near}`?" if near else "create it, or correct `Filename`",
        )
    elif not filename.endswith(".py") and data["AnalysisType"] == "policy":
        findings.at_value(
            ("Filename",),
            "body-not-python",
            f"Python cannot import {shorten(filename)}: its name must end in .py",
            f"rename the file to `{posixpath.splitext(filename)[0]}.py`",
        )
    return posixpath.normpath(posixpath.join(folder, filename)) if filename.strip() else ""
