"""What of the user's environment a policy's process gets to see."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping

SECRET = re.compile(
    r"TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_KEY|_AUTH$|^AWS_PROFILE$|^SSH_AUTH_SOCK$"
    r"|^AWS_(CONTAINER|ROLE|WEB_IDENTITY|SECURITY)",
    re.IGNORECASE,
)
"""Names of variables that give access to something."""


def policy_environment(
    environment: Mapping[str, str], allowed: Collection[str] = ()
) -> dict[str, str]:
    """The variables for a worker: without credentials, unless `allowed` by name."""
    kept = {
        name: value
        for name, value in environment.items()
        if name in allowed or not SECRET.search(name)
    }
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    if path := kept.get("PYTHONPATH"):  # of where we were started; a worker starts in the root
        kept["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, path.split(os.pathsep)))
    if not any(name.startswith("AWS_") for name in allowed):
        # botocore looks for credentials in these places too
        kept["AWS_EC2_METADATA_DISABLED"] = "true"
        kept["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
        kept["AWS_CONFIG_FILE"] = os.devnull
    return kept
