"""What a student's process sees of the machine, of other processes, and of what it may not use."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.grading.walls.behind import Behind, Remote

Walled = Behind | Remote


def test_the_machines_folders_are_not_there(apart: Walled) -> None:
    code = """
import os
result = {}
for at, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(at, name) not in shown]
    result[at] = files
"""
    shown = ["/usr", sys.prefix, sys.base_prefix, "/run/library", "/etc/fonts", "/etc/alternatives"]
    found = apart.run(f"shown = {shown}\n{code}", files={"data": ""})
    files = {os.path.join(at, name) for at, names in found.items() for name in names}
    files -= {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")}
    files -= {"/etc/ld.so.cache", "/etc/localtime", "/etc/matplotlibrc"}
    assert files == {"/run/student/work/data"}


@pytest.mark.parametrize(
    "place", ["/etc/passwd", "/etc/hostname", "/proc", "/sys", "/boot", __file__]
)
def test_no_place_of_the_machine_is_seen(apart: Walled, place: str) -> None:
    assert apart.run(f"import os\nresult = attempt(os.stat, {place!r})") == "ENOENT"


def test_the_courses_sources_are_not_beside_its_packages(behind: Behind) -> None:
    code = "import os, grading\nresult = os.listdir(os.path.dirname(grading.__path__[0]))"
    assert set(behind.run(code)) <= {"grading", "autodiff_lib"}


@pytest.fixture
def guarded(open_home: Path) -> Iterator[Path]:
    """Return a file that anybody may read and write, outside of the walls."""
    folder = open_home / "guarded"
    folder.mkdir()
    folder.chmod(0o777)
    file = folder / "secret"
    file.write_text("secret")
    file.chmod(0o666)
    yield file
    file.unlink()
    folder.rmdir()


TOUCHES = {
    "read": "open(secret).read()",
    "write": "open(secret, 'r+').write('x')",
    "append": "open(secret, 'a').write('x')",
    "empty": "open(secret, 'w')",
    "truncate": "os.truncate(secret, 0)",
    "remove": "os.remove(secret)",
    "rename": "os.rename(secret, 'mine')",
    "replace": "os.rename('mine', secret)",
    "link": "os.link(secret, 'linked')",
    "through a link": "(os.symlink(secret, 'soft'), open('soft').read())",
    "list": "os.listdir(os.path.dirname(secret))",
    "add": "open(secret + '2', 'w')",
    "make a folder": "os.mkdir(secret + '3')",
    "its own memory": "open('/proc/self/mem', 'rb')",
    "its parent": "open(f'/proc/{os.getppid()}/environ', 'rb').read(1)",
}


def test_a_file_of_the_machine_can_be_neither_read_nor_changed(
    walled: Walled, guarded: Path
) -> None:
    lines = "".join(f"    {what!r}: attempt(lambda: {how}),\n" for what, how in TOUCHES.items())
    code = f"import os\nsecret = {str(guarded)!r}\nopen('mine', 'w')\nresult = {{\n{lines}}}"
    found = walled.run(code)
    assert {what: how for what, how in found.items() if how not in _NOT_THERE} == {}
    assert guarded.read_text() == "secret"
    assert os.listdir(guarded.parent) == ["secret"]


_NOT_THERE = ("ENOENT", "EACCES", "EPERM", "EXDEV")


def test_mode_owner_and_time_of_a_file_stay(listed: Walled, guarded: Path) -> None:
    guarded.chmod(0o600)
    os.chown(guarded, 54321, 54321) if os.geteuid() == 0 else None
    before = guarded.stat()
    listed.run(
        f"import os\nsecret = {str(guarded)!r}\n"
        "result = [attempt(os.chmod, secret, 0o777), attempt(os.utime, secret, (1, 1)),"
        "attempt(os.setxattr, secret, 'user.x', b'x'), attempt(os.chown, secret, -1, os.getgid())]"
    )
    assert guarded.stat()[:9] == before[:9]
    assert os.listxattr(guarded) == []


def test_other_processes_cannot_be_signalled(walled: Walled) -> None:
    code = f"""
import os
others = {{{os.getpid()}, os.getppid()}} - {{0}}
result = [attempt(os.kill, pid, 0) for pid in others]
"""
    assert set(walled.run(code)) <= {"ESRCH", "EPERM"}


def test_other_processes_cannot_be_slowed_down_or_watched(listed: Walled) -> None:
    code = f"""
result = [
    call("sched_setaffinity", {os.getpid()}, 0, 0),
    call("sched_setscheduler", {os.getpid()}, 0, 0),
    call("setpriority", 0, {os.getpid()}, 19),
    call("ioprio_set", 1, {os.getpid()}, 0),
    call("inotify_add_watch", 0, 0, 2),
]
"""
    assert listed.run(code) == ["EPERM"] * 5


def test_the_first_process_is_deaf_to_students(apart: Walled) -> None:
    code = """
import os, signal
for number in signal.valid_signals():
    attempt(os.kill, 1, number)
result = "alive"
"""
    assert apart.run(code) == "alive"


def test_two_notebooks_cannot_see_or_signal_each_other(behind: Behind) -> None:
    other = Behind("namespaces")
    waiting = other.start("import os, time\ntell(os.getuid())\ntime.sleep(20)")
    try:
        uid = waiting.hear()
        code = """
import os
own = os.getpid()
result = [pid for pid in range(1, 5000) if attempt(os.kill, pid, 0) in ("done", "EPERM")]
result = [result, own, os.getuid()]
"""
        seen, own, own_uid = behind.run(code)
        assert seen == [1, own]
        assert own_uid == uid  # one worker's students
        assert Path(f"/proc/{waiting.pid}").exists()
    finally:
        waiting.end()
        other.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has users to give")
def test_each_workers_students_are_a_user_of_their_own(walled: Walled) -> None:
    code = "import os\nresult = [os.getuid(), os.getgid(), os.getgroups()]"
    uid, gid, groups = walled.run(code)
    other = Behind("namespaces")
    try:
        other_uid = other.run("import os\nresult = os.getuid()")
    finally:
        other.stop()
    assert uid == gid
    assert groups == []
    if isinstance(walled, Remote):
        assert uid != other_uid
    assert 0 not in (uid, other_uid)


@pytest.fixture
def without(request: pytest.FixtureRequest) -> Iterator[Callable[..., Behind]]:
    """Return a function that starts walls without some modules."""
    made = []

    def start(*forbidden: str) -> Behind:
        made.append(Behind("namespaces", forbidden))
        return made[-1]

    yield start
    for found in made:
        found.stop()


def test_forbidden_modules_are_neither_importable_nor_on_disk(
    behind: Behind, without: Callable[..., Behind]
) -> None:
    code = """
import importlib.util, os
def read(name):
    for folder in importlib.util.find_spec(name).submodule_search_locations:
        return sorted(os.listdir(folder))
result = [attempt(__import__, name) for name in ("autodiff_lib", "numpy", "typer", "six", "wave")]
result += [read("numpy"), read("rich") == ["__init__.py"]]
"""
    assert behind.run(code)[:5] == ["done"] * 5
    walled = without("autodiff_lib", "numpy", "six", "wave", "no_such_module")
    *found, numpy, rich = walled.run(code)
    assert found == ["ModuleNotFoundError"] * 2 + ["done"] + ["ModuleNotFoundError"] * 2
    assert numpy == ["__init__.py"]
    assert not rich
