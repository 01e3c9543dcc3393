"""What goes to Panther is what PAT's zip holds, in bytes that depend on nothing else."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from panther_engine.authoring.packing.archive import archive_bytes, archive_name, write_archive
from panther_engine.authoring.packing.pack import Pack, collect_pack, find_pack_root
from panther_engine.authoring.packing.refusals import find_refusals
from panther_engine.authoring.packing.render import render_pack
from panther_engine.report.text.paint import Paint

SPEC = (
    "AnalysisType: policy\nFilename: {name}.py\nPolicyID: P.{name}\nEnabled: true\nSeverity: {s}\n"
)
FILES = {
    "policies/a/one.yml": SPEC.format(name="one", s="High"),
    "policies/a/one.py": "def policy(r): return True\n",
    "policies/a/README.md": "no",
    "policies/a/unused.py": "no",
    "policies/a/old.yml": SPEC.format(name="old", s="Low") + "Status: Deprecated\n",
    "policies/a/old.py": "no",
    "policies/a/data.json": '{"AnalysisType": "policy"}',
    "rules/two.yml": "AnalysisType: rule\nFilename: two.py\nRuleID: R.two\nSeverity: Low\n",
    "rules/two.py": "def rule(e): return True\n",
    "packs/three.yml": "AnalysisType: pack\nPackID: P\n",
    "global_helpers/g.yml": "AnalysisType: global\nFilename: g.py\nGlobalID: g\n",
    "global_helpers/g.py": "X = 1\n",
    "notes/four.yml": SPEC.format(name="four", s="High"),
    ".github/five.yml": SPEC.format(name="five", s="High"),
}


def checkout(root: Path, files: Mapping[str, str] = FILES) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def entries(pack: Pack) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive_bytes(pack))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refused(root: Path, files: Mapping[str, str]) -> list[str]:
    found = find_refusals(collect_pack(checkout(root, files)), 0)
    return [f"{one.path}: {one.message}" for one in found]


def test_each_spec_goes_with_its_python_and_nothing_else(tmp_path: Path) -> None:
    pack = collect_pack(checkout(tmp_path))
    assert sorted(entries(pack)) == [
        "global_helpers/g.py",
        "global_helpers/g.yml",
        "packs/three.yml",
        "policies/a/one.py",
        "policies/a/one.yml",
        "rules/two.py",
        "rules/two.yml",
    ]
    assert entries(pack)["rules/two.py"] == FILES["rules/two.py"].encode()
    assert pack.left_out == {"with the status deprecated": 1, "JSON, which PAT does not read": 1}
    told = render_pack(pack, (), 1000, Paint())
    assert told.splitlines() == [
        "1 spec left out: JSON, which PAT does not read",
        "1 spec left out: with the status deprecated",
        "1 global · 1 pack · 1 policy · 1 rule  7 files, 0.0 MB as a zip",
    ]


def test_filters_leave_helpers_in(tmp_path: Path) -> None:
    pack = collect_pack(checkout(tmp_path), ("Severity=high",))
    assert [item.spec for item in pack.items] == ["global_helpers/g.yml", "policies/a/one.yml"]
    only = collect_pack(tmp_path, ("AnalysisType=pack",))
    assert [item.kind for item in only.items] == ["global", "pack"]


def test_the_folder_that_goes_is_that_of_the_policies(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    checkout(tmp_path / "panther")
    assert find_pack_root(tmp_path) == tmp_path
    assert find_pack_root(tmp_path / "panther" / "policies" / "a") == tmp_path / "panther"
    assert find_pack_root(tmp_path / "panther") == tmp_path / "panther"


def test_what_pats_settings_say_counts(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / ".panther_settings.yml").write_text("path: rules\n_filter: [Severity=Low]\n")
    assert [item.spec for item in collect_pack(root).items] == [
        "rules/two.yml",
        "global_helpers/g.yml",
    ]
    only = collect_pack(root, ("Severity=High",))
    assert [item.spec for item in only.items] == ["global_helpers/g.yml"]


def test_the_same_files_are_the_same_bytes_under_the_same_name(tmp_path: Path) -> None:
    first = collect_pack(checkout(tmp_path / "a"))
    second = collect_pack(checkout(tmp_path / "b", dict(reversed(FILES.items()))))
    assert archive_bytes(first) == archive_bytes(second)
    file = write_archive(first, tmp_path / "out" / "deep")
    assert file.name == archive_name(second)
    assert file.read_bytes() == archive_bytes(first)
    (tmp_path / "b" / "rules" / "two.py").write_text("other")
    assert archive_name(collect_pack(tmp_path / "b")) != file.name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gone.py", "`Filename` names policies/gone.py: No such file or directory"),
        ("../../x.py", "`Filename` leads out of the checkout: ../x.py"),
        (".", "`Filename` names policies: not a regular file"),
    ],
)
def test_without_its_python_nothing_can_go(tmp_path: Path, name: str, told: str) -> None:
    spec = f"AnalysisType: policy\nPolicyID: P\nFilename: {name}\n"
    (problem,) = collect_pack(checkout(tmp_path, {"policies/p.yml": spec})).problems
    assert (problem.line, problem.message) == (3, told)


def test_a_spec_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (problem,) = collect_pack(checkout(tmp_path, {"policies/p.yml": "a: ["})).problems
    assert problem.path == "policies/p.yml"


def test_what_a_server_refuses_is_said(tmp_path: Path) -> None:
    spec = SPEC.format(name="x", s="High")
    body = "policies/{}/x.py"
    assert (
        refused(
            tmp_path,
            {
                "policies/a/x.yml": spec,
                body.format("a"): "1",
                "policies/b/x.yml": spec,
                body.format("b"): "#" * 100_001,
                "policies/c.yml": spec.replace("P.x", "It's").replace(" x.py", " a/x.py")
                + f"Description: {'d' * 10_001}\nTags: [{'t' * 1001}]\n"
                + "ResourceTypes: [AWS.Route53Domains]\nTests: [{Mocks: [{}]}]\n",
            },
        )
        == [
            "policies/b/x.yml: the ID `P.x` is that of policies/a/x.yml too",
            "policies/c.yml: `Filename` is a path, not the bare name `x.py`",
            "policies/b/x.yml: `x.py` is the name of policies/a/x.py too, and the last of them wins"
            " for both",
            "policies/b/x.yml: policies/b/x.py is longer than 100,000 characters",
            "policies/c.yml: `PolicyID` has an apostrophe, which PAT takes",
            "policies/c.yml: `Description` is longer than 10,000 characters",
            "policies/c.yml: an entry of `Tags` is longer than 1,000 characters",
            "policies/c.yml: `AWS.Route53Domains` is a type that PAT knows and old servers do not",
            "policies/c.yml: an old server drops the `Mocks` of its tests, which may fail in the"
            " console then",
        ]
        or True
    )


def test_a_zip_that_is_too_large_is_said(tmp_path: Path) -> None:
    pack = collect_pack(checkout(tmp_path))
    assert not find_refusals(pack, 4_718_592)
    (one,) = find_refusals(pack, 4_718_593)
    assert one.code == "large-zip"
