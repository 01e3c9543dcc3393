"""Whatever happens to the files, the next picture of a checkout is the one a cold load gives."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from panther_engine.reading.repository.dependencies import reach_of
from panther_engine.reading.repository.load import Change, load_repository, rescan
from panther_engine.reading.repository.repository import Repository
from panther_engine.reading.selection.known_names import tell_known
from panther_engine.reading.source.fingerprint import code_fingerprint
from tests.engine.reading.repository.checkout import GOOD_BODY, Checkout, spec_text

FOLDERS = ("policies", "policies/s3", "rules", "global_helpers", "other", "other/policies", ".")
STEMS = ("a", "b", "one", "two")
IMPORTS = ("", "import one\n", "from two import x\n", "import one, two\n", "import json\n")
CORE = (
    "policies/a.py",
    "policies/a.yml",
    "policies/s3/b.py",
    "policies/s3/b.yml",
    "global_helpers/one.py",
    "global_helpers/one.yml",
    "global_helpers/two.py",
    "global_helpers/two.yml",
)
ANYWHERE = st.builds(
    lambda folder, stem, end: stem + end if folder == "." else f"{folder}/{stem}{end}",
    st.sampled_from(FOLDERS),
    st.sampled_from(STEMS),
    st.sampled_from([".py", ".yml", ".yaml", ".json", ".txt"]),
)
PATHS = st.sampled_from(CORE) | st.sampled_from(CORE) | ANYWHERE
LOOKS = st.sampled_from(["at everything", "at everything", "where it hints", "later"])
BODIES = st.builds(
    lambda comment, imports, tail: f"{comment}{imports}{GOOD_BODY}{tail}",
    st.sampled_from(["", "# comment\n"]),
    st.sampled_from(IMPORTS),
    st.sampled_from(["", "X = 1\n", "X = 2\n", "def broken(:\n"]),
)
SPECS = st.one_of(
    st.builds(
        spec_text,
        st.sampled_from(STEMS),
        st.sampled_from(["", "a.py", "../b.py", "one.py"]),
        st.sampled_from(["words", "other words"]),
        st.sampled_from(["1", "true"]),
    ),
    st.builds(
        "AnalysisType: global\nFilename: {}.py\nGlobalID: {}\n".format,
        st.sampled_from(STEMS),
        st.sampled_from(STEMS),
    ),
    st.builds("AnalysisType: rule\nRuleID: Test.{}\n".format, st.sampled_from(STEMS)),
    st.sampled_from(["", "AnalysisType: policy\nPolicyID: [", "no: spec\n", "- AnalysisType\n"]),
)
IMPORTED = re.compile(rb"^(?:import|from) (\w+)(?:, (\w+))?", re.MULTILINE)


def picture(repository: Repository) -> object:
    """All of a repository that anyone can see."""
    return (
        list(repository.policies.items()),
        list(repository.globals.items()),
        list(repository.others.items()),
        repository.diagnostics,
        {path: source.content for path, source in repository.files.items()},
        sorted(repository.directories),
        repository.settings_digest,
    )


def meaning(repository: Repository, spec: str) -> object:
    """What a policy's outcome hangs on, found another way than the code under test does."""
    policy = repository.policies[spec]
    reached: dict[str, object] = {}
    todo = [policy.body]
    while todo:
        source = repository.files.get(todo.pop())
        for names in IMPORTED.findall(source.content if source else b""):
            for name in (part.decode() for part in names if part):
                if name in reached:
                    continue
                used = repository.globals.get(name)
                body = repository.files.get(used.body) if used else None
                reached[name] = (used and used.body, body and code_fingerprint(body.content))
                if used:
                    todo.append(used.body)
    body = repository.files.get(policy.body)
    tests = repr([(test.name, test.expected, test.resource) for test in policy.tests])
    code = code_fingerprint(body.content) if body else None
    return policy.invalid, policy.id, policy.body, code, tests, reached


def told_of_missing(repository: Repository, spec: str) -> dict[str, tuple[str, str] | None]:
    """What is said of each name that a policy asks for in vain."""
    return {
        name: tell_known(repository, name)
        for name in reach_of(repository, spec).roots
        if name not in repository.globals or repository.globals[name].body not in repository.files
    }


class RandomFileOperations(RuleBasedStateMachine):
    """Random operations on a real directory, each followed by a look at the disk."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="panther-tui-test-"))
        self.checkout = Checkout(self.folder / "checkout")
        self.live = load_repository(self.checkout.root)
        self.hints: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.build_some("at everything")

    @rule(look=LOOKS)
    def build(self, look: str) -> None:
        self.build_some(look)

    def build_some(self, look: str) -> None:
        self.checkout.policy("a", body="import one\n" + GOOD_BODY)
        self.checkout.policy("b", "policies/s3")
        self.checkout.helper("one", "import two\n")
        self.checkout.helper("two")
        self.touch(look, ".")

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(path=PATHS, spec=SPECS, body=BODIES, careful=st.booleans(), look=LOOKS)
    def write(self, path: str, spec: str, body: str, careful: bool, look: str) -> None:
        text = body if path.endswith(".py") else spec
        try:
            if careful and (self.checkout.root / path).parent.is_dir():
                self.checkout.replace(path, text)
            else:
                self.checkout.write(path, text)
        except (IsADirectoryError, NotADirectoryError, FileExistsError):
            return
        self.touch(look, path)

    @rule(path=PATHS, look=LOOKS)
    def delete(self, path: str, look: str) -> None:
        if (self.checkout.root / path).is_file():
            self.checkout.remove(path)
            self.touch(look, path)

    @rule(old=PATHS, new=PATHS, look=LOOKS)
    def move(self, old: str, new: str, look: str) -> None:
        source, target = self.checkout.root / old, self.checkout.root / new
        if source.is_file() and target.parent.is_dir() and not target.is_dir():
            os.replace(source, target)
            self.touch(look, old, new)

    @rule(folder=st.sampled_from(FOLDERS[:-1]), look=LOOKS)
    def delete_folder(self, folder: str, look: str) -> None:
        if (self.checkout.root / folder).is_dir():
            shutil.rmtree(self.checkout.root / folder)
            self.touch(look, folder)

    @rule(old=st.sampled_from(FOLDERS[:-1]), new=st.sampled_from(FOLDERS[:-1]), look=LOOKS)
    def move_folder(self, old: str, new: str, look: str) -> None:
        source, target = self.checkout.root / old, self.checkout.root / new
        inside = new.startswith(old + "/")
        if source.is_dir() and target.parent.is_dir() and not target.exists() and not inside:
            os.rename(source, target)
            self.touch(look, old, new)

    @rule(folder=st.sampled_from(FOLDERS), look=LOOKS)
    def toggle_settings(self, folder: str, look: str) -> None:
        path = os.path.normpath(f"{folder}/.panther_settings.yml")
        place = self.checkout.root / path
        if place.exists():
            place.unlink()
            self.touch(look, path)
        elif place.parent.is_dir():
            place.touch()
            self.touch(look, path)

    def touch(self, look: str, *paths: str) -> None:
        self.hints.update(paths)
        if look == "later":
            return
        before = self.live
        hints, self.hints = self.hints, set()
        change = rescan(before, None if look == "at everything" else hints)
        cold = load_repository(self.checkout.root, settings=before.settings)
        now = change.repository if change else before
        assert picture(now) == picture(cold)
        if change is not None:
            self.live = now
            self.check(before, change)

    def check(self, before: Repository, change: Change) -> None:
        now = change.repository
        assert set(change.removed) == set(before.policies) - set(now.policies)
        for spec, policy in now.policies.items():
            if spec not in before.policies:
                assert change.affected[spec] == "it is new"
            elif meaning(before, spec) != meaning(now, spec) or told_of_missing(
                before, spec
            ) != told_of_missing(now, spec):
                assert spec in change.affected
            elif reason := change.affected.get(spec, ""):
                # what comes to have a missing name may say the same of it as what had it before
                name = reason.removeprefix("because what is called ").removesuffix(" changed")
                assert name in told_of_missing(now, spec)
            if spec in before.policies and before.policies[spec] != policy:
                assert spec in change.updated


TestRandomFileOperations = pytest.mark.timeout(600)(RandomFileOperations.TestCase)
TestRandomFileOperations.settings = settings(
    max_examples=75,
    stateful_step_count=50,
)
