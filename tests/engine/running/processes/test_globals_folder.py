"""A global lies alone, as in PAT and in Panther: what it reads beside itself is not there."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from panther_engine.running.processes.confinement import Confinement
from panther_engine.running.processes.globals_folder import PREFIX, GlobalsFolder
from panther_engine.running.processes.job import Limits
from tests.engine.running.running_policies import Ran, run_body

SAYS_TRUE = "def policy(resource):\n    return True\n"


@pytest.fixture(params=["fork", "spawn"], autouse=True)
def worker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PANTHER_TUI_WORKER", request.param)
    return str(request.param)


def run(root: Path, source: str, sources: Mapping[str, str], *resources: object) -> Ran:
    return run_body(root, source, *resources, sources=sources)


def test_a_global_that_reads_a_file_beside_itself_cannot_be_imported(tmp_path: Path) -> None:
    (tmp_path / "global_helpers").mkdir()
    (tmp_path / "global_helpers" / "allow.json").write_text("[]")
    helper = """
        import os
        PLACE = os.path.join(os.path.dirname(__file__), "allow.json")
        with open(PLACE) as file:
            ALLOWED = file.read()
        """
    ran = run(tmp_path, f"import allow\n{SAYS_TRUE}", {"allow": helper})
    failure = ran.ended["body"].setup
    assert failure is not None
    assert failure.type == "FileNotFoundError"
    assert "'<globals>/allow.json'" in failure.message
    assert failure.message.endswith("; Panther ships a global without the files beside it")
    assert (failure.path, failure.line) == ("global_helpers/allow.py", 3)
    assert failure.frames[-1].source == "with open(PLACE) as file:"


def test_the_reason_is_told_where_the_file_is_read_in_a_test(tmp_path: Path) -> None:
    helper = """
        from pathlib import Path
        def allowed():
            return Path(__file__).with_name("allow.txt").read_text()
        """
    body = "from allow import allowed\ndef policy(resource):\n    return bool(allowed())\n"
    result = run(tmp_path, body, {"allow": helper}).result
    assert result.error is not None
    assert result.error.message.endswith("; Panther ships a global without the files beside it")
    assert result.functions["policy"].error == f"FileNotFoundError: {result.error.message}"
    assert (result.error.path, result.error.line) == ("global_helpers/allow.py", 3)


def test_the_file_of_a_global_is_a_copy_among_the_copies_of_all_globals(tmp_path: Path) -> None:
    helper = """
        import os
        NAMES = [os.path.basename(__file__), os.path.basename(__spec__.origin)]
        BESIDE = sorted(os.listdir(os.path.dirname(__file__)))
        with open(__file__) as file:
            FIRST = file.readline()
        """
    body = """
        import words
        def policy(resource):
            print(words.NAMES, words.BESIDE, repr(words.FIRST))
            return True
        """
    result = run(tmp_path, body, {"words": helper, "other": "A = 1\n"}).result
    same = ["words.py", "words.py"]
    assert result.output.strip() == f"{same} {['other.py', 'words.py']} 'import os\\n'"


def test_a_body_reads_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "words.txt").write_text("good")
    body = """
        from pathlib import Path
        WORDS = __loader__.get_data(str(Path(__file__).with_name("words.txt")))
        def policy(resource):
            return WORDS == Path(__file__).with_name("words.txt").read_bytes() == b"good"
        """
    assert run(tmp_path, body, {}).result.verdict == "PASS"


def test_a_copy_that_was_read_counts_as_the_global_that_it_is_of(tmp_path: Path) -> None:
    helper = """
        from pathlib import Path
        def text():
            return Path(__file__).with_name("other.py").read_text()
        """
    body = "import words\ndef policy(resource):\n    return words.text() == 'A = 1\\n'\n"
    ran = run(tmp_path, body, {"words": helper, "other": "A = 1\n"})
    assert ran.result.verdict == "PASS"
    assert ran.ended["body"].loaded == ("global_helpers/other.py", "global_helpers/words.py")


@pytest.mark.parametrize(
    "deed", ["open(PLACE, 'w')", "os.mkdir(PLACE)", "os.remove(__file__)", "os.rename(PLACE, 'x')"]
)
def test_nothing_is_written_beside_a_global(tmp_path: Path, deed: str) -> None:
    helper = f"""
        import os
        PLACE = os.path.join(os.path.dirname(__file__), "new")
        def write():
            {deed}
        """
    body = "import words\ndef policy(resource):\n    words.write()\n    return True\n"
    error = run(tmp_path, body, {"words": helper}).result.error
    assert error is not None
    assert error.type == "PermissionError"
    assert "may not write beside a global" in error.message
    assert "'<globals>/" in error.message


def test_the_folder_is_gone_when_the_run_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    body = """
        import words
        def policy(resource):
            print(words.__file__)
            return True
        """
    result = run(tmp_path / "checkout", body, {"words": "A = 1\n"}).result
    place = Path(result.output.strip())
    assert place.is_relative_to(temporary)
    assert place.parent.parent.name.startswith(PREFIX)
    assert list(temporary.iterdir()) == []


PROJECT = Path(__file__).parents[4]
START = """
import asyncio, json, os, sys
from pathlib import Path
from tests.engine.running.running_policies import Body, run_bodies
body = "import words, time\\ndef policy(resource):\\n    time.sleep(1000)\\n    return True\\n"
run_bodies(Path(sys.argv[1]), {"body": Body(body)}, sources={"words": "print(__file__)\\n"})
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs fork")
def test_the_folder_is_gone_too_when_we_are_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: str
) -> None:
    if worker == "spawn":
        pytest.skip("there nothing outlives us that could")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    # no more than our own: an older Python that is tested cannot load the library of this one
    paths = os.pathsep.join(str(PROJECT / name) for name in ("", "engine", "tui"))
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": paths}
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path / "checkout")], env=environment
    )
    try:
        wait_for(lambda: [*temporary.glob("*/globals/words.py")])
        wait_for(lambda: children_of_children(process.pid))
    finally:
        process.kill()
        process.wait()
    wait_for(lambda: not [*temporary.glob("*/globals/*")])
    # what the sandbox keeps the zygote from removing goes at the next start
    monkeypatch.setenv("TMPDIR", str(temporary))
    confinement = Confinement.of(sys.executable, str(tmp_path), Limits())
    if confinement is not None:
        confinement.close()
    wait_for(lambda: not [*temporary.iterdir()])


def children_of_children(pid: int) -> Sequence[int]:
    """The processes that the zygote has forked: it has been told of the folder by then."""
    found = []
    for child in children_of(pid):
        found += children_of(child)
    return found


def children_of(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def wait_for(condition: object) -> None:
    """Until a condition holds; the limit of time for the whole test ends it otherwise."""
    assert callable(condition)
    while not condition():
        select.select([], [], [], 0.01)


def copies(folder: GlobalsFolder) -> dict[str, bytes]:
    return {place.name: place.read_bytes() for place in Path(folder.path).iterdir()}


def test_the_copies_follow_the_globals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = GlobalsFolder()
    assert copies(folder) == {}
    folder.update({"a": ("/r/x.py", b"A = 1"), "b": ("/r/b.py", b"B = 1")}, ())
    assert copies(folder) == {"a.py": b"A = 1", "b.py": b"B = 1"}
    folder.update({"a": ("/r/x.py", b"A = 2")}, ["b", "never"])
    assert copies(folder) == {"a.py": b"A = 2"}
    assert os.stat(os.path.dirname(folder.path)).st_mode & 0o777 == 0o700
    folder.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../out", "a/b", "", "nul\0", "a" * 400])
def test_an_id_that_is_no_files_name_has_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = GlobalsFolder()
    folder.update({name: ("/r/a.py", b"A = 1"), "good": ("/r/b.py", b"")}, ())
    assert copies(folder) == {"good.py": b""}
    assert {place.name for place in tmp_path.rglob("*.py")} == {"good.py"}
    folder.remove()


def test_without_a_place_for_a_folder_globals_are_served_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "panther_engine.running.processes.globals_folder._temporary_folders",
        lambda: [str(tmp_path / "missing" / "too")],
    )
    body = "import words\ndef policy(resource):\n    return words.A == 1\n"
    assert run(tmp_path / "checkout", body, {"words": "A = 1\n"}).result.verdict == "PASS"
