"""Explains to a policy that reads a hidden environment variable why it is not set."""

import os
from typing import Any, Dict, List

VARIABLE = "PANTHER_TUI_HIDDEN"
"""Holds the names of those that are set where panther-tui was started, with `=` between them."""


class HiddenVariables:
    """Notes which of them project code asks for."""

    def __init__(self) -> None:
        self._names = frozenset(filter(None, os.environ.pop(VARIABLE, "").split("=")))
        self._asked: Dict[str, None] = {}

    def install(self) -> None:
        """Take part in look-ups; what they give or raise is as before."""
        names, asked = self._names, self._asked
        if not names:
            return

        class Environment(type(os.environ)):  # type: ignore[misc]
            def __getitem__(self, name: Any) -> Any:
                try:
                    return super().__getitem__(name)
                except KeyError:
                    if isinstance(name, str) and name in names:
                        asked[name] = None
                    raise

        os.environ.__class__ = Environment

    def forget(self) -> None:
        """Begin anew: what was asked for before is of another policy."""
        self._asked.clear()

    def hint(self) -> str:
        """What to do for those that were asked for; empty if none was."""
        if not self._asked:
            return ""
        asked: List[str] = sorted(self._asked)
        quoted = ", ".join(f'"{name}"' for name in asked)
        are, them = ("is", "it") if len(asked) == 1 else ("are", "them")
        return (
            f"{', '.join(asked)} {are} kept from policies;"
            f" to let policies see {them}, set environment = [{quoted}]"
        )
