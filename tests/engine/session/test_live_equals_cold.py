"""Whatever happens to the files, the live results become those of a run from scratch.

In CI a few dozen operations. As many as you like:

    PANTHER_TUI_FILE_OPERATIONS=2000 pytest -s --timeout 0 -k live_equals_cold
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.benchmarks.cold import differences, run_cold
from tests.engine.reading.repository.checkout import Checkout, spec_text
from tests.engine.session.live_session import LiveSession

OPERATIONS = int(os.environ.get("PANTHER_TUI_FILE_OPERATIONS", "64"))
STEPS = 16 if OPERATIONS < 100 else 50

NAMES = st.sampled_from(["a", "b", "c"])
HELPERS = st.sampled_from(["one", "two"])
FOLDERS = st.sampled_from(["policies", "policies/s3", "global_helpers", "aws_iam_policies", "data"])
PLACES = FOLDERS | st.sampled_from(["policies/moved", "aws_moved_policies", "elsewhere"])

HEADS = st.sampled_from(
    ["", "# a comment\n", "\n\n# two lines\n", "import one\n", "import two\n", "import nowhere\n"]
)
READER = (
    "def policy(resource):\n    with open('data/list.txt') as file:\n"
    "        return bool(file.read())\n"
)
CORES = st.sampled_from(
    [
        "def policy(resource):\n    return bool(resource)\n",
        "def policy(resource):\n    return resource['Value'] == 1\n",
        "def policy(resource):\n    return resource['Missing'] == 1\n",
        "def policy(resource):\n    import one\n    return one.help(resource)\n",
        "from two import help\ndef policy(resource):\n"
        "    print(help.__name__)\n    return help(resource)\n",
        READER,
        "def policy(resource):\n    return __import__('t' + 'wo').help(resource)\n",
        "def broken(:\n",
        "",
    ]
)
BODIES = st.builds(str.__add__, HEADS, CORES)
HELPER_BODIES = st.builds(
    str.__add__,
    st.sampled_from(["", "# a comment\n", "import two\n", "from two import help as other\n"]),
    st.sampled_from(
        [
            "def help(resource):\n    return True\n",
            "def help(resource):\n    return False\n",
            "def help(resource):\n    return resource['Missing']\n",
            "def broken(:\n",
            "",
        ]
    ),
)
SPECS = st.builds(
    lambda head, name, body, value: head + spec_text(name, body, value=value),
    st.sampled_from(["", "# a comment\n"]),
    NAMES,
    st.sampled_from(["", "a.py", "later.py"]),
    st.sampled_from(["1", "2", "[1"]),
)
SAVES = st.sampled_from(["in place", "by rename", "as vim"])


class FileOperations(RuleBasedStateMachine):
    """A live session over a checkout that is being worked on."""

    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="panther-tui-test-"))
        self.checkout = Checkout(self.folder / "checkout")
        self.root = self.checkout.root
        self.loop = asyncio.new_event_loop()
        self.live: LiveSession | None = None
        self.unchecked = False

    @initialize()
    def begin(self) -> None:
        self.checkout.policy("a", body="import one\ndef policy(it):\n    return one.help(it)\n")
        self.checkout.policy("b", "policies/s3")
        self.checkout.policy("c", "aws_iam_policies", READER)
        self.checkout.write("data/list.txt", "words")
        self.checkout.helper("one", "from two import help\n")
        self.checkout.helper("two", "def help(it):\n    return it['Missing']\n")
        self.loop.run_until_complete(self._start())
        self.compare()

    async def _start(self) -> None:
        self.live = LiveSession(self.root)
        await self.live.__aenter__()

    def teardown(self) -> None:
        try:
            if self.unchecked:
                self.compare()
        finally:
            if self.live is not None:
                self.loop.run_until_complete(self.live.end())
            self.loop.close()
            shutil.rmtree(self.folder)

    def compare(self) -> None:
        """Wait until live equals cold; fail with what is different if that never happens."""
        live = self.live
        assert live is not None
        cold = run_cold(self.root, sys.executable)

        def equal() -> bool:
            return not live.state.running and not differences(live.state, cold)

        try:
            self.loop.run_until_complete(live.until(equal, 15.0))
        except TimeoutError:
            words = [one.words() for one in differences(live.state, cold)]
            raise AssertionError("\n".join([*words, f"running: {live.state.running}"])) from None
        self.unchecked = False
        self.counts["comparisons"] += 1

    def done(self, operation: str, wait: bool) -> None:
        self.counts["operations"] += 1
        self.counts[operation] += 1
        self.unchecked = True
        if wait:
            self.compare()

    def save(self, path: str, text: str, how: str) -> bool:
        place = self.root / path
        if place.is_dir():
            return False
        place.parent.mkdir(parents=True, exist_ok=True)
        if how == "in place":
            place.write_text(text)
        elif how == "by rename":
            self.checkout.replace(path, text)
        else:
            probe = place.with_name("4913")
            probe.touch()
            probe.unlink()
            backup = place.with_name(place.name + "~")
            if place.exists():
                os.replace(place, backup)
            place.write_text(text)
            backup.unlink(missing_ok=True)
        return True

    def files(self, pattern: str) -> list[Path]:
        return sorted(self.root.rglob(pattern))

    @rule(folder=FOLDERS, name=NAMES, text=BODIES, how=SAVES, wait=st.booleans())
    def save_body(self, folder: str, name: str, text: str, how: str, wait: bool) -> None:
        if self.save(f"{folder}/{name}.py", text, how):
            self.done(f"body saved {how}", wait)

    @rule(name=HELPERS, text=HELPER_BODIES, how=SAVES, wait=st.booleans())
    def save_global(self, name: str, text: str, how: str, wait: bool) -> None:
        if self.save(f"global_helpers/{name}.py", text, how):
            self.done(f"global saved {how}", wait)

    @rule(folder=FOLDERS, name=NAMES, text=SPECS, how=SAVES, wait=st.booleans())
    def save_spec(self, folder: str, name: str, text: str, how: str, wait: bool) -> None:
        if self.save(f"{folder}/{name}.yml", text, how):
            self.done(f"spec saved {how}", wait)

    @rule(index=st.integers(0, 30), how=SAVES, wait=st.booleans())
    def add_a_comment(self, index: int, how: str, wait: bool) -> None:
        files = [*self.files("*.py"), *self.files("*.yml")]
        if files:
            place = files[index % len(files)]
            text = "# one line more\n" + place.read_text()
            self.save(str(place.relative_to(self.root)), text, how)
            self.done("comment added", wait)

    @rule(index=st.integers(0, 30), name=NAMES, wait=st.booleans())
    def change_an_id(self, index: int, name: str, wait: bool) -> None:
        files = self.files("*.yml")
        if files:
            place = files[index % len(files)]
            lines = [
                f"PolicyID: Test.{name}" if line.startswith("PolicyID:") else line
                for line in place.read_text().splitlines()
            ]
            place.write_text("\n".join(lines))
            self.done("ID changed", wait)

    @rule(index=st.integers(0, 30), wait=st.booleans())
    def delete(self, index: int, wait: bool) -> None:
        files = [*self.files("*.py"), *self.files("*.yml"), *self.files("*.txt")]
        if files:
            files[index % len(files)].unlink()
            self.done("file deleted", wait)

    @rule(folder=PLACES, name=NAMES, spec=SPECS, body=BODIES, wait=st.booleans())
    def make_a_folder_with_files(
        self, folder: str, name: str, spec: str, body: str, wait: bool
    ) -> None:
        place = self.root / folder / f"made_{name}"
        if not place.exists():
            place.mkdir(parents=True)
            (place / "a.yml").write_text(spec)
            (place / "a.py").write_text(body)
            (place / "list.txt").write_text("words")
            self.done("folder made", wait)

    @rule(name=HELPERS, wait=st.booleans())
    def bring_a_global_back(self, name: str, wait: bool) -> None:
        self.checkout.helper(name)
        self.done("global brought back", wait)

    @rule(text=st.sampled_from(["", "words"]), wait=st.booleans())
    def save_what_a_run_reads(self, text: str, wait: bool) -> None:
        self.checkout.write("data/list.txt", text)
        self.done("data saved", wait)

    @rule(old=PLACES, new=PLACES, wait=st.booleans())
    def move_a_folder(self, old: str, new: str, wait: bool) -> None:
        source, target = self.root / old, self.root / new
        if source.is_dir() and target.parent.is_dir() and not target.exists():
            try:
                os.rename(source, target)
            except OSError:
                return  # into itself
            self.done("folder moved", wait)

    @rule(folder=PLACES, wait=st.booleans())
    def delete_a_folder(self, folder: str, wait: bool) -> None:
        if (self.root / folder).is_dir():
            shutil.rmtree(self.root / folder)
            self.done("folder deleted", wait)

    @rule(folder=PLACES, wait=st.booleans())
    def recreate_a_folder(self, folder: str, wait: bool) -> None:
        place = self.root / folder
        if place.is_dir():
            aside = self.folder / "aside"
            shutil.copytree(place, aside)
            shutil.rmtree(place)
            shutil.copytree(aside, place)
            shutil.rmtree(aside)
            self.done("folder recreated", wait)

    @precondition(lambda self: self.unchecked)
    @rule()
    def look(self) -> None:
        self.compare()


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is remembered in the cache of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
    if OPERATIONS > 100:
        print(dict(FileOperations.counts))


TestFileOperations = FileOperations.TestCase
TestFileOperations.settings = settings(
    max_examples=max(2 * OPERATIONS // STEPS, 1),
    stateful_step_count=STEPS,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each wrong step of a shrink would wait
)
