"""What a student's processes may use: memory, processes, files, time."""

import pytest

from tests.grading.walls.behind import Behind, Remote

Walled = Behind | Remote
MIB = 1 << 20


def test_the_kernels_limits_are_set_for_good(walled: Walled) -> None:
    code = """
import resource
names = ["CORE", "MEMLOCK", "MSGQUEUE", "FSIZE", "NOFILE", "CPU"]
numbers = [getattr(resource, "RLIMIT_" + name) for name in names]
result = [resource.getrlimit(number) for number in numbers]
result.append([attempt(resource.setrlimit, number, (99, 9**9)) for number in numbers])
"""
    *found, raised = walled.run(code, workspace_bytes=MIB, open_files=40, notebook_seconds=20)
    assert found == [[most, most] for most in (0, 0, 0, MIB, 40, 21)]
    assert set(raised) == {"ValueError"}


def test_memory_that_is_not_to_be_had_is_an_error(walled: Walled) -> None:
    code = "result = [attempt(bytearray, 150 << 20), attempt(bytearray, 50 << 20)]"
    assert walled.run(code, memory_bytes=100 * MIB) == ["MemoryError", "done"]


def test_shared_memory_takes_no_more_than_the_workspace_may(walled: Walled) -> None:
    code = """
import os
def fill(n):
    with open(f"/dev/shm/{n}", "wb") as file:
        file.write(bytes(1 << 20))
results = [attempt(fill, n) for n in range(12)]
result = results.count("done")
"""
    assert walled.run(code, workspace_bytes=8 * MIB) <= 8


def test_the_workspace_is_limited_over_all_of_its_files(apart: Walled) -> None:
    code = """
def fill(n):
    with open(str(n), "wb") as file:
        file.write(bytes(1 << 20))
result = [attempt(fill, n) for n in range(12)]
"""
    found = apart.run(code, workspace_bytes=8 * MIB)
    assert found[-1] == "ENOSPC"
    assert 6 <= found.count("done") <= 8


def test_the_number_of_files_is_limited(apart: Walled) -> None:
    code = """
import os
result = 0
while result < 50_000 and attempt(os.mkdir, str(result)) == "done":
    result += 1
"""
    assert apart.run(code) < 11_000


def test_who_fills_the_workspace_without_namespaces_is_ended(listed: Walled) -> None:
    code = """
import time
for n in range(12):
    with open(str(n), "wb") as file:
        file.write(bytes(1 << 20))
time.sleep(20)
"""
    assert listed.run(code, workspace_bytes=8 * MIB) is None


@pytest.mark.parametrize(
    "call", ["os.fork", "threading.Thread(target=time.sleep, args=(5,)).start"]
)
def test_a_fork_bomb_ends_at_the_limit(apart: Walled, call: str) -> None:
    code = f"""
import os, threading, time
main = os.getpid()
result = 0
while result < 100:
    try:
        made = {call}()
    except (OSError, RuntimeError):
        break
    if made == 0:
        time.sleep(20)
        os._exit(0)
    result += 1
tell({{"result": result}})
os._exit(0)
"""
    assert apart.run(code, processes=20) in range(16, 21)


def test_time_of_computing_is_limited(walled: Walled) -> None:
    assert walled.run("while True: pass", notebook_seconds=0) is None
