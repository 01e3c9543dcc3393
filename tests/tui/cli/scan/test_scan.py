"""`panther-tui scan` and `scans`, from the command line to what they print and leave."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from panther_engine import ScanProgress
from panther_tui.cli import commands as cli
from panther_tui.cli.scan.run_scan import ProgressLine
from tests.engine.scan.mapping.items import BUCKET

BODY = """\
def policy(resource):
    return resource["Open"] is False
"""
SPEC = """\
AnalysisType: policy
Filename: {name}.py
PolicyID: My.{name}
DisplayName: The {name}
Severity: {severity}
Enabled: {enabled}
ResourceTypes: [AWS.S3.Bucket]
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("VIRTUAL_ENV", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "checkout"
    (root / "policies").mkdir(parents=True)
    (root / ".git").mkdir()
    for name, severity, enabled in (("one", "High", "true"), ("off", "Low", "false")):
        (root / "policies" / f"{name}.py").write_text(BODY)
        spec = SPEC.format(name=name, severity=severity, enabled=enabled)
        (root / "policies" / f"{name}.yml").write_text(spec)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(checkout: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_line(*args: str) -> tuple[int, str, str]:
        code = cli.run(list(args))
        return (code, *capsys.readouterr())

    return run_line


def inventory(folder: Path, fields: Mapping[str, object]) -> str:
    """A file of buckets, each open or not, or without the field for None."""
    documents = [
        {
            "ResourceId": f"arn:aws:s3:::{name}",
            "ResourceType": "AWS.S3.Bucket",
            "AccountId": "123456789012",
            "Region": "eu-west-1",
            **({} if value is None else {"Open": value}),
        }
        for name, value in fields.items()
    ]
    file = folder / "inventory.json"
    file.write_text(json.dumps(documents))
    return str(file)


def test_failing_resources_are_named_by_policy_and_kept(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("scan", inventory(tmp_path, {"a": False, "b": True, "c": None}))
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == "✗ My.one  High  1 fail · 1 err of 3"
    assert lines[1] == "    FAIL  arn:aws:s3:::b  123456789012 eu-west-1  The one"
    assert lines[2].startswith("    ERROR arn:aws:s3:::c")
    assert "KeyError: 'Open'  policies/one.py:2" in lines[2]
    assert "1 policy not enabled and left out; --all evaluates them too" in lines
    assert lines[-1].startswith("✗ scan 1: 3 resources by 1 policy: 1 PASS · 1 FAIL · 1 ERROR")
    _, listed, _ = run("scans")
    assert listed.startswith("   1  ")
    assert "3 resources · 1 FAIL · 1 ERROR" in listed


def test_a_scan_says_what_changed_since_the_last_one_and_why(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    run("scan", inventory(tmp_path, {"a": False, "b": True}))
    _, out, _ = run("scan", inventory(tmp_path, {"a": True}))
    assert "since scan 1: 1 gone · 1 new" in out
    assert "2 by the resource" in out
    (checkout / "policies" / "one.py").write_text(BODY.replace("is False", "is True"))
    code, out, _ = run("scan", inventory(tmp_path, {"a": True}))
    assert code == 0
    assert "since scan 2: 1 resolved" in out
    _, told, _ = run("scans", "2", "3")
    assert told.splitlines() == [
        "My.one",
        "    resolved FAIL → PASS  arn:aws:s3:::a  by the policy",
    ]
    _, told, _ = run("scans", "1", "--format", "json")
    assert [one["change"] for one in json.loads(told)["changes"]] == ["gone"]


def test_json_is_the_document_of_the_design(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("scan", "--format", "json", inventory(tmp_path, {"a": False, "b": True}))
    document = json.loads(out)
    assert code == 1
    keys = (
        "version id resources passed_over evaluations suppressed alerts new resolved policies"
        " seconds"
    )
    assert list(document)[:11] == keys.split()
    assert document["evaluations"] == {"PASS": 1, "FAIL": 1, "ERROR": 0}
    assert document["policies"] == [
        {"id": "My.one", "PASS": 1, "FAIL": 1, "ERROR": 0, "suppressed": 0, "ignored": 0}
    ]
    assert (document["alerts"], document["new"]) == (1, 1)
    _, out, _ = run("scan", "--format", "json", inventory(tmp_path, {"a": False, "b": True}))
    assert (json.loads(out)["alerts"], json.loads(out)["new"]) == (0, 0)


@pytest.mark.parametrize(
    ("fail_on", "expected"), [("info", 1), ("high", 1), ("critical", 0), ("never", 0)]
)
def test_the_exit_code_follows_the_severity_that_was_asked_for(
    run: Run, tmp_path: Path, fail_on: str, expected: int
) -> None:
    code, _, _ = run("scan", "--fail-on", fail_on, inventory(tmp_path, {"b": True}))
    assert code == expected


def test_all_and_filters_choose_the_policies(run: Run, tmp_path: Path) -> None:
    file = inventory(tmp_path, {"b": True})
    _, out, _ = run("scan", "--all", file)
    assert "1 resource by 2 policies" in out
    _, out, _ = run("scan", "--all", "--filter", "Severity=Low", file)
    assert "My.off" in out
    assert "My.one" not in out
    _, out, _ = run("scan", "--policies", "policies/one.yml", "-q", file)
    assert len(out.splitlines()) == 1


def test_a_plan_says_what_would_run_and_runs_nothing(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("scan", "--plan", inventory(tmp_path, {"a": False, "b": True}))
    assert (code, out) == (
        0,
        "  AWS.S3.Bucket  2 × 1 policy\n"
        "1 policy that no scan has measured yet\n"
        "2 evaluations; nothing was run\n",
    )
    assert run("scans")[1] == "no scan is kept yet: `panther-tui scan INVENTORY` makes one\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "there is no resource in the inventory"),
        ('{"a": 1}', "an object of no known shape, with the keys a"),
        ('{"ResourceId": "x", "ResourceType": "AWS.KMS.Key"}', "no policy that is enabled judges"),
    ],
)
def test_an_inventory_that_nothing_judges_ends_with_2_and_why(
    run: Run, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "i.json").write_text(content)
    code, _, err = run("scan", str(tmp_path / "i.json"))
    assert code == 2
    assert told in err


def test_what_is_passed_over_is_told_with_its_place(run: Run, tmp_path: Path) -> None:
    file = Path(inventory(tmp_path, {"a": False}))
    file.write_text(file.read_text() + "\n{broken\n[1]\n")
    _, out, _ = run("scan", str(file))
    assert "passed over 1: not JSON: Expecting property name enclosed in double quotes" in out
    assert f"{file}:2" in out
    assert "passed over 1: a number where a resource was expected" in out


def test_scans_are_forgotten_when_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    for _ in range(3):
        run("scan", inventory(tmp_path, {"b": True}))
    _, out, _ = run("scans", "--keep", "1")
    assert [line.split()[0] for line in out.splitlines()] == ["3"]
    code, _, err = run("scans", "1", "3")
    assert (code, "there is no scan 1: 3 are kept" in err) == (2, True)
    _, out, _ = run("scans", "--keep", "0")
    assert "no scan is kept yet" in out


def test_as_many_scans_are_kept_as_the_setting_says(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    (checkout / "panther-tui.toml").write_text("kept-scans = 1\n")
    for _ in range(2):
        run("scan", "-q", inventory(tmp_path, {"b": True}))
    assert [line.split()[0] for line in run("scans")[1].splitlines()] == ["2"]


def test_names_from_an_inventory_are_never_control_sequences(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("scan", inventory(tmp_path, {"\x1b[31mred\u202e": True}))
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_what_was_found_is_exported_at_once_or_later(run: Run, tmp_path: Path) -> None:
    file = inventory(tmp_path, {"a": True})
    now, later = tmp_path / "now.csv", tmp_path / "later.jsonl"
    code, _, _ = run("scan", "-q", "--export", str(now), file)
    assert code == 1
    assert now.read_text().count("arn:aws:s3:::a") == 1
    code, _, _ = run("scans", "last", "--export", str(later))
    assert code == 0
    assert json.loads(later.read_text())["resource"] == "arn:aws:s3:::a"
    code, _, err = run("scan", "--export", str(tmp_path / "x.pdf"), file)
    assert (code, "no format ends with `.pdf`" in err) == (2, True)
    assert run("scans")[1].count("\n") == 1, "nothing was scanned for a file that cannot be"


def test_an_export_that_cannot_be_is_refused_before_the_scan(run: Run, tmp_path: Path) -> None:
    file = inventory(tmp_path, {"a": True})
    code, _, err = run("scan", "--export", file, file)
    assert (code, "is the inventory: write what is found into another file" in err) == (2, True)
    assert json.loads(Path(file).read_text())
    out = str(tmp_path / "x.csv")
    for more, what in ((("1", "2"), "a second scan"), (("--keep", "1"), "`--keep`")):
        code, _, err = run("scans", *more, "--export", out)
        assert (code, f"`--export` writes one scan: leave {what} out" in err) == (2, True)


def test_what_a_file_had_no_room_for_is_told_now_and_later(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panther_engine.scan.export.sarif.RESULTS", 1)
    file = str(tmp_path / "f.sarif")
    told = f"{file}: the 1 worst of 2 findings are written"
    args = ("--export", file, inventory(tmp_path, {"a": True, "b": True}))
    assert told in run("scan", "-q", *args)[2]
    assert told in run("scans", "--export", file)[2]
    (rule,) = json.loads(Path(file).read_text())["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "The one"}


def test_ignored_results_are_counted_apart_flagged_and_no_reason_to_fail(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    file = inventory(tmp_path, {"a": True, "b": False})
    (checkout / ".panther-tui").mkdir()
    entry = (
        "- {policy: My.*, resource: '*:a', why: known}\n- {policy: My.one, resource: b, why: w}\n"
    )
    (checkout / ".panther-tui" / "ignores.yml").write_text(entry + "- {policy: My.one}\n")
    exported = tmp_path / "found.jsonl"
    code, out, _ = run("scan", file, "--export", str(exported))
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "! My.one  High  1 fail · 1 ignored of 2"
    assert lines[1].startswith("    FAIL  arn:aws:s3:::a  123456789012 eu-west-1  ignored: known")
    assert "! .panther-tui/ignores.yml:3: `resource` is missing: nothing is ignored by it" in out
    assert "nothing left to ignore: My.one · b  .panther-tui/ignores.yml:2" in out
    assert "1 FAIL · 0 ERROR · 0 suppressed · 1 ignored" in lines[-1]
    row = json.loads(exported.read_text())
    assert (row["ignored"], row["why_ignored"], row["new"]) == (True, "known", True)
    code, out, _ = run("scan", file, "--no-ignores", "--export", str(exported))
    assert code == 1
    assert "ignored" not in out
    assert "nothing changed" in out
    row = json.loads(exported.read_text())
    assert (row["ignored"], row["new"]) == (False, False), "its verdict is not new"


def test_a_baseline_leaves_only_what_came_since(run: Run, tmp_path: Path) -> None:
    file, known = inventory(tmp_path, {"a": True}), str(tmp_path / "known.jsonl")
    code, _, err = run("scan", file, "--baseline", known)
    assert (code, "there is no baseline" in err) == (2, True)
    code, out, _ = run("scan", file, "--baseline", known, "--extend-baseline")
    assert (code, "1 result added to the baseline" in out) == (1, True)
    assert run("scan", "-q", file, "--baseline", known)[0] == 0
    file = inventory(tmp_path, {"a": True, "b": None})
    code, out, _ = run("scan", file, "--baseline", known)
    assert code == 1
    assert "✗ My.one  High  1 fail · 1 err · 1 ignored of 2" in out
    assert run("scan", file, "--extend-baseline")[0] == 2


def test_resources_of_aws_config_carry_the_name_of_their_mapping(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    body = checkout / "policies" / "one.py"
    body.write_text("def policy(resource):\n    return resource['Versioning'] == 'Enabled'\n")
    file, exported = tmp_path / "config.json", tmp_path / "found.csv"
    file.write_text(json.dumps({"fileVersion": "1.0", "configurationItems": [BUCKET[0]]}))
    code, out, _ = run("scan", str(file), "--export", str(exported))
    assert code == 1
    assert "FAIL  arn:aws:s3:::logs  123456789012 us-east-2  mapped by aws-config" in out
    assert ",aws-config," in exported.read_text()
    body.write_text("def policy(resource):\n    return resource.get('LifecycleRules') is None\n")
    _, out, _ = run("scan", str(file))
    assert "NotInInventory: not in this inventory: `LifecycleRules`  policies/one.py:2" in out
    _, out, _ = run("scans", "1", "2")
    assert out.endswith("by the policy, mapped by aws-config\n")


def test_a_mapping_that_is_wrong_ends_the_scan(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text("name: x\nmach: []\n")
    code, _, err = run(
        "scan", inventory(tmp_path, {"a": True}), "--mapping", str(tmp_path / "m.yml")
    )
    assert code == 2
    assert "m.yml:2: unknown key `mach`; did you mean `match`?" in err


def test_an_interrupted_scan_is_gone_on_with(
    run: Run, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    body = f"""\
def policy(resource):
    with open({str(ran)!r}, "a") as file:
        file.write(resource["ResourceId"][-1])
    return resource["Open"] is False
"""
    (checkout / "policies" / "one.py").write_text(body)
    (tmp_path / "xdg_config_home" / "panther-tui").mkdir(parents=True)
    settings = tmp_path / "xdg_config_home" / "panther-tui" / "settings.toml"
    settings.write_text(f'sandbox = "off"\nwrite = ["{tmp_path}"]\n')
    monkeypatch.setattr("panther_engine.scan.evaluating.evaluate.FIRST_PART", 2)
    file = inventory(tmp_path, {name: name in "ae" for name in "abcdefgh"})
    code, _, err = run("scan", "--resume", file)
    assert (code, "no scan was interrupted: scan without --resume" in err) == (2, True)

    ended = iter((signal.SIGTERM,))

    def stop(line: object, progress: ScanProgress) -> None:
        if progress.done and (number := next(ended, None)):
            signal.raise_signal(number)

    with monkeypatch.context() as patched:
        patched.setattr(ProgressLine, "__call__", stop)
        code, _, err = run("scan", file)
    assert (code, "of 8 evaluations are kept; the same command with --resume" in err) == (130, True)
    assert "interrupted; `scan --resume` goes on" in run("scans")[1]
    code, _, err = run("scan", "--resume", inventory(tmp_path, {"a": True}))
    assert (code, "was of another inventory, or it changed since" in err) == (2, True)
    inventory(tmp_path, {name: name in "ae" for name in "abcdefgh"})
    code, out, _ = run("scan", "--resume", file)
    assert code == 1
    assert "8 resources by 1 policy: 6 PASS · 2 FAIL · 0 ERROR" in out
    assert len(ran.read_text()) < 16, "what was judged is not judged again"
    assert set(ran.read_text()) == set("abcdefgh")
    assert [line.split()[0] for line in run("scans")[1].splitlines()] == ["2"]


def test_a_plan_says_what_former_scans_measured(run: Run, tmp_path: Path) -> None:
    file = inventory(tmp_path, {"a": False, "b": True})
    run("scan", file)
    code, out, _ = run("scan", "--plan", "--workers", "2", file)
    assert code == 0
    assert "core-seconds as the last scans measured them" in out
    assert "with 2 workers" in out
    document = json.loads(run("scan", "--plan", "--format", "json", file)[1])
    assert document["core_seconds"] >= 0
    assert (document["evaluations"], document["unmeasured_policies"]) == (2, 0)
    assert document["types"] == [{"type": "AWS.S3.Bucket", "resources": 2, "policies": 1}]


def test_each_change_since_a_scan_that_is_named_is_told(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("scan", "--since", "last", inventory(tmp_path, {"a": True}))
    assert code == 1
    assert "since scan" not in out
    run("scan", inventory(tmp_path, {"a": True, "b": True}))
    _, out, _ = run("scan", "--since", "1", inventory(tmp_path, {"b": True, "c": True}))
    assert "    gone     FAIL → PASS  arn:aws:s3:::a  by the resource" in out
    assert "    new      PASS → FAIL  arn:aws:s3:::c  by the resource" in out
    assert "since scan 1: 1 gone · 2 new" in out
    document = json.loads(
        run("scan", "--since", "last", "--format", "json", str(tmp_path / "inventory.json"))[1]
    )
    assert (document["since"], document["changes"]) == ("3", [])
    code, _, err = run("scan", "--since", "99", str(tmp_path / "inventory.json"))
    assert (code, "there is no scan 99: 4, 3, 2, 1 are kept, or `last`" in err) == (2, True)


def test_a_policy_that_cannot_be_evaluated_is_no_success(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    (checkout / "policies" / "off.yml").write_text("AnalysisType: policy\nPolicyID: [\n")
    code, out, _ = run("scan", inventory(tmp_path, {"a": False}))
    assert (code, "not evaluated: policies/off.yml:" in out) == (2, True)
    assert run("scan", inventory(tmp_path, {"a": True}))[0] == 1


def test_what_production_says_otherwise_is_told(run: Run, tmp_path: Path) -> None:
    file = inventory(tmp_path, {"a": False, "b": True, "c": False})
    rows = [
        {
            "policyId": policy,
            "resourceId": f"arn:aws:s3:::{name}",
            "resourceType": "AWS.S3.Bucket",
            "status": status,
            "suppressed": False,
            "lastUpdated": "2026-01-01T00:00:00Z",
        }
        for policy, name, status in (
            ("My.one", "a", "PASS"),
            ("My.one", "b", "PASS"),
            ("My.one", "c", "FAIL"),
            ("My.one", "gone", "FAIL"),
            ("Another", "a", "FAIL"),
        )
    ]
    history = tmp_path / "compliance.jsonl"
    history.write_text("".join(json.dumps(row) + "\n" for row in rows))
    _, out, _ = run("scan", file, str(history))
    assert "My.one  arn:aws:s3:::b  PASS there, FAIL here" in out
    assert "My.one  arn:aws:s3:::c  FAIL there, PASS here" in out
    assert "production: 1 the same · 2 differ · 2 not judged here" in out
    told = json.loads(run("scan", file, str(history), "--format", "json")[1])["production"]
    assert (told["same"], told["differ"], told["not_judged"]) == (1, 2, 2)
    assert [one["resource"] for one in told["differences"]] == ["arn:aws:s3:::b", "arn:aws:s3:::c"]
    assert "production" not in json.loads(run("scan", file, "--format", "json")[1])


def test_an_inventory_that_was_kept_is_scanned_by_its_name(run: Run, tmp_path: Path) -> None:
    file = inventory(tmp_path, {"a": True, "b": False})
    assert run("scan", "--keep-inventory", file)[0] == 1
    Path(file).unlink()
    assert "kept as scan:1" in run("scans")[1]
    code, out, _ = run("scan", "scan:last")
    assert code == 1
    assert "since scan 1: nothing changed" in out
    listed = json.loads(run("scans", "--format", "json")[1])["scans"]
    assert [(one["id"], one["inventory_kept"]) for one in listed] == [("2", False), ("1", True)]
    run("scans", "--keep", "1")
    code, _, error = run("scan", "scan:1")
    assert code == 2
    assert "scan:1: no such inventory is kept (none is)" in error


def test_a_mapped_inventory_that_was_kept_is_still_called_mapped(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(BUCKET))
    first = run("scan", "--keep-inventory", str(file))
    again = run("scan", "scan:1")
    assert first[0] == again[0] == 1
    assert "mapped by aws-config" in first[1]
    assert [line for line in first[1].splitlines() if "mapped by" in line] == [
        line for line in again[1].splitlines() if "mapped by" in line
    ]


def test_what_a_scan_found_is_counted_by_what_one_asks_for(run: Run, tmp_path: Path) -> None:
    run("scan", inventory(tmp_path, {"a": False, "b": True, "c": None}))
    assert run("scans", "--by", "policy")[1] == "My.one  1 fail · 1 err of 3\n"
    assert run("scans", "1", "--by", "account")[1] == "123456789012  1 fail · 1 err of 3\n"
    assert run("scans", "--by", "resource")[1].splitlines() == [
        "arn:aws:s3:::b  1 fail of 1",
        "arn:aws:s3:::c  1 err of 1",
    ]
    assert run("scans", "--by", "resource", "--rows", "1")[1].splitlines()[1] == "… 1 more"
    assert "KeyError: 'Open'  policies/one.py:2  1 err\n" in run("scans", "--by", "cause")[1]
    told = json.loads(run("scans", "--by", "severity", "--format", "json")[1])
    assert (told["by"], told["groups"][0]["name"], told["groups"][0]["FAIL"]) == (
        "severity",
        "High",
        1,
    )


def test_counts_are_of_one_scan(run: Run) -> None:
    code, _, error = run("scans", "1", "2", "--by", "policy")
    assert code == 2
    assert "`--by` counts one scan" in error


def test_a_scan_whose_inventory_cannot_be_kept_is_kept_itself(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(spool: object) -> list[bytes]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("panther_engine.scan.inventory.kept._lines", full)
    code, out, _ = run("scan", "--keep-inventory", inventory(tmp_path, {"a": True}))
    assert code == 1
    assert "the inventory is not kept: No space left on device" in out
    assert "1 FAIL" in run("scans")[1]
    assert run("scans", "--by", "cause")[1] == "nothing errs\n"
