import json

import pytest

from panther_tui.cli import commands as cli


def test_a_type_is_told_as_text_and_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["types"]) == 0
    assert "AWS.S3.Bucket" in capfd.readouterr().out
    assert cli.run(["types", "kms.key"]) == 0
    assert capfd.readouterr().out.startswith("AWS.KMS.Key\n")
    assert cli.run(["types", "AWS.KMS.Key", "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["name"] == "AWS.KMS.Key"


def test_a_type_that_is_not_there_is_wrong_usage(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["types", "AWS.KMS.Keys"]) == 2
    assert "did you mean AWS.KMS.Key?" in capfd.readouterr().err
