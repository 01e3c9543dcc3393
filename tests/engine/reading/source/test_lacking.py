"""Names and attributes that are not there, and nothing that is."""

from __future__ import annotations

import ast
import builtins
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.check.body import check_body, check_helper
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.pat_settings import PatSettings
from tests.engine.reading.repository.checkout import Checkout

EXAMPLES = Path(__file__).parents[4] / "examples"


def found_in(source: str) -> list[tuple[str, int, int]]:
    return [(one.code, one.line, one.column) for one in check_body("a.py", source.encode())]


def only(source: str) -> Diagnostic:
    (found,) = check_body("a.py", source.encode())
    assert found.severity is Level.WARNING  # PAT runs the tests, and so do we
    return found


@pytest.mark.parametrize(
    ("source", "name", "place", "hint"),
    [
        ("def policy(r):\n    return deep_get(r, 'A')\n", "deep_get", (2, 11), "base_helpers"),
        ("def policy(r):\n    return json.loads(r)\n", "json", (2, 11), "write `import json`"),
        ("LIMIT = 1\ndef policy(r):\n    return r['A'] < LIMT\n", "LIMT", (3, 20), "`LIMIT`"),
        ("def policy(r):\n    return sorted_(r)\n", "sorted_", (2, 11), "`sorted`"),
        ("def policy(r):\n    return zzz\n", "zzz", (2, 11), "define it, or import it"),
        ("X = zzz\ndef policy(r):\n    return True\n", "zzz", (1, 4), "define it"),
        ("def policy(r, x=zzz):\n    return True\n", "zzz", (1, 16), "define it"),
        ("@zzz\ndef policy(r):\n    return True\n", "zzz", (1, 1), "define it"),
        ("def policy(r: Zzz):\n    return True\n", "Zzz", (1, 14), "define it"),
        ("def other():\n    zzz = 1\ndef policy(r):\n    return zzz\n", "zzz", (4, 11), "define"),
        ("class A:\n    zzz = 1\ndef policy(r):\n    return zzz\n", "zzz", (4, 11), "define it"),
        ("def policy(r):\n    return [x for y in r if zzz]\n", "zzz", (2, 28), "define it"),
        ("def policy(r):\n    return f'{zzz}' == r\n", "zzz", (2, 14), "define it"),
        ("def policy(r):\n    zzz()\n    x: Any = 1\n    return True\n", "zzz", (2, 4), "define"),
    ],
)
def test_a_name_that_nothing_defines_is_told_at_its_place(
    source: str, name: str, place: tuple[int, int], hint: str
) -> None:
    found = [one for one in check_body("a.py", source.encode()) if f"`{name}`" in one.message]
    assert [(one.code, one.line, one.column) for one in found] == [("undefined-name", *place)]
    assert "NameError" in found[0].message
    assert hint in found[0].hint


DEFINED = [
    "import os.path\ndef policy(r):\n    return os.path.isfile(r)\n",
    "from words import *\ndef policy(r):\n    return anything(r)\n",
    "exec('a = 1')\ndef policy(r):\n    return a\n",
    "globals().update(a=1)\ndef policy(r):\n    return a\n",
    "def policy(r):\n    return helper(r)\ndef helper(r):\n    return LATER\nLATER = True\n",
    "def init():\n    global A\n    A = 1\ndef policy(r):\n    init()\n    return A == 1\n",
    "try:\n    unicode\nexcept NameError:\n    unicode = str\ndef policy(r):\n    return unicode\n",
    "def policy(r):\n    try:\n        return zzz\n    except NameError:\n        return True\n",
    (
        "from __future__ import annotations\ndef policy(r: Zzz) -> Yyy:\n"
        "    x: Xxx = 1\n    return True\n"
    ),
    "def policy(r: 'Zzz') -> 'Yyy':\n    return True\n",
    "def policy(r):\n    x: Zzz = True\n    return x\n",
    "x: 'Zzz' = 1\ndef policy(r):\n    return True\n",
    (
        "class A:\n    b = 1\n    c = b\n    def d(self):\n"
        "        return __class__\ndef policy(r):\n    return A\n"
    ),
    "def policy(r):\n    return (y := r) and y\n",
    "def policy(r):\n    return [(a, b) for a, b in r if a]\n",
    (
        "def policy(r):\n    match r:\n        case {'a': x, **rest}:\n"
        "            return x or rest\n    return True\n"
    ),
    (
        "def policy(r):\n"
        "    return __name__ or __file__ or __doc__ or __spec__ or __loader__ or __cached__\n"
    ),
    "def policy(r):\n    for one in r:\n        pass\n    return one\n",
    "if True:\n    import json\ndef policy(r):\n    return json\n",
    "for one in (1, 2):\n    pass\ndef policy(r):\n    return one\n",
    "with open('a') as file:\n    pass\ndef policy(r):\n    return file\n",
    (
        "def policy(r):\n    def inner():\n        nonlocal a\n        a = 1\n"
        "    a = 0\n    inner()\n    return a\n"
    ),
    "def __getattr__(name):\n    return 1\ndef policy(r):\n    return zzz\n",
    "lambda_ = lambda x, *y, **z: (x, y, z)\ndef policy(r):\n    return lambda_(r)\n",
    "def policy(r):\n    import json as j\n    return j.loads(r)\n",
    (
        "def policy(r):\n    try:\n        return r\n"
        "    except (ValueError, KeyError) as error:\n        return error\n"
    ),
]


@pytest.mark.parametrize("source", DEFINED)
def test_a_name_that_is_defined_somewhere_is_not_told(source: str) -> None:
    compile(source, "a.py", "exec")
    assert [one for one in found_in(source) if one[0] == "undefined-name"] == []


def test_a_name_is_found_behind_hundreds_of_others() -> None:
    many = "".join(f"    n{at}.x\n" for at in range(700))
    bound = "".join(f"n{at} = None\n" for at in range(700))
    assert found_in(f"{bound}def policy(r):\n{many}    return zzz\n") == [
        ("undefined-name", 1402, 11)
    ]


def test_every_builtin_is_known() -> None:
    body = "".join(
        f"    {name}\n" for name in dir(builtins) if name not in ("None", "True", "False")
    )
    source = f"def policy(r):\n{body}    return True\n".replace("    NameError\n", "")
    assert found_in(source) == []


def test_a_helper_is_checked_for_names_too(tmp_path: Path) -> None:
    (found,) = check_helper("g.py", b"def help():\n    return jsn.loads('1')\n")
    assert (found.code, found.line, found.severity) == ("undefined-name", 2, Level.WARNING)
    checkout = Checkout(tmp_path)
    checkout.helper("words", "def help():\n    return zzz\n")
    repository = load_repository(tmp_path, (".",), PatSettings())
    assert [(one.path, one.code) for one in repository.diagnostics] == [
        ("global_helpers/words.py", "undefined-name")
    ]


@given(st.sampled_from([*DEFINED, "def policy(r):\n    return zzz\n"]), st.integers(0, 3))
def test_a_name_told_is_one_that_python_does_not_find(source: str, copies: int) -> None:
    """What is told is neither a builtin nor bound anywhere at the top level."""
    text = source + source.replace("policy", "other") * copies
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a future import that is no longer first
        return
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"zzz"}
    for found in check_body("a.py", text.encode()):
        if found.code == "undefined-name":
            assert "`zzz`" in found.message
            assert not any(f"`{name}`" in found.message for name in bound)


@pytest.mark.parametrize(
    ("line", "attribute", "column", "hint"),
    [
        (
            "return resource.deep_get('A')",
            "deep_get",
            11,
            "from panther_base_helpers import deep_get",
        ),
        ("return resource.deep_walk('A')", "deep_walk", 11, "`deep_walk(resource, ...)`"),
        ("return resource.udm('a')", "udm", 11, "`resource.get(...)`"),
        ("return resource.Name", "Name", 11, '`resource["Name"]`'),
        ("return resource.geet('A')", "geet", 11, "did you mean `resource.get`?"),
        ("return any(resource.deep_get(x) for x in 'ab')", "deep_get", 15, "deep_get"),
        ("return (lambda: resource.udm)()", "udm", 20, "get"),
    ],
)
def test_what_only_the_event_of_a_rule_has_is_told(
    line: str, attribute: str, column: int, hint: str
) -> None:
    found = only(f"def policy(resource):\n    {line}\n")
    assert (found.code, found.line, found.column) == ("no-such-attribute", 2, column)
    assert f"a policy gets a plain dict, which has no `{attribute}`" in found.message
    assert hint in found.hint


def test_alert_functions_get_a_dict_too_whatever_they_call_it() -> None:
    source = "def policy(event):\n    return True\ndef title(event):\n    return event.udm('a')\n"
    found = only(source)
    assert (found.line, "event.get" in found.hint) == (4, True)


@pytest.mark.parametrize(
    "source",
    [
        "def policy(r):\n    return r.get('A') and r.items() and r.__class__\n",
        "def policy(r):\n    r = Wrapped(r)\n    return r.udm\nclass Wrapped:\n    pass\n",
        "def policy(r):\n    return hasattr(r, 'udm') and r.udm\n",
        "def policy(r):\n    return isinstance(r, str) and r.lower()\n",
        (
            "def policy(r):\n    try:\n        return r.udm\n"
            "    except AttributeError:\n        return True\n"
        ),
        "def policy(r):\n    return [r.udm for r in []]\n",
        "def policy(r):\n    return (lambda r: r.udm)(1)\n",
        "def wrap(f):\n    return f\n@wrap\ndef policy(r):\n    return r.udm\n",
        "def policy(r):\n    return True\ndef helper(r):\n    return r.udm\n",
        "def policy(r):\n    return r.udm\npolicy = print\n",
        "def policy(*r):\n    return r.index\n",
        "def policy(r):\n    for r in []:\n        pass\n    return r.udm\n",
        (
            "def policy(r):\n    match r:\n        case {'a': r}:\n"
            "            return r.udm\n    return True\n"
        ),
    ],
)
def test_an_attribute_that_may_be_there_is_not_told(source: str) -> None:
    compile(source, "a.py", "exec")
    assert [one for one in found_in(source) if one[0] == "no-such-attribute"] == []


@pytest.mark.parametrize("folder", ["", "triage"])
def test_nothing_is_told_of_the_examples(folder: str) -> None:
    repository = load_repository(EXAMPLES / folder, (".",), PatSettings())
    found = [one for policy in repository.policies.values() for one in policy.diagnostics]
    found += repository.diagnostics
    assert repository.policies
    wrong = ("undefined-name", "no-such-attribute")
    assert [one for one in found if one.code in wrong] == []


def test_what_the_standard_library_reads_it_defines() -> None:
    """Thousands of functions of other people's: none of them is told of."""
    names = ["argparse", "ast", "collections/__init__", "dataclasses", "inspect", "json/decoder"]
    names += ["ipaddress", "logging/__init__", "pathlib", "tarfile", "typing", "unittest/mock"]
    folder = Path(ast.__file__).parent
    for name in names:
        place = folder / f"{name}.py"
        if place.is_file():  # some become packages
            assert check_helper(name, place.read_bytes()) == ()
