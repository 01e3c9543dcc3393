"""Chooses the environment variables that a policy's process gets."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping

HIDDEN = "PANTHER_TUI_HIDDEN"
"""Holds the names of what is left out, with `=` between them; the worker knows it by this name."""
KEPT = re.compile(
    # who and where
    r"PATH|HOME|USER|LOGNAME|SHELL|PWD|HOSTNAME|CI|TMPDIR|TEMP|TMP|XDG_(CACHE|CONFIG|DATA|STATE)_HOME"
    # language, time and terminal
    r"|LANG|LANGUAGE|LC_\w+|LOCALE_ARCHIVE|TZ|TZDIR"
    r"|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|COLUMNS|LINES"
    # the interpreter and what it is started through
    r"|PYTHON(PATH|HOME|HASHSEED|UTF8|IOENCODING|WARNINGS|SAFEPATH|OPTIMIZE|USERBASE|NOUSERSITE"
    r"|TZPATH|INTMAXSTRDIGITS|MALLOC|COERCECLOCALE|DEVMODE|FAULTHANDLER|PLATLIBDIR|PYCACHEPREFIX)"
    r"|VIRTUAL_ENV|CONDA_(PREFIX|DEFAULT_ENV)|(PYENV|ASDF)_(VERSION|ROOT|DIR|DATA_DIR)"
    r"|LD_LIBRARY_PATH|DYLD_\w+"
    # where certificates are, which region is meant
    r"|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL|AWS)_CA_BUNDLE|AWS_(DEFAULT_)?REGION"
    # Windows starts no Python without these
    r"|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|OS|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH"
    r"|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE"
)
"""Names of variables that say how and where a program runs, and give access to nothing."""
PROXY = re.compile(r"(HTTP|HTTPS|ALL|NO)_PROXY", re.IGNORECASE)
"""They give access where they hold a password: `http://user:password@proxy`."""
SAYS_NOTHING = re.compile(
    r"|0|1|true|false|yes|no|on|off"
    r"|(https?://)?(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?/?",
    re.IGNORECASE,
)
"""Values that are no secret, whatever the name: a switch, or an address of this machine."""
AWS_FILES = ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE")


def policy_environment(
    environment: Mapping[str, str], allowed: Collection[str] = ()
) -> dict[str, str]:
    """The variables for a worker: those that surely give access to nothing, and `allowed` ones.

    By name, or because the value can be no secret.

    The names of the others are in one more, so that a worker can say why one is not there.
    """
    aws = any(name.startswith("AWS_") for name in allowed)
    kept = {
        name: value
        for name, value in environment.items()
        if name in allowed or _is_harmless(name, value) or (aws and name in AWS_FILES)
    }
    if hidden := sorted(environment.keys() - kept.keys() - {HIDDEN}):
        kept[HIDDEN] = "=".join(hidden)
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    if path := kept.get("PYTHONPATH"):  # of where we were started; a worker starts in the root
        kept["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, path.split(os.pathsep)))
    if not aws:
        # botocore looks for credentials in these places too
        kept["AWS_EC2_METADATA_DISABLED"] = "true"
        kept |= dict.fromkeys(AWS_FILES, os.devnull)
    return kept


def _is_harmless(name: str, value: str) -> bool:
    if PROXY.fullmatch(name):
        return "@" not in value
    if SAYS_NOTHING.fullmatch(value):
        return True
    return KEPT.fullmatch(name.upper() if os.name == "nt" else name) is not None
