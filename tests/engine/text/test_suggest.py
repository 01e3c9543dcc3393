"""Names that may have been meant."""

from __future__ import annotations

from panther_engine.text.suggest import did_you_mean, nearest_name, nearest_names

KEYS = ("PolicyID", "Severity", "Tags", "ResourceTypes")


def test_case_separators_and_a_plural_are_no_difference() -> None:
    assert nearest_name("policy_id", KEYS) == "PolicyID"
    assert nearest_name("Tag", KEYS) == "Tags"
    assert nearest_name("resource-type", KEYS) == "ResourceTypes"


def test_a_slip_is_found_and_another_word_is_not() -> None:
    assert nearest_name("Severtiy", KEYS) == "Severity"
    assert nearest_name("Owner", KEYS) == ""
    assert nearest_name("", KEYS) == ""


def test_a_hint_asks_for_the_nearest_or_says_something_else() -> None:
    assert did_you_mean("severty", KEYS) == "did you mean `Severity`?"
    assert did_you_mean("owner", KEYS, "see the list") == "see the list"


def test_a_message_names_at_most_three_that_are_near() -> None:
    assert nearest_names("tes", ["test", "tess", "tesa", "tesb"]).count(",") == 2
    assert nearest_names("zzz", ["test"]) == ""


def test_a_name_of_any_length_is_answered_at_once() -> None:
    assert nearest_names("x" * 1_000_000, ["test"]) == ""
    assert did_you_mean("x" * 1_000_000, KEYS) == ""
