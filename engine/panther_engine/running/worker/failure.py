"""Turns an exception into plain values, beginning with the first frame of the user's code."""

import linecache
import os
from collections import deque
from typing import Deque, Dict, List, Mapping, Optional

from .wire.messages import FailureReport, FrameReport, FunctionReport

FRAMES_KEPT = 40
"""Of a longer traceback the middle is dropped."""
MESSAGE_LIMIT = 10_000
"""Characters kept of a message."""
GLOBALS_FOLDER = "<globals>"
"""Stands for the folder that the globals' copies lie in."""
LIE_ALONE = "Panther ships a global without the files beside it"
HERE = os.path.dirname(os.path.abspath(__file__))


def message_of(error: BaseException) -> str:
    """`str(error)` whatever its `__str__` does."""
    try:
        text = str(error)
    except BaseException as broken:  # a policy's exception class can do anything
        text = f"<its __str__ raised {type(broken).__name__}>"
    return text if len(text) <= MESSAGE_LIMIT else text[:MESSAGE_LIMIT] + " … (cut)"


def describe(error: BaseException) -> str:
    """`Type: message`, as PAT prints an error."""
    return f"{type(error).__name__}: {message_of(error)}"


def say_more(error: BaseException, message: str, place: Optional[FrameReport], limit: int) -> str:
    """The message, or what happened where an exception says nothing or too little.

    `limit` is that of memory, in bytes; 0 for none.
    """
    if isinstance(error, MemoryError):
        found = f"{message}; " if message else ""
        if not limit:
            return f"{found}the system has no memory left"
        return (
            f"{found}the limit of {limit >> 20} MiB is reached;"
            " use less, or raise the setting `memory`"
        )
    if message or place is None:
        return message or "raised without a message"
    source = place["source"]
    if isinstance(error, AssertionError) and source.startswith("assert "):
        return f"`{source}` does not hold"
    return f"raised without a message at line {place['line']}: `{source}`"


def describe_failure(
    error: BaseException, root: str, sources: Mapping[str, bytes], limit: int = 0
) -> FailureReport:
    """The exception with its traceback from the first frame that is not ours.

    Args:
        error: what was raised.
        root: absolute path of the repository; frames inside it are the user's.
        sources: content of the files that were served from memory, by absolute path.
        limit: of memory, in bytes; 0 for none.
    """
    first: List[FrameReport] = []
    last: Deque[FrameReport] = deque(maxlen=FRAMES_KEPT // 2)
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if not code.co_filename.startswith((HERE + os.sep, "<frozen")):
            kept = first if len(first) < FRAMES_KEPT // 2 else last
            kept.append(_frame(code.co_filename, step.tb_lineno, code.co_name, sources))
        step = step.tb_next
    frames = [*first, *last]
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        frames.append(_frame(error.filename, error.lineno, "<module>", sources))
    place = next((f for f in reversed(frames) if _inside(f["path"], root)), None)
    message = error.msg if isinstance(error, SyntaxError) else message_of(error)
    return {
        "type": type(error).__name__,
        "message": say_more(error, str(message), place, limit),
        "path": place["path"] if place else "",
        "line": place["line"] if place else 0,
        "frames": frames,
    }


def _frame(
    path: str, line: Optional[int], function: str, sources: Mapping[str, bytes]
) -> FrameReport:
    number = line or 0
    if path in sources:
        lines = sources[path].splitlines()
        raw = lines[number - 1] if 0 < number <= len(lines) else b""
        text = raw.decode("utf-8", "replace")
    else:
        text = linecache.getline(path, number)
    return {"path": path, "line": number, "function": function, "source": text.strip()[:500]}


def _inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def say_beside(message: str, folder: str) -> str:
    """An error's text with the folder's name for the folder, and why nothing is in it."""
    shown = message
    for spelt in (folder, repr(folder)[1:-1]):
        if folder and spelt in shown:
            shown = shown.replace(spelt, GLOBALS_FOLDER)
    missing = "No such file" in shown or "cannot find the" in shown or "Not a directory" in shown
    return f"{shown}; {LIE_ALONE}" if missing and shown != message else shown


def say_all_beside(functions: Dict[str, FunctionReport], folder: str) -> None:
    """The same for the errors of a test's functions."""
    for result in functions.values():
        if (error := result["error"]) is not None:
            result["error"] = say_beside(error, folder)
