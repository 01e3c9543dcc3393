"""What a test can replace, and what people type for what it returns."""

import pytest

from panther_engine.authoring.resources.mocks import (
    lacks_name,
    mockable_names,
    read_return,
    write_return,
)

BODY = """\
import json as j
from base import dig, look

LIMITS = {}

def helper():
    return 1

def policy(resource):
    local = 1
    return True

def title(resource):
    return ""
"""


def test_names_of_the_top_level_are_offered_imports_first() -> None:
    assert mockable_names(BODY) == ("dig", "j", "look", "LIMITS", "helper")
    assert mockable_names("def policy(") == ()


def test_a_name_that_the_body_surely_lacks_is_known() -> None:
    assert [name for name in ("dig", "open", "local", "nothing") if lacks_name(BODY, name)] == [
        "local",
        "nothing",
    ]
    assert not lacks_name("from base import *\n", "nothing")
    assert not lacks_name("def policy(", "nothing")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("true", True), ("false", False), ('"true"', "true"), ("{}", "{}"), ('{"a": 1}', '{"a": 1}'),
     ("1", "1"), ("", ""), ('"a', '"a'), ('"a\\nb"', "a\nb")],
)  # fmt: skip
def test_what_is_typed_is_a_boolean_or_text(typed: str, value: str | bool) -> None:
    assert read_return(typed) == value
    assert read_return(write_return(value)) == value
