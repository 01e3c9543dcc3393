"""Python that nests as deep as one likes, in every way that there is."""

from __future__ import annotations

from collections.abc import Callable

EXPRESSIONS: dict[str, Callable[[int], str]] = {
    "or": lambda n: " or ".join(["resource"] * n),
    "and_or": lambda n: "1 and (2 or (" * n + "3" + "))" * n,
    "plus": lambda n: "+".join(["1"] * n),
    "power": lambda n: "1**" * n + "1",
    "not": lambda n: "not " * n + "1",
    "minus": lambda n: "-" * n + "1",
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "tuples": lambda n: "(" * n + "1" + ",)" * n,
    "sets": lambda n: "{" * n + "1" + "}" * n,
    "dicts": lambda n: "{1:" * n + "1" + "}" * n,
    "arguments": lambda n: "len(" * n + "1" + ")" * n,
    "calls": lambda n: "len" + "()" * n,
    "attributes": lambda n: "resource" + ".a" * n,
    "subscripts": lambda n: "resource" + "[1]" * n,
    "conditions": lambda n: "1 if 2 else " * n + "3",
    "lambdas": lambda n: "lambda: " * n + "3",
    "comparisons": lambda n: "1<" * n + "3",
    "nested_comparisons": lambda n: "(1<" * n + "3" + ")" * n,
    "comprehensions": lambda n: "[x for x in " * n + "[]" + "]" * n,
    "walruses": lambda n: "(a:=" * n + "1" + ")" * n,
    "texts": lambda n: " ".join(["'a'"] * n),
    "starred": lambda n: "[*" * n + "[]" + "]" * n,
    "formatted": lambda n: "f'{" * min(n, 1) + "+".join(["1"] * n) + "}'" * min(n, 1),
}


def _indented(line: str, last: str) -> Callable[[int], str]:
    def write(depth: int) -> str:
        lines = [f"{' ' * level}{line}" for level in range(1, depth + 1)]
        return "\n".join([*lines, f"{' ' * (depth + 1)}{last}"]) + "\n"

    return write


BLOCKS: dict[str, Callable[[int], str]] = {
    "ifs": _indented("if resource:", "return True"),
    "fors": _indented("for one in resource:", "return True"),
    "withs": _indented("with resource:", "return True"),
    "whiles": _indented("while resource:", "return True"),
    "functions": _indented("def inner():", "return True"),
    "classes": _indented("class Inner:", "a = 1"),
    "elifs": lambda n: " if 1:\n  pass\n" + " elif 2:\n  pass\n" * n,
}

PLACES: dict[str, str] = {
    "returned": "def policy(resource):\n    return {}\n",
    "module": "X = {}\ndef policy(resource):\n    return True\n",
    "target": "X[{}] = 1\ndef policy(resource):\n    return True\n",
    "default": "def policy(resource, x={}):\n    return True\n",
    "decorator": "@print({})\ndef policy(resource):\n    return True\n",
    "in_a_class": "class A:\n    x = {}\ndef policy(resource):\n    return A.x\n",
    "annotation": "x: {} = 1\ndef policy(resource):\n    return True\n",
    "without_policy": "X = {}\n",
    "policy_itself": "policy = {}\n",
    "raised": "def policy(resource):\n    raise ValueError({})\n",
    "import_beside": "import words\ndef policy(resource):\n    return words.get({})\n",
    "mixed": "import re\nA = re.compile('a')\ndef policy(resource):\n    yield {}\n",
}


def write_source(kind: str, place: str, depth: int) -> str:
    """A body whose expression, or whose block, nests so deep."""
    if kind in BLOCKS:
        return f"def policy(resource):\n{BLOCKS[kind](depth)}"
    return PLACES[place].format(EXPRESSIONS[kind](depth))
