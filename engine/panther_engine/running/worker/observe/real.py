"""Has a test of a real resource run as a scan would judge it.

What the policy looks up is answered from the inventory, and what a mapping could not fill raises.
"""

from typing import Any, Optional, Tuple

from ..wire.messages import FailureReport, Judged
from .lookup import serve_lookups
from .partial import Holes

FIELDS_TOLD = 5
"""Fields that are named of those that a policy read and the inventory does not hold."""


class RealResource:
    """Of one job."""

    def __init__(self, body: str, real: Tuple[str, str], *, partial: bool) -> None:
        """`real` is that of the job; without `partial` nothing raises: who observes reads all."""
        self._folder, self._unfilled = real
        self._body = body
        self._partial = partial and bool(self._unfilled)
        self.holes = Holes(body)
        self._told: Optional[FailureReport] = None

    def settle(self, module: Any) -> None:
        """The body was imported: answer what it looks up."""
        serve_lookups(self._folder, module, self.holes)

    def begin(self, resource: Any) -> Any:
        """The resource as the policy is to get it."""
        self.holes.begin()
        return self.holes.open(resource, self._unfilled) if self._partial else resource

    def watch(self, calls: Any) -> None:
        """What alert functions read is no part of the verdict: it raises, as in a scan."""
        if not self._partial:
            return
        judge = calls.judge

        def judging(resource: Any) -> Any:
            try:
                return judge(resource)
            finally:
                self._told = self._tell()
                self.holes.refusing = True

        calls.judge = judging

    def correct(self, result: Judged) -> Optional[FailureReport]:
        """Make it an error where the policy read what is not known; what to tell of it."""
        told, self._told = self._told, None
        if told is not None:
            result["verdict"], result["outcome"] = "ERROR", "errored"
        return told

    def _tell(self) -> Optional[FailureReport]:
        if not self.holes.read:
            return None
        return {
            "type": "NotInInventory",
            "message": not_in_inventory(self.holes),
            "path": self._body,
            "line": self.holes.line,
            "frames": [],
        }


def not_in_inventory(holes: Holes) -> str:
    """What to say of fields that a policy read and the inventory does not hold."""
    fields = ", ".join(f"`{one}`" for one in holes.read[:FIELDS_TOLD])
    more = len(holes.read) - FIELDS_TOLD
    return f"not in this inventory: {fields}" + (f" and {more} more" * (more > 0))
