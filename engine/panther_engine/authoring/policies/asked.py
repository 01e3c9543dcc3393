"""What a first body asks for: `Versioning`, `Endpoint.Port`, `not Public`, `State = enabled`."""

from __future__ import annotations

import json
from dataclasses import dataclass

from panther_engine.authoring.edits.scalars import quote
from panther_engine.model import JsonValue


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a compliant resource, and what it has."""

    path: tuple[str, ...]
    is_wanted: bool = True
    """False after `not`: it has no such field, or no such value."""
    has_value: bool = False
    value: str | int | float | bool | None = None

    @property
    def name(self) -> str:
        """The field with its dots."""
        return ".".join(self.path)

    @property
    def said(self) -> str:
        """What a test in which it is so is called."""
        if not self.has_value:
            return f"{self.name} is set"
        return f"{self.name} is {self.value if isinstance(self.value, str) else self._literal}"

    @property
    def said_otherwise(self) -> str:
        """What a test in which it is not so is called."""
        return self.said.replace(" is ", " is not ", 1)

    def condition(self, expression: str) -> str:
        """Python that is true of a compliant resource; `expression` reads the field."""
        if not self.has_value:
            return f"bool({expression})" if self.is_wanted else f"not {expression}"
        if self.value is None or isinstance(self.value, bool):
            return f"{expression} {'is' if self.is_wanted else 'is not'} {self._python}"
        return f"{expression} {'==' if self.is_wanted else '!='} {self._python}"

    @property
    def _literal(self) -> str:
        return json.dumps(self.value)

    @property
    def _python(self) -> str:
        return quote(self.value) if isinstance(self.value, str) else repr(self.value)


def read_asked(text: str) -> Asked:
    """What a text asks for. A value is JSON or a word; an empty one is none."""
    bare = text.removeprefix("not ")
    name, _, typed = bare.partition("=")
    path = tuple(part.strip() for part in name.strip().split("."))
    typed = typed.removeprefix("=").strip()
    if not typed:
        return Asked(path, bare == text)
    try:
        value: JsonValue = json.loads(typed)
    except (ValueError, RecursionError):
        value = typed
    is_scalar = value is None or isinstance(value, str | int | float)
    return Asked(path, bare == text, True, value if is_scalar else typed)  # type: ignore[arg-type]
