"""Notebooks that try to break the run, or to take it from others."""

from tests.grading.attacks.attack import CALLBACK, ENDED, FULL, LOST, STOPPED, Family

BREAKING = Family("breaking the run")
add = BREAKING.add
NO_GRADE = "no grade"
ESCAPE = "escape"

add(
    "swallows interrupts",
    "loops in its cell and catches whatever would stop it",
    """
    import time
    end = time.monotonic() + 20
    def double(x): return x
    while time.monotonic() < end:
        try: time.sleep(0.1)
        except BaseException: pass
    """,
    stock=NO_GRADE,
)
add(
    "loops when asked",
    "loops in the answer, with signals ignored and alarms switched off",
    """
    import signal, time
    def double(x):
        for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        end = time.monotonic() + 20
        while time.monotonic() < end: pass
    """,
    stock=NO_GRADE,
    states=STOPPED,
)
add(
    "sleeps below Python",
    "waits in C, where no interrupt of Python's arrives",
    """
    import ctypes
    def double(x):
        for _ in range(20): ctypes.PyDLL(None).sleep(1)
    """,
    stock="(an interrupt ends it there, too)",
    states=STOPPED,
)
add(
    "a list without end",
    "takes memory by a list",
    """
    def double(x):
        held = []
        for _ in range(55): held.append(bytearray(b"x" * 10_000_000))
        return x
    """,
    states=FULL,
    stock="(nothing bounds it: the machine is the limit)",
)
add(
    "shared memory",
    "takes memory that belongs to no process: shared maps, files in memory, /dev/shm",
    """
    import ctypes, mmap, os
    def double(x):
        held = mmap.mmap(-1, 200_000_000)
        for place in range(0, 200_000_000, 4096): held[place] = 1
        try:
            file = os.memfd_create("hidden")
            for _ in range(15): os.write(file, b"x" * 10_000_000)
        except OSError: pass
        ctypes.CDLL(None).shmget(0, 100_000_000, 0o1600)
        try:
            with open("/dev/shm/hidden", "wb") as file:
                for _ in range(10): file.write(b"x" * 10_000_000)
        except OSError: pass
        return x
    """,
    states=FULL,
    stock="(nothing bounds it: the machine is the limit)",
)
add(
    "many small processes",
    "takes memory by processes that are small each",
    """
    import os, time
    def double(x):
        for _ in range(30):
            if os.fork() == 0:
                held = bytearray(os.urandom(15_000_000))
                time.sleep(8)
                os._exit(0)
        time.sleep(1.5)
        return x
    """,
    states=FULL,
    stock="(nothing bounds it: the machine is the limit)",
)
add(
    "a fork bomb",
    "forks until it cannot",
    """
    import os, time
    def double(x):
        count = 0
        for _ in range(90):
            if os.fork() == 0:
                time.sleep(10)
                os._exit(0)
            count += 1
        open("@FOLDER@/escaped", "w").write(str(count))
        return x
    """,
    stock=ESCAPE,
)
add(
    "threads without end",
    "starts threads until it cannot",
    """
    import threading, time
    def double(x):
        for _ in range(95): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
        open("@FOLDER@/escaped", "w").write("all of them")
        return x
    """,
    stock=ESCAPE,
    states=LOST | ENDED,
)
add(
    "fills the disk",
    "writes files until it cannot",
    """
    def double(x):
        for number in range(10):
            with open(f"file{number}", "wb") as file:
                for _ in range(30): file.write(b"x" * 1_000_000)
        open("@FOLDER@/escaped", "w").write("300 MB")
        return x
    """,
    stock=ESCAPE,
)
add(
    "prints without end",
    "prints 200 MB",
    """
    def double(x): return x
    for _ in range(2000): print("x" * 100_000)
    """,
    stock="(it keeps 100,000 characters of an output)",
)
add(
    "prints in every cell",
    "prints as much as a cell may, in each of forty cells",
    *["for _ in range(100): print('x' * 1000)"] * 40,
    "def double(x): return x",
    stock="(it bounds an output, not their sum)",
)
add(
    "shows without end",
    "sends results, errors and figures past the shell that counts them",
    """
    def double(x): return x
    shell = get_ipython()
    for _ in range(300):
        shell.send(("result", '[{"text/plain": "' + "x" * 1_000_000 + '"}, {}]', 1))
        shell.send(("error", "Error", "x" * 1_000_000, ["x" * 20_000] * 200))
        shell.send(("display", '[{"text/html": "' + "x" * 1_000_000 + '"}, {}]', "id"))
    """,
    stock="(its shell has no such door)",
)
add(
    "nests without end",
    "shows JSON that is nested too deep for its readers, numbers that are none, half characters",
    """
    def double(x): return x
    shell = get_ipython()
    deep = "[" * 900 + "]" * 900
    for kind in ("application/json", "a/json", "text/json"):
        for value in (deep, "NaN", "1e999", '"\\\\ud800"', '{"\\\\ud800": 1}', "1" * 5000):
            shell.send(("display", f'[{{"{kind}": {value}}}, {{"{kind}": {value}}}]', ""))
    shell.send(("stream", "stdout", "\\ud800"))
    shell.send(("error", "\\ud800", "\\ud800", ["\\ud800"]))
    """,
    stock="(its shell has no such door)",
)
add(
    "recurses",
    "recurses in C until the stack is full",
    """
    import sys
    def double(x):
        sys.setrecursionlimit(10**9)
        held = None
        for _ in range(10**6): held = [held]
        return repr(held)
    """,
    stock="(it ends in a RecursionError)",
    states=ENDED,
)
add(
    "leaves in its cell",
    "ends the process before any test has run",
    """
    def double(x): return x
    import os
    os._exit(0)
    """,
    stock=NO_GRADE,
)
add(
    "leaves when asked",
    "ends the process in the middle of a test",
    """
    import os
    def double(x): os._exit(0)
    """,
    stock=NO_GRADE,
    states=ENDED,
)
add(
    "crashes",
    "reads at the address 0",
    """
    import ctypes
    def double(x): ctypes.string_at(0)
    """,
    stock=NO_GRADE,
    states=ENDED,
)
add(
    "a daemon",
    "leaves a process behind, forked twice and in a session of its own",
    """
    import os, time
    def double(x):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                end = time.monotonic() + 5
                while time.monotonic() < end:
                    try: open("@FOLDER@/escaped", "w").write(str(time.monotonic()))
                    except OSError: pass
                    time.sleep(0.05)
            os._exit(0)
        time.sleep(0.3)
        return x
    """,
    stock=ESCAPE,
)
add(
    "kills all",
    "sends signals to every process that it can reach",
    """
    import os, signal
    def double(x):
        for pid in (1, os.getppid(), *range(2, 60)):
            if pid != os.getpid():
                try: os.kill(pid, signal.SIGTERM if @HARMLESS@ else signal.SIGKILL)
                except OSError: pass
        return x
    """,
    stock="(not tried: it would end processes of this machine)",
    states=ENDED,
    spares=False,
)
add(
    "stops itself",
    "stops its process, which then neither answers nor ends",
    """
    import os, signal
    def double(x): return x
    os.kill(os.getpid(), signal.SIGSTOP)
    """,
    stock="(not tried: the stopped kernel would have to be looked after)",
)
add(
    "closes all files",
    "closes every file descriptor of its process",
    """
    import os
    def double(x): os.closerange(0, 1000); return x
    """,
    stock=NO_GRADE,
    states=ENDED,
)
add(
    "never forks",
    "replaces os.fork, so that no process is there to answer",
    """
    import os
    os.fork = lambda: 4242
    def double(x): return x
    """,
    stock="(nothing is forked)",
    states=ENDED,
    spares=False,
)
add(
    "fails to fork",
    "replaces os.fork by a function that raises what nobody expects",
    """
    import os
    def fork(): raise SystemExit(3)
    os.fork = fork
    def double(x): return x
    """,
    stock="(nothing is forked)",
    states=ENDED,
    spares=False,
)
add(
    "a value larger than memory",
    "returns an array of which NumPy holds one number and says that it is a billion",
    """
    import numpy as np
    def double(x): return np.broadcast_to(1.0, (10**5, 10**5))
    """,
    states=FULL,
    stock="(a test compares it in the student's own memory)",
)
add(
    "a value in itself",
    "returns a list that contains itself, and a dictionary nested without end",
    """
    def double(x):
        held = []
        held.append(held)
        deep = {}
        for _ in range(5000): deep = {1: deep}
        return held if x < 9 else deep
    """,
    stock="(comparing with a number does not look inside)",
)
add(
    "keys that collide",
    "returns a set of numbers that all have the same hash",
    """
    def double(x):
        return [{n * (2**61 - 1) for n in range(1, 7)} for _ in range(1000)] + [
            [n * (2**61 - 1) for n in range(60_000)]]
    """,
    stock="(comparing with a number does not look inside)",
)
add(
    "calls back without end",
    "calls the function that it is given a million times, with values of every kind",
    """
    def double(f, x):
        for number in range(10**6):
            for value in (number, 10**4000, float("nan"), "x" * 1000, [1], None):
                try: f(value)
                except Exception: pass
        return x
    """,
    question=CALLBACK,
    states=STOPPED | LOST,
    stock="(it is only slow)",
)
add(
    "calls back inside out",
    "calls the function from other threads, from itself, and after the answer",
    """
    import threading
    def double(f, x):
        def call(): f(1); f("x"); f(f)
        threads = [threading.Thread(target=call, daemon=True) for _ in range(5)]
        for thread in threads: thread.start()
        globals()["kept"] = f
        return kept(x)
    """,
    question=CALLBACK,
    states=ENDED,
    stock="(it is an ordinary function there)",
)
add(
    "calls back with a number too large",
    "has the test compute with a number of a hundred thousand digits",
    """
    def double(f, x):
        held = [f(10**100_000) for _ in range(40)]
        return x
    """,
    question=CALLBACK,
    states=STOPPED | LOST,
    stock="(it is only slow)",
)
