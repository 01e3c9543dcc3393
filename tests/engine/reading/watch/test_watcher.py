"""Every way in which editors and git change a tree, with the real system calls."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from panther_engine.events import WatchMode
from panther_engine.reading.repository.load import load_repository, rescan
from panther_engine.reading.repository.walk.discover import list_files
from panther_engine.reading.watch import choose_backend as choosing
from panther_engine.reading.watch import watcher as watching
from panther_engine.reading.watch.changes import Changes
from panther_engine.reading.watch.inotify_backend import InotifyBackend
from panther_engine.reading.watch.mounts import remote_type
from panther_engine.reading.watch.polling_backend import PollingBackend
from panther_engine.reading.watch.watcher import Watcher
from panther_engine.reading.watch.watchfiles_backend import WatchfilesBackend
from tests.engine.reading.repository.checkout import GOOD_BODY, Checkout

PATIENCE = 30.0
"""Seconds after which a condition that never comes true fails its test."""

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


class Live:
    """A watched repository that follows the disk, as the session's does."""

    def __init__(self, root: Path, poll: bool = False) -> None:
        self.news = threading.Condition()
        self.repository = load_repository(root)
        self.calls: list[frozenset[str] | None] = []
        self.notes: list[str] = []
        self.affected: list[dict[str, str]] = []
        self.watcher = Watcher(root, self.repository.directories, self.hear, poll)
        self.watcher.start()
        self.until(lambda: bool(self.calls))

    def hear(self, paths: frozenset[str] | None, mode: WatchMode, note: str) -> None:
        change = rescan(self.repository, paths)
        with self.news:
            self.calls.append(paths)
            self.notes.append(note)
            if change is not None:
                self.repository = change.repository
                self.affected.append(dict(change.affected))
                self.watcher.set_directories(change.repository.directories)
            self.news.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(condition, PATIENCE), (self.calls[-5:], self.notes[-5:])

    def until_it_holds(self, path: str, text: str) -> None:
        def holds() -> bool:
            source = self.repository.files.get(path)
            return source is not None and source.content == text.encode()

        self.until(holds)

    def until_policies_are(self, *specs: str) -> None:
        self.until(lambda: sorted(self.repository.policies) == sorted(specs))

    def until_it_equals_a_cold_load(self) -> None:
        cold = load_repository(self.repository.root)
        self.until(
            lambda: (
                self.repository.policies == cold.policies
                and {path: one.digest for path, one in self.repository.files.items()}
                == {path: one.digest for path, one in cold.files.items()}
                and set(self.repository.directories) == set(cold.directories)
            )
        )


BACKENDS = [
    pytest.param(InotifyBackend, id="inotify", marks=linux),
    pytest.param(WatchfilesBackend, id="watchfiles"),
    pytest.param(PollingBackend, id="polling"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "above" / "checkout")
    checkout.policy("a", "policies/s3")
    checkout.policy("b", "policies/s3")
    checkout.helper("one")
    return checkout


@pytest.fixture(params=BACKENDS)
def live(
    request: pytest.FixtureRequest, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Live]:
    poll = request.param is PollingBackend
    if request.param is WatchfilesBackend:
        monkeypatch.setattr(choosing, "InotifyBackend", _no_inotify)
    monkeypatch.setattr(PollingBackend, "QUICKEST", 0.02)
    monkeypatch.setattr(PollingBackend, "SLOWEST", 0.02)
    live = Live(checkout.root, poll)
    yield live
    live.watcher.stop()


def _no_inotify(root: Path) -> InotifyBackend:
    raise ImportError(f"none for {root}")


A, B = "policies/s3/a.yml", "policies/s3/b.yml"
BODY = "policies/s3/a.py"
NEW = "def policy(resource):\n    return False\n"


def test_writing_in_place_is_heard(live: Live, checkout: Checkout) -> None:
    checkout.write(BODY, NEW)
    live.until_it_holds(BODY, NEW)
    live.until(lambda: {A: "its body changed"} in live.affected)


def test_a_rename_over_the_file_is_heard(live: Live, checkout: Checkout) -> None:
    checkout.replace(BODY, NEW)
    live.until_it_holds(BODY, NEW)


def test_vims_backup_dance_is_heard(live: Live, checkout: Checkout) -> None:
    place = checkout.root / BODY
    probe = place.with_name("4913")
    probe.touch()
    probe.unlink()
    os.rename(place, f"{place}~")
    with place.open("w") as file:
        file.write(NEW)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(place, 0o644)
    os.unlink(f"{place}~")
    live.until_it_holds(BODY, NEW)
    assert A in live.repository.policies


def test_emacs_lock_and_backup_are_heard(live: Live, checkout: Checkout) -> None:
    place = checkout.root / BODY
    lock = place.with_name(f".#{place.name}")
    lock.symlink_to("me@host.1234")
    place.with_name(f"#{place.name}#").write_text("half")
    os.rename(place, f"{place}~")
    place.write_text(NEW)
    place.with_name(f"#{place.name}#").unlink()
    lock.unlink()
    live.until_it_holds(BODY, NEW)


def test_jetbrains_safe_write_is_heard(live: Live, checkout: Checkout) -> None:
    place = checkout.root / BODY
    Path(f"{place}___jb_tmp___").write_text(NEW)
    os.rename(place, f"{place}___jb_old___")
    os.rename(f"{place}___jb_tmp___", place)
    os.unlink(f"{place}___jb_old___")
    live.until_it_holds(BODY, NEW)


def test_a_file_without_its_permissions_and_with_them_again_is_heard(
    live: Live, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    os.chmod(checkout.root / BODY, 0)
    live.until(lambda: live.repository.policies[A].invalid)
    os.chmod(checkout.root / BODY, 0o644)
    live.until(lambda: not live.repository.policies[A].invalid)


def test_a_new_directory_with_files_is_heard(live: Live, checkout: Checkout) -> None:
    specs = [checkout.policy(f"p{number}", f"policies/new/deep{number}") for number in range(5)]
    live.until_policies_are(A, B, *specs)
    checkout.write("policies/new/deep3/p3.py", NEW)
    live.until_it_holds("policies/new/deep3/p3.py", NEW)


def test_a_directory_moved_in_with_files_is_heard(
    live: Live, checkout: Checkout, tmp_path: Path
) -> None:
    Checkout(tmp_path / "elsewhere").policy("c", "x")
    os.rename(tmp_path / "elsewhere" / "x", checkout.root / "policies" / "x")
    live.until_policies_are(A, B, "policies/x/c.yml")


def test_a_renamed_directory_is_heard_and_saves_in_it_too(live: Live, checkout: Checkout) -> None:
    os.rename(checkout.root / "policies/s3", checkout.root / "policies/s4")
    live.until_policies_are("policies/s4/a.yml", "policies/s4/b.yml")
    live.until(lambda: "policies/s4" in live.repository.directories)
    checkout.write("policies/s4/a.py", NEW)
    live.until_it_holds("policies/s4/a.py", NEW)


def test_a_directory_swapped_for_another_of_its_name_is_heard(
    live: Live, checkout: Checkout
) -> None:
    os.rename(checkout.root / "policies/s3", checkout.root / "old")
    checkout.policy("c", "policies/s3")
    live.until_policies_are("policies/s3/c.yml")
    checkout.write("policies/s3/c.py", NEW)
    live.until_it_holds("policies/s3/c.py", NEW)


def test_a_deleted_directory_is_heard_and_heard_again_when_it_is_back(
    live: Live, checkout: Checkout
) -> None:
    shutil.rmtree(checkout.root / "policies")
    live.until_policies_are()
    spec = checkout.policy("a", "policies/s3")
    live.until_policies_are(spec)
    checkout.write(BODY, NEW)
    live.until_it_holds(BODY, NEW)


def test_a_checkout_of_other_commits_is_heard_to_the_last_file(
    live: Live, checkout: Checkout
) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@x", *arguments],
            cwd=checkout.root,
            check=True,
            capture_output=True,
        )

    git("init", "-q", "-b", "first")
    git("add", "-A")
    git("commit", "-qm", "first")
    git("checkout", "-qb", "second")
    for number in range(60):
        checkout.policy(f"p{number}", f"policies/area{number % 7}/sub{number % 3}")
    checkout.remove("policies/s3")
    checkout.write("global_helpers/one.py", "X = 1\n")
    git("add", "-A")
    git("commit", "-qm", "second")
    live.until_it_equals_a_cold_load()
    for branch in ("first", "second", "first", "second"):
        git("checkout", "-q", branch)
        live.until_it_equals_a_cold_load()
    assert len(live.repository.policies) == 60


def test_a_root_that_is_deleted_and_made_again_is_heard(live: Live, checkout: Checkout) -> None:
    shutil.rmtree(checkout.root)
    live.until_policies_are()
    spec = checkout.policy("a")
    live.until_policies_are(spec)
    checkout.write("policies/a.py", NEW)
    live.until_it_holds("policies/a.py", NEW)


def test_a_root_that_is_moved_away_and_back_is_heard(
    live: Live, checkout: Checkout, tmp_path: Path
) -> None:
    os.rename(checkout.root, tmp_path / "away")
    live.until_policies_are()
    os.rename(tmp_path / "away", checkout.root)
    live.until_policies_are(A, B)
    checkout.write(BODY, NEW)
    live.until_it_holds(BODY, NEW)


def test_a_root_that_goes_with_its_parent_is_heard_when_it_is_back(
    live: Live, checkout: Checkout, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "above")
    live.until_policies_are()
    spec = checkout.policy("a")
    live.until_policies_are(spec)
    checkout.write("policies/a.py", NEW)
    live.until_it_holds("policies/a.py", NEW)


def test_settings_and_globals_are_heard(live: Live, checkout: Checkout) -> None:
    checkout.write("global_helpers/one.py", "X = 1\n")
    live.until_it_holds("global_helpers/one.py", "X = 1\n")
    checkout.write(".panther_settings.yml", "minimum_tests: 1\n")
    live.until(lambda: bool(live.repository.settings_digest))


@linux
def test_what_does_not_matter_is_neither_watched_nor_told(checkout: Checkout) -> None:
    for folder in (".git/objects", ".venv/lib", "node_modules/x", "policies/__pycache__"):
        checkout.write(f"{folder}/a.py", "")
    checkout.write("venv/pyvenv.cfg", "")
    live = Live(checkout.root)
    try:
        watched = set(live.repository.directories)
        assert watched == {".", "policies", "policies/s3", "global_helpers"}
        before = len(live.calls)
        for path in (".git/objects/b.py", "venv/b.py", "policies/__pycache__/b.pyc"):
            checkout.write(path, "")
        for path in (".git/index.lock", "policies/s3/.a.py.swp", "policies/s3/4913"):
            checkout.write(path, "")
        shutil.rmtree(checkout.root / "policies/__pycache__")
        checkout.write(BODY, NEW)
        live.until_it_holds(BODY, NEW)
        assert set(live.calls[before:]) == {frozenset({BODY})}
    finally:
        live.watcher.stop()


@linux
def test_a_save_is_told_once(checkout: Checkout) -> None:
    live = Live(checkout.root)
    try:
        for number in range(20):
            text = f"{GOOD_BODY}X = {number}\n"
            checkout.write(BODY, text)
            live.until_it_holds(BODY, text)
        assert live.affected == [{A: "its body changed"}] * 20
    finally:
        live.watcher.stop()


def test_polling_can_be_asked_for(checkout: Checkout) -> None:
    live = Live(checkout.root, poll=True)
    live.watcher.stop()
    assert live.watcher.mode is WatchMode.POLLING
    assert "settings" in live.watcher.note


@linux
@pytest.mark.parametrize(
    ("number", "word"), [(errno.EMFILE, "max_user_instances"), (errno.EACCES, "ermission")]
)
def test_without_an_inotify_instance_it_polls_and_says_why(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, number: int, word: str
) -> None:
    def refuse(root: Path) -> InotifyBackend:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(choosing, "InotifyBackend", refuse)
    live = Live(checkout.root)
    try:
        assert live.watcher.mode is WatchMode.POLLING
        assert word in live.watcher.note
        checkout.write(BODY, NEW)
        live.until_it_holds(BODY, NEW)
    finally:
        live.watcher.stop()


@linux
def test_at_the_limit_of_watches_it_polls_and_misses_nothing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(checkout.root)
    try:
        assert (live.watcher.mode, live.watcher.note) == (WatchMode.WATCHING, "")

        def full(backend: InotifyBackend, directory: str, mask: int) -> int:
            raise OSError(errno.ENOSPC, "No space left on device", directory)

        monkeypatch.setattr(InotifyBackend, "_add", full)
        spec = checkout.policy("c", "policies/more")
        live.until_policies_are(A, B, spec)
        live.until(lambda: "max_user_watches" in live.notes[-1])
        assert live.watcher.mode is WatchMode.POLLING
        checkout.write("policies/more/c.py", NEW)
        live.until_it_holds("policies/more/c.py", NEW)
    finally:
        live.watcher.stop()


@linux
def test_lost_events_mean_a_look_at_everything(checkout: Checkout) -> None:
    from panther_engine.reading.watch import inotify

    backend = InotifyBackend(checkout.root)
    backend.watch(list_files(checkout.root, (".",), ()).directories)
    event = inotify.InotifyEvent(-1, inotify.OVERFLOW, "")
    assert backend._take(event, Changes())
    backend.close()


def test_no_call_comes_after_stop_and_no_descriptor_is_left(checkout: Checkout) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0

    before = descriptors()
    for _ in range(3):
        live = Live(checkout.root)
        live.watcher.stop()
        calls = len(live.calls)
        checkout.write(BODY, NEW)
        assert len(live.calls) == calls
    assert descriptors() == before
    Watcher(checkout.root, (), live.hear).stop()


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/me/work", "nfs4"),
        ("/home/me", ""),
        ("/home/me/my work/x", "fuse.sshfs"),
        ("/elsewhere", ""),
    ],
)
def test_mounts_that_others_write_to_are_known(tmp_path: Path, place: str, kind: str) -> None:
    table = tmp_path / "mounts"
    table.write_text(
        "/dev/vda / ext4 rw 0 0\n"
        "srv:/work /home/me/work nfs4 rw 0 0\n"
        "host:/w /home/me/my\\040work fuse.sshfs rw 0 0\n"
        "broken\n"
    )
    assert remote_type(Path(place), table) == kind
    assert remote_type(Path(place), tmp_path / "none") == ""


def test_a_remote_mount_is_polled(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "remote_type", lambda root: "nfs")
    live = Live(checkout.root)
    live.watcher.stop()
    assert live.watcher.mode is WatchMode.POLLING
    assert "nfs" in live.watcher.note


class Faulty:
    """A watcher whose callback or backend fails as often as asked."""

    def __init__(self, checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
        self.faults: list[Exception] = []
        self.told: list[tuple[frozenset[str] | None, WatchMode, str]] = []
        self.callbacks = self.waits = 0
        self.heard = threading.Condition()
        monkeypatch.setattr(watching, "RETRY_AFTER", 0.0)
        monkeypatch.setattr(PollingBackend, "QUICKEST", 0.02)
        wait = InotifyBackend.wait

        def fail(backend: InotifyBackend, seconds: float | None) -> Changes:
            if self.waits:
                self.waits -= 1
                raise RuntimeError("injected")
            return wait(backend, seconds)

        monkeypatch.setattr(InotifyBackend, "wait", fail)
        directories = list_files(checkout.root, (".",), ()).directories
        self.watcher = Watcher(checkout.root, directories, self.hear, on_fault=self.fault)

    def hear(self, paths: frozenset[str] | None, mode: WatchMode, note: str) -> None:
        with self.heard:
            if self.callbacks:
                self.callbacks -= 1
                raise RuntimeError("injected")
            self.told.append((paths, mode, note))
            self.heard.notify_all()

    def fault(self, error: Exception) -> None:
        with self.heard:
            self.faults.append(error)
            self.heard.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self.heard:
            assert self.heard.wait_for(condition, PATIENCE), (self.told, self.faults)


@pytest.fixture
def faulty(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    faulty = Faulty(checkout, monkeypatch)
    yield faulty
    faulty.watcher.stop()


@linux
@pytest.mark.parametrize("what", ["callbacks", "waits"])
def test_after_a_fault_it_watches_again_and_has_everything_looked_at(
    faulty: Faulty, checkout: Checkout, what: str
) -> None:
    faulty.watcher.start()
    faulty.until(lambda: len(faulty.told) == 1)
    faulty.told.clear()
    setattr(faulty, what, 1)
    faulty.watcher._backend.wake()
    checkout.write(BODY, NEW)
    faulty.until(lambda: bool(faulty.faults and faulty.told))
    assert [str(error) for error in faulty.faults] == ["injected"]
    assert faulty.told[0][0] is None
    checkout.write(BODY, "# more\n")
    faulty.until(lambda: any(paths and BODY in paths for paths, _, _ in faulty.told[1:]))
    assert faulty.told[-1][1:] == (WatchMode.WATCHING, "")


@linux
def test_one_fault_after_the_other_ends_in_polling_that_says_why(
    faulty: Faulty, checkout: Checkout
) -> None:
    faulty.waits = 2
    faulty.watcher.start()
    faulty.until(lambda: bool(faulty.told))
    assert faulty.told[-1] == (
        None,
        WatchMode.POLLING,
        "polling: watching failed (RuntimeError: injected)",
    )
    checkout.write(BODY, NEW)
    faulty.until(lambda: any(paths and BODY in paths for paths, _, _ in faulty.told))
