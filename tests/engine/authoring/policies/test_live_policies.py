"""Policies made, renamed, deleted and brought back in a live checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_engine.events import (
    EditProposed,
    EditRefused,
    EditWritten,
    FormOpened,
    OpenForm,
    ProposeEdit,
    TakeBackEdit,
    WriteEdit,
)
from panther_engine.values.edits import CreatePolicy, DeletePolicy, RenamePolicy, SetMetadata
from panther_engine.values.forms import NewPolicy
from tests.engine.reading.repository.checkout import Checkout
from tests.engine.session.live import Live

A = "policies/a.yml"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = Checkout(tmp_path / "checkout")
    checkout.policy("a")
    with Live(checkout) as live:
        live.wait_for_run()
        yield live


def test_policies_are_made_changed_renamed_deleted_and_brought_back(live: Live) -> None:
    live.engine.send(OpenForm(7))
    opened = live.wait_for(FormOpened)
    assert (opened.number, opened.held) == (7, None)
    taken = {spec: policy_id for policy_id, spec in opened.around.ids}
    since = live.now
    live.engine.send(OpenForm(8, A))
    held = live.wait_for(FormOpened, since).held
    assert held is not None
    assert dict(held.data)["PolicyID"] == taken[A]

    number = 0

    def write(request: CreatePolicy | RenamePolicy | DeletePolicy | SetMetadata) -> EditProposed:
        nonlocal number
        number += 1
        since = live.now
        live.engine.send(ProposeEdit(number, request))
        proposed = live.wait_for(EditProposed, since)
        live.engine.send(WriteEdit(number))
        live.wait_for(EditWritten, since)
        return proposed

    new = NewPolicy("", "", "Versions", resource_types=("AWS.S3.Bucket",), field="Versioning")
    assert write(CreatePolicy(new, "policies/s3")).whole
    made = "policies/s3/aws_s3_bucket_versions.yml"
    live.wait(lambda: live.statuses.get(made) == "passed")
    before = live.checkout.read(made)
    assert write(SetMetadata(made, (("Severity", "Low"),))).changed == 2

    renamed = "policies/s3/aws_other.yml"
    write(RenamePolicy(made, "AWS.Other"))
    live.wait(lambda: live.statuses.get(renamed) == "passed")
    write(DeletePolicy(renamed))
    live.wait(lambda: renamed not in live.statuses)
    for path in (renamed, made, made):
        number += 1
        live.engine.send(TakeBackEdit(number))
        live.wait(lambda path=path: path in live.statuses)  # type: ignore[misc]
    live.wait(lambda: live.checkout.read(made) == before)

    since = live.now
    odd = NewPolicy("", "", "Odd", resource_types=("AWS.S3.Bucket",), field="not Versionig")
    live.engine.send(ProposeEdit(98, CreatePolicy(odd, "s3")))
    notes = live.wait_for(EditProposed, since).notes
    assert "PAT finds it only with" in notes[0]
    assert "nearest: `Versioning`" in notes[1]
    since = live.now
    live.engine.send(ProposeEdit(99, RenamePolicy(made, taken[A])))
    assert "is taken by policies/a.yml" in live.wait_for(EditRefused, since).reason
