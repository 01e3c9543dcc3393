"""The loop that anybody would write: all policies over all resources, in one process.

No isolation, no limits, no result but counts. Run in the interpreter that has what the policies
import: `python naive.py CHECKOUT INVENTORY`. The bodies and types of the policies come as JSON on
standard input; it prints evaluations and seconds.
"""

import importlib.util
import json
import sys
import time


def main() -> None:
    checkout, inventory = sys.argv[1:]
    sys.path.append(checkout + "/global_helpers")
    policies = []
    for body, types in json.load(sys.stdin):
        spec = importlib.util.spec_from_file_location("policy", checkout + "/" + body)
        module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        policies.append((module.policy, frozenset(types)))
    began = time.perf_counter()
    count = 0
    with open(inventory) as lines:
        for line in lines:
            kind = json.loads(line)["ResourceType"]
            for policy, types in policies:
                if not types or kind in types:
                    count += 1
                    try:
                        policy(json.loads(line))
                    except Exception:
                        pass
    print(json.dumps([count, time.perf_counter() - began]))


main()
