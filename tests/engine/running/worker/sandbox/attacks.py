"""What code that means harm tries: run as a program, each attack in a process behind the walls.

`python attacks.py WALLS SCENE`: WALLS is `landlock`, `seccomp`, both joined by `+`, `seat-belt` for
Python's audit events alone, or `none`; SCENE is a JSON object with what there is to attack. Prints
one JSON object: each attack with what it got, or null where it was refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import mmap
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from panther_engine.running.worker.imports.modules import GlobalsFinder
from panther_engine.running.worker.sandbox.guard import Guard
from panther_engine.running.worker.sandbox.walls import Walls, paths_of_this_python, remove_folder

FILES, CALLS = frozenset({"landlock"}), frozenset({"seccomp"})
BOTH = FILES | CALLS
ATTACKS: dict[str, tuple[frozenset[str], Callable[[dict[str, Any]], object]]] = {}
"""Each with the walls that hold it, each of them by itself."""
Attack = Callable[[dict[str, Any]], object]


def held_by(*walls: frozenset[str]) -> Callable[[Attack], Attack]:
    """Note an attack."""

    def note(attack: Attack) -> Attack:
        ATTACKS[attack.__name__] = (frozenset[str]().union(*walls), attack)
        return attack

    return note


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def read_all(descriptor: int) -> bytes:
    return os.read(descriptor, 1 << 16)


# reading a secret


@held_by(FILES)
def read_by_open(scene: dict[str, Any]) -> object:
    with open(scene["secret"]) as file:
        return file.read()


@held_by(FILES)
def read_by_os_open(scene: dict[str, Any]) -> object:
    return read_all(os.open(scene["secret"], os.O_RDONLY))


@held_by(FILES)
def read_by_c_open(scene: dict[str, Any]) -> object:
    return read_all(checked(libc().open(scene["secret"].encode(), 0)))


@held_by(FILES)
def read_by_openat2(scene: dict[str, Any]) -> object:
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    path = scene["secret"].encode()
    return read_all(checked(libc().syscall(437, -100, path, how, ctypes.c_size_t(24))))


@held_by(FILES)
def read_by_mmap(scene: dict[str, Any]) -> object:
    with open(scene["secret"]) as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as held:
        return held[:]


@held_by(FILES)
def read_by_a_child(scene: dict[str, Any]) -> object:
    return subprocess.run(["cat", scene["secret"]], capture_output=True, check=True).stdout


@held_by(FILES)
def read_by_a_shell(scene: dict[str, Any]) -> object:
    return os.popen(f"cat {scene['secret']} 2>/dev/null").read() or None


@held_by(FILES)
def read_through_a_symbolic_link(scene: dict[str, Any]) -> object:
    os.symlink(scene["secret"], "link")
    with open("link") as file:
        return file.read()


@held_by(FILES)
def read_through_a_hard_link(scene: dict[str, Any]) -> object:
    os.link(scene["secret"], "hard")
    with open("hard") as file:
        return file.read()


@held_by(FILES)
def read_through_a_link_of_the_checkout(scene: dict[str, Any]) -> object:
    with open(scene["planted"]) as file:
        return file.read()


@held_by(FILES)
def read_through_proc_root(scene: dict[str, Any]) -> object:
    with open("/proc/self/root" + scene["secret"]) as file:
        return file.read()


@held_by(FILES)
def read_by_moving_it_here(scene: dict[str, Any]) -> object:
    os.rename(scene["secret"], "mine")
    with open("mine") as file:
        return file.read()


@held_by(CALLS)
def read_by_handle(scene: dict[str, Any]) -> object:
    handle = ctypes.create_string_buffer(8 + 128)
    ctypes.cast(handle, ctypes.POINTER(ctypes.c_uint)).contents.value = 128
    mount = ctypes.c_int()
    path = scene["secret"].encode()
    checked(libc().name_to_handle_at(-100, path, handle, ctypes.byref(mount), 0))
    return "a handle"


@held_by(FILES)
def list_the_home(scene: dict[str, Any]) -> object:
    return os.listdir(scene["home"])


@held_by(FILES)
def walk_the_home_by_descriptor(scene: dict[str, Any]) -> object:
    return os.listdir(os.open(scene["home"], os.O_RDONLY | os.O_DIRECTORY))


@held_by(FILES)
def read_another_checkout(scene: dict[str, Any]) -> object:
    with open(scene["other"]) as file:
        return file.read()


@held_by(FILES)
def run_a_program_of_the_home(scene: dict[str, Any]) -> object:
    return subprocess.run([scene["program"]], capture_output=True, check=True).stdout


@held_by(FILES)
def read_by_dlopen(scene: dict[str, Any]) -> object:
    try:
        ctypes.CDLL(scene["secret"])
    except OSError as error:
        if "Permission denied" in str(error) or "cannot open" in str(error):
            raise
    return "it was read"


# other processes


@held_by(FILES)
def environment_of_another_process(scene: dict[str, Any]) -> object:
    with open(f"/proc/{scene['victim']}/environ", "rb") as file:
        return file.read()


@held_by(FILES)
def command_line_of_another_process(scene: dict[str, Any]) -> object:
    with open(f"/proc/{scene['victim']}/cmdline", "rb") as file:
        return file.read()


@held_by(FILES)
def memory_of_another_process(scene: dict[str, Any]) -> object:
    with open(f"/proc/{scene['victim']}/mem", "rb", buffering=0):
        return "opened"


@held_by(FILES)
def descriptors_of_another_process(scene: dict[str, Any]) -> object:
    return os.listdir(f"/proc/{scene['victim']}/fd")


@held_by(CALLS)
def read_memory_by_call(scene: dict[str, Any]) -> object:
    buffer = ctypes.create_string_buffer(8)
    here = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 8)
    there = (ctypes.c_uint64 * 2)(0, 8)
    number = 310 if os.uname().machine == "x86_64" else 270
    result = libc().syscall(number, scene["victim"], here, 1, there, 1, 0)
    if result < 0 and ctypes.get_errno() == errno.EFAULT:
        return "allowed, though nothing is at 0"
    return checked(result)


@held_by(BOTH)
def trace_another_process(scene: dict[str, Any]) -> object:
    checked(libc().ptrace(16, scene["victim"], 0, 0))
    libc().ptrace(17, scene["victim"], 0, 0)
    return "attached"


@held_by(CALLS)
def take_a_descriptor(scene: dict[str, Any]) -> object:
    return checked(libc().syscall(434, scene["victim"], 0))


@held_by(FILES)
def signal_another_process(scene: dict[str, Any]) -> object:
    os.kill(scene["victim"], signal.SIGCONT)
    return "signalled"


@held_by(FILES)
def signal_the_parent(scene: dict[str, Any]) -> object:
    os.kill(os.getppid(), signal.SIGCONT)
    return "signalled"


@held_by(FILES)
def signal_by_a_child(scene: dict[str, Any]) -> object:
    subprocess.run(["kill", "-CONT", str(scene["victim"])], check=True, capture_output=True)
    return "signalled"


@held_by(CALLS)
def limit_another_process(scene: dict[str, Any]) -> object:
    import resource

    return resource.prlimit(scene["victim"], resource.RLIMIT_NOFILE)


@held_by(CALLS)
def slow_another_process(scene: dict[str, Any]) -> object:
    os.setpriority(os.PRIO_PROCESS, scene["victim"], 5)
    return "slowed"


@held_by(CALLS)
def pin_another_process(scene: dict[str, Any]) -> object:
    os.sched_setaffinity(scene["victim"], {0})
    return "pinned"


# changing what is not its own


@held_by(FILES)
def write_into_the_home(scene: dict[str, Any]) -> object:
    with open(scene["home"] + "/new", "w") as file:
        return file.write("x")


@held_by(FILES)
def append_to_a_file(scene: dict[str, Any]) -> object:
    return os.write(os.open(scene["secret"], os.O_WRONLY | os.O_APPEND), b"x")


@held_by(FILES)
def truncate_a_file(scene: dict[str, Any]) -> object:
    os.truncate(scene["secret"], 0)
    return "truncated"


@held_by(FILES)
def write_into_the_checkout(scene: dict[str, Any]) -> object:
    return checked(libc().creat((scene["root"] + "/new").encode(), 0o644))


@held_by(FILES)
def write_into_the_home_by_a_shell(scene: dict[str, Any]) -> object:
    command = ["sh", "-c", f"echo x > {scene['home']}/new"]
    subprocess.run(command, check=True, capture_output=True)
    return "written"


@held_by(FILES)
def write_into_the_checkout_by_a_shell(scene: dict[str, Any]) -> object:
    command = ["sh", "-c", f"echo x > {scene['root']}/new"]
    subprocess.run(command, check=True, capture_output=True)
    return "written"


@held_by(FILES)
def write_over_a_file_by_mmap(scene: dict[str, Any]) -> object:
    with open(scene["secret"], "r+b") as file, mmap.mmap(file.fileno(), 0) as held:
        held[:1] = b"x"
    return "written"


@held_by(FILES)
def move_a_file_of_the_checkout_away(scene: dict[str, Any]) -> object:
    here = os.path.abspath("mine").encode()
    checked(libc().rename((scene["root"] + "/body.py").encode(), here))
    return "moved"


@held_by(FILES)
def delete_a_file(scene: dict[str, Any]) -> object:
    os.unlink(scene["secret"])
    return "deleted"


@held_by(FILES)
def delete_a_file_by_a_child(scene: dict[str, Any]) -> object:
    subprocess.run(["rm", "-f", scene["secret"]], check=True, capture_output=True)
    return "deleted"


@held_by(FILES)
def delete_a_tree(scene: dict[str, Any]) -> object:
    shutil.rmtree(scene["home"])
    return "deleted"


@held_by(FILES)
def make_a_folder(scene: dict[str, Any]) -> object:
    os.mkdir(scene["home"] + "/folder")
    return "made"


@held_by(FILES)
def make_a_pipe(scene: dict[str, Any]) -> object:
    os.mkfifo(scene["home"] + "/pipe")
    return "made"


@held_by(FILES)
def plant_a_link(scene: dict[str, Any]) -> object:
    os.symlink("/etc/passwd", scene["root"] + "/policies.py")
    return "planted"


@held_by(CALLS)
def change_a_mode(scene: dict[str, Any]) -> object:
    before = os.stat(scene["secret"]).st_mode
    os.chmod(scene["secret"], 0o777)
    return "changed" if os.stat(scene["secret"]).st_mode != before else None


@held_by(CALLS)
def change_an_owner(scene: dict[str, Any]) -> object:
    os.chown(scene["secret"], os.getuid(), os.getgid())
    return "changed"


@held_by(CALLS)
def change_a_time(scene: dict[str, Any]) -> object:
    before = os.stat(scene["secret"]).st_mtime_ns
    os.utime(scene["secret"], (1, 1))
    return "changed" if os.stat(scene["secret"]).st_mtime_ns != before else None


@held_by(CALLS)
def set_an_attribute(scene: dict[str, Any]) -> object:
    try:
        os.setxattr(scene["secret"], "user.note", b"x")
    except OSError as error:
        if error.errno != errno.EOPNOTSUPP:
            raise
    return "allowed"


@held_by(FILES)
def write_where_all_may(scene: dict[str, Any]) -> object:
    with tempfile.NamedTemporaryFile(dir="/var/tmp") as file:
        return file.name


@held_by(FILES)
def leave_shared_memory(scene: dict[str, Any]) -> object:
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        return file.name


@held_by(CALLS)
def leave_a_segment(scene: dict[str, Any]) -> object:
    segment = checked(libc().shmget(0, ctypes.c_size_t(4096), 0o1600))
    libc().shmctl(segment, 0, None)
    return "made"


@held_by(CALLS)
def leave_a_queue(scene: dict[str, Any]) -> object:
    queue = checked(libc().msgget(0, 0o1600))
    libc().msgctl(queue, 0, None)
    return "made"


# talking to others


@held_by(BOTH)
def connect_by_tcp(scene: dict[str, Any]) -> object:
    with socket.create_connection(("127.0.0.1", scene["tcp"]), 2):
        return "connected"


@held_by(BOTH)
def connect_by_tcp_in_a_child(scene: dict[str, Any]) -> object:
    source = f"import socket; socket.create_connection(('127.0.0.1', {scene['tcp']}), 2)"
    subprocess.run([sys.executable, "-c", source], check=True, capture_output=True)
    return "connected"


@held_by(BOTH)
def listen_by_tcp(scene: dict[str, Any]) -> object:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()


@held_by(CALLS)
def send_by_udp(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"secret", ("127.0.0.1", scene["udp"]))


@held_by(CALLS)
def send_a_message_by_udp(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendmsg([b"secret"], [], 0, ("127.0.0.1", scene["udp"]))


@held_by(CALLS)
def connect_by_udp(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", scene["udp"]))
        return sender.send(b"secret")


@held_by(CALLS)
def connect_to_an_agent(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_UNIX) as agent:
        agent.connect(scene["agent"])
        return "connected"


@held_by(BOTH)
def connect_to_an_abstract_socket(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_UNIX) as bus:
        bus.connect("\0" + scene["abstract"])
        return "connected"


@held_by(CALLS)
def make_a_raw_socket(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP):
        return "made"


@held_by(CALLS)
def make_a_packet_socket(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW):
        return "made"


@held_by(CALLS)
def ask_the_kernel_for_routes(scene: dict[str, Any]) -> object:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM):
        return "made"


# the walls themselves


@held_by(CALLS)
def make_a_namespace(scene: dict[str, Any]) -> object:
    return checked(libc().unshare(0x10000000))


@held_by(CALLS)
def clone_into_a_namespace(scene: dict[str, Any]) -> object:
    number, flags = (56 if os.uname().machine == "x86_64" else 220), 0x10000000 | signal.SIGCHLD
    child = checked(libc().syscall(number, flags, 0, 0, 0, 0))
    if child == 0:
        os._exit(0)
    return child


@held_by(CALLS)
def mount_something(scene: dict[str, Any]) -> object:
    os.mkdir("mounted")
    checked(libc().mount(b"none", b"mounted", b"tmpfs", 0, None))
    libc().umount2(b"mounted", 0)
    return "mounted"


@held_by(CALLS)
def change_the_root(scene: dict[str, Any]) -> object:
    return checked(libc().chroot(b"."))


@held_by(CALLS)
def make_a_ring(scene: dict[str, Any]) -> object:
    parameters = ctypes.create_string_buffer(120)
    result = libc().syscall(425, 4, parameters)
    if result < 0 and ctypes.get_errno() == errno.ENOSYS:
        raise OSError(errno.ENOSYS, "not in this kernel")
    return checked(result)


@held_by(CALLS)
def ask_for_a_key(scene: dict[str, Any]) -> object:
    number = 250 if os.uname().machine == "x86_64" else 219
    return checked(libc().syscall(number, 0, -3, 0, 0, 0))


@held_by(CALLS)
def count_events(scene: dict[str, Any]) -> object:
    number = 298 if os.uname().machine == "x86_64" else 241
    attributes = ctypes.create_string_buffer(struct.pack("=II", 0, 128), 128)
    result = libc().syscall(number, attributes, 0, -1, -1, 0)
    if result < 0 and ctypes.get_errno() in (errno.ENOENT, errno.EINVAL, errno.ENOSYS):
        return "allowed"
    return checked(result)


@held_by(CALLS)
def set_the_clock(scene: dict[str, Any]) -> object:
    number = 227 if os.uname().machine == "x86_64" else 112
    result = libc().syscall(number, 99, None)
    if result < 0 and ctypes.get_errno() in (errno.EINVAL, errno.EFAULT):
        return "allowed, had the clock been one"
    return checked(result)


@held_by(CALLS)
def name_the_machine(scene: dict[str, Any]) -> object:
    name = socket.gethostname().encode()
    return checked(libc().sethostname(name, len(name)))


@held_by(CALLS)
def type_into_the_terminal(scene: dict[str, Any]) -> object:
    leader, follower = os.openpty() if scene["terminal"] < 0 else (-1, scene["terminal"])
    del leader
    return fcntl.ioctl(follower, 0x5412, b"x")


@contextlib.contextmanager
def scene_folder(walls: Walls) -> Iterator[str]:
    folder = walls.make_folder()
    yield folder
    for _ in remove_folder(folder):
        pass


def main(names: str, scene: dict[str, Any]) -> None:
    """Run all attacks behind the walls that are named."""
    readable = [*paths_of_this_python(), scene["root"], *scene["read"]]
    walls = Walls(readable, [], network=False, folder=tempfile.mkdtemp())
    wanted = names.split("+")
    if "landlock" not in wanted:
        walls.landlock = 0
    if "seccomp" not in wanted:
        walls.drop_filter()
    scene["terminal"] = os.openpty()[1]
    got = {}
    for name, (_, attack) in ATTACKS.items():
        with scene_folder(walls) as folder:
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reader)
                try:
                    os.chdir(folder)
                    walls.enter(folder)
                    if "seat-belt" in wanted:
                        Guard(scene["root"], False, -1, GlobalsFinder()).install()
                    result = attack(scene)
                    said = repr(result)[:200] if result is not None else None
                except (OSError, subprocess.CalledProcessError, shutil.Error):
                    said = None
                os.write(writer, json.dumps(said).encode())
                os._exit(0)
            os.close(writer)
            with open(reader, "rb") as answer:
                got[name] = json.loads(answer.read() or b'"it died"')
            os.waitpid(child, 0)
        for path, text in scene["restore"].items():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, 0o700)
        for path in scene["remove"]:
            with contextlib.suppress(OSError):
                os.unlink(path)
            with contextlib.suppress(OSError):
                os.rmdir(path)
    for _ in remove_folder(walls.folder):
        pass
    json.dump(got, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
