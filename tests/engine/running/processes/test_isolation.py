"""Nothing that a policy does hurts the run: each misdeed ends in its own result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from panther_engine.model import Mock, Outcome, Verdict
from panther_engine.running.processes.job import Limits, Sandbox
from tests.engine.running.running_policies import WORKER_VERSION, Body, run_bodies, run_body

FORKS = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs fork")
QUICK = Limits(timeout=0.5, memory=512 << 20)


@pytest.fixture(params=["fork", "spawn"])
def worker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PANTHER_TUI_WORKER", request.param)
    return str(request.param)


GOOD = Body("def policy(resource):\n    return resource['ok']\n", [{"ok": True}, {"ok": True}])

STUCK = {
    "loop": "def policy(resource):\n    while True:\n        pass\n",
    "stubborn": """
        def policy(resource):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """,
    "deaf": """
        import signal
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        def policy(resource):
            while True:
                pass
        """,
    "regex": """
        import re
        def policy(resource):
            return bool(re.match(r"(a+)+$", "a" * 60 + "b"))
        """,
    "numb": """
        import signal
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        def policy(resource):
            while True:
                pass
        """,
    "sleeper": "import time\ndef policy(resource):\n    time.sleep(1000)\n",
    "grandchild": """
        import subprocess
        def policy(resource):
            subprocess.run(["sleep", "1000"])
        """,
}

DYING = {
    "exit": ("import os\ndef policy(resource):\n    os._exit(3)\n", "Exited", "exit code 3"),
    "suicide": (
        "import os, signal\ndef policy(resource):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
        "Killed",
        "SIGKILL",
    ),
    "segfault": (
        "import ctypes\ndef policy(resource):\n    ctypes.string_at(0)\n",
        "Killed",
        "SIGSEGV",
    ),
}

RAISING = {
    "sys_exit": ("import sys\ndef policy(resource):\n    sys.exit(4)\n", "SystemExit"),
    "interrupt": ("def policy(resource):\n    raise KeyboardInterrupt\n", "KeyboardInterrupt"),
    "none": ("def policy(resource):\n    return None\n", "FunctionReturnTypeError"),
    "one": ("def policy(resource):\n    return 1\n", "FunctionReturnTypeError"),
    "odd": (
        """
        class Odd(Exception):
            def __str__(self):
                raise ValueError
        def policy(resource):
            raise Odd
        """,
        "Odd",
    ),
    "memory": ("def policy(resource):\n    return bool(bytearray(8 << 30))\n", "MemoryError"),
}

HARMLESS = {
    "closes_stdout": """
        import os
        def policy(r):
            os.closerange(1, 3); print("x"); return True
        """,
    "changes_directory": "import os\ndef policy(r):\n    os.chdir('/'); return True\n",
    "changes_environment": "import os\ndef policy(r):\n    os.environ.clear(); return True\n",
    "patches_json": "import json\njson.dumps = None\ndef policy(r):\n    return True\n",
    "empties_modules": "import sys\ndef policy(r):\n    sys.modules.clear(); return True\n",
    "leaves_thread": """
        import threading, time
        def policy(r):
            threading.Thread(target=time.sleep, args=(1000,)).start()
            return True
        """,
    "atexit": """
        import atexit, time
        atexit.register(time.sleep, 1000)
        def policy(r):
            return True
        """,
    "reads_stdin": "def policy(r):\n    import sys\n    return sys.stdin.read() == ''\n",
    "forks": "import os\ndef policy(r):\n    os.fork()\n    return True\n",
}


def test_every_stuck_policy_is_stopped_at_its_limit_and_says_where(
    tmp_path: Path, worker: str
) -> None:
    bodies = {name: Body(source) for name, source in STUCK.items()}
    ran = run_bodies(tmp_path, {**bodies, "good": GOOD}, limits=QUICK)
    for name in STUCK:
        (result,) = ran.results(name)
        assert result.outcome is Outcome.ERRORED, name
        assert result.error is not None
        assert result.error.type == "Timeout"
        assert "0.5 s" in result.error.message
        if worker == "fork" and name != "numb":
            assert result.error.path == f"policies/{name}.py"
            assert result.error.line > 1
    assert [r.outcome for r in ran.results("good")] == [Outcome.PASSED] * 2


def test_tests_after_a_stuck_one_still_run(tmp_path: Path, worker: str) -> None:
    source = "def policy(resource):\n    while resource['loop']:\n        pass\n    return True\n"
    resources = [{"loop": False}, {"loop": True}, {"loop": False}, {"loop": True}, {"loop": False}]
    ran = run_body(tmp_path, source, *resources, limits=QUICK)
    outcomes = [result.outcome.value for result in ran.results()]
    assert outcomes == ["passed", "errored", "passed", "errored", "passed"]


def test_a_body_that_loops_at_import_is_stopped(tmp_path: Path, worker: str) -> None:
    ran = run_body(tmp_path, "x = 1\nwhile True:\n    x += 1\n", limits=QUICK)
    setup = ran.ended["body"].setup
    assert setup is not None
    assert setup.type == "Timeout"
    if worker == "fork":
        assert (setup.path, setup.line) in [("policies/body.py", 2), ("policies/body.py", 3)]


@pytest.mark.parametrize("name", DYING)
def test_a_process_that_dies_is_told_with_its_line(tmp_path: Path, name: str, worker: str) -> None:
    source, kind, words = DYING[name]
    ran = run_bodies(tmp_path, {name: Body(source, [{}, {}]), "good": GOOD})
    for result in ran.results(name):
        assert result.error is not None
        assert result.error.type == kind
        assert words in result.error.message
        if worker == "fork":
            assert (result.error.path, result.error.line) == (f"policies/{name}.py", 3)
    assert len(ran.results(name)) == 2
    assert [r.outcome for r in ran.results("good")] == [Outcome.PASSED] * 2


def test_whatever_is_raised_is_the_tests_own_error(tmp_path: Path, worker: str) -> None:
    bodies = {name: Body(source, [{}, {}]) for name, (source, _) in RAISING.items()}
    ran = run_bodies(tmp_path, bodies, limits=Limits(memory=512 << 20))
    for name, (_, kind) in RAISING.items():
        for result in ran.results(name):
            assert result.verdict is Verdict.ERROR
            assert result.outcome is Outcome.ERRORED
            assert result.error is not None
            assert result.error.type == kind


SILENT = {
    "raised": (
        "def policy(resource):\n    raise ValueError\n",
        "raised without a message at line 2: `raise ValueError`",
    ),
    "asserted": (
        "def policy(resource):\n    assert resource.get('A')\n    return True\n",
        "`assert resource.get('A')` does not hold",
    ),
    "iterated": (
        "def policy(resource):\n    return next(iter(()))\n",
        "raised without a message at line 2: `return next(iter(()))`",
    ),
    "one block": (
        "def policy(resource):\n    return bool(bytearray(8 << 30))\n",
        "the limit of 256 MiB is reached; use less, or raise the setting `memory`",
    ),
    "many small ones": (
        """
        def policy(resource):
            kept = []
            while True:
                kept.append([None] * 1000)
        """,
        "the limit of 256 MiB is reached; use less, or raise the setting `memory`",
    ),
    "held by the module": (
        """
        kept = []
        def policy(resource):
            while True:
                kept.append(str(len(kept)) * 50)
        """,
        "the limit of 256 MiB is reached; use less, or raise the setting `memory`",
    ),
    "said": (
        "def policy(resource):\n    raise MemoryError('too much')\n",
        "too much; the limit of 256 MiB is reached; use less, or raise the setting `memory`",
    ),
}


def test_an_exception_without_a_text_says_what_happened(tmp_path: Path, worker: str) -> None:
    bodies = {name: Body(source) for name, (source, _) in SILENT.items()}
    ran = run_bodies(tmp_path, bodies, limits=Limits(timeout=60, memory=256 << 20))
    for name, (_, message) in SILENT.items():
        (result,) = ran.results(name)
        assert result.error is not None
        assert result.error.message == message, name
        assert result.error.line > 1


def test_at_import_the_limit_of_memory_is_named_too(tmp_path: Path, worker: str) -> None:
    source = "kept = []\nwhile True:\n    kept.append([None] * 1000)\n"
    ran = run_body(tmp_path, source, limits=Limits(timeout=60, memory=256 << 20))
    setup = ran.ended["body"].setup
    assert setup is not None
    assert "the limit of 256 MiB is reached" in setup.message


def test_without_a_limit_of_memory_none_is_named(tmp_path: Path) -> None:
    source = "def policy(resource):\n    raise MemoryError\n"
    error = run_body(tmp_path, source, limits=Limits(memory=0)).result.error
    assert error is not None
    assert error.message == "the system has no memory left"


def test_sys_exit_at_import_is_this_policys_fault_alone(tmp_path: Path, worker: str) -> None:
    ran = run_bodies(tmp_path, {"leaves": Body("import sys\nsys.exit(7)\n"), "good": GOOD})
    setup = ran.ended["leaves"].setup
    assert setup is not None
    assert (setup.type, setup.path, setup.line) == ("SystemExit", "policies/leaves.py", 2)
    assert [r.outcome for r in ran.results("good")] == [Outcome.PASSED] * 2


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_not_change_the_verdict_does_not_change_the_result(
    tmp_path: Path, name: str, worker: str
) -> None:
    if name == "empties_modules" and WORKER_VERSION >= (3, 13):
        pytest.skip("Python itself does not survive it")
    ran = run_bodies(tmp_path, {name: Body(HARMLESS[name], [{}, {}]), "good": GOOD})
    outcomes = [(r.outcome, r.error) for r in ran.results(name)]
    assert outcomes == [(Outcome.PASSED, None)] * 2
    assert [r.outcome for r in ran.results("good")] == [Outcome.PASSED] * 2


def test_forking_without_end_is_refused(tmp_path: Path, worker: str) -> None:
    source = "import os\ndef policy(resource):\n    while True:\n        os.fork()\n"
    ran = run_bodies(tmp_path, {"bomb": Body(source), "good": GOOD}, limits=QUICK)
    (result,) = ran.results("bomb")
    assert result.error is not None
    assert result.error.type in ("BlockingIOError", "Timeout")
    assert [r.outcome for r in ran.results("good")] == [Outcome.PASSED] * 2


def test_endless_recursion_ends_at_the_memory_limit(tmp_path: Path, worker: str) -> None:
    source = """
        import sys
        sys.setrecursionlimit(10**9)
        def policy(resource):
            return policy(resource)
        """
    ran = run_bodies(
        tmp_path,
        {"deep": Body(source), "good": GOOD},
        limits=Limits(timeout=20, memory=48 << 20),
    )
    (result,) = ran.results("deep")
    assert result.error is not None
    assert result.error.type in ("MemoryError", "SystemError", "Killed", "Timeout")
    assert [r.outcome for r in ran.results("good")] == [Outcome.PASSED] * 2


def test_each_test_gets_what_it_printed_however_it_printed_it(tmp_path: Path, worker: str) -> None:
    source = """
        import os, subprocess, sys
        def policy(resource):
            name = resource["name"]
            print("print", name)
            print("stderr", name, file=sys.stderr)
            os.write(1, f"write {name}\\n".encode())
            subprocess.run(["echo", "echo", name])
            return True
        """
    ran = run_body(tmp_path, source, {"name": "a"}, {"name": "b"})
    for name, result in zip("ab", ran.results(), strict=True):
        lines = sorted(result.output.splitlines())
        assert lines == [f"echo {name}", f"print {name}", f"stderr {name}", f"write {name}"]


def test_a_flood_of_output_is_cut_with_a_note(tmp_path: Path, worker: str) -> None:
    source = """
        def policy(resource):
            for _ in range(200):
                print("x" * (1 << 20))
            return True
        """
    ran = run_bodies(tmp_path, {"flood": Body(source), "good": GOOD})
    (result,) = ran.results("flood")
    assert result.outcome is Outcome.PASSED
    assert len(result.output) < 101_000
    assert "bytes more were printed and dropped" in result.output


def test_the_network_is_refused_with_the_address_the_line_and_the_name_to_mock(
    tmp_path: Path, worker: str
) -> None:
    source = """
        from asking import ask
        def policy(resource):
            try:
                return ask("203.0.113.9")
            except OSError:
                return True
        """
    helper = "import socket\ndef ask(host):\n    socket.create_connection((host, 443), 1)\n"
    result = run_body(tmp_path, source, sources={"asking": helper}).result
    assert result.outcome is Outcome.ERRORED
    assert result.error is not None
    assert result.error.type == "NetworkBlocked"
    assert "203.0.113.9:443" in result.error.message
    assert "add a Mock for `ask`" in result.error.message
    assert (result.error.path, result.error.line) == ("policies/body.py", 4)


def test_credentials_are_not_in_the_environment(tmp_path: Path, worker: str) -> None:
    source = """
        import os
        def policy(resource):
            print(sorted(n for n in os.environ if n.startswith(("AWS_S", "GITHUB", "LC_", "PAN"))))
            return True
        """
    environment = {
        **os.environ,
        "AWS_SECRET_ACCESS_KEY": "x",
        "GITHUB_TOKEN": "x",
        "LC_KEPT": "x",
    }
    result = run_body(tmp_path, source, environment=environment).result
    assert result.output == "['AWS_SHARED_CREDENTIALS_FILE', 'LC_KEPT']\n"


ASKS = """
import os
{at_import}
def policy(resource):
    return {test}
"""


@pytest.mark.parametrize(
    ("at_import", "test", "kind"),
    [
        ("", "os.environ['DB_PWD'] == 'x'", "KeyError"),
        ("", "os.environ.get('DB_PWD').isdigit()", "AttributeError"),
        ("PASSWORD = os.environ['DB_PWD']", "True", "KeyError"),
    ],
)
def test_an_error_says_that_a_variable_was_kept_back_and_what_lets_it_through(
    tmp_path: Path, worker: str, at_import: str, test: str, kind: str
) -> None:
    source = ASKS.format(at_import=at_import, test=test)
    environment = {**os.environ, "DB_PWD": "x", "OTHER_PWD": "x"}
    ran = run_body(tmp_path, source, environment=environment)
    error = ran.ended["body"].setup if at_import else ran.result.error
    assert error is not None
    assert error.type == kind
    assert error.message.endswith(
        '(DB_PWD is kept from policies; to let policies see it, set environment = ["DB_PWD"])'
    )
    assert "OTHER_PWD" not in error.message


def test_a_variable_that_is_not_set_at_all_was_not_kept_back(tmp_path: Path, worker: str) -> None:
    source = ASKS.format(at_import="", test="os.environ['NOWHERE']")
    error = run_body(tmp_path, source, environment={**os.environ, "DB_PWD": "x"}).result.error
    assert error is not None
    assert error.message == "'NOWHERE'"


CHANGES = {
    "rename out": "os.rename(f'{root}/kept.txt', f'{out}/gone.txt')",
    "rename in": "os.rename(f'{out}/new.txt', f'{root}/new.txt')",
    "replace": "os.replace(f'{out}/new.txt', f'{root}/kept.txt')",
    "write through a link to a file": "open(f'{out}/file', 'w')",
    "write through a link to the folder": "open(f'{out}/folder/new.txt', 'w')",
    "make through a link to the folder": "os.mkdir(f'{out}/folder/new')",
    "remove through a link to the folder": "os.remove(f'{out}/folder/kept.txt')",
    "truncate through a link": "os.truncate(f'{out}/file', 0)",
    "mode through a link": "os.chmod(f'{out}/file', 0)",
    "hard link": "os.link(f'{root}/kept.txt', f'{out}/hard')",
    "from inside": "os.chdir(f'{out}/folder'); open('new.txt', 'w')",
    "folder descriptor": "os.mkdir('new', dir_fd=os.open(f'{out}/folder', os.O_RDONLY))",
    "mode in a folder": (
        "os.chdir('/'); os.chmod('kept.txt', 0, dir_fd=os.open(f'{out}/folder', os.O_RDONLY))"
    ),
    "owner in a folder": (
        "os.chdir('/'); os.chown('kept.txt', os.getuid(), os.getgid(),"
        " dir_fd=os.open(f'{out}/folder', os.O_RDONLY))"
    ),
    "times in a folder": (
        "os.chdir('/'); os.utime('kept.txt', dir_fd=os.open(f'{out}/folder', os.O_RDONLY))"
    ),
    "rename in a folder": (
        "fd = os.open(root, os.O_RDONLY);"
        " os.rename('kept.txt', 'gone.txt', src_dir_fd=fd, dst_dir_fd=fd)"
    ),
    "symbolic link": "os.symlink('/', f'{out}/folder/link')",
}


@pytest.mark.skipif(os.name == "nt", reason="links")
@pytest.mark.parametrize("sandbox", [Sandbox.SEAT_BELT, Sandbox.KERNEL])
@pytest.mark.parametrize("linked", [False, True], ids=["plain", "opened through a link"])
def test_the_checkout_cannot_be_changed_by_whichever_way(
    tmp_path: Path, linked: bool, sandbox: Sandbox
) -> None:
    real, out = tmp_path / "checkout", tmp_path / "out"
    real.mkdir()
    out.mkdir()
    root = real
    if linked:
        root = tmp_path / "link"
        root.symlink_to(real)
    (real / "kept.txt").write_text("kept")
    (out / "new.txt").write_text("new")
    (out / "file").symlink_to(real / "kept.txt")
    (out / "folder").symlink_to(real)
    lines = "\n".join(
        f"    try:\n        {change}\n    except PermissionError:\n        pass\n"
        f"    else:\n        done.append({name!r})"
        for name, change in CHANGES.items()
    )
    source = (
        f"import os\nroot, out = {str(root)!r}, {str(out)!r}\n"
        f"def policy(resource):\n    done = []\n{lines}\n    print(done)\n    return True\n"
    )
    assert run_body(root, source, limits=Limits(sandbox=sandbox)).result.output == "[]\n"
    assert (real / "kept.txt").read_text() == "kept"
    assert sorted(path.name for path in real.iterdir()) == ["kept.txt", "policies"]


@pytest.mark.parametrize("sandbox", [Sandbox.SEAT_BELT, Sandbox.KERNEL])
def test_no_policy_changes_what_is_kept_of_it_or_whom_the_user_trusts(
    tmp_path: Path, sandbox: Sandbox, worker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, homes = tmp_path / "checkout", tmp_path / "homes"
    root.mkdir()
    changes = []
    for kind in ("CACHE", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(homes / kind))
        own = homes / kind / "panther-tui"
        own.mkdir(parents=True)
        (own / "file").write_text("ours")
        (homes / f"link-{kind}").symlink_to(own)
        for folder in (own, homes / f"link-{kind}"):
            changes += [
                f"open('{folder}/file', 'w')",
                f"open('{folder}/new', 'w')",
                f"os.replace(mine, '{folder}/file')",
                f"os.remove('{folder}/file')",
                f"os.truncate('{folder}/file', 0)",
            ]
        changes.append(f"os.rename('{own}', '{own}-moved')")
    source = (
        "import os, tempfile\ndef policy(resource):\n    done = []\n"
        "    mine = tempfile.mkstemp()[1]\n"
        + "\n".join(
            f"    try:\n        {change}\n    except OSError:\n        pass\n"
            f"    else:\n        done.append({change!r})"
            for change in changes
        )
        + "\n    print(done)\n    return True\n"
    )
    limits = Limits(sandbox=sandbox, write=(str(homes),))
    assert run_body(root, source, limits=limits).result.output == "[]\n"
    assert {file.read_text() for file in homes.glob("*/panther-tui/file")} == {"ours"}


def test_what_is_beside_the_checkout_can_be_changed(tmp_path: Path) -> None:
    root, out = tmp_path / "checkout", tmp_path / "checkout-more"
    root.mkdir()
    out.mkdir()
    (root / "kept.txt").write_text("kept")
    source = f"""
        import os, shutil, tempfile
        def policy(resource):
            os.symlink({str(root / "kept.txt")!r}, {str(out / "link")!r})
            os.remove({str(out / "link")!r})
            with open({str(out / "a")!r}, "w") as file:
                file.write("a")
            os.rename({str(out / "a")!r}, {str(out / "b")!r})
            shutil.rmtree(tempfile.mkdtemp(dir={str(out)!r}))
            return True
        """
    result = run_body(root, source, limits=Limits(write=(str(out),))).result
    assert (result.outcome, result.error) == (Outcome.PASSED, None)
    assert [path.name for path in out.iterdir()] == ["b"]


def test_nothing_is_left_in_the_checkout(tmp_path: Path, worker: str) -> None:
    source = """
        import used
        def policy(resource):
            for attempt in (lambda: open("left.txt", "w"), lambda: __import__("os").mkdir("left")):
                try:
                    attempt()
                except PermissionError as refused:
                    print(refused)
            return True
        """
    result = run_body(tmp_path, source, sources={"used": "x = 1\n"}).result
    assert result.outcome is Outcome.PASSED
    assert "a test may not write into the checkout" in result.output
    files = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert files == ["global_helpers/used.py", "policies/body.py"]


@FORKS
def test_no_process_is_left_behind(tmp_path: Path) -> None:
    source = """
        import os, subprocess
        def policy(resource):
            print(subprocess.Popen(["sleep", "1000"]).pid)
            print(subprocess.Popen(["sleep", "1000"], start_new_session=True).pid)
            if os.fork() == 0:
                os.setsid()
                while True:
                    pass
            return True
        """
    result = run_body(tmp_path, source).result
    for pid in map(int, result.output.split()):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@FORKS
def test_a_policy_that_kills_its_parent_is_refused(tmp_path: Path) -> None:
    source = """
        import os, signal
        def policy(resource):
            os.kill(os.getppid(), signal.SIGKILL)
            return True
        """
    ran = run_bodies(tmp_path, {"rebel": Body(source), "good": GOOD})
    (result,) = ran.results("rebel")
    assert result.error is not None
    assert result.error.type == "PermissionError"


@FORKS
def test_a_worker_that_is_killed_from_outside_is_replaced(tmp_path: Path) -> None:
    source = """
        import os, subprocess
        def policy(resource):
            subprocess.run(["kill", "-9", str(os.getppid())])
            while True:
                pass
        """
    ran = run_bodies(
        tmp_path,
        {"outsider": Body(source), "good": GOOD},
        limits=Limits(timeout=5.0, sandbox=Sandbox.SEAT_BELT),  # the kernel would not let it
        places=1,
    )
    assert ran.results("outsider")[0].outcome is Outcome.ERRORED
    assert [r.outcome for r in ran.results("good")] == [Outcome.PASSED] * 2
    assert any("replaced" in notice for notice in ran.notices)


@pytest.mark.parametrize(
    "name", ["engine", "tui", "worker", "model", "panther_tui_worker", "child"]
)
def test_a_global_may_have_the_name_of_one_of_our_modules(
    tmp_path: Path, name: str, worker: str
) -> None:
    source = f"import {name}\ndef policy(resource):\n    return {name}.MINE\n"
    result = run_body(tmp_path, source, sources={name: "MINE = True\n"}).result
    assert result.outcome is Outcome.PASSED


def test_a_global_called_json_loses_to_the_standard_library(tmp_path: Path, worker: str) -> None:
    source = "import json\ndef policy(resource):\n    return json.loads('true')\n"
    result = run_body(tmp_path, source, sources={"json": "MINE = True\n"}).result
    assert result.outcome is Outcome.PASSED


# Interpreters ------------------------------------------------------------------------------------


def find_python(version: str) -> str:
    """The interpreter of this version that really starts; skips the test without one."""
    candidate = shutil.which(f"python{version}")
    if candidate is not None:
        code = "import sys; print(sys.executable); print('%d.%d' % sys.version_info[:2])"
        asked = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and asked.stdout.split()[-1] == version:
            return asked.stdout.split()[0]
    pyenv = Path.home() / ".pyenv" / "versions"
    for folder in sorted(pyenv.glob(f"{version}.*")):
        if os.access(folder / "bin" / "python", os.X_OK):
            return str(folder / "bin" / "python")
    pytest.skip(f"no Python {version} here")


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.12", "3.13", "3.14"])
def test_every_supported_python_runs_policies_and_survives_them(
    tmp_path: Path, version: str, worker: str
) -> None:
    python = find_python(version)
    raising = {name: Body(source) for name, (source, _) in RAISING.items()}
    dying = {name: Body(source) for name, (source, _, _) in DYING.items()}
    harmless = {
        name: Body(source) for name, source in HARMLESS.items() if name != "empties_modules"
    }
    alert = "def policy(r):\n    return False\ndef title(r):\n    return r['name']\n"
    more = {
        "good": GOOD,
        "stuck": Body(STUCK["regex"]),
        "alert": Body(alert, [{"name": "é"}], expected=False),
        "mocked": Body(
            "import words\ndef helper():\n    return 'x'\n"
            "def policy(r):\n    return helper() == words.WORD\n",
            mocks=[Mock("helper", "word")],
        ),
    }
    ran = run_bodies(
        tmp_path,
        {**raising, **dying, **harmless, **more},
        limits=Limits(timeout=1, memory=512 << 20),
        sources={"words": "WORD = 'word'\n"},
        python=python,
    )
    for name in ("good", "alert", "mocked", *harmless):
        found = [(result.outcome, result.error) for result in ran.results(name)]
        assert found == [(Outcome.PASSED, None)] * len(found), name
    kinds = {name: kind for name, (_, kind) in RAISING.items()}
    kinds |= {name: kind for name, (_, kind, _) in DYING.items()}
    for name, kind in {**kinds, "stuck": "Timeout"}.items():
        (result,) = ran.results(name)
        assert result.error is not None
        assert result.error.type == kind
        if worker == "fork":
            assert result.error.line > 0, name
    assert ran.versions[0].startswith(f"{version}.")
    assert ran.notices == []


@FORKS
@pytest.mark.parametrize("version", ["3.8", "2.7"])
def test_a_python_that_is_too_old_says_so_for_every_policy(tmp_path: Path, version: str) -> None:
    python = find_python(version)
    ran = run_bodies(tmp_path, {"a": GOOD, "b": GOOD}, python=python)
    for name in "ab":
        setup = ran.ended[name].setup
        assert setup is not None
        assert setup.type == "NoWorker"
        assert f"is Python {version}." in setup.message
        assert "panther-tui runs policies with Python 3.9 or later" in setup.message


@FORKS
def test_what_is_no_python_ends_every_policy_with_its_last_words(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho garbage\necho no such thing >&2\nexit 3\n")
    python.chmod(0o755)
    ran = run_bodies(tmp_path, {"a": GOOD, "b": GOOD}, python=str(python))
    for name in "ab":
        setup = ran.ended[name].setup
        assert setup is not None
        assert "no such thing" in setup.message


def test_pythonpath_is_honoured_and_a_safe_path_changes_nothing(
    tmp_path: Path, worker: str
) -> None:
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "from_the_path.py").write_text("OK = True\n")
    (tmp_path / "in_the_root.py").write_text("OK = True\n")
    source = """
        import importlib.util
        import from_the_path, used
        def policy(resource):
            assert importlib.util.find_spec("in_the_root") is None
            return from_the_path.OK and used.OK
        """
    for more in ({}, {"PYTHONSAFEPATH": "1"}, {"PYTHONWARNINGS": "error"}, {"PYTHONUTF8": "0"}):
        environment = {**os.environ, "PYTHONPATH": str(extra), **more}
        ran = run_body(tmp_path, source, sources={"used": "OK = True\n"}, environment=environment)
        assert ran.ended["body"].setup is None, more
        assert ran.result.outcome is Outcome.PASSED


def test_a_policy_does_not_find_the_modules_of_its_worker(tmp_path: Path) -> None:
    source = """
        import sys

        def policy(resource):
            ours = [name for name in sys.modules if "panther_tui" in name]
            print(ours, sorted(set(vars(sys.modules["__main__"])) & {"serve", "run_once"}))
            return True
        """
    assert run_body(tmp_path, source).result.output == "[] []\n"


def test_a_policy_that_changes_how_json_is_written_is_reported_on_all_the_same(
    tmp_path: Path,
) -> None:
    source = """
        import json
        json.JSONEncoder.item_separator = json.JSONEncoder.key_separator = ";"

        def policy(resource):
            return True
        """
    assert run_body(tmp_path, source).result.outcome is Outcome.PASSED
