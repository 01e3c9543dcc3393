import pytest

from panther_engine.authoring.fixes.fix_body import fix_body
from panther_engine.model import Diagnostic
from panther_engine.reading.check.body import check_body


def fixed(text: str) -> str:
    found: list[Diagnostic] = [
        one for one in check_body("a.py", text.encode()) if one.code == "no-policy"
    ]
    assert found
    return fix_body(text.encode(), "a.py", found[0])[0].decode()


def test_the_function_is_renamed_wherever_it_is_used() -> None:
    text = "@deco\ndef polcy(r):  # polcy\r\n    return r.polcy and polcy({})\n"
    assert fixed(text) == text.replace("def polcy", "def policy").replace("and polcy", "and policy")


@pytest.mark.parametrize(
    "text",
    ["def polcy(policy):\n    return policy\n", "def unrelated(r):\n    return True\n", "x = 1\n"],
)
def test_what_could_mean_something_else_is_left(text: str) -> None:
    assert fixed(text) == text
