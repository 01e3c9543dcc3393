"""What a policy sees of the user's environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from panther_engine.running.interpreter.environment import HIDDEN, policy_environment
from panther_engine.running.worker.hints import hidden

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
    "GITHUB_PAT",
    "AZURE_DEVOPS_EXT_PAT",
    "PANTHER_API_TOKEN",
    "npm_config__auth",
    "DB_PASSWORD",
    "DATABASE_URL",
    "MYSQL_PWD",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGSERVICEFILE",
    "NETRC",
    "KUBECONFIG",
    "DOCKER_AUTH_CONFIG",
    "OPENAI_API_KEY",
    "MY_APIKEY",
    "SSH_AUTH_SOCK",
    "GPG_AGENT_INFO",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_RUNTIME_DIR",
    "PRIVATE_KEY",
    "client_secret",
    "PYTHONSTARTUP",
    "PYTHON_KEYRING_BACKEND",
    "PYENV_TOKEN",
    "MYPATH",
    "PATH_TOKEN",
)
HARMLESS = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_TIME",
    "TZ",
    "TMPDIR",
    "TERM",
    "NO_COLOR",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "PYTHONHASHSEED",
    "PYTHONWARNINGS",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "PYENV_VERSION",
    "XDG_CACHE_HOME",
    "REQUESTS_CA_BUNDLE",
    "SYSTEMROOT",
)


@pytest.mark.parametrize("name", SECRET)
def test_what_could_give_access_is_left_out_and_named(name: str) -> None:
    found = policy_environment({name: "x"})
    assert name not in found
    assert found[HIDDEN] == name


@pytest.mark.parametrize("name", HARMLESS)
def test_what_any_program_needs_is_kept(name: str) -> None:
    found = policy_environment({name: "x"})
    assert found[name] == "x"
    assert HIDDEN not in found


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy", "NO_PROXY"])
def test_a_proxy_is_kept_unless_it_holds_a_password(name: str) -> None:
    assert policy_environment({name: "http://proxy:3128"})[name] == "http://proxy:3128"
    assert name not in policy_environment({name: "http://me:word@proxy:3128"})


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("true", True),
        ("1", True),
        ("", True),
        ("http://127.0.0.1:8765", True),
        ("localhost:5432", True),
        ("2", False),
        ("http://127.0.0.1:8765/key/abc", False),
        ("http://me:word@localhost", False),
        ("https://store.example.com", False),
        ("http://localhost.example.com", False),
        ("true\n", False),
    ],
)
def test_a_variable_of_ones_own_is_kept_where_its_value_is_no_secret(
    value: str, kept: bool
) -> None:
    assert ("MY_OWN" in policy_environment({"MY_OWN": value})) is kept


def test_the_worker_knows_where_the_names_are() -> None:
    assert hidden.VARIABLE == HIDDEN


def test_the_names_of_all_that_is_left_out_are_told_in_order() -> None:
    found = policy_environment({"B_X": "b", "A_X": "a", "C_X": "c", HIDDEN: "OLD"}, ("C_X",))
    assert found[HIDDEN] == "A_X=B_X"


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
