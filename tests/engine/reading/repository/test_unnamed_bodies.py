"""A body that no spec names is told, for nothing tests it."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.model import Level
from panther_engine.reading.repository.load import load_repository, rescan
from panther_engine.reading.repository.pat_settings import PatSettings
from panther_engine.reading.repository.repository import Repository
from tests.engine.reading.repository.checkout import GOOD_BODY, Checkout, spec_text

CODE = "body-without-spec"


def load(checkout: Checkout) -> Repository:
    return load_repository(checkout.root, (".",), PatSettings())


def told(repository: Repository) -> list[tuple[str, int]]:
    return [(one.path, one.line) for one in repository.diagnostics if one.code == CODE]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.policy("good")
    made.helper("words")
    return made


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (GOOD_BODY, 1),
        ("# words\n\ndef policy (r):\n    return True\n", 3),
        ("async def policy(r):\n    return True\n", 1),
        ("import a\npolicy = lambda r: True\n", 2),
    ],
)
def test_a_body_that_no_spec_names_is_told_with_what_to_do(
    checkout: Checkout, body: str, line: int
) -> None:
    checkout.write("policies/aws/lonely.py", body)
    (found,) = load(checkout).diagnostics
    assert (found.path, found.line, found.code) == ("policies/aws/lonely.py", line, CODE)
    assert found.severity is Level.WARNING
    assert "no spec names it" in found.message
    assert "policies/aws/lonely.yml" in found.hint
    assert "`Filename: lonely.py`" in found.hint


def test_files_that_are_no_bodies_of_policies_are_not_told(checkout: Checkout) -> None:
    checkout.write("policies/words.py", "def help():\n    return True\n")
    checkout.write("policies/nested.py", "class A:\n    def policy(self):\n        pass\n")
    checkout.write("policies/compared.py", "policy == 1\n")
    checkout.write(
        "rules/a_rule.py", "def rule(e):\n    return policy(e)\ndef policy(e):\n    pass\n"
    )
    checkout.write("rules/a_rule.yml", "AnalysisType: rule\nRuleID: A\nFilename: a_rule.py\n")
    checkout.write("elsewhere/body.py", GOOD_BODY)
    assert told(load(checkout)) == []


def test_a_body_whose_spec_is_broken_is_not_told_besides(checkout: Checkout) -> None:
    checkout.write("policies/good.yml", spec_text("good") + "\tbroken: [\n")
    assert told(load(checkout)) == []


def test_a_body_beside_a_spec_of_its_name_that_names_another_is_told(checkout: Checkout) -> None:
    checkout.write("policies/good.yml", spec_text("good", body="other.py"))
    checkout.write("policies/other.py", GOOD_BODY)
    assert told(load(checkout)) == [("policies/good.py", 1)]


def test_it_is_told_when_it_is_saved_and_not_any_more_when_its_spec_comes(
    checkout: Checkout,
) -> None:
    repository = load(checkout)
    assert told(repository) == []
    checkout.write("policies/lonely.py", GOOD_BODY)
    change = rescan(repository, ["policies/lonely.py"])
    assert change is not None
    assert told(change.repository) == [("policies/lonely.py", 1)]
    checkout.write("policies/lonely.py", "x = 1\n" + GOOD_BODY)
    change = rescan(change.repository, ["policies/lonely.py"])
    assert change is not None
    assert told(change.repository) == [("policies/lonely.py", 2)]
    checkout.write("policies/lonely.yml", spec_text("lonely"))
    change = rescan(change.repository, ["policies/lonely.yml"])
    assert change is not None
    assert told(change.repository) == []
    assert "policies/lonely.yml" in change.affected
