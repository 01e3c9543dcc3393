"""What a source does with what it did not make decides whether it is pure."""

from __future__ import annotations

import pytest

from panther_engine.reading.source.purity import is_harmless_module, leaves_nothing

IMPURE = {
    "key param": "import json\ndef f(key):\n    return key\nx = f(key=json.loads)\n",
    "dup import": "import json\njson = json\n",
    "init alias": "class A:\n    def __init__(self):\n        self.x = 1\n    go = __init__\n",
    "type flow": "t = type(1)\n",
    "late dotted": "import urllib\nx = urllib.parse.quote('a')\nimport urllib.parse\n",
    "nested dotted": (
        "import urllib\ndef f():\n    import urllib.parse\nx = lambda: urllib.parse.quote('a')\n"
    ),
    "base": "import json\nclass A(json.JSONDecoder):\n    pass\n",
    "borrow flow": "from g import T\nx = T\n",
    "borrow arg": "import g\ndef f(x):\n    return x\nf(g.json)\n",
    "borrow deep": "import g\ng.json.decoder\n",
    "yield finally": "def g():\n    try:\n        yield\n    finally:\n        print('late')\n",
    "del method": "class A:\n    def __del__(self):\n        print('late')\n",
    "async": "async def policy(r):\n    return True\n",
    "meta": "class A(metaclass=type):\n    pass\n",
    "match class": "import json\nmatch 1:\n    case json.JSONDecodeError(obj=x):\n        pass\n",
    "max flow": "import json\nx = max(json.loads, json.dumps, key=str)\n",
    "sum flow": "import json\nx = sum([], json.loads)\n",
    "getattr dyn": "n = 'x'\ngetattr(1, n)\n",
    "rebind isinstance": (
        "import json\nisinstance = lambda a, b: b\nx = isinstance(1, json.loads)\n"
    ),
    "rebind list": "import json\nlist = lambda a: a\nx = list(json.loads)\n",
    "rebind list import": "import json\nfrom g import keep as list\nx = list(json.loads)\n",
    "deco swap": "import dataclasses, ipaddress\ndataclasses.dataclass(ipaddress.IPv4Address)\n",
    "default": "import json\ndef f(a=json.loads):\n    pass\n",
    "return": "import json\ndef f():\n    return json\n",
    "annot call": "import json\nx: json.nothing = 1\n",
    "fstring": "import json\nf'{json}'\n",
    "dict flow": "import json\nd = {'a': json.loads}\n",
    "boolop": "import json\nx = None or json.loads\n",
    "star import": "from json import *\n",
    "self rebound": (
        "import json\nclass A:\n    def __init__(self, o):\n"
        "        for self in [o]:\n            self.x = 1\n"
    ),
    "comp": "import json\nx = [j for j in [json]]\n",
    "starred list": "import json\nx = [*[json.loads]]\n",
    "compare chain walrus": "import json\n(x := json.loads) == 1\n",
    "compare tuple walrus": "import json\n((x := json.loads), 1) == 1\n",
    "global shadow": "import json\ndef f():\n    global json\n    json = 1\n    return json\n",
    "binop": "import json\nx = [json.loads] + []\n",
    "looking rebind key": (
        "import json\nsorted = lambda x, key: key\ny = sorted([], key=json.loads)\n"
    ),
    "another keyword of sorted": "import json\nx = sorted([], reverse=json.loads)\n",
    "below an if": "import json\nif 1:\n    x = json.loads\n",
    "below an else": "import json\nif 1:\n    pass\nelse:\n    x = json.loads\n",
    "below a for": "import json\nfor x in [1]:\n    y = json.loads\n",
    "condition of a comprehension": "import json\nx = [y for y in [1] if (z := json.loads)]\n",
    "raised with": "import json\ndef f():\n    raise ValueError(json.loads)\n",
    "annotation that runs": "x: print(1) = 1\n",
    "base from a global": "from g import T\nclass A(T):\n    pass\n",
    "base that is a constant": "import string\nclass A(string.digits):\n    pass\n",
    "base of a call": "def f():\n    return object\nclass A(f()):\n    pass\n",
    "base of a builtin": "class A(dict):\n    pass\n",
    "method sets": "class A:\n    def go(self):\n        self.x = 1\n",
    "static init": ("class A:\n    @staticmethod\n    def __init__(self):\n        self.x = 1\n"),
    "init of nobody": "class A:\n    def __init__(*, self):\n        self.x = 1\n",
}
PURE = {
    "what is called": "import json, re\nX = json.loads(re.sub('a', '1', 'a'))\n",
    "what is told apart": (
        "from collections.abc import Mapping\nimport datetime\n"
        "X = isinstance({}, (Mapping, dict)) or type(1) == datetime.date\n"
    ),
    "what is caught": (
        "import json\ntry:\n    json.loads('')\nexcept json.JSONDecodeError:\n    X = 1\n"
    ),
    "a submodule": "import urllib.parse\nX = urllib.parse.quote('a')\n",
    "what is mapped": "import ipaddress\nX = list(map(ipaddress.ip_network, ['10.0.0.0/8']))\n",
    "constants": "import re, string\nF = re.IGNORECASE | re.DOTALL\nX = string.digits\n",
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: int = 0\n"
        "X = A(1).x\n"
    ),
    "a class of its own": (
        "class A:\n    def __init__(self, x):\n        self.x = x\n"
        "    def twice(self):\n        return self.x * 2\nX = A(1).twice()\n"
    ),
    "a global": "from fields import dig, ZONES\nX = dig({}, 'a') in ZONES\n",
    "a generator": "def g():\n    for x in [1]:\n        yield x\nX = list(g())\n",
    "a generator after a try": (
        "def g():\n    try:\n        print(1)\n    finally:\n        print(2)\n    yield\n"
    ),
    "a generator without a name": "X = lambda: (yield 1)\n",
    "what has no value": "x: int\ndef f(*, a, b=1):\n    return a\n",
    "the kind of nothing": "X = isinstance(1, (int, type(None)))\n",
    "the kind of a class": "import re\nX = issubclass(bool, (int, re.Pattern))\n",
    "the name of a kind": "X = type(1).__name__ + (1).__class__.__name__\n",
    "what may be there": "X = getattr({}, 'keys', 1) if hasattr({}, 'keys') else 2\n",
    "what is tested": "import re\nX = 1 if re.escape else 2\n",
    "what is chosen": "X = [x for x in [1, 2] if x > 1]\n",
    "what is raised": "def f():\n    raise ValueError('no')\n",
    "what is annotated": "import re\ndef f(x: re.Pattern, y: int) -> None:\n    pass\n",
    "a class of another": (
        "class A(object):\n    def go(self):\n        return 1\n"
        "class B(A):\n    def go(self):\n        return super().go()\n"
    ),
    "an error of its own": (
        "class E(Exception):\n    def __init__(self, x):\n        super().__init__(x)\n"
    ),
    "an enumeration": "import enum\nclass A(enum.Enum):\n    X = 1\n",
    "a dataclass that finishes itself": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 0\n"
        "    def __post_init__(self):\n        self.y = self.x\n"
    ),
}
LOOKING = (
    *("all", "any", "bool", "dict", "enumerate", "filter", "frozenset", "len", "list", "map"),
    *("repr", "reversed", "set", "sorted", "str", "sum", "tuple", "zip"),
)
BINDINGS = {
    "an assignment": "{} = o",
    "a parameter": "(lambda {}: 0)(o)",
    "an error": "try:\n            pass\n        except ValueError as {}:\n            pass",
    "a pattern": "match o:\n            case [1, {}]:\n                pass",
    "the rest of a list": "match o:\n            case [1, *{}]:\n                pass",
    "the rest of a mapping": "match o:\n            case {{'a': 1, **{}}}:\n                pass",
    "a function": "def {}():\n            pass",
    "a class": "class {}:\n            pass",
    "a variable of others": "def go():\n            global {0}\n            {0} = 1",
    "a module": "import json as {}",
    "a name of a module": "from json import loads as {}",
}
"""Ways to give a name another meaning, in a method."""


@pytest.mark.parametrize("name", IMPURE)
def test_a_source_that_holds_what_others_see_is_not_pure(name: str) -> None:
    assert not leaves_nothing(IMPURE[name].encode())


@pytest.mark.parametrize("name", PURE)
def test_a_source_that_only_uses_it_is_pure(name: str) -> None:
    assert leaves_nothing(PURE[name].encode())


@pytest.mark.parametrize("name", LOOKING)
def test_what_is_only_looked_into_may_be_imported(name: str) -> None:
    assert leaves_nothing(f"import re\nX = {name}(re.escape)\n".encode())
    assert not leaves_nothing(f"import re\nX = {name}([], re.escape)\n".encode())


@pytest.mark.parametrize("name", ["max", "min", "sorted"])
def test_what_orders_may_be_imported(name: str) -> None:
    assert leaves_nothing(f"import re\nX = {name}([], key=re.escape)\n".encode())


@pytest.mark.parametrize("binding", BINDINGS)
def test_an_object_is_its_own_only_under_a_name_that_means_nothing_else(binding: str) -> None:
    method = "class A:\n    def __init__(self, o):\n        {}\n        self.x = 1\n"
    assert leaves_nothing(method.format(BINDINGS[binding].format("other")).encode())
    assert not leaves_nothing(method.format(BINDINGS[binding].format("self")).encode())


def test_only_what_is_listed_is_a_harmless_module() -> None:
    assert is_harmless_module("json")
    assert not is_harmless_module("os")
