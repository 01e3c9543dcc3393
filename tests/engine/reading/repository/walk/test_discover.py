from __future__ import annotations

import os
from pathlib import Path

import pytest

from panther_engine.model import Level
from panther_engine.reading.repository.walk.discover import find_root, list_files, refresh
from tests.engine.reading.repository.checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def names(checkout: Checkout, *scopes: str, ignored: tuple[str, ...] = ()) -> list[str]:
    return list(list_files(checkout.root, scopes or (".",), ignored).files)


def codes(checkout: Checkout, *scopes: str) -> list[str]:
    found = list_files(checkout.root, scopes or (".",), ()).diagnostics
    return [diagnostic.code for diagnostic in found]


def test_the_root_is_the_nearest_ancestor_with_git(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "policies" / "s3"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path
    assert find_root(inner / "missing.py") == tmp_path


def test_a_settings_file_makes_a_root_inside_a_git_checkout(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "security"
    (inner / "policies").mkdir(parents=True)
    (inner / ".panther_settings.yml").touch()
    assert find_root(inner / "policies") == inner


def test_without_git_the_root_holds_policies_or_helpers(tmp_path: Path) -> None:
    (tmp_path / "here" / "policies" / "s3").mkdir(parents=True)
    assert find_root(tmp_path / "here" / "policies" / "s3") == tmp_path / "here"


def test_the_root_of_a_lone_file_is_its_directory(tmp_path: Path) -> None:
    folder = tmp_path / "lone"
    folder.mkdir()
    (folder / "a.py").touch()
    assert find_root(folder / "a.py") == folder
    assert find_root(folder) == folder


def test_the_root_as_scope_reads_only_folders_that_pat_reads(checkout: Checkout) -> None:
    for path in (
        "top.yml",
        "policies/a.yml",
        "other/b.yml",
        "other/my_policies/deep/c.yml",
        "rules/d.yml",
        "lib/global_helpers/e.yml",
        "lib/global_helpers/sub/f.yml",
        "packs/g.yml",
        "packs/sub/h.yml",
    ):
        checkout.write(path, "x: 1")
    assert names(checkout) == [
        "top.yml",
        "lib/global_helpers/e.yml",
        "other/my_policies/deep/c.yml",
        "packs/g.yml",
        "policies/a.yml",
        "rules/d.yml",
    ]


def test_any_other_scope_reads_every_directory_below_it_and_the_helpers(
    checkout: Checkout,
) -> None:
    for path in ("other/b.yml", "other/x/y/c.yml", "global_helpers/sub/h.py", "policies/a.yml"):
        checkout.write(path, "x: 1")
    assert names(checkout, "other") == ["other/b.yml", "other/x/y/c.yml", "global_helpers/sub/h.py"]


def test_helpers_beside_and_inside_a_scope_are_added_once(checkout: Checkout) -> None:
    checkout.write("team/policies/a.yml", "")
    checkout.write("team/policies/global_helpers/in.py", "")
    checkout.write("team/global_helpers/beside.py", "")
    checkout.write("global_helpers/root.py", "")
    assert names(checkout, "team/policies") == [
        "team/policies/a.yml",
        "team/policies/global_helpers/in.py",
        "global_helpers/root.py",
        "team/global_helpers/beside.py",
    ]


def test_nothing_outside_the_root_is_ever_listed(checkout: Checkout) -> None:
    outside = checkout.root.parent / "global_helpers"
    outside.mkdir()
    (outside / "secret.yml").touch()
    checkout.write("policies/a.yml", "")
    assert names(checkout, ".", "policies", "..") == ["policies/a.yml"]


def test_candidates_are_what_pat_takes_for_specs_and_python(checkout: Checkout) -> None:
    for name in ("a.yml", "b.yaml", "c.yxml", "d.YML", "e.json", "f.py", "g.txt", ".h.yml"):
        checkout.write(f"policies/{name}", "")
    assert names(checkout) == [
        f"policies/{n}" for n in ("a.yml", "b.yaml", "c.yxml", "e.json", "f.py")
    ]


def test_dot_directories_caches_modules_and_environments_are_not_entered(
    checkout: Checkout,
) -> None:
    for folder in (".git", ".venv", "__pycache__", "node_modules", "policies/node_modules"):
        checkout.write(f"{folder}/policies/a.yml", "")
    checkout.write("env/pyvenv.cfg", "home = /usr")
    checkout.write("env/lib/policies/a.yml", "")
    listing = list_files(checkout.root, (".",), ())
    assert list(listing.files) == []
    assert set(listing.directories) == {".", "policies"}


def test_another_repository_inside_is_left_out_and_told_of(checkout: Checkout) -> None:
    checkout.write("policies/a.yml", "")
    checkout.write("vendor/policies/b.yml", "")
    checkout.write("vendor/.panther_settings.yml", "")
    listing = list_files(checkout.root, (".",), ())
    assert list(listing.files) == ["policies/a.yml"]
    (told,) = listing.diagnostics
    assert (told.code, told.severity) == ("nested-repository", Level.INFO)
    assert told.path == "vendor/.panther_settings.yml"


def test_ignored_specs_are_left_out_of_scopes_but_not_of_helpers(checkout: Checkout) -> None:
    for path in ("policies/a.yml", "policies/b.yml", "package.json", "global_helpers/h.yml"):
        checkout.write(path, "")
    ignored = ("./policies/../policies/a.yml", "global_helpers/h.yml")
    assert names(checkout, ignored=ignored) == ["policies/b.yml", "global_helpers/h.yml"]


def test_linked_directories_are_not_followed_but_linked_files_are_read(
    checkout: Checkout,
) -> None:
    checkout.write("elsewhere/a.yml", "")
    checkout.write("policies/b.yml", "")
    (checkout.root / "policies" / "linked").symlink_to(checkout.root / "elsewhere")
    (checkout.root / "policies" / "c.yml").symlink_to(checkout.root / "elsewhere" / "a.yml")
    assert names(checkout) == ["policies/b.yml", "policies/c.yml"]


def test_a_link_to_nowhere_and_a_pipe_are_told_of(checkout: Checkout) -> None:
    checkout.write("policies/a.yml", "")
    (checkout.root / "policies" / "gone.yml").symlink_to("nowhere")
    os.mkfifo(checkout.root / "policies" / "pipe.yml")
    assert names(checkout) == ["policies/a.yml"]
    assert sorted(codes(checkout)) == ["not-a-file", "unreadable"]


def test_a_directory_that_may_not_be_read_is_told_of(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.write("policies/locked/a.yml", "")
    checkout.write("policies/open/b.yml", "")
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr("panther_engine.reading.repository.walk.folders.os.scandir", scandir)
    listing = list_files(checkout.root, (".",), ())
    assert list(listing.files) == ["policies/open/b.yml"]
    (told,) = listing.diagnostics
    assert (told.path, told.code) == ("policies/locked", "unreadable")
    assert "Permission denied" in told.message


def test_a_missing_scope_is_told_of_and_its_parent_watched(checkout: Checkout) -> None:
    listing = list_files(checkout.root, ("policies/s3",), ())
    assert [found.code for found in listing.diagnostics] == ["no-such-directory"]
    assert "." in listing.directories


def test_a_missing_root_is_told_of(tmp_path: Path) -> None:
    listing = list_files(tmp_path / "nowhere", (".",), ())
    assert not listing.files
    assert [found.code for found in listing.diagnostics] == ["no-such-directory"]


def test_names_that_are_not_utf8_are_listed(checkout: Checkout) -> None:
    name = os.fsdecode(b"caf\xe9.yml")
    try:
        checkout.write(f"policies/{name}", "")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert names(checkout) == [f"policies/{name}"]


def test_a_refresh_sees_what_a_new_walk_sees(checkout: Checkout) -> None:
    checkout.write("policies/a.yml", "x")
    checkout.write("policies/s3/b.yml", "x")
    before = list_files(checkout.root, (".",), ())
    for step in (
        lambda: checkout.write("policies/a.yml", "longer"),
        lambda: checkout.write("policies/s3/c.py", "new"),
        lambda: checkout.remove("policies/a.yml"),
        lambda: checkout.write("policies/ec2/d.yml", "new"),
        lambda: checkout.remove("policies/s3"),
    ):
        step()
        touched = [path for path in before.folders if path.startswith("policies")]
        before = refresh(checkout.root, (".",), (), before, touched)
        assert before == list_files(checkout.root, (".",), ())


def test_a_refresh_of_what_did_not_change_gives_the_same_listing(checkout: Checkout) -> None:
    checkout.write("policies/a.yml", "x")
    before = list_files(checkout.root, (".",), ())
    assert refresh(checkout.root, (".",), (), before, ["policies"]) is before
