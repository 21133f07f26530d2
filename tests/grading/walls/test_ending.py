"""How students' processes are watched and ended from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grading import walls
from tests.grading.walls import behind as behind_module
from tests.grading.walls.behind import Behind
from tests.grading.walls.conftest import need_namespaces

MIB = 1 << 20
PATIENCE = 10

DAEMONS = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            attempt(__import__("signal").signal, number, 1)
        tell("daemon")
        time.sleep(60)
    os._exit(0)
os.wait()
tell("parent")
time.sleep(60)
"""


@pytest.fixture(params=["namespaces", "none"])
def started(request: pytest.FixtureRequest) -> Iterator[Behind]:
    """Return walls whose students are children of this process's own nursery."""
    if request.param == "namespaces":
        need_namespaces()
    found = Behind(request.param)
    yield found
    found.stop()


def _eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    return pid in walls.processes_of(pid)


def test_daemons_are_counted_and_ended_too(started: Behind) -> None:
    student = started.start(DAEMONS)
    assert {student.hear(), student.hear()} == {"daemon", "parent"}
    processes = walls.processes_of(student.pid)
    assert len(processes) == 3  # the one to end, the student's, and the daemon
    student.end()
    assert not any(map(_runs, processes))


def test_a_student_that_forks_without_end_is_ended(started: Behind) -> None:
    limit = 20 if os.geteuid() == 0 and started.tier == "namespaces" else 2
    code = f"""
import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range({limit}):
    if attempt(os.fork) != "done":
        break
tell("forking")
while True:
    try:
        if os.fork() == 0:
            os._exit(0)
    except OSError:
        pass
"""
    student = started.start(code)
    assert student.hear() == "forking"
    processes = walls.processes_of(student.pid)
    student.end()
    assert not any(map(_runs, processes))


def test_memory_is_summed_over_all_processes(started: Behind) -> None:
    code = """
import os, time
held = bytearray(os.urandom(40 << 20))
if os.fork() == 0:
    more = bytearray(os.urandom(30 << 20))
    tell("holds")
time.sleep(60)
"""
    student = started.start(code)
    assert student.hear() == "holds"
    assert _eventually(lambda: 70 * MIB < walls.memory_of(student.pid) < 160 * MIB)
    student.end()
    assert walls.memory_of(student.pid) == 0


def test_full_sockets_count_as_memory(started: Behind) -> None:
    code = """
import socket, time
held = []
for _ in range(100):
    held += socket.socketpair()
for end in held:
    end.setblocking(False)
    while attempt(end.send, bytes(65536)) == "done":
        pass
tell("full")
time.sleep(60)
"""
    student = started.start(code)
    assert student.hear() == "full"
    assert walls.memory_of(student.pid) > 40 * MIB
    student.end()


def test_a_process_that_is_gone_is_no_trouble(started: Behind) -> None:
    student = started.start("result = 1")
    student.hear()
    student.end()
    walls.kill_tree(student.pid)
    walls.kill_process(student.pid)
    assert walls.processes_of(student.pid) == []


def test_the_next_student_comes_after_one_that_was_ended(started: Behind) -> None:
    for number in range(3):
        student = started.start("import time\ntell(1)\ntime.sleep(60)")
        student.hear()
        student.end()
        assert started.run(f"result = {number}") == number


def test_a_link_closes_when_the_processes_that_hold_it_end(started: Behind) -> None:
    student = started.start("result = 1")
    assert student.hear() == {"result": 1}
    assert student.hear() is None
    student.end()


def test_two_students_of_one_nursery_have_each_their_own_workspace(started: Behind) -> None:
    code = """
import os, time
home = os.environ["HOME"]
open(f"{home}/NAME", "w")
tell("written")
time.sleep(1)
result = os.listdir(home)
"""
    students = {name: started.start(code.replace("NAME", name)) for name in ("ada", "grace")}
    for student in students.values():
        assert student.hear() == "written"
    for name, student in students.items():
        assert student.hear() == {"result": [name]}
        student.end()


def test_all_end_with_the_nursery(started: Behind) -> None:
    student = started.start(DAEMONS)
    student.hear(), student.hear()
    processes = walls.processes_of(student.pid)
    started.stop()
    assert _eventually(lambda: not any(map(_runs, processes)))


@pytest.mark.parametrize("tier", ["namespaces", "none"])
def test_all_end_with_the_worker_even_when_it_is_killed(tier: str) -> None:
    if tier == "namespaces":
        need_namespaces()
    code = f"""
import sys, time
sys.path.insert(0, {str(Path(behind_module.__file__).parent)!r})
from behind import Behind, walls
student = Behind({tier!r}).start({DAEMONS!r})
student.hear(), student.hear()
print(*walls.processes_of(student.pid), flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as worker:
        processes = list(map(int, worker.stdout.readline().split()))
        assert len(processes) == 3
        os.kill(worker.pid, signal.SIGKILL)
    assert _eventually(lambda: not any(map(_runs, processes)))


def test_walls_are_not_entered_but_after_their_fork(behind: Behind) -> None:
    code = (
        "from grading import walls, limits\nwalls.enter(walls.Tier.NAMESPACES, limits.Limits(), {})"
    )
    with pytest.raises(AssertionError, match="WallsError"):
        behind.run(code)
    with pytest.raises(walls.WallsError, match=r"walls\.fork"):
        walls.enter(walls.Tier.NAMESPACES, walls.Limits(), {})


def test_no_file_on_disk_is_left_of_a_student(started: Behind) -> None:
    room = Path(started.run("import os\nresult = os.path.dirname(os.getcwd())"))
    assert _eventually(lambda: not room.exists())
    hidden = "import os\nos.makedirs('a/b')\nopen('a/b/c', 'w')\nos.mkdir('x', 0)\nos.chmod('a', 0)"
    started.run(hidden)
    assert _eventually(lambda: not list(room.parent.glob("[0-9]*")))
