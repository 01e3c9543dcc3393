"""A filter that could only be a slip is refused, with what may have been meant."""

from __future__ import annotations

import pytest

from panther_engine.reading.repository.pat_settings import FILTER_KEYS, FilterError, matches
from panther_engine.reading.repository.pat_settings import parse_filters as parse_as_pat
from panther_engine.reading.selection.filters import KEYS, nearest_values, parse_filters


def passes(text: str, **spec: object) -> bool:
    (one,) = parse_filters([text])
    return matches(one, spec)


def refused(text: str) -> str:
    with pytest.raises(FilterError) as caught:
        parse_filters([text])
    return str(caught.value)


def test_reports_are_compared_by_their_names() -> None:
    assert passes("Reports=CIS", Reports={"CIS": [1.1]})
    assert passes("Reports=pci,cis", Reports={"CIS": [1.1]})
    assert not passes("Reports=PCI", Reports={"CIS": [1.1]})
    assert passes("Reports!=PCI", Reports={"CIS": [1.1]})
    assert not passes("Reports=CIS", Severity="High")


def test_numbers_are_compared_as_they_are_written() -> None:
    assert passes("BaseVersion=3", BaseVersion=3)
    assert not passes("BaseVersion=3", BaseVersion=4)
    assert passes("Enabled=true", Enabled=True)


def test_the_filters_of_pats_settings_mean_what_they_mean_to_pat() -> None:
    (one,) = parse_as_pat(["Reports=CIS"])
    assert not matches(one, {"Reports": {"CIS": [1.1]}})


def test_an_unknown_key_is_told_with_the_nearest_and_all_others() -> None:
    said = refused("severity=High")
    assert said.startswith("`severity` is not a key to filter by; did you mean `Severity`?")
    assert all(f"`{key}`" in said for key in KEYS)
    assert "did you mean" not in refused("Zzz=1")


@pytest.mark.parametrize("key", sorted({*FILTER_KEYS} - {*KEYS}))
def test_a_key_that_no_value_of_a_policy_can_equal_is_refused(key: str) -> None:
    assert f"`{key}` is not a key to filter by" in refused(f"{key}=a")
    assert f"`{key}` is not a key to filter by" in refused(f"{key}!=a")


def test_a_value_that_no_policy_can_have_is_told_with_the_nearest() -> None:
    assert refused("Severity=Hgh") == (
        'no policy has "hgh" as `Severity`; did you mean `Severity=High`?'
    )
    assert "there are Info, Low, Medium, High, Critical" in refused("Severity=zzz")
    assert "did you mean `ResourceTypes=AWS.S3.Bucket`?" in refused("ResourceTypes=AWS.S3.Buckt")
    assert parse_filters(["Severity=high,LOW", "Tags=anything"])


@pytest.mark.parametrize("text", ["Severity", "=High", "Severity=", "Severity=a=b", ""])
def test_the_form_is_told_first(text: str) -> None:
    assert "KEY=VALUE" in refused(text)


SPECS: list[dict[str, object]] = [
    {"Tags": ["AWS", "PCI"], "Reports": {"CIS": [1]}, "PolicyID": "A"},
    {"Tags": ["AWS"], "PolicyID": "B"},
]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tags=PCIX", "did you mean `Tags=PCI`?"),
        ("Tags=zzz", "there are AWS, PCI"),
        ("Reports=CSI", "there are CIS"),
        ("Status=x", "no policy has `Status`"),
        ("PolicyID=C", "there are A, B"),
    ],
)
def test_why_no_policy_passes_is_told(text: str, said: str) -> None:
    assert said in nearest_values(parse_filters([text]), SPECS)


def test_of_filters_that_each_pass_something_nothing_is_told() -> None:
    assert nearest_values(parse_filters(["Tags=PCI", "PolicyID=B"]), SPECS) == ""
    assert nearest_values(parse_filters(["Tags!=AWS"]), SPECS) == ""
