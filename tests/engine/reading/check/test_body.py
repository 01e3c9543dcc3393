"""What can be told of a body without running it."""

from __future__ import annotations

import ast
import dis
from types import CodeType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_engine.model import Diagnostic, Level
from panther_engine.reading.check.body import check_body
from panther_engine.reading.source.bindings import module_bindings
from tests.engine.reading.spec.yaml_documents import EXAMPLES


def only(source: str | bytes) -> Diagnostic:
    (found,) = check_body("a.py", source.encode() if isinstance(source, str) else source)
    assert found.path == "a.py"
    return found


@pytest.mark.parametrize(
    "source",
    [
        "def policy(resource):\n    return True\n",
        "policy = lambda resource: True\n",
        "from helpers import policy\n",
        "from helpers import *\n",
        "import policy\n",
        "def policy(*args): return True\n",
        "def policy(resource, strict=False, *, deep=True): return True\n",
        "def policy(resource, /): return True\n",
        "if True:\n    def policy(resource): return True\n",
        "try:\n    from a import policy\nexcept ImportError:\n    def policy(r, s): return True\n",
        "exec('def policy(r): return True')\n",
        "import sys\nsetattr(sys.modules[__name__], 'policy', print)\n",
        "globals().update(policy=print)\n",
        "def make():\n    global policy\n    policy = print\nmake()\n",
        "def __getattr__(name): return lambda r: True\n",
        "from words import decorated\n@decorated\ndef policy(a, b): pass\n",
        "def policy(resource): raise NotImplementedError\n",
        "class policy:\n    def __new__(cls, resource): return True\n",
        "from words import f\npolicy, other = f()\n",
        "from words import make_policy\npolicy = make_policy()\n",
        "def policy(r):\n    # coding is fine: é\n    return True\n",
        'def policy(r):\n    return "\\d" in r\n',
    ],
)
def test_a_body_that_can_judge_is_right(source: str) -> None:
    assert check_body("a.py", source.encode()) == ()


@pytest.mark.parametrize(
    ("source", "line", "column", "hint"),
    [
        (
            "import os\n\ndef polcy(resource):\n    return True\n",
            3,
            0,
            "rename `polcy` to `policy`",
        ),
        ("def Policy(resource): return True\n", 1, 0, "rename `Policy` to `policy`"),
        ("x = 1\ndef rule(event): return True\n", 2, 0, "rename `rule` to `policy`"),
        ("class A:\n    def policy(self): return True\n", 2, 4, "move it out"),
        ("x = 1\n", 1, 0, "add `def policy(resource):`"),
        ("", 1, 0, "add `def policy(resource):`"),
        ("policy: int\n", 1, 0, "add `def policy(resource):`"),
    ],
)
def test_a_body_without_a_policy_is_an_error_at_the_nearest_definition(
    source: str, line: int, column: int, hint: str
) -> None:
    found = only(source)
    assert (found.severity, found.code) == (Level.ERROR, "no-policy")
    assert (found.line, found.column) == (line, column)
    assert hint in found.hint


@pytest.mark.parametrize(
    ("source", "line", "column", "message", "hint"),
    [
        ("def policy(r)\n    return True\n", 1, 13, "expected ':'", ""),
        ("def policy(r):\nreturn True\n", 2, 0, "indented block", "four spaces"),
        ("def policy(r):\n    return (1\n", 2, 11, "never closed", "close it"),
        ("def policy(r):\n    print 1\n", 2, 4, "print 1", "Python 2"),
        ("def policy(r):\n    return True\nreturn\n", 3, 0, "outside function", ""),
        ("# -*- coding: nonsense -*-\n", 1, 0, "nonsense", "UTF-8"),
        (b"x = 1\x00\n", 1, 0, "null", ""),
    ],
)
def test_what_python_cannot_read_is_an_error_with_its_place(
    source: str | bytes, line: int, column: int, message: str, hint: str
) -> None:
    found = only(source)
    assert (found.severity, found.code) == (Level.ERROR, "syntax-error")
    assert (found.line, found.column) == (line, column)
    assert message in found.message
    assert hint in found.hint


def test_a_body_that_is_not_text_is_an_error_in_its_line() -> None:
    found = only(b"x = 1\ny = '\xff'\n")
    assert (found.severity, found.code, found.line) == (Level.ERROR, "syntax-error", 2)
    assert "UTF-8" in found.hint


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("async def policy(r): return True\n", "policy-is-async"),
        ("class policy: pass\n", "policy-not-a-function"),
        ("policy = 5\n", "policy-not-a-function"),
        ("policy = {'a': 1}\n", "policy-not-a-function"),
        ("def policy(): return True\n", "wrong-signature"),
        ("def policy(self, resource): return True\n", "wrong-signature"),
        ("def policy(*, resource): return True\n", "wrong-signature"),
        ("def policy(r, *, strict): return True\n", "wrong-signature"),
        ("policy = lambda: True\n", "wrong-signature"),
        ("def policy(r): pass\n", "returns-nothing"),
        ("def policy(r):\n    def f(): return True\n    f()\n    return\n", "returns-nothing"),
        ("def policy(r):\n    return None\n", "returns-nothing"),
        ("def policy(r):\n    yield True\n", "policy-is-generator"),
    ],
)
def test_a_policy_that_cannot_judge_is_a_warning_since_its_tests_run(
    source: str, code: str
) -> None:
    found = only(source)
    assert (found.severity, found.code, found.line) == (Level.WARNING, code, 1)
    assert found.message.startswith("every test will err")
    assert found.hint


def test_what_python_only_warns_of_is_not_reported() -> None:
    assert check_body("a.py", b"def policy(r):\n    return r is 1 or '\\d'\n") == ()


def test_a_body_too_deep_for_the_parser_is_left_to_the_run_with_a_word() -> None:
    found = only(b"x = " + b"-" * 100_000 + b"1")
    assert (found.code, found.severity) == ("nested-too-deeply", Level.WARNING)


@settings(max_examples=EXAMPLES)
@given(st.one_of(st.binary(max_size=80), st.text("def policy(r):\n =,*'#\\\"", max_size=80)))
def test_no_body_raises(source: bytes | str) -> None:
    content = source.encode() if isinstance(source, str) else source
    for found in check_body("a.py", content):
        assert found.line >= 1
        assert found.column >= 0
        assert "\n" not in found.message


@pytest.mark.parametrize(
    "source",
    [
        "a = b = 1\nc, (d, *e) = f()\n",
        "import x.y, z as w\nfrom m import n as o\n",
        "for i in ():\n    j = 1\nelse:\n    k = 2\n",
        "with open('x') as h:\n    pass\n",
        "try:\n    p = 1\nexcept ValueError as q:\n    r = 2\nfinally:\n    s = 3\n",
        "while (t := 0):\n    pass\n",
        "u = [(w := v) for v in ()]\n",
        "def f(a=(g := 1)):\n    b = 2\nclass C(object):\n    d = 3\n",
        "match x:\n    case [l, *m]:\n        pass\n    case {'k': n, **o}:\n        pass\n",
        "lambda y: (z := 1)\n",
        "aa: int = 1\nbb: int\n",
    ],
)
def test_names_are_those_that_the_compiler_stores(source: str) -> None:
    stored = set()
    waiting = [compile(source, "a.py", "exec")]
    while waiting:
        code = waiting.pop()
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
        wanted = ("STORE_NAME", "STORE_GLOBAL") if code.co_name == "<module>" else ("STORE_GLOBAL",)
        stored |= {s.argval for s in dis.get_instructions(code) if s.opname in wanted}
    names = set(module_bindings(ast.parse(source)).names)
    assert names == {name for name in stored if not name.startswith("__")}
