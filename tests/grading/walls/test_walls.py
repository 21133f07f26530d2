"""What no student's process can do, behind each kind of walls."""

import socket
from pathlib import Path

import pytest

from tests.grading.walls.behind import Behind, Remote

Walled = Behind | Remote

REFUSED = {
    "memfd_create": "0, 0",
    "memfd_secret": "0",
    "shmget": "0, 4096, 0o1600",
    "semget": "0, 1, 0o1600",
    "msgget": "0, 0o1600",
    "mq_open": "0, 0, 0, 0",
    "mlock": "0, 4096",
    "mlock2": "0, 4096, 0",
    "mlockall": "1",
    "mount": "0, 0, 0, 0, 0",
    "umount2": "0, 0",
    "move_mount": "0, 0, 0, 0, 0",
    "open_tree": "0, 0, 0",
    "fsopen": "0, 0",
    "mount_setattr": "0, 0, 0, 0, 0",
    "pivot_root": "0, 0",
    "chroot": "0",
    "unshare": "0x10000000",
    "setns": "0, 0",
    "clone": "0x10000011, 0, 0, 0, 0",
    "ptrace": "0, 0, 0, 0",
    "process_vm_readv": "1, 0, 0, 0, 0, 0",
    "process_vm_writev": "1, 0, 0, 0, 0, 0",
    "pidfd_getfd": "0, 0, 0",
    "kcmp": "1, 1, 0, 0, 0",
    "keyctl": "0, 0, 0, 0, 0",
    "add_key": "0, 0, 0, 0, 0",
    "bpf": "0, 0, 0",
    "perf_event_open": "0, 0, -1, -1, 0",
    "userfaultfd": "0",
    "io_uring_setup": "1, 0",
    "personality": "0xffffffff",
    "open_by_handle_at": "0, 0, 0",
    "syslog": "10, 0, 0",
    "prlimit64": "1, 7, 0, 0",
}


def test_system_calls_that_lead_outside_are_refused(walled: Walled) -> None:
    calls = "".join(f"    {name!r}: call({name!r}, {args}),\n" for name, args in REFUSED.items())
    assert walled.run(f"result = {{\n{calls}}}") == dict.fromkeys(REFUSED, "EPERM")


def test_system_calls_newer_than_the_list_do_not_exist(walled: Walled) -> None:
    assert walled.run("result = [call(number) for number in (449, 462, 599)]") == ["ENOSYS"] * 3


def test_the_call_whose_flags_no_filter_sees_does_not_exist(walled: Walled) -> None:
    assert walled.run("result = call('clone3', 0, 0)") == "ENOSYS"


def test_no_terminal_gets_input_from_a_student(walled: Walled) -> None:
    # a terminal answers ENOTTY, EIO or "done"; the flag above 32 bits must not deceive the filter
    code = "result = [call('ioctl', 0, 0x5412, 0), call('ioctl', 0, 0x100005412, 0)]"
    assert walled.run(code) == ["EPERM", "EPERM"]
    assert walled.run("result = attempt(open, '/dev/tty')") in ("ENOENT", "ENXIO", "EACCES")


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, 17, 40])
def test_no_network(walled: Walled, family: int) -> None:
    assert walled.run(f"import socket\nresult = attempt(socket.socket, {family:d}, 1)") == "EPERM"


def test_a_socket_of_the_machine_is_out_of_reach(walled: Walled, tmp_path: Path) -> None:
    code = """
import socket
def connect(place):
    socket.socket(socket.AF_UNIX).connect(place)
result = [attempt(connect, "\\0adcourse-test"), attempt(connect, {path!r})]
"""
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as named, socket.socket(socket.AF_UNIX) as abstract:
        named.bind(path)
        named.listen()
        abstract.bind("\0adcourse-test")
        abstract.listen()
        for _ in range(2):
            found = walled.run(code.format(path=path))
            assert set(found) <= {"ECONNREFUSED", "ENOENT", "EPERM", "EACCES"}


def test_no_pair_of_sockets_of_another_kind(walled: Walled) -> None:
    code = "import socket\nresult = attempt(socket.socketpair, 30)"  # AF_TIPC, which has pairs
    assert walled.run(code) == "EPERM"


def test_two_processes_of_a_student_can_talk(walled: Walled) -> None:
    code = "import socket\na, b = socket.socketpair()\na.send(b'x')\nresult = b.recv(1).decode()"
    assert walled.run(code) == "x"


def test_asyncio_and_subprocesses_work(walled: Walled) -> None:
    code = """
import asyncio, subprocess, sys
async def main():
    await asyncio.sleep(0)
    return 7
said = subprocess.run([sys.executable, "-c", "print(6)"], capture_output=True, text=True)
result = [asyncio.run(main()), said.stdout, said.stderr]
"""
    assert walled.run(code) == [7, "6\n", ""]


def test_threads_work(walled: Walled) -> None:
    code = "import threading\nt = threading.Thread(target=list)\nt.start()\nt.join()\nresult = 1"
    assert walled.run(code) == 1


def test_no_capabilities_and_no_way_to_get_any(walled: Walled) -> None:
    code = """
import ctypes, os
class Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))
sets = (ctypes.c_uint32 * 6)(*[9] * 6)
libc.capget(ctypes.byref(Header(0x20080522, 0)), sets)
result = {
    "effective, permitted, inheritable": list(sets),
    "ambient": [c for c in range(41) if libc.prctl(47, 1, c, 0, 0) == 1],
    "bounding": [c for c in range(41) if libc.prctl(23, c, 0, 0, 0) == 1],
    "no new privileges": libc.prctl(39, 0, 0, 0, 0),
    "root": 0 in (*os.getresuid(), *os.getresgid(), *os.getgroups()),
    "becomes root": attempt(os.setuid, 0),
}
"""
    found = walled.run(code)
    assert found.pop("becomes root") in ("EPERM", "EINVAL")  # there is none in the namespace
    if walled.tier == "landlock":  # an ordinary user may not shrink it, and can use none of it
        found["bounding"] = []
    assert found == {
        "effective, permitted, inheritable": [0] * 6,
        "ambient": [],
        "bounding": [],
        "no new privileges": 1,
        "root": False,
    }


def test_other_machines_system_calls_end_the_process(walled: Walled) -> None:
    code = """
import ctypes, mmap
space = mmap.mmap(-1, 4096, prot=7)
space.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid); int 0x80; ret
result = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(space)))()
"""
    assert walled.run(code) is None


def test_x32_system_calls_end_the_process(walled: Walled) -> None:
    assert walled.run("result = call(0x40000000 | 39)") is None


def test_the_files_given_are_all_there_is_in_the_workspace(walled: Walled) -> None:
    code = """
import os
result = [
    {os.path.join(at, name): open(os.path.join(at, name)).read()
     for at, _, names in os.walk(".") for name in names},
    os.getcwd() == os.environ["HOME"],
    attempt(open, "new", "w"),
]
"""
    found = walled.run(code, files={"data.csv": "1,2", "sub/more.txt": "x"})
    assert found == [{"./data.csv": "1,2", "./sub/more.txt": "x"}, True, "done"]


@pytest.mark.parametrize("name", ["/etc/evil", "../evil", "sub/../../evil"])
def test_no_file_is_laid_outside_of_the_workspace(walled: Walled, name: str) -> None:
    with pytest.raises(AssertionError, match="outside of the workspace"):
        walled.run("result = 1", files={name: "x"})


def test_what_one_notebook_writes_the_next_does_not_find(walled: Walled) -> None:
    walled.run("open('left', 'w').write('x')")
    assert walled.run("import os\nresult = os.listdir('.')") == []


def test_nothing_can_be_written_outside_of_the_workspace(walled: Walled) -> None:
    code = """
import os, sys, grading
places = ["/", "/usr", "/usr/bin", "/usr/lib", "/etc", "/run", "/dev", "/var/tmp", "/root", "/home"]
places += [os.environ["MPLCONFIGDIR"], sys.prefix, sys.base_prefix, grading.__path__[0]]
places += [sys.prefix + "/lib", os.path.dirname(os.environ["HOME"] + "/..") + "/../.."]
result = [place for place in places if attempt(open, os.path.join(place, "evil"), "w") == "done"]
"""
    assert walled.run(code) == []


def test_nothing_of_the_environment_comes_in(
    walled: Walled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "x")
    names = walled.run("import os\nresult = sorted(os.environ)")
    assert not [name for name in names if name.startswith(("SECRET", "GRADING", "PYTEST"))]
    assert {"HOME", "TMPDIR", "PYTHONHASHSEED", "MPLCONFIGDIR"} <= set(names)


def test_only_the_links_given_stay_open(walled: Walled) -> None:
    code = """
import os
result = [fd for fd in range(256) if attempt(os.fstat, fd) == "done"] == [0, 1, 2, link]
"""
    assert walled.run(code) is True


def test_temporary_files_and_file_copies_work(walled: Walled) -> None:
    code = """
import os, shutil, tempfile
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("x")
shutil.copy2("a", "b")
os.chmod("b", 0o600)
result = open("b").read()
"""
    assert walled.run(code, files={"a": "y"}) == "y"
