"""The interpreter of a checkout is shut in from its start, and what is refused is explained."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from panther_engine.model import Outcome
from panther_engine.running.interpreter.python_paths import interpreter_paths
from panther_engine.running.processes.confinement import PREFIX, Confinement, describe_sandbox
from panther_engine.running.processes.job import Limits, Sandbox
from panther_engine.running.worker.sandbox import landlock, seccomp
from tests.engine.running.running_policies import Body, run_bodies, run_body

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or landlock.version() < 6 or not seccomp.program(False),
    reason="needs Landlock 6 and a known processor",
)
GOOD = "def policy(resource):\n    return True\n"
READS_PROC = Limits(read=("/proc",))


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "credentials").write_text("secret")
    return folder


def environment_in(root: Path) -> Path:
    """A virtual environment that was committed with the checkout."""
    root.mkdir()
    command = [sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")]
    subprocess.run(command, check=True)
    return root / ".venv"


@pytest.mark.parametrize("name", ["start.pth", "sitecustomize.py", "usercustomize.py"])
def test_what_an_environment_runs_at_its_start_reaches_nothing_outside(
    tmp_path: Path, outside: Path, name: str
) -> None:
    environment = environment_in(tmp_path / "checkout")
    (packages,) = environment.glob("lib/python3*/site-packages")
    inside = tmp_path / "checkout" / "seen"
    code = (
        f"import os\nfor path in ({str(outside / 'credentials')!r}, {str(inside)!r}):\n"
        "    try:\n        open(path, 'a').write('x'); open(path).read()\n"
        "    except OSError:\n        pass\n"
    )
    (packages / name).write_text(f"import os; exec({code!r})\n" if name.endswith("pth") else code)
    python = str(environment / "bin" / "python")
    assert run_body(tmp_path / "checkout", GOOD, python=python).result.outcome is Outcome.PASSED
    assert (outside / "credentials").read_text() == "secret"
    assert not inside.exists()


def test_what_runs_at_the_start_of_an_interpreter_reads_of_no_other_process(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from panther_engine.running.processes.confinement import Confinement\n"
        "from panther_engine.running.processes.job import Limits\n"
        f"walls = Confinement.of(sys.executable, {str(tmp_path)!r}, Limits())\n"
        "walls.enter()\n"
        "for name in ('environ', 'cmdline', 'maps', 'mem', 'auxv'):\n"
        "    for place in (f'/proc/{os.getppid()}', f'/proc/self/../{os.getppid()}'):\n"
        "        try:\n"
        "            print(name, open(f'{place}/{name}', 'rb').read(9))\n"
        "        except PermissionError:\n"
        "            pass\n"
        "print(len(open('/proc/self/environ').read()) > 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "True\n", done.stdout + done.stderr


def test_a_program_that_poses_as_the_interpreter_reaches_nothing_outside(
    tmp_path: Path, outside: Path
) -> None:
    posing = tmp_path / "checkout" / ".venv" / "bin" / "python"
    posing.parent.mkdir(parents=True)
    posing.write_text(f"#!/bin/sh\ncat {outside}/credentials > {outside}/copied\nexit 3\n")
    posing.chmod(0o755)
    ran = run_body(tmp_path / "checkout", GOOD, python=str(posing))
    assert ran.ended["body"].results == ()
    assert not (outside / "copied").exists()


def test_an_environment_of_the_checkout_names_no_folder_to_be_read(
    tmp_path: Path, outside: Path
) -> None:
    environment = environment_in(tmp_path / "checkout")
    (packages,) = environment.glob("lib/python3*/site-packages")
    (packages / "more.pth").write_text(f"{outside}\n")
    (environment / "pyvenv.cfg").write_text(f"home = {outside}\n")
    paths = interpreter_paths(str(environment / "bin" / "python"), str(tmp_path / "checkout"))
    assert not [path for path in paths if path.startswith(str(outside))]


def test_an_environment_elsewhere_names_its_editable_installations(
    tmp_path: Path, outside: Path
) -> None:
    environment = environment_in(tmp_path / "elsewhere")
    (packages,) = environment.glob("lib/python3*/site-packages")
    (packages / "more.pth").write_text(f"# ours\nimport os\n{outside}\n/\n")
    paths = interpreter_paths(str(environment / "bin" / "python"), str(tmp_path / "checkout"))
    assert str(outside) in paths
    assert "/" not in paths


def test_a_run_is_behind_the_filter_of_calls_once(tmp_path: Path) -> None:
    source = """
        def policy(resource):
            with open("/proc/self/status") as status:
                print("".join(line for line in status if line.startswith("Seccomp")), end="")
            return True
        """
    with open("/proc/self/status", encoding="ascii") as status:
        ours = dict(line.split() for line in status if line.startswith("Seccomp"))
    ran = run_body(tmp_path, source, limits=READS_PROC).result
    found = dict(line.split() for line in ran.output.splitlines())
    assert found["Seccomp:"] == "2"
    if "Seccomp_filters:" in ours:  # since Linux 5.9
        assert int(found["Seccomp_filters:"]) == int(ours["Seccomp_filters:"]) + 1


def test_reading_a_file_elsewhere_fails_with_what_to_do(tmp_path: Path, outside: Path) -> None:
    path = str(outside / "credentials")
    source = f"def policy(resource):\n    return bool(open({path!r}).read())\n"
    result = run_body(tmp_path, source).result
    assert result.error is not None
    assert (result.error.type, result.error.line) == ("PermissionError", 2)
    assert path in result.error.message
    assert "`read = [...]`" in result.error.message
    assert "may be the cause" not in result.error.message


def test_no_descriptor_of_ours_leads_to_a_file_or_to_another_process(tmp_path: Path) -> None:
    source = """
        import os
        def policy(resource):
            for number in os.listdir("/proc/self/fd"):
                try:
                    print(os.readlink(f"/proc/self/fd/{number}").split(":")[0])
                except FileNotFoundError:
                    pass
            return True
        """
    output = run_body(tmp_path, source, limits=READS_PROC).result.output
    seen = set(output.split("\n")) - {""}
    assert seen == {"pipe", "socket", "/dev/null", "/memfd"}


REFUSED = """
    import ctypes, os
    def policy(resource):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.open({path!r}, 0) < 0:
            try:
                raise OSError(ctypes.get_errno(), "no")
            except OSError as error:
                raise RuntimeError("the library failed") from error
        return True
    """


def test_a_refusal_that_nobody_saw_coming_says_that_the_sandbox_may_be_the_cause(
    tmp_path: Path, outside: Path
) -> None:
    source = REFUSED.format(path=os.fsencode(outside / "credentials"))
    error = run_body(tmp_path, source).result.error
    assert error is not None
    assert error.message.startswith("the library failed (the sandbox may be the cause: ")
    free = run_body(tmp_path, source, limits=Limits(sandbox=Sandbox.OFF)).result
    assert free.outcome is Outcome.PASSED
    other = run_body(tmp_path, "def policy(resource):\n    raise OSError(2, 'no')\n").result.error
    assert other is not None
    assert "sandbox" not in other.message


NO_NEW_PRIVILEGES = "import ctypes, os, sys; ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\n"


def test_it_holds_without_new_privileges_and_through_links_below_tmp(
    tmp_path: Path, outside: Path
) -> None:
    root = tmp_path / "checkout"
    (root / "policies").mkdir(parents=True)
    (tmp_path / "one").symlink_to(tmp_path)
    (tmp_path / "two").symlink_to(tmp_path / "one" / "checkout")
    (root / "policies" / "a.yml").write_text(
        "AnalysisType: policy\nFilename: a.py\nPolicyID: T.A\nSeverity: Low\nEnabled: true\n"
        "Tests:\n  - Name: t\n    ExpectedResult: true\n    Resource: {a: 1}\n"
    )
    (root / "policies" / "a.py").write_text(
        f"""def policy(resource):
    try:
        return not open({str(outside / "credentials")!r}).read()
    except PermissionError:
        return "policy" in open(__file__).read()
"""
    )
    program = str(Path(sys.executable).parent / "panther-tui")
    command = [program, "test", str(tmp_path / "two")]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", f"{NO_NEW_PRIVILEGES}os.execv({program!r}, {command!r})"],
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 test passed" in done.stdout, done.stdout + done.stderr
    assert list(temporary.iterdir()) == []


def test_what_is_not_there_is_still_not_found(tmp_path: Path, outside: Path) -> None:
    source = f"""
        def policy(resource):
            try:
                open({str(outside / "nothing")!r})
            except FileNotFoundError:
                return True
        """
    assert run_body(tmp_path, source).result.outcome is Outcome.PASSED


def test_the_users_settings_open_a_folder(tmp_path: Path, outside: Path) -> None:
    source = f"""
        def policy(resource):
            with open({str(outside / "new")!r}, "w") as file:
                file.write("x")
            return open({str(outside / "credentials")!r}).read() == "secret"
        """
    read = Limits(read=(str(outside),))
    assert run_body(tmp_path, source, limits=read).result.outcome is Outcome.ERRORED
    both = Limits(read=(str(outside),), write=(str(outside),))
    assert run_body(tmp_path, source, limits=both).result.outcome is Outcome.PASSED
    assert (outside / "new").read_text() == "x"


def test_temporary_files_work_and_go_away_with_the_run(tmp_path: Path) -> None:
    source = """
        import os, tempfile
        def policy(resource):
            with tempfile.NamedTemporaryFile("w+", delete=False) as file:
                file.write("x")
            os.makedirs(os.path.join(tempfile.mkdtemp(), "a", "b"))
            print(file.name)
            return os.path.exists(file.name)
        """
    result = run_body(tmp_path, source).result
    assert result.outcome is Outcome.PASSED
    name = Path(result.output.strip())
    assert name.parts[-3].startswith(PREFIX)
    assert not name.parents[1].exists()


def test_policies_do_not_see_each_others_temporary_files(tmp_path: Path) -> None:
    reader = """
        import os
        def policy(resource):
            folder = os.path.dirname(os.environ["TMPDIR"])
            seen = []
            for name in ("1", "2", "3", "4"):
                try:
                    seen += os.listdir(os.path.join(folder, name))
                except OSError:
                    pass
            open(os.path.join(os.environ["TMPDIR"], "mine"), "w").close()
            return seen == []
        """
    ran = run_bodies(tmp_path, {name: Body(reader) for name in ("a", "b", "c")}, places=3)
    for name in ("a", "b", "c"):
        assert [result.outcome for result in ran.results(name)] == [Outcome.PASSED]


def test_switched_off_nothing_is_held_back(tmp_path: Path, outside: Path) -> None:
    source = f"""
        def policy(resource):
            open("policies/new.txt", "w").close()
            return open({str(outside / "credentials")!r}).read() == "secret"
        """
    off = Limits(sandbox=Sandbox.OFF)
    assert run_body(tmp_path, source, limits=off).result.outcome is Outcome.PASSED


def test_a_folder_whose_owner_was_killed_is_removed_at_the_next_start(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{ended.pid}-"))
    ours = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        confinement = Confinement.of(sys.executable, str(tmp_path), Limits())
        assert confinement is not None
        confinement.close()
        assert not left.exists()
        assert ours.exists()
        assert not Path(confinement.folder).exists()
    finally:
        ours.rmdir()


def test_what_holds_policies_back_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert describe_sandbox(Limits()) == "kernel"
    assert describe_sandbox(Limits(sandbox=Sandbox.SEAT_BELT)) == "seat-belt"
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert describe_sandbox(Limits()) == "partial (no Landlock)"
    monkeypatch.setattr(landlock, "version", lambda: 3)
    assert describe_sandbox(Limits()) == "partial (Landlock 3 lets signals through)"
    monkeypatch.setattr(landlock, "version", lambda: 2)
    assert describe_sandbox(Limits()) == "partial (Landlock 2 lets signals and truncation through)"
    monkeypatch.setattr(seccomp, "program", lambda network: b"")
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert describe_sandbox(Limits()) == "seat-belt"
    monkeypatch.undo()
    monkeypatch.setenv("PANTHER_TUI_WORKER", "spawn")
    assert describe_sandbox(Limits()) == "seat-belt", "who spawns has no walls"
