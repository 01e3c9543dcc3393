"""What a policy sees of the user's environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from panther_engine.running.interpreter.environment import policy_environment

SECRET = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_ROLE_ARN",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "PANTHER_API_TOKEN",
    "npm_config__auth",
    "DB_PASSWORD",
    "PGPASSWORD",
    "OPENAI_API_KEY",
    "MY_APIKEY",
    "SSH_AUTH_SOCK",
    "PRIVATE_KEY",
    "client_secret",
)
HARMLESS = (
    "PATH",
    "HOME",
    "LANG",
    "TZ",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "PYTHONHASHSEED",
    "VIRTUAL_ENV",
    "KEYBOARD",
    "AUTHOR",
)


@pytest.mark.parametrize("name", SECRET)
def test_what_gives_access_is_left_out(name: str) -> None:
    assert name not in policy_environment({name: "x"})


@pytest.mark.parametrize("name", HARMLESS)
def test_what_gives_no_access_is_kept(name: str) -> None:
    assert policy_environment({name: "x"})[name] == "x"


def test_a_variable_that_is_allowed_by_name_is_kept_and_others_are_not() -> None:
    found = policy_environment({"A_TOKEN": "a", "B_TOKEN": "b"}, allowed=("A_TOKEN",))
    assert "A_TOKEN" in found
    assert "B_TOKEN" not in found


def test_boto_finds_no_credentials_in_files_or_in_the_machine() -> None:
    found = policy_environment({"AWS_CONFIG_FILE": "/home/me/.aws/config"})
    assert found["AWS_CONFIG_FILE"] == os.devnull
    assert found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert found["AWS_EC2_METADATA_DISABLED"] == "true"


def test_boto_may_look_where_it_does_once_an_aws_variable_is_allowed() -> None:
    given = {"AWS_PROFILE": "dev", "AWS_CONFIG_FILE": "/home/me/.aws/config"}
    found = policy_environment(given, allowed=("AWS_PROFILE",))
    assert found["AWS_PROFILE"] == "dev"
    assert found["AWS_CONFIG_FILE"] == "/home/me/.aws/config"
    assert "AWS_SHARED_CREDENTIALS_FILE" not in found


def test_no_bytecode_is_written() -> None:
    assert policy_environment({})["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_python_path_means_what_it_meant_where_we_were_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = os.pathsep.join(["lib", "/opt/lib", "."])
    found = policy_environment({"PYTHONPATH": path})["PYTHONPATH"].split(os.pathsep)
    assert found == [str(tmp_path / "lib"), "/opt/lib", str(tmp_path)]


def test_what_was_given_is_not_changed() -> None:
    given = {"A_TOKEN": "a", "PYTHONPATH": "x"}
    policy_environment(given)
    assert given == {"A_TOKEN": "a", "PYTHONPATH": "x"}
