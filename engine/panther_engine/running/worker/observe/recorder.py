"""Notes what rewritten code tells while one test runs, within bounds."""

import heapq
import sys
import threading
from collections import deque
from typing import Any, Callable, Deque, Dict, FrozenSet, List, NamedTuple, Optional, Set, Tuple

from .values import SCALARS, find_containers, size_of, text_of

FIRST = 20_000
"""Events kept from the beginning of a test."""
LAST = 2_000
"""Events kept from its end when there are more: the verdict is there."""
JUDGED = 5_000
"""Events of `policy` itself that are kept between them: its loops show the way to the verdict."""
GIVE_UP = 1_000_000
"""Events after which nothing more is noted: the policy shall not be held up any longer."""


class Noted(NamedTuple):
    """A value that is no scalar, as it was at that moment."""

    text: str
    path: Optional[Tuple[Any, ...]]
    size: Optional[int]
    kind: str


class Recorder:
    """Events of one test: `(site, frame)`, or `(site, frame, value)` with a scalar or a `Noted`.

    A function's beginning is the site `-1 - n`.
    """

    def __init__(self) -> None:
        self.events: List[Tuple[Any, ...]] = []
        self.last: Deque[Tuple[int, Tuple[Any, ...]]] = deque(maxlen=LAST)
        self.judged: List[Tuple[int, Tuple[Any, ...]]] = []
        """Both with the number of the event."""
        self.judging: FrozenSet[int] = frozenset()
        """Sites of `policy` itself."""
        self.count = 0
        self.threads = False
        """Another thread ran observed code; it is not noted."""
        self.reached: Set[int] = set()
        """Sites of all statements that ran."""
        self._on = False
        self._covering = False
        self._paths: Dict[int, Tuple[Any, ...]] = {}
        self._kept: List[Any] = []
        self._thread = threading.get_ident()

    def start(self, resource: Any) -> None:
        """Note everything from now on, and know what belongs to this resource."""
        self.events = []
        self.last = deque(maxlen=LAST)
        self.judged = []
        self.count = 0
        self.threads = False
        self.reached = set()
        self._paths, self._kept = find_containers(resource)
        self._thread = threading.get_ident()
        self._on = self._covering = True

    def cover(self) -> None:
        """Note only which statements run from now on."""
        self.reached = set()
        self._covering = True

    def stop(self) -> None:
        """Note nothing any more."""
        self._on = self._covering = False

    @property
    def gave_up(self) -> bool:
        """Whether the end of the test was not noted."""
        return self.count > GIVE_UP

    def in_order(self) -> "Tuple[List[Tuple[Any, ...]], int]":
        """All events that were kept; from `len(events)` up to the number given some are missing."""
        later = list(heapq.merge(self.judged, self.last, key=lambda told: told[0]))
        first = self.last[0][0] if self.last else self.count + 1
        missing_until = len(self.events) + sum(number < first for number, _ in later)
        return [*self.events, *(event for _, event in later)], missing_until

    def functions(self, base: int) -> Tuple[Callable[..., Any], ...]:
        """What one file's code calls: `value`, `mark` and `enter`; its sites begin at `base`."""
        own = self
        frame_of = sys._getframe
        identity = id
        thread = threading.get_ident
        kind_of = type
        scalars = SCALARS

        def keep(event: Tuple[Any, ...]) -> None:
            count = own.count = own.count + 1
            if count <= FIRST:
                own.events.append(event)
            elif count > GIVE_UP:
                own._on = False
            elif own._is_judged(event[0]):
                own.judged.append((count, event))
            else:
                own.last.append((count, event))

        def value(site: int, value: Any) -> Any:
            if own._on:
                try:
                    if thread() != own._thread:
                        own.threads = True
                        return value
                    if kind_of(value) in scalars:
                        keep((base + site, identity(frame_of(1)), value))
                    else:
                        keep((base + site, identity(frame_of(1)), own._note(base + site, value)))
                except RecursionError:
                    pass  # there is no room for our own calls; the policy's next one raises too
            return value

        def mark(site: int) -> None:
            if own._covering:
                own.reached.add(base + site)
            if own._on:
                try:
                    if thread() == own._thread:
                        keep((base + site, identity(frame_of(1))))
                except RecursionError:
                    pass

        def enter(site: int) -> bool:
            if own._covering:
                own.reached.add(base + site)
            if own._on:
                try:
                    if thread() == own._thread:
                        keep((-1 - base - site, identity(frame_of(1))))
                except RecursionError:
                    pass
            return True

        return value, mark, enter

    def _is_judged(self, site: int) -> bool:
        number = site if site >= 0 else -1 - site
        return number in self.judging and len(self.judged) < JUDGED

    def _note(self, site: int, value: Any) -> Noted:
        path = self._paths.get(id(value))
        if self.count >= FIRST and not self._is_judged(site):
            return Noted("…", path, size_of(value), type(value).__name__)
        return Noted(text_of(value), path, size_of(value), type(value).__name__)
