"""From a save to what it did to 10,000 resources, painted."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, percentile
from tests.benchmarks.saving import save
from tests.benchmarks.scanning.inventory import write_inventory
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.workplace import Workplace, clean_environment, empty_home

BODY = "policies/aws_kms_policies/aws_cmk_key_rotation.py"
BUG = "\n\n_right = policy\n\n\ndef policy(resource):\n    return not _right(resource)\n"
MOVED = r"[\d,]+ more fail, [\d,]+ fewer"
RESOURCES = 10_000
ROUNDS = 20


def measure(workplace: Workplace) -> Iterator[Figure]:
    """The policy is broken and mended by turns; all keys of the inventory change their verdict."""
    body = workplace.checkout / BODY
    good = body.read_text("utf-8")
    chance = random.Random(1)
    times = []
    with empty_home() as home:
        file = Path(home, "inventory.jsonl")
        write_inventory(workplace, file, RESOURCES, ("AWS.KMS.Key",))
        command = [*workplace.ours, "--inventory", str(file), str(body)]
        environment = clean_environment(Path(home), workplace.python)
        with Terminal(command, workplace.checkout, environment) as terminal:
            terminal.wait_for(r"10,000 resources")
            terminal.wait_until_quiet(2.0)
            try:
                wanted: dict[str, str] = {}
                for number in range(ROUNDS + 2):
                    text = (good + BUG, good)[number % 2]
                    terminal.wait_until_quiet(0.3)
                    time.sleep(chance.uniform(0.0, 0.1))
                    terminal.forget()
                    began = save(body, text, by_rename=number % 4 > 1)
                    if text not in wanted:
                        terminal.wait_for(MOVED)
                        terminal.wait_until_quiet(1.0)
                        wanted[text] = re.escape(re.findall(MOVED, terminal.text())[-1])
                        continue
                    painted, _ = terminal.wait_for(wanted[text])
                    times.append((painted - began) * 1000)
            finally:
                save(body, good, by_rename=True)
    more = {"saves": len(times), "worst": round(max(times))}
    yield Figure("scan-moved-painted-p50", percentile(times, 0.5), "ms", 500, 250, more)
