"""A copy of the good repository, and what a break is."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

GOOD = Path(__file__).resolve().parents[2] / "repos" / "parity" / "good"

SPEC = "policies/aws_s3_policies/bucket_private.yml"
BODY = "policies/aws_s3_policies/bucket_private.py"
OTHER_SPEC = "policies/aws_account_policies/password_age.yml"
OTHER_BODY = "policies/aws_account_policies/password_age.py"
WORDS_SPEC = "global_helpers/bucket_words.yml"
WORDS = "global_helpers/bucket_words.py"

VERDICT = "    return PUBLIC_GROUP not in grantees(resource)\n"
"""The line of the body that decides."""

TITLE = "    return f\"Bucket {resource['Name']} of {owner_of(resource)} is public\"\n"


class Copy:
    """A repository that may be changed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def replace(self, path: str, old: str, new: str) -> None:
        """Exchange a piece of a file that occurs once in it."""
        text = self.read(path)
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def read(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def write(self, path: str, text: str) -> None:
        self.write_bytes(path, text.encode())

    def write_bytes(self, path: str, content: bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def append(self, path: str, text: str) -> None:
        self.write(path, self.read(path) + text)

    def delete(self, path: str) -> None:
        (self.root / path).unlink()

    def rename(self, path: str, name: str) -> None:
        """Move a file or folder; `name` is relative to the root."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).rename(self.root / name)


@dataclass(frozen=True, slots=True)
class Break:
    """A named change, and with what options the tests are run on it."""

    area: str
    name: str
    apply: Callable[[Copy], None] = field(repr=False)
    destinations: tuple[str, ...] = ()
    minimum_tests: int = 0

    @property
    def id(self) -> str:
        """Such as `body/returns-none`; the name of its folder too."""
        return f"{self.area}/{self.name}"

    def make(self, folder: Path) -> Path:
        """Write the broken copy below `folder`; returns its root."""
        root = folder / self.id
        shutil.copytree(GOOD, root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        self.apply(Copy(root))
        mark_as_root(root)
        return root


def mark_as_root(folder: Path) -> None:
    """Make a folder a repository of its own, wherever it lies."""
    (folder / ".git").mkdir(exist_ok=True)


GOOD_AS_IT_IS = Break("good", "as-it-is", lambda copy: None)


def replacing(area: str, path: str, edits: Iterable[tuple[str, str, str]]) -> list[Break]:
    """Breaks that are one replacement in one file: (name, old, new) each."""

    def edit(old: str, new: str) -> Callable[[Copy], None]:
        return lambda copy: copy.replace(path, old, new)

    return [Break(area, name, edit(old, new)) for name, old, new in edits]


def named(area: str, *changes: Callable[[Copy], None]) -> list[Break]:
    """Breaks that are functions; named after them."""
    return [Break(area, change.__name__.replace("_", "-"), change) for change in changes]


def digest(root: Path) -> str:
    """A hash of all names and contents below `root`, to tell whether a recording is of it."""
    state = hashlib.sha256()
    for file in sorted(root.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            content = file.read_bytes()
            state.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            state.update(content)
    return state.hexdigest()[:16]
