"""Null in a field that a line cannot take."""

import pytest

from panther_engine.authoring.edits.steps import Refusal
from panther_engine.authoring.fixes.null_guard import Guarded, guard_null

LOOP = """\
def policy(resource):
    # Grüße
    for grant in resource["Grants"]:
        return False
    return True
"""


@pytest.mark.parametrize(
    ("body", "line", "field", "after"),
    [
        (LOOP, 3, ("Grants",), LOOP.replace('"Grants"]', '"Grants"] or []')),
        (
            'def policy(r):\r\n    return any(g == "é" for g in r["G"])\r\n', 2, ("G",),
            'def policy(r):\r\n    return any(g == "é" for g in r["G"] or [])\r\n',
        ),
        (
            'def policy(r):\n    return r.get("G", {}).get("x")\n', 2, ("G",),
            'def policy(r):\n    return (r.get("G", {}) or {}).get("x")\n',
        ),
        (
            'def policy(r):\n    g = r.get("G")\n    return "x" in g\n', 3, ("G",),
            'def policy(r):\n    g = r.get("G") or []\n    return "x" in g\n',
        ),
        (
            'def policy(r):\n    return r["A"]["B"] == 1\n', 2, ("A",),
            'def policy(r):\n    return (r["A"] or {}).get("B") == 1\n',
        ),
        (
            'def policy(r):\n    return deep_get(r, "A", "B").lower() == "x"\n', 2, ("A", "B"),
            'def policy(r):\n    return (deep_get(r, "A", "B") or "").lower() == "x"\n',
        ),
        (
            'def policy(r):\n    return len(r["A"]) > 1\n', 2, ("A",),
            'def policy(r):\n    return len(r["A"] or []) > 1\n',
        ),
    ],
)  # fmt: skip
def test_what_null_counts_as_is_written_where_it_is_read(
    body: str, line: int, field: tuple[str, ...], after: str
) -> None:
    found = guard_null(body.encode(), line, field)
    assert isinstance(found, Guarded), found
    assert found.after.decode() == after


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('def policy(r):\n    return r["A"] > 5\n', "no meaning for an empty value"),
        ('def policy(r):\n    return r["A"].lower() in r["A"]\n', "more than one place"),
        ('def policy(r):\n    return len(r["B"])\n', "from no place"),
        ("def policy(r:\n", "no Python"),
    ],
)
def test_what_is_not_clear_is_left(body: str, reason: str) -> None:
    found = guard_null(body.encode(), 2, ("A",))
    assert isinstance(found, Refusal)
    assert (reason in found.reason, found.line) == (True, 2), found
