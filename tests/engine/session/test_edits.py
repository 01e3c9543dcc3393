"""Edits that are proposed, written and taken back in a live checkout."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.events import (
    EditProposed,
    EditRefused,
    EditWritten,
    Event,
    ProposeEdit,
    TakeBackEdit,
    WriteEdit,
)
from panther_engine.reading.repository.load import load_repository
from panther_engine.session.edits import Edits
from panther_engine.values.edits import AcceptVerdict, FileChange, WriteFiles
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live import Live

A = "policies/a.yml"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a", body="def policy(resource):\n    return False\n")
    with Live(checkout) as live:
        live.wait_for_run()
        yield live


def test_what_accepting_would_write_is_shown_then_written_and_mends_the_test(live: Live) -> None:
    before = live.checkout.read(A)
    assert live.statuses == {A: "failed"}
    live.engine.send(ProposeEdit(1, AcceptVerdict(A, 0)))
    proposed = live.wait_for(EditProposed)
    assert "will now be expected to alert on" in proposed.said
    assert "+    ExpectedResult: false" in proposed.difference
    assert live.checkout.read(A) == before
    assert live.state.edit == proposed

    since = live.now
    live.engine.send(WriteEdit(proposed.number))
    assert live.wait_for(EditWritten, since).paths == (A,)
    live.wait(lambda: live.statuses == {A: "passed"})

    live.engine.send(TakeBackEdit(2))
    live.wait(lambda: live.statuses == {A: "failed"})
    assert live.checkout.read(A) == before
    live.engine.send(TakeBackEdit(3, redo=True))
    live.wait(lambda: live.statuses == {A: "passed"})


def test_a_file_that_changed_meanwhile_is_left(live: Live) -> None:
    live.engine.send(ProposeEdit(1, AcceptVerdict(A, 0)))
    proposed = live.wait_for(EditProposed)
    changed = live.checkout.read(A) + "# mine\n"
    live.checkout.write(A, changed)
    live.engine.send(WriteEdit(proposed.number))
    assert "changed meanwhile" in live.wait_for(EditRefused).reason
    assert live.checkout.read(A) == changed


def test_only_what_was_shown_is_written(live: Live) -> None:
    before = live.checkout.read(A)
    live.engine.send(WriteEdit(7))
    assert "is not proposed any more" in live.wait_for(EditRefused).reason
    since = live.now
    live.engine.send(TakeBackEdit(2))
    assert "nothing to undo" in live.wait_for(EditRefused, since).reason
    since = live.now
    live.engine.send(ProposeEdit(2, AcceptVerdict(A, 7)))
    assert "no verdict yet" in live.wait_for(EditRefused, since).reason
    assert live.checkout.read(A) == before


def test_files_are_made_together_and_taken_back_together(live: Live) -> None:
    new = (
        FileChange("policies/new/b.yml", None, b"AnalysisType: global\n"),
        FileChange("policies/new/b.py", None, b"x = 1\n"),
    )
    live.engine.send(ProposeEdit(1, WriteFiles("b", "b is made.", new)))
    proposed = live.wait_for(EditProposed)
    assert proposed.whole
    assert proposed.paths == ("policies/new/b.yml", "policies/new/b.py")
    assert proposed.changed == 2
    assert "--- /dev/null\n+++ b/policies/new/b.py" in proposed.difference
    since = live.now
    live.engine.send(WriteEdit(1))
    live.wait_for(EditWritten, since)
    folder = live.checkout.root / "policies" / "new"
    assert sorted(it.name for it in folder.iterdir()) == ["b.py", "b.yml"]

    live.checkout.write("policies/new/b.py", "x = 2\n")
    since = live.now
    live.engine.send(TakeBackEdit(2))
    refused = live.wait_for(EditRefused, since)
    assert refused.reason == "policies/new/b.py has changed meanwhile: nothing was written"
    assert sorted(it.name for it in folder.iterdir()) == ["b.py", "b.yml"]


def test_a_full_disk_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(b"one")
    events: list[Event] = []
    edits = Edits(tmp_path, events.append, lambda spec: None, lambda: load_repository(tmp_path))

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    edits.propose(1, WriteFiles("a", "a.", (FileChange("a.yml", b"one", b"two"),)))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        edits.write(1)
    reason = "a.yml: No space left on device: nothing was written"
    assert events[1:] == [EditRefused(1, "a.yml", reason)]
    assert [(it.name, it.read_bytes()) for it in tmp_path.iterdir()] == [("a.yml", b"one")]


def test_an_edit_that_changes_nothing_is_not_proposed(live: Live) -> None:
    same = live.checkout.read(A).encode()
    live.engine.send(ProposeEdit(1, WriteFiles("a", "a.", (FileChange(A, same, same),))))
    assert live.wait_for(EditRefused).reason == "that is what the file says already"
