"""Pairs of bodies: the first leaves something behind, the second is True only where it did.

Each pair is about something of its own, so that all can run in one process after another.
"""

from __future__ import annotations

ALWAYS = "def policy(resource):\n    return True\n"


def _judge(imports: str, expression: str) -> str:
    return f"import {imports}\ndef policy(resource):\n    return bool({expression})\n"


_PARSE = "urllib.parse"
_SYS = "re.enum.sys"

LEAVING: dict[str, tuple[str, str]] = {
    "an item of an alias": (
        "from html import entities\nT = entities.html5\nT['left 1'] = '1'\n" + ALWAYS,
        _judge("html.entities", "'left 1' in html.entities.html5"),
    ),
    "a setting of a library": (
        "import calendar\ncalendar.setfirstweekday(3)\n" + ALWAYS,
        _judge("calendar", "calendar.firstweekday() == 3"),
    ),
    "the time zone": (
        "import re, time\nE = re.enum.sys.modules['os'].environ\nE['TZ'] = 'XYZ-7'\n"
        "time.tzset()\n" + ALWAYS,
        _judge("time", "time.timezone == -7 * 3600"),
    ),
    "an alias added to": (
        "import urllib.parse as parse\nx = parse.uses_netloc\nx += ['left 4']\n" + ALWAYS,
        _judge(_PARSE, "'left 4' in urllib.parse.uses_netloc"),
    ),
    "setattr, found elsewhere": (
        "import json\njson.codecs.builtins.setattr(json, 'left5', 1)\n" + ALWAYS,
        _judge("json", "hasattr(json, 'left5')"),
    ),
    "the worker's own function": (
        "import json, re\n"
        "def judge(*_):\n"
        "    it = {'verdict': 'PASS', 'outcome': 'passed', 'functions': {}}\n"
        "    return it, None, ''\n"
        "W = re.enum.sys.modules.get('_panther_tui_worker.child')\n"
        "if W:\n    json.codecs.builtins.setattr(W, 'run_test', judge)\n" + ALWAYS,
        "def policy(resource):\n    return False\n",
    ),
    "a partial setattr": (
        "import functools, json\n"
        "functools.partial(json.codecs.builtins.setattr, json)('left7', 1)\n" + ALWAYS,
        _judge("json", "hasattr(json, 'left7')"),
    ),
    "an item set by an operator": (
        "import operator\nfrom html import entities\n"
        "operator.setitem(entities.html5, 'left 8', '1')\n" + ALWAYS,
        _judge("html.entities", "'left 8' in html.entities.html5"),
    ),
    "a list added to by an operator": (
        "import operator\nimport urllib.parse as parse\n"
        "operator.iadd(parse.uses_query, ['left 9'])\n" + ALWAYS,
        _judge(_PARSE, "'left 9' in urllib.parse.uses_query"),
    ),
    "a method called by an operator": (
        "import operator\nimport urllib.parse as parse\n"
        "operator.methodcaller('append', 'left 10')(parse.uses_params)\n" + ALWAYS,
        _judge(_PARSE, "'left 10' in urllib.parse.uses_params"),
    ),
    "an attribute got by an operator": (
        "import operator, re\nm = operator.attrgetter('enum.sys.modules')(re)\nm['left11'] = re\n"
        + ALWAYS,
        _judge("re", f"'left11' in {_SYS}.modules"),
    ),
    "a library's cache": (
        "import re\nC = re._cache\nC[str, 'left12', 0] = re.compile('other')\n" + ALWAYS,
        _judge("re", "re.match('left12', 'other')"),
    ),
    "a table of how to copy": (
        "import copy, datetime\nT = copy.dispatch_table\n"
        "T[datetime.timedelta] = lambda it: (int, (13,))\n" + ALWAYS,
        _judge("copy, datetime", "copy.copy(datetime.timedelta(1)) == 13"),
    ),
    "an attribute of a class called self": (
        "import json\nself = json.JSONEncoder\nself.item_separator = ';'\n" + ALWAYS,
        _judge("json", "json.JSONEncoder().encode([1, 2]) == '[1;2]'"),
    ),
    "a class registered": (
        "from collections.abc import Mapping\nput = Mapping.register\nput(str)\n" + ALWAYS,
        _judge("collections.abc", "isinstance('', collections.abc.Mapping)"),
    ),
    "the defaults of a function": (
        "import json\nK = getattr(json.dumps, '__kwdefaults__')\nK['indent'] = 3\n" + ALWAYS,
        _judge("json", r"json.dumps([1]) == '[\n   1\n]'"),
    ),
    "an item that a loop sets": (
        "import urllib.parse as parse\n"
        "T = parse.uses_fragment\nfor T[0] in ['left 17']:\n    pass\n" + ALWAYS,
        _judge(_PARSE, "urllib.parse.uses_fragment[0] == 'left 17'"),
    ),
    "a walrus": (
        "from html import entities\n(T := entities.name2codepoint).update(left18=1)\n" + ALWAYS,
        _judge("html.entities", "'left18' in html.entities.name2codepoint"),
    ),
    "a captured match": (
        "from html import entities\nmatch entities.codepoint2name:\n    case t:\n"
        "        t[-19] = 'left'\n" + ALWAYS,
        _judge("html.entities", "-19 in html.entities.codepoint2name"),
    ),
    "an argument with a star": (
        "import urllib.parse as parse\n"
        "def put(to, *_):\n    to.append('left 20')\n"
        "put(*[parse.non_hierarchical])\n" + ALWAYS,
        _judge(_PARSE, "'left 20' in urllib.parse.non_hierarchical"),
    ),
    "an item deleted": (
        "from html import entities\nT = entities.html5\ndel T['AMP']\n" + ALWAYS,
        _judge("html.entities", "'AMP' not in html.entities.html5"),
    ),
    "a list in what a call returns": (
        "import ipaddress\nL = ipaddress.ip_address('8.8.8.8')._constants._private_networks\n"
        "L.append(ipaddress.ip_network('8.8.8.0/24'))\n" + ALWAYS,
        _judge("ipaddress", "ipaddress.ip_address('8.8.8.8').is_private"),
    ),
    "a library lent by a global": (
        "import carrier\nT = carrier.entities.html5\nT['left 23'] = '1'\n" + ALWAYS,
        _judge("html.entities", "'left 23' in html.entities.html5"),
    ),
    "a seed": (
        "import statistics\nstatistics.random.seed(24)\n" + ALWAYS,
        _judge("statistics", "statistics.random.random() == 0.7123429878269185"),
    ),
    "a context of decimals": (
        "import statistics\nself = statistics.sys.modules['decimal'].getcontext()\nself.prec = 3\n"
        + ALWAYS,
        _judge("statistics", "str(statistics.Decimal(1) / 3) == '0.333'"),
    ),
    "the environment": (
        "import uuid\nE = uuid.os.environ\nE['LEFT_26'] = '1'\n" + ALWAYS,
        _judge("uuid", "uuid.os.environ.get('LEFT_26')"),
    ),
    "the frames of the worker": (
        "def judge(*_):\n"
        "    it = {'verdict': 'PASS', 'outcome': 'passed', 'functions': {}}\n"
        "    return it, None, ''\n"
        "def climb():\n"
        "    frame = me.gi_frame\n"
        "    while frame is not None:\n"
        "        names = frame.f_globals\n"
        "        if 'run_test' in names:\n"
        "            names['run_test'] = judge\n"
        "        frame = frame.f_back\n"
        "    yield\n"
        "me = climb()\nnext(me)\n" + ALWAYS,
        "def policy(resource):\n    return 27 == 0\n",
    ),
    "the path of imports": (
        "import re\nP = re.enum.sys.path\nP.insert(0, '/left 28')\n" + ALWAYS,
        _judge("re", f"'/left 28' in {_SYS}.path"),
    ),
    "a builtin": (
        "import json\nB = getattr(json.codecs.builtins, '__dict__')\n"
        "B['divmod'] = lambda *_: 29\n" + ALWAYS,
        "def policy(resource):\n    return divmod(7, 2) == 29\n",
    ),
    "an attribute of an argument called self": (
        "import json\ndef mark(self):\n    self.left30 = 1\nmark(json)\n" + ALWAYS,
        _judge("json", "hasattr(json, 'left30')"),
    ),
    "a library's class made a dataclass": (
        "import dataclasses, ipaddress\ndataclasses.dataclass(ipaddress.IPv6Interface)\n" + ALWAYS,
        _judge("dataclasses, ipaddress", "dataclasses.is_dataclass(ipaddress.IPv6Interface)"),
    ),
    "a library's function dressed up": (
        f"import functools, json\n{ALWAYS}functools.update_wrapper(json.load, policy)\n",
        _judge("json", "json.load.__name__ == 'policy'"),
    ),
    "a list that a library sorts into": (
        "import bisect\nimport urllib.parse as parse\n"
        "bisect.insort(parse.uses_relative, 'left 33')\n" + ALWAYS,
        _judge(_PARSE, "'left 33' in urllib.parse.uses_relative"),
    ),
    "a method called on its class": (
        "import urllib.parse as parse\nlist.append(parse.uses_netloc, 'left 34')\n" + ALWAYS,
        _judge(_PARSE, "'left 34' in urllib.parse.uses_netloc"),
    ),
    "a method handed to map": (
        "import urllib.parse as parse\nlist(map(parse.uses_query.append, ['left 35']))\n" + ALWAYS,
        _judge(_PARSE, "'left 35' in urllib.parse.uses_query"),
    ),
    "a method bound to another name": (
        "import urllib.parse as parse\nput = parse.uses_params.append\nput('left 38')\n" + ALWAYS,
        _judge(_PARSE, "'left 38' in urllib.parse.uses_params"),
    ),
    "what an error is about": (
        "import json\nclass Looks:\n    obj = decoder = None\n"
        "try:\n    json.nothing\nexcept AttributeError as error:\n"
        "    D = error.obj.decoder\n    def mark(self):\n        self.left39 = 1\n    mark(D)\n"
        + ALWAYS,
        _judge("json", "hasattr(json.decoder, 'left39')"),
    ),
    "an initialiser called by hand": (
        "import json\nclass Mark:\n    def __init__(self):\n        self.left40 = 1\n"
        "Mark.__init__(json)\n" + ALWAYS,
        _judge("json", "hasattr(json, 'left40')"),
    ),
}

LEAVING_IN_PACKAGES: dict[str, tuple[str, str]] = {
    "the months of dateutil": (
        "from dateutil.parser import _parser\nM = _parser.DEFAULTPARSER.info._months\n"
        "M['leftuary'] = 1\n" + ALWAYS,
        "from dateutil.parser import parse\ndef policy(resource):\n"
        "    return parse('5 leftuary 2020').month == 1\n",
    ),
    "the permissions of policyuniverse": (
        "from policyuniverse import all_permissions as known\nknown.add('s3:left37')\n" + ALWAYS,
        "from policyuniverse.expander_minimizer import get_actions_from_statement\n"
        "def policy(resource):\n"
        "    return get_actions_from_statement({'Action': 's3:left3*'}) == {'s3:left37'}\n",
    ),
}
"""The same of what has to be installed: dateutil and policyuniverse."""

CARRIER = "from html import entities\nimport json as shelf\n"
"""A global that lends what it imported."""

_WAYS_IN = {
    "an alias": "T = parse.{table}\n",
    "a tuple": "T, _ = parse.{table}, 1\n",
    "a walrus": "if (T := parse.{table}):\n    pass\n",
    "a loop": "for T in [parse.{table}]:\n    pass\n",
    "a list made": "T = [it for it in [parse.{table}]][0]\n",
    "a function": "def give(it=parse.{table}):\n    return it\nT = give()\n",
    "getattr": "T = getattr(parse, '{table}')\n",
    "a lambda": "T = (lambda: parse)().{table}\n",
    "a conditional": "T = parse.{table} if parse else None\n",
    "a dictionary": "T = {{'it': parse.{table}}}['it']\n",
    "a class": "class Holds:\n    it = parse.{table}\nT = Holds.it\n",
    "the import": "from urllib.parse import {table} as T\n",
}
_CHANGES = {
    "append": "T.append('{mark}')\n",
    "a slice": "T[:0] = ['{mark}']\n",
    "added": "T += ['{mark}']\n",
    "a bound method": "put = T.append\nput('{mark}')\n",
    "the class": "list.extend(T, ['{mark}'])\n",
    "a default": "def put(to=T):\n    to.append('{mark}')\nput()\n",
    "sorted in": "import heapq\nheapq.heappush(T, '{mark}')\n",
    "in the policy": "def policy(resource):\n    T.append('{mark}')\n    return True\n",
}


def generated() -> dict[str, tuple[str, str]]:
    """A pair for each way to reach a library's list and each way to change it."""
    pairs: dict[str, tuple[str, str]] = {}
    for way, reach in _WAYS_IN.items():
        for change, text in _CHANGES.items():
            mark = f"mark {len(pairs)}"
            body = "import urllib.parse as parse\n" + ALWAYS + reach.format(table="uses_netloc")
            notices = _judge(_PARSE, f"'{mark}' in urllib.parse.uses_netloc")
            pairs[f"{way}, {change}"] = (body + text.format(mark=mark), notices)
    return pairs
