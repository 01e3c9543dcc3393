"""Which modules a worker may hold before a policy asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from panther_engine.reading.source import libraries as modules
from panther_engine.reading.source.libraries import guess_modules, is_heavy, preloadable


@pytest.mark.parametrize(
    "name", ["boto3", "botocore.exceptions", "policyuniverse.policy", "unittest.mock"]
)
def test_a_policy_that_needs_a_heavy_library_is_heavy(name: str) -> None:
    assert is_heavy(["json", name])


@pytest.mark.parametrize("name", ["json", "dateutil.parser", "boto3_like", "panther_base_helpers"])
def test_others_are_light(name: str) -> None:
    assert not is_heavy([name])


def test_a_light_worker_holds_the_standard_library_and_dateutil() -> None:
    found = preloadable(["json", "os.path", "dateutil", "boto3", "my_words"], heavy=False)
    assert found == ("dateutil", "dateutil.parser", "json", "os.path")


def test_a_heavy_worker_holds_the_heavy_libraries_too() -> None:
    found = preloadable(["json", "boto3", "policyuniverse.policy", "my_words"], heavy=True)
    assert set(found) == {"boto3", "json", "policyuniverse.policy"}


def test_a_module_that_does_something_when_imported_is_never_held() -> None:
    assert preloadable(["this", "antigravity", "idlelib.idle", "turtle"], heavy=True) == ()


def test_names_are_guessed_from_the_text_of_policies_and_globals(tmp_path: Path) -> None:
    for path, text in {
        "policies/a/one.py": "import json\nfrom boto3.session import Session\n",
        "aws_policies/two.py": "def policy(r):\n    import ipaddress, re\n    return True\n",
        "global_helpers/words.py": "from dateutil import parser\n",
        "rules/three.py": "import numpy\n",
        "policies/.hidden/four.py": "import pandas\n",
        "policies/notes.txt": "import antigravity\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "policies" / "broken.py").symlink_to("nowhere")
    (tmp_path / "policies" / "bytes.py").write_bytes(b"\xff\xfe\0import \xff\nimport csv\n")
    found = guess_modules(tmp_path)
    assert found == {"json", "boto3.session", "ipaddress", "dateutil", "csv"}


def test_an_empty_checkout_guesses_nothing(tmp_path: Path) -> None:
    assert guess_modules(tmp_path) == frozenset()


def test_guessing_ends_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "GUESSED_FILES", 2)
    (tmp_path / "policies").mkdir()
    for number in range(5):
        (tmp_path / "policies" / f"{number}.py").write_text(f"import module{number}\n")
    assert len(guess_modules(tmp_path)) == 2
