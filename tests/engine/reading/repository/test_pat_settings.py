from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.model import Level
from panther_engine.reading.repository.pat_settings import (
    FilterError,
    PatSettings,
    load_pat_settings,
    matches,
    parse_filters,
)


def load(tmp_path: Path, text: str | bytes) -> PatSettings:
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / ".panther_settings.yml").write_bytes(content)
    return load_pat_settings(tmp_path)


def passes(text: str, **spec: object) -> bool:
    (one,) = parse_filters([text])
    return matches(one, spec)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_pat_settings(tmp_path) == PatSettings()
    assert load_pat_settings(tmp_path / "nowhere") == PatSettings()


def test_every_option_of_a_test_run_is_read(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
path: policies
ignore_files: [policies/a.yml]
minimum_tests: 2
available_destination: [prod, dev]
skip_disabled_tests: yes
ignore_extra_keys: true
test_names: [Is good]
_filter: [Severity=High]
api_token: not for us
""",
    )
    assert settings.diagnostics == ()
    assert settings.path == "policies"
    assert settings.ignore_files == ("policies/a.yml",)
    assert settings.minimum_tests == 2
    assert settings.available_destination == ("prod", "dev")
    assert settings.skip_disabled_tests
    assert settings.ignore_extra_keys
    assert settings.test_names == ("Is good",)
    assert settings.filters == parse_filters(["Severity=High"])


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("available_destination: prod", "list"),
        ("ignore_files: a.yml", "list"),
        ("minimum_tests: many", "number"),
        ("skip_disabled_tests: perhaps", "true or false"),
        ("_filter: [severity=High]", "Severity"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_its_line(
    tmp_path: Path, line: str, word: str
) -> None:
    (found,) = load(tmp_path, f"# first\n{line}\n").diagnostics
    assert (found.path, found.line, found.severity) == (".panther_settings.yml", 2, Level.ERROR)
    assert word in found.message + found.hint


@pytest.mark.parametrize(
    ("line", "remedy"),
    [("minimum-tests: 3", "minimum_tests"), ("filter: {Severity: High}", "_filter")],
)
def test_a_key_that_pat_ignores_gets_a_warning(tmp_path: Path, line: str, remedy: str) -> None:
    settings = load(tmp_path, line)
    (found,) = settings.diagnostics
    assert found.severity is Level.WARNING
    assert remedy in found.hint
    assert settings.minimum_tests == 0
    assert settings.filters == ()


@pytest.mark.parametrize("text", ["a: [", "- a\n- b\n", "just text", b"\xff\xfe\xfa"])
def test_a_file_that_is_no_mapping_is_told_of(tmp_path: Path, text: str | bytes) -> None:
    (found,) = load(tmp_path, text).diagnostics
    assert found.severity is Level.ERROR
    assert found.path == ".panther_settings.yml"


def test_an_empty_file_is_fine(tmp_path: Path) -> None:
    assert load(tmp_path, "# nothing\n") == PatSettings()


@pytest.mark.parametrize("text", ["Severity", "=High", "Severity=", "Severity=a=b", ""])
def test_a_filter_must_be_key_and_value(text: str) -> None:
    with pytest.raises(FilterError, match="KEY=VALUE"):
        parse_filters([text])


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(FilterError, match="did you mean `Severity`"):
        parse_filters(["severity=High"])


def test_enabled_is_true_or_false_in_many_words() -> None:
    assert passes("Enabled=yes", Enabled=True)
    assert passes("Enabled=0", Enabled=False)
    assert not passes("Enabled=true")
    with pytest.raises(FilterError, match="true or false"):
        parse_filters(["Enabled=true,false"])


def test_values_are_compared_without_case_and_lists_on_any_overlap() -> None:
    assert passes("Severity=high,LOW", Severity="High")
    assert not passes("Severity=Medium", Severity="High")
    assert passes("Tags=pci", Tags=["AWS", "PCI"])
    assert not passes("Tags=cis", Tags=["AWS", "PCI"])


def test_an_inverted_filter_drops_what_overlaps_and_keeps_what_lacks_the_key() -> None:
    assert not passes("Status!=experimental,deprecated", Status="Experimental")
    assert passes("Status!=experimental,deprecated")
    assert not passes("Tags!=pci", Tags=["AWS", "PCI"])


def test_an_absent_key_is_empty_text_and_numbers_equal_no_text() -> None:
    assert passes("Status=beta,", Severity="High")
    assert not passes("BaseVersion=1", BaseVersion=1)
    assert not passes("Enabled=1", Enabled=1)
    assert not passes("Reports=PCI", Reports={"PCI": [1]})


def test_the_last_filter_of_a_key_wins_apart_for_both_signs() -> None:
    filters = parse_filters(["Tags=a", "Severity=Low", "Tags=b", "Tags!=c"])
    assert [(one.key, one.values, one.inverted) for one in filters] == [
        ("Tags", ("b",), False),
        ("Severity", ("low",), False),
        ("Tags", ("c",), True),
    ]
