"""Damaged and forged files of the user's cache and state, made up from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import msgspec

from panther_engine.headless.remembered.durations import load_durations
from panther_engine.headless.remembered.last_failed import load_failed
from panther_engine.model import PolicyResult, Status
from panther_engine.reading.repository.load import load_repository
from panther_engine.reading.repository.parse_cache import SIGNATURE, Parsed, _decode, _mark, _pack
from panther_engine.reading.storage.kept import load_kept
from panther_engine.running.jobs.plan import make_job
from panther_engine.session.memory.result_cache import load_results, save_results
from panther_tui.settings.trust import is_refused, is_trusted
from tests.engine.running.processes.damage import as_json, change, deepen, forge, hurt

FILES = {
    "policies/a.yml": (
        "AnalysisType: policy\nFilename: a.py\nPolicyID: Test.A\nSeverity: Low\nEnabled: true\n"
        "ResourceTypes: [AWS.S3.Bucket]\nTests:\n  - Name: t\n    ExpectedResult: true\n"
        "    Resource: {a: [1, {b: null}]}\n"
    ),
    "policies/a.py": "import help\ndef policy(resource):\n    return help.fine(resource)\n",
    "policies/wrong.yml": "AnalysisType: policy\nPolicyID: [\n",
    "global_helpers/help.yml": "AnalysisType: global\nGlobalID: help\nFilename: help.py\n",
    "global_helpers/help.py": "def fine(resource):\n    return True\n",
    "rules/r.yml": "AnalysisType: rule\nRuleID: Test.R\n",
}
SIMPLE: dict[str, object] = {
    "durations": {"version": 1, "milliseconds": {"a.yml": 120.0, "b.yml": 1e3}},
    "failed": {"version": 1, "failed": {"a.yml": ["t"]}},
    "trust": {"version": 1, "checkouts": {"/c": "0" * 64}, "refused": {"/d": "1" * 64}},
}
ALLOWED = {"network": True}


class Caches:
    """A small checkout, and what is honestly kept of it."""

    def __init__(self, folder: Path) -> None:
        """`folder` is there and empty."""
        self.root, self._folder = folder / "checkout", folder
        for name, text in FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        parsed = Parsed()
        self.repository = load_repository(self.root, parsed=parsed)
        for policy in self.repository.policies.values():
            make_job(self.repository, policy)
        self._parsed = msgspec.msgpack.decode(_pack(parsed))
        results = [PolicyResult("policies/a.yml", 1, Status.PASSED, ())]
        save_results(folder / "results", self.repository, "python", results)
        self._results = json.loads((folder / "results").read_bytes())

    def check(self, seed: int) -> str:
        """Have each reader read a damaged file; it is used or discarded, and no more."""
        rng = random.Random(seed)
        told: list[str] = []
        for name, document in (*SIMPLE.items(), ("results", self._results)):
            self._write(name, _in_json(rng, document))
        for ms in load_durations(self._folder / "durations", told.append).values():
            assert isinstance(ms, float)
            assert ms < float("inf")
        for spec, names in load_failed(self._folder / "failed", told.append).items():
            assert all(isinstance(one, str) for one in (spec, *names))
        self._check_trust(told.append)
        for result in load_results(
            self._folder / "results", self.repository, "python", told.append
        ):
            assert result.spec in self.repository.policies
        self._check_parsed(rng, told.append)
        assert all(one.isprintable() or "\n" not in one for one in told)
        return f"{len(told)} discarded"

    def _check_trust(self, tell: Callable[[str], None]) -> None:
        """Nothing that was made up allows anything."""
        file = self._folder / "trust"
        assert not is_trusted(self.root, ALLOWED, file, tell)
        assert not is_refused(self.root, ALLOWED, file)

    def _check_parsed(self, rng: random.Random, tell: Callable[[str], None]) -> None:
        """What is taken of it opens the checkout, whatever it says."""
        held: list[object] = [msgspec.msgpack.decode(msgspec.msgpack.encode(self._parsed))]
        for _ in range(rng.randint(1, 3)):
            rng.choice((change, forge, forge, forge))(rng, held)
        try:
            data = msgspec.msgpack.encode(held[0])
        except (OverflowError, UnicodeError):
            data = b"\xc1"
        data = hurt(rng, data) if rng.random() < 0.2 else data
        self._write("parsed", SIGNATURE + _mark() + data)
        kept = load_kept(self._folder / "parsed", _decode, tell)
        if kept is not None:
            repository = load_repository(self.root, parsed=kept)
            for policy in repository.policies.values():
                make_job(repository, policy)

    def _write(self, name: str, data: bytes) -> None:
        file = self._folder / name
        file.write_bytes(data)
        file.chmod(0o600)


def _in_json(rng: random.Random, document: object) -> bytes:
    held: list[object] = [document]
    held = json.loads(json.dumps(held))
    for _ in range(rng.randint(1, 3)):
        rng.choice((change, deepen, forge))(rng, held)
    data = as_json(held[0])
    return hurt(rng, data) if rng.random() < 0.5 else data
