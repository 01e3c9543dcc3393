"""What a source does with what it did not make decides whether it is pure."""

from __future__ import annotations

import pytest

from panther_engine.reading.source.purity import leaves_nothing

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
}


@pytest.mark.parametrize("name", IMPURE)
def test_a_source_that_holds_what_others_see_is_not_pure(name: str) -> None:
    assert not leaves_nothing(IMPURE[name].encode())


@pytest.mark.parametrize("name", PURE)
def test_a_source_that_only_uses_it_is_pure(name: str) -> None:
    assert leaves_nothing(PURE[name].encode())
