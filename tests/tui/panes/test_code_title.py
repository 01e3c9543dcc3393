"""The title in the frame of the code."""

from __future__ import annotations

from panther_tui.panes.code.code_title import BODY, OTHER, SPEC, CodeTitle, code_title

PATH = "policies/s3/aws_s3_bucket_public_read.py"
FIRST, SECOND = (OTHER, "global_helpers/base.py"), (OTHER, "global_helpers/panther_aws_helpers.py")
TABS = ((BODY, ""), (SPEC, ""), FIRST, SECOND)


def said(title: CodeTitle) -> str:
    return "".join(text for text, _ in title.parts)


def test_where_there_is_room_every_tab_is_named() -> None:
    whole = "aws_s3_bucket_public_read.py ─ body · spec · base.py · panther_aws_helpers.py"
    assert said(code_title(PATH, TABS, TABS[0], 80)) == whole


def test_the_names_of_helpers_give_way_to_the_name_of_the_file() -> None:
    title = code_title(PATH, TABS, TABS[0], 60)
    assert said(title) == "aws_s3_bucket_public_read.py ─ body · spec · 2 more"
    helper = code_title(SECOND[1], TABS, SECOND, 66)
    expected = "panther_aws_helpers.py ─ body · spec · panther_aws_helpers.py · 1 more"
    assert said(helper) == expected.replace("panther_aws_helpers.py ─", "panther_…elpers.py ─")


def test_a_name_that_is_still_too_long_loses_its_middle() -> None:
    assert said(code_title(PATH, TABS[:2], TABS[0], 34)) == "aws_s3_bu…ic_read.py ─ body · spec"


def test_what_is_older_than_the_file_says_so_beside_the_tabs() -> None:
    title = code_title(PATH, TABS[:2], TABS[0], 80, stale=True)
    assert said(title).endswith("body · spec · stale")
    assert title.tab_at(said(title).index("stale")) is None


def test_a_cell_of_a_tab_is_that_tab_and_between_them_there_is_none() -> None:
    for width in (80, 60, 30):
        title = code_title(PATH, TABS, TABS[0], width)
        text = said(title)
        for word, tab in ((" body", TABS[0]), (" spec", TABS[1])):
            start = text.index(word) + 1
            assert title.tab_at(start) == title.tab_at(start + 3) == (tab,)
            assert title.tab_at(start - 1) is None
    assert title.tab_at(text.index("2 more")) == (None,)
    assert title.tab_at(0) is None
    assert title.tab_at(200) is None
