"""Runs tests as always, in code that tells what it does, and gives each test's trace.

A trace is a JSON object:

`files` paths of the files that `sites` are of, with the number at which each one's begin;
`sites` those of every function that was entered, and of the whole body, by number;
`events` `[site, frame]` for a statement or (as `-1 - site`) a function begun,
`[site, frame, scalar]` or `[site, frame, text, path, size, type]` for the value of an expression;
`dropped` how many of them are missing, between the two places of `gap`; `judged` whether none of
those is of `policy` itself; `gave_up` whether the end is missing;
`threads` whether other threads ran code that is not told of; `reached` statements that ran.
"""

import types
from typing import Any, Dict, List, Optional, Tuple, cast

from ..imports.modules import GlobalsFinder
from ..semantics import FunctionCalls
from ..wire.messages import JobMessage, WatchRequest
from .recorder import JUDGED, Noted, Recorder
from .rewrite import RewrittenFiles, connect
from .sites import EXTRA, KIND, PARENT
from .values import TEXT_LIMIT, text_of

LARGE = 1 << 63


class Observer:
    """Makes observed code of one process's files, and traces of its tests."""

    def __init__(self, finder: GlobalsFinder, job: JobMessage) -> None:
        """Have the finder serve observed globals.

        The job's `mode` is `observe`, `coarse` (only `policy` itself, without its loops) or `cover`
        (only which statements run); `watch` in its `request` lists the tests to observe, of all
        that run.
        """
        self.recorder = Recorder()
        self._mode = job["mode"]
        self._body = job["path"]
        self._watch = frozenset(cast(WatchRequest, job["request"])["watch"])
        self._calls: Optional[_TracedCalls] = None
        self._coarse = coarse = self._mode == "coarse"
        self._rewritten: RewrittenFiles = finder.rewritten or RewrittenFiles()
        self._files: List[Tuple[str, int, List[List[Any]]]] = []
        self._next = 0
        if not coarse:
            finder.recode = self.code_of

    def code_of(self, path: str, content: bytes) -> Optional[types.CodeType]:
        """Observed code of a file; None if it cannot be had."""
        try:
            rewritten = self._rewritten.get(path, content, self._coarse)
            base = self._next
            value, mark, enter = self.recorder.functions(base)
            code = connect(rewritten.code, value, mark, enter)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
        self._next += len(rewritten.sites)
        self._files.append((path, base, rewritten.sites))
        if path == self._body:
            self.recorder.judging = frozenset(base + one for one in _judging(rewritten.sites))
        return code

    def make_calls(
        self, module: types.ModuleType, policy_id: str, known: Tuple[str, ...]
    ) -> FunctionCalls:
        """What calls the policy's functions, as `FunctionCalls` does, and traces them."""
        kind = CoveredCalls if self._mode == "cover" else ObservedCalls
        self._calls = kind(module, policy_id, known, self)
        return self._calls

    def begin(self, test: int) -> None:
        """This test runs next."""
        if self._calls is not None:
            self._calls.begin(test in self._watch)

    def traces(self) -> Dict[str, Any]:
        """By function, those of the test that has just run; empty if it was not watched."""
        return self._calls.traces() if self._calls is not None else {}

    def trace(self) -> Dict[str, Any]:
        """What was noted since the recorder was started."""
        recorder = self.recorder
        recorder.stop()
        events, missing_until = recorder.in_order()
        dropped = max(recorder.count - len(events), 0)
        frames: Dict[int, int] = {}
        files, sites = self._sites_of({_site(event) for event in events}, self._body)
        return {
            "files": files,
            "sites": sites,
            "events": [_encode(event, frames) for event in events],
            "dropped": dropped,
            "gap": [len(recorder.events), missing_until] if dropped else None,
            "judged": len(recorder.judged) < JUDGED,
            "gave_up": recorder.gave_up,
            "threads": recorder.threads,
            "reached": sorted(recorder.reached),
        }

    def covered(self) -> Dict[str, Any]:
        """Which statements ran since `Recorder.cover`, with the sites of the body."""
        self.recorder.stop()
        files, sites = self._sites_of(set(), self._body)
        return {"files": files, "sites": sites, "reached": sorted(self.recorder.reached)}

    def _sites_of(self, numbers: "set[int]", body: str) -> Tuple[List[Any], Dict[str, List[Any]]]:
        files = []
        sites: Dict[str, List[Any]] = {}
        for path, base, table in self._files:
            owners = _owners(table)
            entered = {
                owners[number - base] for number in numbers if base <= number < base + len(table)
            }
            if path != body and not entered:
                continue
            files.append([path, base])
            for number, site in enumerate(table):
                if path == body or owners[number] in entered:
                    told = list(site)
                    if told[PARENT] >= 0:
                        told[PARENT] += base
                    sites[str(base + number)] = told
        return files, sites


class _TracedCalls(FunctionCalls):
    """Calls a policy's functions and keeps the traces of the last test."""

    def __init__(
        self,
        module: types.ModuleType,
        policy_id: str,
        known: Tuple[str, ...],
        observer: Observer,
    ) -> None:
        super().__init__(module, policy_id, known)
        self._observer = observer
        self._watching = False
        self._traces: Dict[str, Any] = {}

    def begin(self, watching: bool) -> None:
        """A test begins."""
        self._watching = watching
        self._traces = {}

    def traces(self) -> Dict[str, Any]:
        """By function: that of `policy`, and those of alert functions that raised."""
        return self._traces


class ObservedCalls(_TracedCalls):
    """Traces every expression."""

    def judge(self, resource: Any) -> bool:
        """As always, but traced."""
        if not self._watching:
            return super().judge(resource)
        self._observer.recorder.start(resource)
        try:
            return super().judge(resource)
        finally:
            self._traces["policy"] = self._observer.trace()

    def call(self, name: str, resource: Any, title: Optional[str]) -> Any:
        """As always, but traced where it raises."""
        if not self._watching:
            return super().call(name, resource, title)
        self._observer.recorder.start(resource)
        try:
            return super().call(name, resource, title)
        except BaseException:
            self._traces[name] = self._observer.trace()
            raise
        finally:
            self._observer.recorder.stop()


class CoveredCalls(_TracedCalls):
    """Notes only which statements run, in all functions."""

    def begin(self, watching: bool) -> None:
        """A test begins."""
        super().begin(watching)
        self._observer.recorder.cover()

    def traces(self) -> Dict[str, Any]:
        """`covered`: as `Observer.covered` gives it."""
        return {"covered": self._observer.covered()} if self._watching else {}


def _owners(table: List[List[Any]]) -> List[int]:
    """The outermost function of each site, by number."""
    owners: List[int] = []
    for number, site in enumerate(table):
        parent = site[PARENT]
        owners.append(number if parent < 0 else owners[parent])
    return owners


def _judging(table: List[List[Any]]) -> List[int]:
    """Sites of the function `policy`, or of all that are no function's of a name."""
    owners = _owners(table)
    return [
        number
        for number, owner in enumerate(owners)
        if table[owner][KIND] == "Lambda" or table[owner][EXTRA][0] == "policy"
    ]


def _site(event: Tuple[Any, ...]) -> int:
    number: int = event[0]
    return number if number >= 0 else -1 - number


def _encode(event: Tuple[Any, ...], frames: Dict[int, int]) -> List[Any]:
    told = [event[0], frames.setdefault(event[1], len(frames))]
    if len(event) == 2:
        return told
    value = event[2]
    if isinstance(value, Noted):
        path = None if value.path is None else list(value.path)
        return [*told, value.text, path, value.size, value.kind]
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        return [*told, text_of(value), None, len(value), "str"]
    if isinstance(value, int) and not -LARGE < value < LARGE:
        return [*told, text_of(value), None, None, "int"]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return [*told, text_of(value), None, None, "float"]
    return [*told, value]
