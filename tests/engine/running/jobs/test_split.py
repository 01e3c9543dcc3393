"""The tests of one long policy run in two workers, and nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from panther_engine.events import Event, PolicyStarted
from panther_engine.headless.run import run_headless
from panther_engine.model import PolicyResult
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.source.forgetting import keeps_nothing
from panther_engine.running.jobs.report import RunOptions
from tests.engine.reading.repository.checkout import Checkout

SPEC = """\
AnalysisType: policy
Filename: a.py
PolicyID: Test.a
Severity: Low
Enabled: true
Tests:
"""
TEST = "  - Name: t{number}\n    ExpectedResult: true\n    Resource: {{n: {number}}}\n"

FORGETS = {
    "constants": "LIST = [1]\nNAMES = {'a'}\ndef policy(r):\n    return r['a'] in LIST\n",
    "its own lists": "def policy(r):\n    found = []\n    found.append(1)\n    return True\n",
}
KEEPS = {
    "a global": "n = 0\ndef policy(r):\n    global n\n    n += 1\n    return n == 1\n",
    "a list": "SEEN = []\ndef policy(r):\n    SEEN.append(1)\n    return len(SEEN) == 1\n",
    "an item": "SEEN = {}\ndef policy(r):\n    SEEN['a'] = 1\n    return True\n",
    "a cache": "import functools\n@functools.cache\ndef f(x):\n    return x\n",
    "a default": "def policy(r, seen=[]):\n    seen.append(1)\n    return len(seen) == 1\n",
    "a class": "class A:\n    seen = []\ndef policy(r):\n    A().seen.append(1)\n    return True\n",
    "an attribute": "def policy(r):\n    policy.seen = 1\n    return True\n",
    "no code": "def (:\n",
    "an alias": "SEEN = []\ndef policy(r):\n    s = SEEN\n    s.append(1)\n    return len(s) < 4\n",
    "an argument": (
        "SEEN = []\ndef put(to):\n    to.append(1)\n    return len(to) < 4\n"
        "def policy(r):\n    return put(SEEN)\n"
    ),
    "a method of the class": (
        "SEEN = []\ndef policy(r):\n    list.append(SEEN, 1)\n    return len(SEEN) < 4\n"
    ),
    "a method not called": (
        "SEEN = []\ndef policy(r):\n    list(map(SEEN.append, [1]))\n    return len(SEEN) < 4\n"
    ),
    "an operator": (
        "import heapq\nSEEN = []\n"
        "def policy(r):\n    heapq.heappush(SEEN, 1)\n    return len(SEEN) < 4\n"
    ),
    "a loop": (
        "SEEN = []\ndef policy(r):\n    for s in (SEEN,):\n        s.append(1)\n"
        "    return len(SEEN) < 4\n"
    ),
    "a list in a tuple": (
        "SEEN = ([],)\ndef policy(r):\n    (s,) = SEEN\n    s.append(1)\n    return len(s) < 4\n"
    ),
    "a list in a dictionary": (
        "SEEN = {'a': []}\ndef policy(r):\n    s = SEEN.get('a')\n    s.append(1)\n"
        "    return len(s) < 4\n"
    ),
    "a match": (
        "SEEN = []\ndef policy(r):\n    match SEEN:\n        case s:\n            s.append(1)\n"
        "    return len(SEEN) < 4\n"
    ),
    "a walrus": (
        "SEEN = []\ndef policy(r):\n    (s := SEEN).append(1)\n    return len(SEEN) < 4\n"
    ),
    "an iterator": (
        "LEFT = iter([1, 2, 3])\ndef policy(r):\n    return next(LEFT, None) is not None\n"
    ),
    "a counter": (
        "import itertools\nN = itertools.count()\ndef policy(r):\n    return next(N) < 3\n"
    ),
    "a closure": (
        "def make():\n    seen = []\n    def count(r):\n        seen.append(1)\n"
        "        return len(seen) < 4\n    return count\npolicy = make()\n"
    ),
    "a decorator": (
        "def counted(f):\n    seen = []\n    def count(r):\n        seen.append(1)\n"
        "        return len(seen) < 4\n    return count\n"
        "@counted\ndef policy(r):\n    return True\n"
    ),
    "a partial": (
        "import functools\ndef count(seen, r):\n    seen.append(1)\n    return len(seen) < 4\n"
        "policy = functools.partial(count, [])\n"
    ),
    "a name that a loop made": (
        "for SEEN in ([],):\n    pass\n"
        "def policy(r):\n    SEEN.append(1)\n    return len(SEEN) < 4\n"
    ),
    "a list of a global": (
        "from keeper import SEEN\ndef policy(r):\n    SEEN.append(1)\n    return len(SEEN) < 4\n"
    ),
    "a list in a global": (
        "import keeper\ndef policy(r):\n    keeper.SEEN.append(1)\n"
        "    return len(keeper.SEEN) < 4\n"
    ),
}
"""Those with a number in them are True three times, and never again in the same process."""


@pytest.mark.parametrize("name", FORGETS)
def test_code_that_forgets_may_be_split(name: str) -> None:
    assert keeps_nothing(FORGETS[name].encode())


@pytest.mark.parametrize("name", KEEPS)
def test_code_that_could_remember_may_not(name: str) -> None:
    assert not keeps_nothing(KEEPS[name].encode())


def run(root: Path, body: str, count: int = 5) -> tuple[PolicyResult, PolicyResult, list[Event]]:
    """What comes of a policy in one worker, and in two if it may be split."""
    checkout = Checkout(root)
    checkout.write("policies/a.py", body)
    checkout.helper("keeper", "SEEN = []\n")
    checkout.write(
        "policies/a.yml", SPEC + "".join(TEST.format(number=number) for number in range(count))
    )
    repository = load_repository(root, (".",))
    events: list[Event] = []
    (whole,) = run_headless(repository, ("policies/a.yml",), RunOptions(), events.append).policies
    events.clear()
    (parts,) = run_headless(
        repository,
        ("policies/a.yml",),
        RunOptions(workers=2),
        events.append,
        durations={"policies/a.yml": 2000.0},
    ).policies
    return whole[1], parts[1], events


def timeless(result: PolicyResult) -> PolicyResult:
    results = tuple(replace(it, duration_ms=0.0) for it in result.results)
    return replace(result, results=results, duration_ms=0.0)


@pytest.mark.parametrize(
    "body",
    [
        "def policy(r):\n    print(r['n'])\n    return True\n",
        "def policy(r):\n    return r['n'] != 3\n",
        "def policy(r):\n    return r['missing']\n",
        "SEEN = []\ndef policy(r):\n    SEEN.append(r['n'])\n    return SEEN[0] == 0\n",
        "raise ValueError('at import')\n",
    ],
    ids=["passes", "fails", "errs", "keeps", "cannot be imported"],
)
def test_a_split_policy_comes_to_what_it_comes_to_in_one_worker(tmp_path: Path, body: str) -> None:
    whole, parts, _ = run(tmp_path, body)
    assert timeless(parts) == timeless(whole)


@pytest.mark.parametrize("name", KEEPS)
def test_a_policy_that_remembers_comes_to_the_same_as_in_one_worker(
    tmp_path: Path, name: str
) -> None:
    whole, parts, _ = run(tmp_path, KEEPS[name])
    assert timeless(parts) == timeless(whole)


def test_a_resource_that_tests_share_and_change_is_not_split(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.write(
        "policies/a.py",
        "def policy(r):\n    r['seen'].append(1)\n    return len(r['seen']) < 3\n",
    )
    shared = "  - Name: t{}\n    ExpectedResult: true\n    Resource: {}\n"
    first = shared.format(0, "&it {seen: []}")
    others = "".join(shared.format(number, "*it") for number in range(1, 4))
    checkout.write("policies/a.yml", SPEC + first + others)
    report = run_headless(
        load_repository(tmp_path, (".",)),
        ("policies/a.yml",),
        RunOptions(workers=2),
        lambda event: None,
        durations={"policies/a.yml": 2000.0},
    )
    ((_, result),) = report.policies
    assert [it.outcome for it in result.results] == ["passed", "passed", "failed", "failed"]


def test_the_parts_run_in_processes_of_their_own(tmp_path: Path) -> None:
    body = "import uuid\nME = str(uuid.uuid4())\ndef policy(r):\n    print(ME)\n    return True\n"
    _, parts, _ = run(tmp_path, body, count=4)
    assert len({result.output for result in parts.results}) == 2


def test_a_split_policy_starts_once(tmp_path: Path) -> None:
    _, _, events = run(tmp_path, "def policy(r):\n    return True\n")
    assert sum(isinstance(event, PolicyStarted) for event in events) == 1
