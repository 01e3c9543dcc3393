"""Decodes what a worker or a zygote sends into a declared shape, or refuses it.

A policy's process could have written any of a worker's bytes, a program that poses as the
checkout's Python any of a zygote's. The shapes are those of
`worker.wire.messages`, which may use nothing but the standard library.
"""

from __future__ import annotations

import json
from typing import Annotated, TypeAlias

from msgspec import Meta, MsgspecError, Struct, convert
from msgspec.json import Decoder

from panther_engine.model import JsonValue, Outcome, Verdict
from panther_engine.running.processes.untrusted import LARGEST_NUMBER, NonsenseError

Number: TypeAlias = Annotated[int, Meta(ge=0, le=int(LARGEST_NUMBER))]
Milliseconds: TypeAlias = Annotated[float, Meta(ge=0, le=LARGEST_NUMBER)]


class FrameReport(Struct, gc=False):
    """A line of a traceback. Paths are absolute."""

    path: str
    line: Number
    function: str
    source: str


class FailureReport(Struct, gc=False):
    """An exception, or what stopped the policy."""

    type: str
    message: str
    path: str
    line: Number
    frames: list[FrameReport]


class FunctionReport(Struct, gc=False):
    """What one function of the policy came to."""

    output: JsonValue
    error: str | None
    matched: bool


class Started(Struct, tag_field="kind", tag="started", gc=False):
    """The process runs, and its time limit begins."""


class Ready(Struct, tag_field="kind", tag="ready", gc=False):
    """The body was imported."""


class Setup(Struct, tag_field="kind", tag="setup", gc=False):
    """No test can run."""

    error: FailureReport


class Judged(Struct, tag_field="kind", tag="test", gc=False):
    """A test has run."""

    index: int
    duration_ms: Milliseconds
    verdict: Verdict
    outcome: Outcome
    functions: dict[str, FunctionReport]
    error: FailureReport | None
    mutated: bool


class Finding(Struct, tag_field="kind", tag="finding", gc=False):
    """What a job with a mode found out; whoever asked for it checks its shape."""

    whole: dict[str, JsonValue] = {}
    """The report as it was sent; set after decoding, whatever the worker says."""


class End(Struct, tag_field="kind", tag="end", gc=False):
    """The job is done; these files were imported or opened."""

    files: list[str]


Report: TypeAlias = Started | Ready | Setup | Judged | Finding | End


class Hello(Struct, tag_field="what", tag="hello", gc=False):
    """A zygote runs."""

    version: Annotated[str, Meta(pattern=r"^\d{1,3}\.\d{1,3}\.\d{1,3}$")]


class Loaded(Struct, tag_field="what", tag="loaded", gc=False):
    """It has imported a module."""

    module: str


class Forked(Struct, tag_field="what", tag="started", gc=False):
    """It has forked a child for a job."""

    job: Number
    pid: Annotated[int, Meta(ge=2, le=1 << 31)]


class Ended(Struct, tag_field="what", tag="ended", gc=False):
    """A child has ended, with a `wait` status."""

    job: Number
    status: Annotated[int, Meta(ge=0, le=0xFFFF)]
    stack: str


News: TypeAlias = Hello | Loaded | Forked | Ended

_DECODER: Decoder[Report] = Decoder(Report)
_NEWS: Decoder[News] = Decoder(News)


def decode_report(body: bytes) -> Report:
    """The report in a message. Raises NonsenseError."""
    try:
        report = _DECODER.decode(body)
    except (MsgspecError, UnicodeError, RecursionError):
        report = _decode_odd(body)
    if isinstance(report, Finding):
        report.whole = _load(body)
    return report


def decode_news(body: bytes) -> News:
    """What a zygote tells. Raises NonsenseError."""
    try:
        return _NEWS.decode(body)
    except (MsgspecError, UnicodeError, RecursionError) as error:
        raise NonsenseError(f"a message of the wrong shape: {str(error)[:120]}") from error


def _decode_odd(body: bytes) -> Report:
    """A report that holds NaN or lone surrogates: a policy may return them, and JSON has neither.

    Python's decoder takes both. Raises NonsenseError for anything else that msgspec refused.
    """
    try:
        report: Report = convert(_load(body), Report)
    except (MsgspecError, OverflowError, RecursionError, UnicodeError) as error:
        raise NonsenseError(f"a report of the wrong shape: {str(error)[:120]}") from error
    return report


def _load(body: bytes) -> dict[str, JsonValue]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NonsenseError("a report that is not JSON") from error
    if not isinstance(document, dict):
        raise NonsenseError("a report that is no JSON object")
    return document
