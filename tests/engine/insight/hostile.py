"""Bodies that a naive observer would break, with the line that decides each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.engine.insight.explained import Sample


@dataclass(frozen=True)
class Hostile:
    """A sample, and what its insight must say."""

    sample: Sample
    line: int
    """That decides the last test; 0 if none can be known."""
    said: str = ""
    """A part of the reason of the last test."""


def body(
    source: str, *resources: object, line: int, said: str = "", expected: bool = True
) -> Hostile:
    """A hostile body."""
    return Hostile(Sample(source, resources or ({},), expected), line, said)


HOSTILE = {
    "exact_type": body(
        """
        def policy(resource):
            return type(resource) is dict and type(resource["A"]) is list
        """,
        {"A": []},
        line=2,
    ),
    "json_dumps": body(
        """
        import json

        def policy(resource):
            return json.dumps(resource, sort_keys=True) == '{"A": {"B": 1}}'
        """,
        {"A": {"B": 1}},
        line=4,
    ),
    "deepcopy": body(
        """
        import copy

        def policy(resource):
            mine = copy.deepcopy(resource)
            mine["A"]["B"] = 2
            return resource["A"]["B"] == 1 and mine["A"]["B"] == 2
        """,
        {"A": {"B": 1}},
        line=6,
        said="`A.B` is 1",
    ),
    "unpacked": body(
        """
        def check(A, **rest):
            return A == 1 and rest == {"B": 2}

        def policy(resource):
            return check(**resource) and {**resource, "C": 3}["C"] == 3
        """,
        {"A": 1, "B": 2},
        line=5,
    ),
    "generators": body(
        """
        def pairs(resource):
            for key in resource:
                yield key, resource[key]
            return

        def policy(resource):
            found = pairs(resource)
            first = next(found)
            return first == ("A", 1) and list(found) == [("B", 2)]
        """,
        {"A": 1, "B": 2},
        line=9,
    ),
    "closures": body(
        """
        def policy(resource):
            count = 0

            def add(value):
                nonlocal count
                count += value
                return count

            add(resource["A"])
            add(resource["A"])
            return count == 4
        """,
        {"A": 2},
        line=11,
        said="`count` is 4",
    ),
    "recursion": body(
        """
        def depth(value):
            if not isinstance(value, dict):
                return 0
            return 1 + max(depth(item) for item in value.values())

        def policy(resource):
            return depth(resource) == 3
        """,
        {"A": {"B": {"C": 1}}},
        line=7,
    ),
    "policy_calls_itself": body(
        """
        def policy(resource):
            if "Inner" in resource:
                return policy(resource["Inner"])
            return resource["A"] == 1
        """,
        {"Inner": {"Inner": {"A": 1}}},
        line=3,
    ),
    "endless_recursion": body(
        """
        def policy(resource):
            return policy(resource)
        """,
        line=2,
        said="RecursionError",
    ),
    "caught_recursion": body(
        """
        def dive(n):
            try:
                return dive(n + 1)
            except RecursionError:
                return n

        def policy(resource):
            return dive(0) > 10
        """,
        line=8,
    ),
    "decorators": body(
        """
        import functools

        def twice(function):
            @functools.wraps(function)
            def wrapped(resource):
                return function(resource) and function(resource)
            return wrapped

        @twice
        def policy(resource):
            return resource["A"] == 1
        """,
        {"A": 1},
        line=11,
        said="`A` is 1",
    ),
    "cached": body(
        """
        import functools

        @functools.lru_cache(maxsize=None)
        def size(text):
            return len(text)

        def policy(resource):
            return size(resource["A"]) == size(resource["A"]) == 2
        """,
        {"A": "ab"},
        line=8,
    ),
    "dataclasses": body(
        """
        from dataclasses import dataclass, field

        @dataclass
        class Grant:
            who: str
            what: list = field(default_factory=list)

            @property
            def public(self):
                return self.who == "*"

        def policy(resource):
            return not Grant(**resource["Grant"]).public
        """,
        {"Grant": {"who": "me"}},
        line=13,
    ),
    "walrus": body(
        """
        def policy(resource):
            if (size := len(resource["A"])) > 2 and (last := resource["A"][-1]):
                return last == size
            return False
        """,
        {"A": [1, 2, 3]},
        line=3,
        said="`A[2]` is 3",
    ),
    "f_strings": body(
        """
        def policy(resource):
            width = 6
            return f"{resource['A']!r:>{width}}|{resource['B']=}" == "   'x'|resource['B']=2"
        """,
        {"A": "x", "B": 2},
        line=3,
    ),
    "lambdas": body(
        """
        from functools import reduce

        def policy(resource):
            ordered = sorted(resource["A"], key=lambda one: -one["N"])
            return reduce(lambda total, one: total * 10 + one["N"], ordered, 0) == 321
        """,
        {"A": [{"N": 1}, {"N": 3}, {"N": 2}]},
        line=5,
    ),
    "caught": body(
        """
        def policy(resource):
            try:
                return resource["Missing"]["A"] == 1
            except KeyError as error:
                return error.args == ("Missing",)
        """,
        {"A": 1},
        line=5,
    ),
    "finally": body(
        """
        def policy(resource):
            done = []
            try:
                return resource["A"] == 1
            finally:
                done.append(1)
        """,
        {"A": 1},
        line=4,
        said="`A` is 1",
    ),
    "finally_overrides": body(
        """
        def policy(resource):
            try:
                return False
            finally:
                return resource["A"] == 1
        """,
        {"A": 1},
        line=5,
        said="`A` is 1",
    ),
    "threads": body(
        """
        import threading

        def check(resource, out):
            out.append(resource["A"] == 1)

        def policy(resource):
            out = []
            thread = threading.Thread(target=check, args=(resource, out))
            thread.start()
            thread.join()
            return out == [True]
        """,
        {"A": 1},
        line=11,
    ),
    "inspects": body(
        """
        import inspect

        def helper():
            return inspect.currentframe().f_back.f_code.co_name

        def policy(resource):
            source = inspect.getsource(policy)
            names = [frame.function for frame in inspect.stack()]
            return "getsource" in source and names[0] == "policy" and helper() == "policy"
        """,
        line=9,
    ),
    "namespaces": body(
        """
        def policy(resource):
            local = 1
            before = sorted(locals())
            known = [name for name in globals() if not name.startswith("__")]
            return before == ["local", "resource"] and sorted(known) == ["policy"] and not [
                name for name in dir(__builtins__) if "panther" in str(name)
            ]
        """,
        line=5,
    ),
    "names_of_code": body(
        """
        def policy(resource):
            return policy.__code__.co_varnames == ("resource",) and (
                policy.__code__.co_names == ("policy", "__code__", "co_varnames", "co_names")
            )
        """,
        line=2,
    ),
    "docstring": body(
        """
        def policy(resource):
            "What it is for."
            return policy.__doc__ == "What it is for." and other.__doc__ is None

        def other():
            return "no docstring"
        """,
        line=3,
    ),
    "evaluates": body(
        """
        def policy(resource):
            return eval("resource['A'] + extra", {}, {**locals(), "extra": 1}) == 2
        """,
        {"A": 1},
        line=2,
    ),
    "mutates": body(
        """
        def policy(resource):
            resource["A"]["B"].append(4)
            del resource["A"]["C"]
            taken = resource.pop("D", None)
            return resource["A"]["B"] == [1, 4] and "C" not in resource["A"] and taken == 5
        """,
        {"A": {"B": [1], "C": 1}, "D": 5},
        line=5,
    ),
    "super_and_class": body(
        """
        class Base:
            def check(self, value):
                return value == 1

        class Mine(Base):
            def check(self, value):
                return super().check(value) and __class__ is Mine

        def policy(resource):
            return Mine().check(resource["A"])
        """,
        {"A": 1},
        line=10,
    ),
    "strange_values": body(
        """
        class Strange:
            calls = []

            def __repr__(self):
                self.calls.append("repr")
                raise RuntimeError("do not look at me")

            def __bool__(self):
                self.calls.append("bool")
                return True

            def __eq__(self, other):
                self.calls.append("eq")
                return True

            __hash__ = None

            def __len__(self):
                self.calls.append("len")
                return 3

        def policy(resource):
            strange = Strange()
            kept = [strange, {"a": strange}]
            if strange == 1 and strange and kept:
                return Strange.calls == ["eq", "bool"]
            return False
        """,
        line=26,
    ),
    "prints": body(
        """
        import sys

        def policy(resource):
            print("one", resource)
            sys.stderr.write("two\\n")
            return resource == {"A": 1}
        """,
        {"A": 1},
        line=6,
    ),
    "comprehensions": body(
        """
        def policy(resource):
            rows = [[cell for cell in row if cell] for row in resource["Rows"]]
            names = {key: value for key, value in resource["Names"].items()}
            letters = {letter for name in names for letter in name}
            return rows == [[1], [2]] and names == {"ab": 1} and letters == {"a", "b"}
        """,
        {"Rows": [[0, 1], [2, 0]], "Names": {"ab": 1}},
        line=5,
    ),
    "loop_with_else": body(
        """
        def policy(resource):
            for item in resource["A"]:
                if item == 3:
                    break
            else:
                return False
            while item:
                item -= 1
                if item == 1:
                    return True
            return False
        """,
        {"A": [1, 2, 3]},
        line=10,
        said="`item` is 1",
    ),
    "starred": body(
        """
        def policy(resource):
            first, *rest = resource["A"]
            return max(*rest, first) == 3 and [*rest, first] == [2, 3, 1]
        """,
        {"A": [1, 2, 3]},
        line=3,
    ),
    "async_code": body(
        """
        import asyncio

        async def numbers(resource):
            for value in resource["A"]:
                yield value
            return

        async def total(resource):
            async with asyncio.Lock():
                return sum([value async for value in numbers(resource)])

        def policy(resource):
            return asyncio.run(total(resource)) == 3
        """,
        {"A": [1, 2]},
        line=13,
    ),
    "global_statement": body(
        """
        SEEN = 0

        def policy(resource):
            global SEEN
            SEEN += 1
            return SEEN == resource["Turn"]
        """,
        {"Turn": 1},
        {"Turn": 2},
        {"Turn": 3},
        line=6,
        said="`SEEN` is 3",
    ),
    "one_line": body("policy = lambda one: one['A'] == 1\n", {"A": 1}, line=1, said="`A`"),
    "one_line_def": body("def policy(resource): return resource['A'] == 1\n", {"A": 1}, line=1),
    "chained": body(
        """
        def policy(resource):
            return 1 < resource["A"] <= resource["B"] != 4 and (not resource["C"] or resource["D"])
        """,
        {"A": 2, "B": 3, "C": True, "D": True},
        line=2,
        said="`D` is True",
    ),
    "raises_itself": body(
        """
        def policy(resource):
            if resource["A"] == 1:
                raise ValueError(f"no {resource['A']}")
            return True
        """,
        {"A": 1},
        line=3,
        said="because `A` is 1",
    ),
    "raises_from": body(
        """
        def policy(resource):
            try:
                return resource["A"]["B"]
            except TypeError as error:
                raise LookupError("nothing there") from error
        """,
        {"A": None},
        line=5,
        said="LookupError",
    ),
    "none": body(
        """
        def policy(resource):
            for grant in resource["Grants"]:
                if grant:
                    return False
            return True
        """,
        {"Grants": None},
        line=2,
        said="because `Grants` is None",
    ),
    "no_verdict": body(
        """
        def policy(resource):
            if resource["A"] == 1:
                return resource["B"]
            return True
        """,
        {"A": 1, "B": "yes"},
        line=3,
        said="returns 'yes'",
    ),
    "falls_off": body(
        """
        def policy(resource):
            if resource["A"] == 2:
                return True
            resource["A"] == 1
        """,
        {"A": 1},
        line=4,
        said="ends without a `return`",
    ),
    "exits": body(
        """
        import sys

        def policy(resource):
            if resource["A"] is None:
                sys.exit("no A")
            return True
        """,
        {"A": None},
        line=5,
        said="SystemExit",
    ),
    "tells_nothing": body(
        """
        policy = bool
        """,
        {"A": 1},
        line=0,
        said="could not be observed",
    ),
    "many_steps": body(
        """
        def policy(resource):
            total = 0
            for number in range(60_000):
                if number % 2:
                    total += number
            if total > resource["Most"]:
                return False
            return True
        """,
        {"Most": 10},
        line=7,
        said="which is more than 10",
        expected=False,
    ),
    "ten_million_steps": body(
        """
        def policy(resource):
            total = 0
            for number in range(5_000_000):
                total += number
            if total > resource["Most"]:
                return False
            return True
        """,
        {"Most": 10},
        line=6,
        said="which is more than 10 (`Most`)",
        expected=False,
    ),
    "two_seconds": body(
        """
        import time

        def policy(resource):
            time.sleep(resource["Seconds"])
            return resource["Seconds"] == 2
        """,
        {"Seconds": 2},
        line=5,
        said="`Seconds` is 2",
    ),
    "deep_expression": body(
        "def policy(resource):\n    return "
        + " + ".join(["resource['A']"] * 150)
        + " == 150\n",
        {"A": 1},
        line=2,
    ),
    "tabs": Hostile(
        Sample("", ({"A": 1},), raw=b"def policy(one):\n\tif one['A']:\n\t\treturn True\n"),
        3,
        "`A` is 1",
    ),
    "crlf": Hostile(
        Sample("", ({"A": 1},), raw=b"def policy(resource):\r\n    return resource['A'] == 1\r\n"),
        2,
        "`A` is 1",
    ),
    "marked": Hostile(
        Sample(
            "",
            ({"A": 1},),
            raw=b"\xef\xbb\xbfdef policy(resource):\n    return resource['A'] == 1\n",
        ),
        2,
        "`A` is 1",
    ),
    "not_ascii": Hostile(
        Sample(
            "",
            ({"Größe": "naïve – 日本"},),
            raw=(
                "def policy(resource):\n"
                "    名 = resource['Größe']; return 名 == 'naïve – 日本' and True\n"
            ).encode(),
        ),
        2,
        "`Größe` is 'naïve – 日本'",
    ),
    "latin": Hostile(
        Sample(
            "",
            ({"A": "é"},),
            raw=(
                "# -*- coding: latin-1 -*-\n"
                "def policy(resource):\n"
                "    return resource['A'] == 'é'\n"
            ).encode("latin-1"),
        ),
        3,
    ),
}  # fmt: skip

NEWER = {
    "match": body(
        """
        def policy(resource):
            match resource:
                case {"A": [first, *_], "B": {"C": wanted}} if first == wanted:
                    return wanted == 1
                case {"A": _}:
                    return False
                case _:
                    return False
        """,
        {"A": [1, 2], "B": {"C": 1}},
        line=4,
    ),
    "except_star": body(
        """
        def policy(resource):
            caught = False
            try:
                raise ExceptionGroup("many", [ValueError(resource["A"])])
            except* ValueError:
                caught = True
            return caught
        """,
        {"A": 1},
        line=7,
    ),
}
"""For Python 3.11 and later."""
