"""The remembered layout: kept per repository, never trusted, never in the checkout."""

import json
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_tui.settings import layout_memory
from panther_tui.settings.layout_memory import Layout, layout_file, load_layout, save_layout

LAYOUT = Layout(
    sizes={"tree": 32},
    folded=frozenset({"policies/aws_s3_policies", "größe"}),
    arrangement="wide",
    zoomed="code",
    group_by="severity",
    sidebar=False,
    hint_seen=True,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "checkout").mkdir()
    return tmp_path / "checkout"


def test_what_was_saved_is_loaded_again(root: Path, tmp_path: Path) -> None:
    assert save_layout(root, LAYOUT, tmp_path / "new" / "state")
    assert load_layout(root, tmp_path / "new" / "state") == LAYOUT


def test_each_repository_has_its_own_however_it_is_reached(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    save_layout(root, LAYOUT, tmp_path / "state")

    assert load_layout(tmp_path / "link", tmp_path / "state") == LAYOUT
    assert load_layout(tmp_path, tmp_path / "state") == Layout()


def test_the_folder_is_the_platforms_unless_another_is_named(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_memory, "state_folder", lambda: tmp_path / "state")

    assert save_layout(root, LAYOUT)
    assert layout_file(root).parent == tmp_path / "state"


def test_nothing_is_written_into_the_checkout(root: Path) -> None:
    assert not save_layout(root, LAYOUT, root / "state")
    assert list(root.iterdir()) == []


def test_a_link_that_leads_into_the_checkout_is_seen(root: Path, tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to(root)

    assert not save_layout(root, LAYOUT, tmp_path / "state")
    assert list(root.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"version": 2, "zoomed": "code"}',
        b'{"version": 1, "sizes": 3, "folded": {"a": 1}, "zoomed": [], "sidebar": "no"}',
        b'{"version": 1, "sizes": {"tree": true, "code": -1, "x": 1e9, "\\u001b": 3}}',
        b'{"version": 1, "folded": [1, null], "arrangement": "\\u001b[2J"}',
        b'{"version": 1, "zoomed": ' + b'"' + b"x" * 2_000_000 + b'"}',
    ],
)
def test_a_file_that_makes_no_sense_is_as_if_it_were_not_there(
    root: Path, tmp_path: Path, content: bytes
) -> None:
    path = layout_file(root, tmp_path)
    path.write_bytes(content)

    assert load_layout(root, tmp_path) == Layout()
    assert save_layout(root, LAYOUT, tmp_path)
    assert load_layout(root, tmp_path) == LAYOUT


def test_what_makes_sense_of_a_damaged_file_is_kept(root: Path, tmp_path: Path) -> None:
    layout_file(root, tmp_path).write_text(
        json.dumps({"version": 1, "sizes": {"tree": 20, "code": "wide"}, "zoomed": 7})
    )

    assert load_layout(root, tmp_path) == Layout(sizes={"tree": 20})


def test_a_write_that_fails_leaves_the_old_layout_and_no_litter(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    save_layout(root, LAYOUT, state)

    with mock.patch("os.replace", side_effect=OSError):
        assert not save_layout(root, Layout(), state)

    assert load_layout(root, state) == LAYOUT
    assert [path.name for path in state.iterdir()] == [layout_file(root, state).name]


def test_a_folder_that_cannot_be_made_is_no_error(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert not save_layout(root, LAYOUT, tmp_path / "file" / "state")
    assert load_layout(root, tmp_path / "file" / "state") == Layout()


@given(st.binary(max_size=200))
def test_no_content_of_the_file_makes_loading_fail(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    layout_file(folder, folder).write_bytes(content)

    assert isinstance(load_layout(folder, folder), Layout)
