"""The fields that a policy read."""

from __future__ import annotations

from pathlib import Path

from panther_engine.insight.trace.field import field_text
from panther_engine.values.insight import Insight
from tests.engine.insight.explained import explain_one

DEEP_GET = """
    from functools import reduce
    from collections.abc import Mapping

    def deep_get(dictionary, *keys, default=None):
        out = reduce(
            lambda d, key: d.get(key, default) if isinstance(d, Mapping) else default,
            keys,
            dictionary,
        )
        return default if out is None else out
"""


def reads_of(insight: Insight) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(field_text(one.field), one.kind.value, one.lines) for one in insight.reads]


def read(root: Path, source: str, resource: object) -> list[tuple[str, str, tuple[int, ...]]]:
    helpers = {"words": DEEP_GET}
    return reads_of(explain_one(root, source, resource, helpers=helpers).insight)


def test_fields_are_told_with_the_lines_that_read_them(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            first = resource["A"]["B"]
            if resource.get("A").get("B") == first:
                return "C" not in resource and resource.get("D") is None
            return False
    """
    assert read(tmp_path, source, {"A": {"B": 1}, "D": None}) == [
        ("$.A", "value", (2, 3)),
        ("$.A.B", "value", (2, 3)),
        ("$.C", "missing", (4,)),
        ("$.D", "value", (4,)),
    ]


def test_what_a_global_read_is_told_at_the_line_of_the_body(tmp_path: Path) -> None:
    source = """
        from words import deep_get

        def policy(resource):
            return deep_get(resource, "A", "B") == 1 and not deep_get(resource, "A", "X", "Y")
    """
    assert read(tmp_path, source, {"A": {"B": 1}}) == [
        ("$.A", "value", (4,)),
        ("$.A.B", "value", (4,)),
        ("$.A.X", "missing", (4,)),
    ]


def test_what_a_library_read_is_told_as_read_whole(tmp_path: Path) -> None:
    source = """
        import json

        def policy(resource):
            return "x" in json.dumps(resource["A"]) and "1" in str(resource)
    """
    insight = explain_one(tmp_path, source, {"A": ["x", 1]}).insight
    assert reads_of(insight) == [("$.A", "whole", (4,)), ("$", "whole", (4,))]
    assert [one.by for one in insight.reads] == ["json.dumps", "str"]


def test_items_of_a_list_have_places(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            for item in resource["Items"]:
                if item["Name"] == "b":
                    return True
            return resource["Items"][-1]["Name"] == "c"
    """
    items = [{"Name": "a"}, {"Name": "c"}]
    assert [field for field, _, _ in read(tmp_path, source, {"Items": items})] == [
        "$.Items",
        "$.Items[0].Name",
        "$.Items[1].Name",
        "$.Items[1]",
    ]


def test_a_key_that_raises_is_missing(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            try:
                return resource["A"]["none of it"]
            except KeyError:
                return True
    """
    assert read(tmp_path, source, {"A": {}})[-1] == ('$.A["none of it"]', "missing", (3,))


def test_the_last_field_read_before_the_verdict_is_told(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            if resource["A"] == 1:
                return resource["B"]["C"]
            return resource["D"]
    """
    insight = explain_one(tmp_path, source, {"A": 1, "B": {"C": True}, "D": 1}).insight
    assert insight.last_read == ("B", "C")


def test_fields_below_an_alias_are_found_at_one_of_its_places(tmp_path: Path) -> None:
    source = "def policy(resource):\n    return resource['A']['X'] == resource['B']['X']\n"
    found = read(tmp_path, source, {"A": {"X": 1}, "B": {"X": 1}})
    assert [field for field, _, _ in found] == ["$.A", "$.A.X", "$.B", "$.B.X"]


def test_a_global_that_asks_for_its_file_is_observed_in_the_checkout(tmp_path: Path) -> None:
    helper = """
        import os

        def name(resource):
            return resource["Name"] == os.path.basename(__file__)
    """
    source = """
        import words

        def policy(resource):
            return words.name(resource)
    """
    insight = explain_one(tmp_path, source, {"Name": "words.py"}, helpers={"words": helper}).insight
    assert (insight.verdict, insight.same_as_plain) == ("PASS", True)
    assert reads_of(insight) == [("$.Name", "value", (4,))]
    (condition,) = insight.conditions
    (operand,) = condition.operands
    assert [inner.place.path for inner in operand.inside] == ["global_helpers/words.py"]
