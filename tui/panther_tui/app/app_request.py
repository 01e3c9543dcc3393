"""What a command line asks of the app."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppRequest:
    """What a command line asks for. None and empty: whatever the settings say."""

    python: str | None = None
    timeout: float | None = None
    workers: int | None = None
    trust: bool | None = None
    """Whether the checkout's settings may reach further than the user's."""
    filters: tuple[str, ...] = ()
    """`KEY=VALUE` as in `panther-tui test`; the list of policies begins with them."""
    failed: bool = False
    """List only failures, as soon as it is known what fails."""
    theme: str | None = None
    poll: bool = False
    inventory: tuple[str, ...] = ()
    """Absolute paths."""

    @property
    def settings(self) -> dict[str, object]:
        """The settings that it takes the place of, however often their files are read again."""
        asked = {
            "timeout": self.timeout,
            "workers": self.workers,
            "theme": self.theme,
            "inventory": self.inventory,
        }
        given: dict[str, object] = {name: value for name, value in asked.items() if value}
        return given | ({"poll": True} if self.poll else {})
