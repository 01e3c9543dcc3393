"""Edits that are proposed, written and taken back in a live checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.events import (
    EditProposed,
    EditRefused,
    EditWritten,
    ProposeAccept,
    TakeBackEdit,
    WriteEdit,
)
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
    live.engine.send(ProposeAccept(A, 0))
    proposed = live.wait_for(EditProposed)
    assert "will now be expected to alert on" in proposed.said
    assert "+    ExpectedResult: false" in proposed.difference
    assert live.checkout.read(A) == before
    assert live.state.edit == proposed

    since = live.now
    live.engine.send(WriteEdit(proposed.digest))
    assert live.wait_for(EditWritten, since).spec == A
    live.wait(lambda: live.statuses == {A: "passed"})

    live.engine.send(TakeBackEdit())
    live.wait(lambda: live.statuses == {A: "failed"})
    assert live.checkout.read(A) == before
    live.engine.send(TakeBackEdit(redo=True))
    live.wait(lambda: live.statuses == {A: "passed"})


def test_a_file_that_changed_meanwhile_is_left(live: Live) -> None:
    live.engine.send(ProposeAccept(A, 0))
    proposed = live.wait_for(EditProposed)
    changed = live.checkout.read(A) + "# mine\n"
    live.checkout.write(A, changed)
    live.engine.send(WriteEdit(proposed.digest))
    assert "changed meanwhile" in live.wait_for(EditRefused).reason
    assert live.checkout.read(A) == changed


def test_only_what_was_shown_is_written(live: Live) -> None:
    before = live.checkout.read(A)
    live.engine.send(WriteEdit("another"))
    assert "is not proposed any more" in live.wait_for(EditRefused).reason
    since = live.now
    live.engine.send(TakeBackEdit())
    assert "nothing to undo" in live.wait_for(EditRefused, since).reason
    since = live.now
    live.engine.send(ProposeAccept(A, 7))
    assert "no verdict yet" in live.wait_for(EditRefused, since).reason
    assert live.checkout.read(A) == before
