"""Which code leaves nothing behind in its process."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.reading.repository.facts.reuse import is_tame
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.source.purity import leaves_nothing
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.running.running_policies import Body, run_bodies

TAME = {
    "its own names": "SEEN = []\nSEEN.append(1)\nSEEN[0] = 2\n",
    "its own state": "class A:\n    def __init__(self):\n        self.x = 1\n",
    "a global statement": "n = 0\ndef policy(r):\n    global n\n    n += 1\n    return True\n",
    "what it calls": "import json\ndef policy(r):\n    return json.loads(r['a'])['b']\n",
    "the resource": "def policy(r):\n    r['a'] = 1\n    r.update(b=2)\n    return True\n",
}
WILD = {
    "an attribute": "import json\njson.dumps = None\n",
    "an attribute in a tuple": "import json\njson.dumps, x = None, 1\n",
    "an attribute of a loop": "import json\nfor json.dumps in ():\n    pass\n",
    "an attribute added to": "import json\njson.x += 1\n",
    "an attribute deleted": "import json\ndel json.dumps\n",
    "an item": "import collections\ncollections.__all__[0] = 'x'\n",
    "an item of a part": "from json import decoder as d\nd.x['a'] = 1\n",
    "a method": "from json import decoder\ndecoder.x.append(1)\n",
    "a method of a result": "import json\njson.x().y[0].clear()\n",
    "a name that reaches all": "setattr(1, 'x', 2)\n",
    "an alias of one": "f = exec\nf('1')\n",
    "a back door": "().__class__.__subclasses__()\n",
    "a star": "from json import *\n",
    "a relative import": "from . import x\n",
    "no code": "def (:\n",
    "nonsense": "\0",
}


@pytest.mark.parametrize("name", TAME)
def test_code_that_changes_only_what_it_made_is_tame(name: str) -> None:
    assert leaves_nothing(TAME[name].encode())


@pytest.mark.parametrize("name", WILD)
def test_code_that_could_change_anything_else_is_not(name: str) -> None:
    assert not leaves_nothing(WILD[name].encode())


def test_a_policy_is_as_tame_as_all_that_it_imports(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    ask = "\ndef policy(r):\n    return True\n"
    checkout.policy("a", body="import json\nfrom dateutil import parser\nimport mild" + ask)
    checkout.policy("b", body="import mild, wild" + ask)
    checkout.policy("c", body="import os" + ask)
    checkout.policy("d", body="import nowhere" + ask)
    checkout.policy("e", body="m = __import__('js' + 'on')" + ask)
    checkout.helper("mild", "import re\n")
    checkout.helper("wild", "import json\njson.x = 1\n")
    repository = load_repository(tmp_path, (".",))
    found = {spec[-5]: is_tame(repository, spec) for spec in repository.policies}
    assert found == {"a": True, "b": False, "c": False, "d": False, "e": False}


def test_globals_are_fresh_for_each_job_of_a_worker(tmp_path: Path) -> None:
    counter = "SEEN = []\ndef first():\n    SEEN.append(1)\n    return len(SEEN) == 1\n"
    source = "import counter\nfirst = counter.first()\ndef policy(r):\n    return first\n"
    bodies = {f"p{number}": Body(source, tame=True) for number in range(8)}
    ran = run_bodies(tmp_path, bodies, sources={"counter": counter}, places=1)
    assert all(ran.results(name)[0].outcome == "passed" for name in bodies)
    assert all(len(ended.loaded) == 1 for ended in ran.ended.values())


def test_each_job_of_a_worker_has_its_own_output_error_and_network_guard(tmp_path: Path) -> None:
    bodies = {
        "a": Body("def policy(r):\n    print('of a')\n    return True\n", tame=True),
        "b": Body("def policy(r):\n    print('of b')\n    return r['x']\n", tame=True),
        "c": Body("def policy(r):\n    print('of c')\n    return True\n", tame=True),
    }
    ran = run_bodies(tmp_path, bodies, places=1)
    assert [ran.results(name)[0].output for name in bodies] == ["of a\n", "of b\n", "of c\n"]
    (failed,) = ran.results("b")
    assert failed.error is not None
    assert (failed.error.type, failed.error.path, failed.error.line) == (
        "KeyError",
        "policies/b.py",
        3,
    )
    assert ran.results("c")[0].error is None


def test_what_one_job_was_warned_of_another_is_warned_of_too(tmp_path: Path) -> None:
    source = """
        import json, warnings

        def policy(resource):
            registry = json.__dict__.setdefault("__warningregistry__", {})
            warnings.warn_explicit("is old", UserWarning, "library.py", 1, "json", registry)
            return True
        """
    bodies = {name: Body(source, tame=True) for name in "ab"}
    ran = run_bodies(tmp_path, bodies, places=1)
    told = [ran.results(name)[0].output for name in bodies]
    assert "is old" in told[0]
    assert told[1] == told[0]


def test_no_job_follows_one_that_found_an_installed_module_in_the_place_of_a_global(
    tmp_path: Path,
) -> None:
    source = """
        import calendar
        before = calendar.firstweekday()
        calendar.setfirstweekday(3)

        def policy(resource):
            return before == 3
        """
    bodies = {name: Body(source, tame=True) for name in "abc"}
    ran = run_bodies(tmp_path, bodies, sources={"calendar": "X = 1\n"}, places=1)
    assert [ran.results(name)[0].outcome for name in bodies] == ["failed"] * 3
