"""Which tests reach a line of a body, and which ways they go on from it. Pure."""

from __future__ import annotations

import ast
import warnings

from panther_engine.values.findings import Covered


def statement_at(text: str, line: int) -> int:
    """The line where the innermost statement begins that a 1-based line is part of; 0 for none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    holders = (
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    )
    return max(holders, default=0)


def ways_of_tests(covered: Covered, text: str, line: int) -> dict[int, str] | None:
    """By their places in the spec the tests that reach a line, each with the ways it goes on.

    None if it holds no statement of a function: what is outside runs with every test.
    """
    start = statement_at(text, line)
    reaching = covered.lines.get(start)
    if reaching is None:
        return None
    ways = [branch for branch in covered.branches if branch.line == start]
    return {
        test: ", ".join(branch.way for branch in ways if test in branch.tests)
        for test in sorted(reaching)
    }
