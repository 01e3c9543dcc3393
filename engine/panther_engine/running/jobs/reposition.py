"""Updates the line numbers in a result after a change that only moved lines.

A comment, reformatting or a longer spec above a test moves lines and changes nothing else. The
result is then updated without a run, unless there is any doubt.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from types import CodeType

from panther_engine.model import Diagnostic, Failure, Frame, Policy, PolicyResult, TestResult
from panther_engine.reading.repository.repository import Repository
from panther_engine.values.frozen import dataclass

SOURCE_LIMIT = 500
"""Characters kept of a frame's line, as workers keep them."""


class _UnsureError(Exception):
    """Only a run can tell."""


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where the lines of one file went."""

    lines: Mapping[tuple[str, int], frozenset[int]]
    """By function and old line, the new ones; by an empty function for all functions."""
    texts: Sequence[str]
    """The new lines."""

    def line(self, function: str, line: int) -> int:
        found = self.lines.get((function, line), frozenset())
        if len(found) != 1:
            raise _UnsureError
        return next(iter(found))

    def text(self, line: int) -> str:
        return self.texts[line - 1].strip()[:SOURCE_LIMIT] if 0 < line <= len(self.texts) else ""


def reposition(result: PolicyResult, old: Repository, new: Repository) -> PolicyResult | None:
    """The result with the lines of `new`, and of its generation; None if only a run can tell.

    Both repositories hold the policy, and what it and its globals mean is the same in both.
    """
    before, now = old.policies[result.spec], new.policies[result.spec]
    moved = {
        path: (old.files[path].content, new.files[path].content)
        for path in {before.body, *result.loaded, *_paths(result)}
        if path in old.files
        and path in new.files
        and old.files[path].digest != new.files[path].digest
        and path != result.spec
    }
    try:
        if any(_mentions(result, path) for path in moved):
            return None
        return replace(
            result,
            generation=new.generation,
            results=_move_tests(result.results, before, now, moved),
            diagnostics=tuple(
                _move_diagnostic(found, before, now, moved) for found in result.diagnostics
            ),
        )
    except _UnsureError:
        return None


def _paths(result: PolicyResult) -> Iterator[str]:
    yield from (found.path for found in result.diagnostics)
    for test in result.results:
        if test.error is not None:
            yield test.error.path
            yield from (frame.path for frame in test.error.frames)


def _mentions(result: PolicyResult, path: str) -> bool:
    """Whether a policy printed or put out a file's name: maybe a traceback, with lines."""
    name = path.rpartition("/")[2]
    return any(
        name in test.output
        or (test.error is not None and name in test.error.message)
        or name in repr(test.functions)
        for test in result.results
    )


def _move_tests(
    results: tuple[TestResult, ...],
    before: Policy,
    now: Policy,
    moved: Mapping[str, tuple[bytes, bytes]],
) -> tuple[TestResult, ...]:
    if len(results) != len(before.tests) and results:
        raise _UnsureError
    return tuple(
        replace(result, line=test.line, error=result.error and _move_failure(result.error, moved))
        for result, test in zip(results, now.tests, strict=False)
    )


def _move_failure(failure: Failure, moved: Mapping[str, tuple[bytes, bytes]]) -> Failure:
    frames = tuple(_move_frame(frame, moved) for frame in failure.frames)
    line = failure.line
    if failure.path in moved and line:
        places = [
            now.line
            for was, now in zip(failure.frames, frames, strict=True)
            if (was.path, was.line) == (failure.path, line)
        ]
        line = places[-1] if places else _lines_of(*moved[failure.path]).line("", line)
    return replace(failure, line=line, frames=frames)


def _move_frame(frame: Frame, moved: Mapping[str, tuple[bytes, bytes]]) -> Frame:
    if frame.path not in moved or not frame.line:
        return frame
    lines = _lines_of(*moved[frame.path])
    line = lines.line(frame.function, frame.line)
    return replace(frame, line=line, source=lines.text(line))


def _move_diagnostic(
    found: Diagnostic, before: Policy, now: Policy, moved: Mapping[str, tuple[bytes, bytes]]
) -> Diagnostic:
    if found.path == before.spec:
        lines = {was.line: is_.line for was, is_ in zip(before.tests, now.tests, strict=False)}
        return replace(found, line=lines.get(found.line, found.line))
    if found.path in moved:
        line = _lines_of(*moved[found.path]).line("", found.line)
        if line != found.line == 1:  # the first line is also that of what has no line
            raise _UnsureError
        return replace(found, line=line)
    return found


@lru_cache(maxsize=8)
def _lines_of(old: bytes, new: bytes) -> _Moved:
    """Where lines went between two sources that compile to the same code."""
    lines: dict[tuple[str, int], set[int]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            codes = [compile(text, "", "exec", dont_inherit=True) for text in (old, new)]
        pairs = list(zip_longest(*map(_all_codes, codes)))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise _UnsureError from error
    for before, now in pairs:
        if before is None or now is None or before.co_code != now.co_code:
            raise _UnsureError
        for was, is_ in zip(_line_numbers(before), _line_numbers(now), strict=False):
            if was is not None and is_ is not None:
                for function in (before.co_name, ""):
                    lines.setdefault((function, was), set()).add(is_)
    texts = [line.decode("utf-8", "replace") for line in new.splitlines()]
    return _Moved({place: frozenset(found) for place, found in lines.items()}, texts)


def _all_codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_codes(constant)


def _line_numbers(code: CodeType) -> Iterable[int | None]:
    """The line of each instruction."""
    return (position[0] for position in code.co_positions())
