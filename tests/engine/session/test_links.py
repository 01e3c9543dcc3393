"""A file that has several names: an edit through any of them runs what it affects."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from panther_engine.events import Run, RunAll, WatchChanged
from panther_engine.model import Status
from panther_engine.reading.repository.load import load_repository
from tests.engine.reading.repository.checkout import Checkout, spec_text
from tests.engine.session.live_session import LiveSession

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")

GOOD = "def policy(resource):\n    return True\n"
BAD = "def policy(resource):\n    return False\n"
USER = "import base\ndef policy(resource):\n    return base.help()\n"
A = "policies/a.yml"


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def replace(path: Path, text: str) -> None:
    """As careful editors and git do: another file, then a rename."""
    other = path.with_name(path.name + ".tmp")
    other.write_text(text)
    os.replace(other, path)


def link(place: Path, target: Path | str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def body_elsewhere(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a")
    write(tmp_path / "elsewhere/lib/a.py", GOOD)
    link(checkout.root / "policies/a.py", tmp_path / "elsewhere/lib/a.py")
    return lambda: write(tmp_path / "elsewhere/lib/a.py", BAD)


def body_in_the_checkout(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a")
    write(checkout.root / "vendor/lib/a.py", GOOD)
    link(checkout.root / "policies/a.py", "../vendor/lib/a.py")
    return lambda: replace(checkout.root / "vendor/lib/a.py", BAD)


def helper_elsewhere(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a", body=USER)
    checkout.helper("base")
    write(tmp_path / "lib/base.py", "def help():\n    return True\n")
    link(checkout.root / "global_helpers/base.py", tmp_path / "lib/base.py")
    return lambda: replace(tmp_path / "lib/base.py", "def help():\n    return False\n")


def spec_elsewhere(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a", body=GOOD)
    write(tmp_path / "lib/a.yml", spec_text("a"))
    link(checkout.root / A, tmp_path / "lib/a.yml")
    text = spec_text("a").replace("ExpectedResult: true", "ExpectedResult: false")
    return lambda: replace(tmp_path / "lib/a.yml", text)


def chain(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a")
    write(tmp_path / "one/a.py", GOOD)
    link(tmp_path / "two/a.py", "../one/a.py")
    link(tmp_path / "three/a.py", "../two/a.py")
    link(checkout.root / "policies/a.py", tmp_path / "three/a.py")
    return lambda: replace(tmp_path / "one/a.py", BAD)


def link_in_the_middle_leads_elsewhere(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    chain(checkout, tmp_path)
    write(tmp_path / "four/a.py", BAD)
    return lambda: link(tmp_path / "two/a.py", "../four/a.py")


def link_leads_elsewhere(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    body_elsewhere(checkout, tmp_path)
    write(tmp_path / "four/a.py", BAD)
    return lambda: link(checkout.root / "policies/a.py", tmp_path / "four/a.py")


def folder_of_the_target_leads_elsewhere(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a")
    write(tmp_path / "one/a.py", GOOD)
    write(tmp_path / "two/a.py", BAD)
    link(tmp_path / "current", "one")
    link(checkout.root / "policies/a.py", tmp_path / "current/a.py")
    return lambda: link(tmp_path / "current", "two")


def folder_under_two_names(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    """`global_helpers` is a link to a folder that is read under its own name too."""
    checkout.policy("a", body=USER)
    checkout.helper("base", "def help():\n    return True\n")
    os.rename(checkout.root / "global_helpers", checkout.root / "more_policies")
    link(checkout.root / "global_helpers", "more_policies")
    text = "def help():\n    return False\n"
    return lambda: replace(checkout.root / "more_policies/base.py", text)


def walked_folder_leads_elsewhere(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a", body=USER)
    checkout.helper("base", "def help():\n    return True\n")
    os.rename(checkout.root / "global_helpers", tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    write(tmp_path / "two/base.py", "def help():\n    return False\n")
    link(checkout.root / "global_helpers", tmp_path / "one")
    return lambda: link(checkout.root / "global_helpers", tmp_path / "two")


def hard_link(checkout: Checkout, tmp_path: Path) -> Callable[[], None]:
    checkout.policy("a", body=GOOD)
    write(tmp_path / "lib/a.py", GOOD)
    (checkout.root / "policies/a.py").unlink()
    os.link(tmp_path / "lib/a.py", checkout.root / "policies/a.py")
    return lambda: write(tmp_path / "lib/a.py", BAD)


WAYS = [
    body_elsewhere,
    body_in_the_checkout,
    helper_elsewhere,
    spec_elsewhere,
    chain,
    link_in_the_middle_leads_elsewhere,
    link_leads_elsewhere,
    folder_of_the_target_leads_elsewhere,
    folder_under_two_names,
    walked_folder_leads_elsewhere,
    hard_link,
]


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
async def test_a_change_behind_a_link_runs_what_it_affects(
    checkout: Checkout, tmp_path: Path, way: Callable[[Checkout, Path], Callable[[], None]]
) -> None:
    change = way(checkout, tmp_path)
    async with LiveSession(checkout.root) as live:
        assert live.state.policies[A].status is Status.PASSED
        change()
        await live.until(lambda: live.state.policies[A].status is Status.FAILED)


async def test_a_broken_link_that_heals_is_read(checkout: Checkout, tmp_path: Path) -> None:
    checkout.policy("a", body=GOOD)
    link(checkout.root / "policies/a.py", tmp_path / "later/lib/a.py")
    async with LiveSession(checkout.root) as live:
        assert live.state.policies[A].status is Status.INVALID
        write(tmp_path / "later/lib/a.py", GOOD)
        await live.until(lambda: live.state.policies[A].status is Status.PASSED)


async def test_a_file_beside_the_target_of_a_link_runs_nothing(
    checkout: Checkout, tmp_path: Path
) -> None:
    change = body_elsewhere(checkout, tmp_path)
    async with LiveSession(checkout.root) as live:
        live.forget()
        write(tmp_path / "elsewhere/lib/other.py", BAD)
        change()
        await live.until(lambda: live.state.policies[A].status is Status.FAILED)
        assert live.started == [A]


class Deaf:
    """A watcher that hears nothing."""

    def __init__(self, *arguments: object, **options: object) -> None:
        pass

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def set_directories(self, directories: Sequence[str], shared: Sequence[str]) -> None:
        pass


@pytest.mark.parametrize("command", [RunAll(), Run((A,))], ids=["all", "one"])
async def test_a_run_that_is_asked_for_reads_the_disk(
    checkout: Checkout, command: RunAll | Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panther_engine.session.session.Watcher", Deaf)
    checkout.policy("a", body=GOOD)
    async with LiveSession(checkout.root) as live:
        checkout.write("policies/a.py", BAD)
        live.session.handle(command)
        await live.until(lambda: live.state.policies[A].status is Status.FAILED)


async def test_files_that_are_polled_are_told(checkout: Checkout, tmp_path: Path) -> None:
    hard_link(checkout, tmp_path)
    async with LiveSession(checkout.root) as live:
        await live.until(lambda: live.heard(WatchChanged) > 0)
        told = [event.note for event in live.events if isinstance(event, WatchChanged)]
        assert "1 file with hard links is looked at every 0.5 s" in told[-1]


def test_a_folder_that_is_a_link_is_left_out_and_told(checkout: Checkout, tmp_path: Path) -> None:
    checkout.policy("a")
    write(tmp_path / "other_policies/b.yml", spec_text("b"))
    link(checkout.root / "policies/linked", tmp_path / "other_policies")
    repository = load_repository(checkout.root)
    assert list(repository.policies) == [A]
    (told,) = repository.diagnostics
    assert (told.path, told.code) == ("policies/linked", "linked-folder")
