"""Builds small checkouts on the real file system."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

GOOD_BODY = "def policy(resource):\n    return bool(resource)\n"


def spec_text(name: str, body: str = "", description: str = "words", value: str = "1") -> str:
    return f"""AnalysisType: policy
Filename: {body or name + ".py"}
PolicyID: Test.{name}
Enabled: true
ResourceTypes:
  - AWS.S3.Bucket
Severity: High
Description: {description}
Tests:
  - Name: Is good
    ExpectedResult: true
    Resource: {{"Value": {value}}}
"""


class Checkout:
    """A directory with specs and bodies in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def write(self, path: str, text: str | bytes) -> str:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def replace(self, path: str, text: str) -> None:
        """Write as careful editors do: another file first, then a rename."""
        other = self.root / (path + ".tmp")
        other.write_text(text)
        os.replace(other, self.root / path)

    def read(self, path: str) -> str:
        return (self.root / path).read_text()

    def remove(self, path: str) -> None:
        place = self.root / path
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()

    def policy(self, name: str, folder: str = "policies", body: str = GOOD_BODY) -> str:
        """A policy with its body; gives the spec's path."""
        self.write(f"{folder}/{name}.py", body)
        return self.write(f"{folder}/{name}.yml", spec_text(name))

    def helper(self, name: str, text: str = "def help():\n    return True\n") -> str:
        """A global in `global_helpers`; gives its body's path."""
        self.write(
            f"global_helpers/{name}.yml",
            f"AnalysisType: global\nFilename: {name}.py\nGlobalID: {name}\n",
        )
        return self.write(f"global_helpers/{name}.py", text)
