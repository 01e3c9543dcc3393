"""The set of what failed when the user asked to see only failures, until it is green."""

from __future__ import annotations

from collections.abc import Mapping

from panther_engine.model import Status
from panther_engine.state import ASKED, State
from panther_tui.style.marks import is_failing


class OnlyFailures:
    """What failed, and which policies changes have affected since."""

    def __init__(self, specs: tuple[str, ...]) -> None:
        self.specs = specs
        """What failed at first, in the order of the paths."""
        self._affected: dict[str, None] = {}
        self._green = False

    @classmethod
    def of(cls, state: State) -> OnlyFailures:
        """What fails in this state."""
        return cls(tuple(spec for spec, it in state.policies.items() if is_failing(it)))

    def note_run(self, reasons: Mapping[str, str]) -> None:
        """Remember what a change affected; what somebody asked for tells nothing."""
        self._affected |= dict.fromkeys(spec for spec, why in reasons.items() if why != ASKED)

    def when_green(self, state: State) -> tuple[str, ...] | None:
        """The affected policies, once, when all that failed has passed; None at other times.

        Empty if nothing is known to be affected: then everything may be.
        """
        if state.running or not state.policies:
            return None
        known = [state.policies[spec] for spec in self.specs if spec in state.policies]
        if any(is_failing(it) for it in state.policies.values()):
            self._green = False
            return None
        if self._green or any(it.status is Status.STALE for it in known):
            return None
        self._green = True
        affected, self._affected = self._affected, {}
        return tuple(spec for spec in affected if spec in state.policies)
