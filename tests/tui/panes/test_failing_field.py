"""The field that the failing line names is found in the resource."""

from __future__ import annotations

import pytest

from panther_tui.panes.resource.failing_field import _descend

RESOURCE = {"Grants": None, "Policy": {"Statement": [{"Effect": "Allow"}]}, "it's": {"a": 1}}


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("for grant in resource['Grants']:", ("Grants",)),
        ('return resource.get("Policy", {}).get("Statement")', ("Policy", "Statement")),
        ('if deep_get(resource, "Policy", "Nothing") == "Grants":', ("Policy",)),
        ('x = "Other" + resource["Grants"]', ("Grants",)),
        ("return resource[\"it's\"]['a']", ("it's", "a")),
        ("return resource[key]", ()),
        ("return 'unclosed", ()),
    ],
)
def test_texts_of_the_line_lead_into_the_resource(line: str, path: tuple[str, ...]) -> None:
    assert _descend(RESOURCE, line) == path


def test_a_resource_that_is_no_mapping_has_no_field() -> None:
    assert _descend([1], "resource['Grants']") == ()
