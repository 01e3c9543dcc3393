"""Says of an error that the operating system's refusal may be the sandbox's."""

import errno
from typing import Optional

REFUSALS = frozenset({errno.EPERM, errno.EACCES})
EXPLAINED = ("a test may not", "the sandbox does not let")
"""What errors of the guard say, which name path and remedy themselves."""
LONGEST = 10
"""Errors that led to one another which are looked at."""
HINT = (
    "the sandbox may be the cause: add a Mock for what does this, or see `read`, `write` and"
    " `network` in your settings"
)


def held_hint(error: Optional[BaseException]) -> str:
    """The hint if this error, or one that led to it, is a refusal that nobody explained."""
    for _ in range(LONGEST):
        if error is None:
            break
        if isinstance(error, OSError) and error.errno in REFUSALS:
            said = str(error)
            return "" if any(words in said for words in EXPLAINED) else HINT
        error = error.__cause__ or error.__context__
    return ""
