"""Settings of a checkout that reach further than the user's own count only where it is trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_tui.settings.config import find_widening, load_config
from panther_tui.settings.settings import Config
from panther_tui.settings.trust import (
    is_refused,
    is_trusted,
    remember_refusal,
    remember_trust,
    trust_file,
    widens,
)

REACHING = """
python = "bin/mine"
editor = "mine"
network = true
memory = 0
timeout = 600
environment = ["AWS_PROFILE"]
sandbox = "off"
read = ["/etc"]
write = ["/"]
workers = 3
"""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    (tmp_path / "user").mkdir()
    (tmp_path / "root/panther-tui.toml").write_text(REACHING)
    return tmp_path / "root"


@pytest.fixture
def user(tmp_path: Path) -> Path:
    return tmp_path / "user"


def values_of(root: Path, user: Path) -> dict[str, object]:
    return {one.name: one.value for one in find_widening(root, user)}


def test_what_reaches_further_does_not_count_and_is_told_with_its_line(
    root: Path, user: Path
) -> None:
    config, found = load_config(root, user)
    assert config == Config(workers=3)
    assert {one.code for one in found} == {"not-trusted"}
    assert [one.line for one in found] == list(range(2, 11))
    assert all(one.path == "panther-tui.toml" for one in found)


def test_trusted_it_counts_until_one_of_them_changes(root: Path, user: Path) -> None:
    remember_trust(root, values_of(root, user))
    config, found = load_config(root, user)
    assert found == ()
    assert (config.python, config.network, config.sandbox) == ("bin/mine", True, "off")
    file = root / "panther-tui.toml"
    file.write_text(REACHING + 'notify = "bell"\n')
    assert load_config(root, user)[0].network, "that reaches no further"
    file.write_text(REACHING.replace('"/etc"', '"/root"'))
    config, found = load_config(root, user)
    assert not config.network
    assert len(found) == 9


def test_another_checkout_with_the_same_settings_is_not_trusted(
    root: Path, user: Path, tmp_path: Path
) -> None:
    remember_trust(root, values_of(root, user))
    other = tmp_path / "other"
    other.mkdir()
    (other / "panther-tui.toml").write_text(REACHING)
    assert not load_config(other, user)[0].network


def test_what_the_user_says_more_strictly_wins_even_where_it_is_trusted(
    root: Path, user: Path
) -> None:
    (user / "settings.toml").write_text("network = false\ntimeout = 5\nsandbox = 'kernel'\n")
    config, _ = load_config(root, user, trust=True)
    assert (config.network, config.timeout, config.sandbox) == (False, 5, "kernel")
    assert config.editor == "mine"


def test_a_checkout_may_always_be_stricter(root: Path, user: Path) -> None:
    (user / "settings.toml").write_text("network = true\nmemory = 0\nsandbox = 'off'\n")
    (root / "panther-tui.toml").write_text("network = false\nmemory = 64\nsandbox = 'kernel'\n")
    config, found = load_config(root, user)
    assert (config.network, config.memory, config.sandbox, found) == (False, 64, "kernel", ())


def test_the_user_gives_one_checkout_more(root: Path, user: Path, tmp_path: Path) -> None:
    (root / "panther-tui.toml").write_text("")
    (user / "settings.toml").write_text(f'[trust."{root}"]\nnetwork = true\nread = ["/srv"]\n')
    config, found = load_config(root, user)
    assert (config.network, config.read, found) == (True, ("/srv",), ())
    other = tmp_path / "other"
    other.mkdir()
    assert load_config(other, user) == (Config(), ())


def test_settings_in_pyproject_are_of_the_checkout_too(root: Path, user: Path) -> None:
    (root / "panther-tui.toml").unlink()
    (root / "pyproject.toml").write_text("[tool.panther-tui]\nnetwork = true\n")
    config, (found,) = load_config(root, user)
    assert not config.network
    assert (found.path, found.line) == ("pyproject.toml", 2)


@pytest.mark.parametrize(
    "damage", ["cut", "another shape", "open to others", "in an open folder", "a link"]
)
def test_a_file_of_trust_that_is_damaged_or_not_ours_is_discarded_and_told_once(
    root: Path, user: Path, tmp_path: Path, damage: str
) -> None:
    remember_trust(root, values_of(root, user))
    assert load_config(root, user)[0].network
    file = trust_file()
    text = file.read_text()
    match damage:
        case "cut":
            file.write_text(text[: len(text) // 2])
        case "another shape":
            file.write_text(text.replace("{", "[", 1).replace("}", "]"))
        case "open to others":
            file.chmod(0o666)
        case "in an open folder":
            file.parent.chmod(0o777)
        case _:
            file.rename(tmp_path / "elsewhere")
            file.symlink_to(tmp_path / "elsewhere")
    config, found = load_config(root, user)
    assert not config.network
    (told,) = (one for one in found if one.code == "trust-forgotten")
    assert told.message.startswith(f"the file {file} was discarded: ")
    assert "trust-forgotten" not in {one.code for one in load_config(root, user)[1]}
    remember_trust(root, values_of(root, user))
    assert load_config(root, user)[0].network


def test_what_was_answered_of_other_checkouts_stays(tmp_path: Path) -> None:
    remember_trust(tmp_path / "a", {"network": True})
    remember_refusal(tmp_path / "b", {"network": True})
    remember_refusal(tmp_path / "a", {"network": True})
    assert not is_trusted(tmp_path / "a", {"network": True})
    assert is_refused(tmp_path / "a", {"network": True})
    assert is_refused(tmp_path / "b", {"network": True})


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"version": 2}', '{"version": 1}'])
def test_a_file_of_trust_that_makes_no_sense_trusts_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "trust.json"
    file.write_text(content)
    file.chmod(0o600)
    assert not is_trusted(tmp_path, {"network": True}, file)
    remember_trust(tmp_path, {"network": True}, file)
    assert is_trusted(tmp_path, {"network": True}, file)
    file.chmod(0o666)
    assert not is_trusted(tmp_path, {"network": True}, file), "another user could have written it"


@pytest.mark.parametrize(
    ("name", "value", "further"),
    [
        ("memory", 4096, True),
        ("memory", 64, False),
        ("timeout", 11, True),
        ("timeout", 1, False),
        ("sandbox", "seat-belt", True),
        ("workers", 64, False),
        ("theme", "paper", False),
        ("environment", (), False),
    ],
)
def test_what_reaches_further(name: str, value: object, further: bool) -> None:
    assert widens(name, value, Config()) is further
