"""Runs in PAT's environment: panther_core's own Policy over every resource of its types.

Reads `{"root", "policies": [{"id", "body", "types"}], "resources": [document]}` from stdin, writes
`[policy ID, resource ID, verdict, error]` for each evaluation to stdout. Nothing is looked up: that
fails as it does on any machine without AWS.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import sys
from pathlib import Path

from panther_core.policy import Policy


def main() -> None:
    asked = json.load(sys.stdin)
    os.environ.clear()
    sys.path[:0] = [str(Path(asked["root"], one)) for one in ("global_helpers", "policies")]
    answers = []
    for one in asked["policies"]:
        body = Path(asked["root"], one["body"])
        with contextlib.redirect_stdout(io.StringIO()):
            policy = Policy({"id": one["id"], "path": str(body), "versionId": "v"})
            for resource in asked["resources"]:
                if one["types"] and resource["ResourceType"] not in one["types"]:
                    continue
                found = policy.run(copy.deepcopy(resource), {}, {}, batch_mode=True)
                error = found.detection_exception
                said = "" if error is None else f"{type(error).__name__}: {error}"
                verdict = "ERROR" if error else "PASS" if found.detection_output else "FAIL"
                answers.append([one["id"], resource["ResourceId"], verdict, said])
    json.dump(answers, sys.stdout)


main()
