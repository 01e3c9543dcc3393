"""`make parity` and `make parity-record`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from panther_engine.running.jobs.report import RunOptions
from tests.environments import CACHE, PROJECT, MissingCheckoutError, find_checkout, pat_python
from tests.parity.breaks import BREAKS
from tests.parity.breaks.copy import GOOD_AS_IT_IS, digest, mark_as_root
from tests.parity.compare import Difference, compare
from tests.parity.oracle.pat import Question, ask_pat
from tests.parity.ours import judge
from tests.parity.recording import FILE, Recorded, portable, write_recording
from tests.parity.rules import Rule, explain
from tests.parity.verdicts import Verdicts, from_pat

TAGS = {
    "HEAD": "policies/ and rules/",
    "v1.40.0": "policies/, with the global `panther`",
    "v1.10.0": "a folder for each service in the root",
    "v1.0.3": "the analysis/ tree",
}
"""Versions of panther-analysis, and how each lays out its policies."""

FOLDER = CACHE / "parity"
LOOP_SECONDS = 3.0
"""How long PAT may take over a broken copy: one of them loops without end."""


def main() -> int:
    """Compare, or record; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("checkout", nargs="?", default="", help="of panther-analysis")
    parser.add_argument("--record", action="store_true", help="write recorded.json instead")
    arguments = parser.parse_args()
    if arguments.record:
        return record()
    try:
        checkout = find_checkout(arguments.checkout)
    except MissingCheckoutError as missing:
        print(missing, file=sys.stderr)
        return 2
    return compare_all(checkout)


def record() -> int:
    """Write down PAT's answers on the good repository and the broken copies."""
    python = pat_python()
    root, questions = copies()
    answers = list(ask_pat(python, [Question(root, seconds=LOOP_SECONDS), *questions]))
    kept = [
        (broken, Recorded(digest(question.root), portable(answer, str(question.root))))
        for broken, question, answer in zip(BREAKS, questions, answers[1:], strict=True)
    ]
    version = "import sys; print('%d.%d' % sys.version_info[:2])"
    shown = subprocess.run([python, "-c", version], stdout=subprocess.PIPE, text=True, check=True)
    write_recording(shown.stdout.strip(), portable(answers[0], str(root)), kept)
    print(f"{FILE.relative_to(PROJECT)}: {len(kept)} broken copies")
    return 0


def compare_all(checkout: Path) -> int:
    """Compare on the versions of panther-analysis and the broken copies; 1 if unexplained."""
    python = pat_python()
    log = FOLDER / "differences.txt"
    FOLDER.mkdir(parents=True, exist_ok=True)
    unexplained = 0
    with log.open("w", encoding="utf-8") as lines:
        for name, pat, ours in judge_all(checkout, python):
            found = explain(compare(pat, ours), ours)
            for difference, rule in found:
                lines.write(f"{name}: [{rule.name if rule else 'UNEXPLAINED'}] {difference}\n")
                if rule is None:
                    unexplained += 1
                    print(f"{name}: {difference}")
            if not name.startswith("broken "):
                print(f"{name}: {size(pat)}; {tally(found)}")
    total = Counter(line.split("[")[1].split("]")[0] for line in log.read_text().splitlines())
    print("differences by rule:", dict(total.most_common()) or "none")
    print(f"all of them: {log.relative_to(PROJECT)}")
    print(f"{unexplained} unexplained")
    return 1 if unexplained else 0


def judge_all(checkout: Path, python: Path) -> Iterator[tuple[str, Verdicts, Verdicts]]:
    """Each repository's name, PAT's verdicts and ours, both with PAT's interpreter."""
    trees = [unpack(checkout, tag) for tag in TAGS]
    answers = ask_pat(python, [Question(tree) for tree in trees])
    for (tag, layout), tree, answer in zip(TAGS.items(), trees, answers, strict=True):
        ours = judge(tree, RunOptions(python=str(python)))
        yield f"panther-analysis {tag} ({layout})", from_pat(answer, str(tree)), ours
    _, questions = copies()
    answers = ask_pat(python, questions)
    for broken, question, answer in zip(BREAKS, questions, answers, strict=True):
        options = RunOptions(
            python=str(python),
            timeout=LOOP_SECONDS,
            available_destinations=broken.destinations,
            minimum_tests=broken.minimum_tests,
        )
        root = question.root
        yield f"broken {broken.id}", from_pat(answer, str(root)), judge(root, options)
    print(f"{len(BREAKS)} broken copies")


def copies() -> tuple[Path, list[Question]]:
    """Make the good repository and all broken copies of it anew."""
    folder = FOLDER / "copies"
    shutil.rmtree(folder, ignore_errors=True)
    questions = [
        Question(one.make(folder), one.destinations, one.minimum_tests, LOOP_SECONDS)
        for one in BREAKS
    ]
    return GOOD_AS_IT_IS.make(folder), questions


def unpack(checkout: Path, tag: str) -> Path:
    """The files of a version of panther-analysis, without touching the checkout."""
    git = ["git", "-C", str(checkout)]
    commit = subprocess.run(
        [*git, "rev-parse", f"{tag}^{{commit}}"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    tree = FOLDER / "panther-analysis" / commit[:12]
    if not tree.exists():
        new = tree.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        packed = subprocess.run([*git, "archive", commit], stdout=subprocess.PIPE, check=True)
        subprocess.run(["tar", "-x", "-C", new], input=packed.stdout, check=True)
        mark_as_root(new)
        new.rename(tree)
    return tree


def size(verdicts: Verdicts) -> str:
    """How much there was to compare."""
    policies = verdicts.policies.values()
    tests = sum(len(policy.tests) for policy in policies)
    invalid = sum(not policy.valid for policy in policies)
    return f"{len(policies)} policies, {invalid} of them invalid, {tests} tests"


def tally(found: list[tuple[Difference, Rule | None]]) -> str:
    """How many differences there were, by rule."""
    counts = Counter(rule.name if rule else "UNEXPLAINED" for _, rule in found)
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "no difference"


if __name__ == "__main__":
    sys.exit(main())
