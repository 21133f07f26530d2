"""Worker processes that die, fail or hang cost the job at hand and no other."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grading.batch.pool import Pool
from grading.engine import Job, Outcome, grade_notebook, nursery
from tests.grading.engine.notebooks import simple


def work(content: bytes) -> bytes:
    """Do as `content` says."""
    what, _, value = content.decode().partition(" ")
    if what == "exit":
        os._exit(1)
    if what == "raise":
        raise ValueError(value)
    if what == "sleep":
        time.sleep(float(value))
    return content.upper()


def results(contents, **options):
    with Pool(2, work, **{"patience": 60, **options}) as pool:
        return dict(pool.run((content, content) for content in contents))


def test_every_job_comes_back():
    contents = [f"job {number}".encode() for number in range(20)]
    assert results(contents) == {content: content.upper() for content in contents}


def test_a_worker_that_dies_costs_its_own_job_alone():
    contents = [b"a", b"exit", b"b", b"exit ", b"sleep 0.1", *(b"%d" % n for n in range(10))]
    found = results(contents)
    assert isinstance(found.pop(b"exit"), BrokenProcessPool)
    assert isinstance(found.pop(b"exit "), BrokenProcessPool)
    assert found == {content: content.upper() for content in contents if b"exit" not in content}


def test_what_the_work_raises_is_handed_back():
    found = results([b"raise oh", b"a"])
    assert str(found[b"raise oh"]) == "oh"
    assert found[b"a"] == b"A"


def test_what_never_ends_is_given_up():
    found = results([b"a", b"sleep 600", b"b"], patience=4)
    assert isinstance(found[b"sleep 600"], BrokenProcessPool)
    assert found[b"b"] == b"B"


def test_a_job_of_nothing_needs_no_worker():
    with Pool(2, work) as pool:
        assert list(pool.run([("key", None)])) == [("key", b"")]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends the workers only there")
def test_workers_end_with_whoever_started_them(tmp_path):
    script = (
        "import os, sys, tests.grading.batch.test_pool as t\n"
        "if __name__ == '__main__':\n"
        "    list(t.Pool(1, t.tell).run([('a', sys.argv[1].encode())]))\n"
    )
    (tmp_path / "start.py").write_text(script)
    told = tmp_path / "pid"
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "start.py", told],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    wait_for(told.exists)
    worker = int(told.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_for(lambda: ended(worker))


def tell(content: bytes) -> None:
    """Write the worker's process id to the file of this name, and be busy for long."""
    path = content.decode()
    with open(f"{path}.new", "w") as file:
        file.write(str(os.getpid()))
    os.rename(f"{path}.new", path)
    time.sleep(600)


def ended(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_fork_has_no_students_of_its_parent_s():
    job = Job(new_notebook(cells=[new_code_cell("x = 1"), simple("test", "x", "1")])).to_bytes()
    assert Outcome.from_bytes(grade_notebook(job)).cells[0].points == 1
    assert nursery._nurseries
    with Pool(1, count_nurseries) as pool:
        assert list(pool.run([("key", b"")])) == [("key", b"0")]
    assert Outcome.from_bytes(grade_notebook(job)).cells[0].points == 1


def count_nurseries(content: bytes) -> bytes:
    """Say how many warm parents this process knows of."""
    return b"%d" % len(nursery._nurseries)
