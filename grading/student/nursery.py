"""The warm parent: a process with everything imported and exercised, which forks students.

It runs no student's code, and holds nothing that a student must not see.
"""

import gc
import importlib
import os
import socket
import sys
import traceback
from collections.abc import Sequence
from importlib.abc import MetaPathFinder

from grading import walls
from grading.limits import Limits
from grading.link import Link
from grading.student.notebook import run_notebook
from grading.student.shell import NotebookShell, make_shell

FDS_A_MESSAGE = 200  # the kernel passes at most 253 at once

_WARM = (
    "numpy",
    "numpy.random",
    "matplotlib",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
)
# Cells that take long the first time in a process: a figure with text and mathematics, a traceback.
_EXERCISE = (
    "_f, _a = matplotlib.pyplot.subplots(layout='constrained')\n"
    "_a.plot([1, 2], label='$x^2$')\n_a.set_title('x', weight='bold')\n_a.legend()\n"
    "_a.set_xlabel('x', style='italic')\nmatplotlib.pyplot.show()",
    "def _f():\n    return 1 / 0\n_f()",
    "print(1)\n[1, 2.5, 'x', {}]",
    "from IPython.display import HTML, Markdown, display\ndisplay(HTML(''), Markdown(''))",
)


class Forbidden(MetaPathFinder):
    """Refuses modules that an assignment's answers may not use, in words."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        """Raise an ImportError for a forbidden module; leave any other to the next finder."""
        top = name.partition(".")[0]
        if top in self.names:
            raise ImportError(f"{top} may not be used in the answers to this assignment", name=name)


def warm(forbidden: Sequence[str]) -> NotebookShell:
    """Import and exercise what notebooks use, and return a shell that shows no trace of it."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    shell = make_shell()
    sys.meta_path.insert(0, Forbidden(forbidden))
    for name in _WARM:
        try:
            shell.user_ns[name.partition(".")[0]] = importlib.import_module(name.partition(".")[0])
            importlib.import_module(name)
        except ImportError:
            continue
    for source in _EXERCISE:
        shell.run_cell(source, store_history=True)
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].pyplot.close("all")
    shell.flush()
    shell.reset(new_session=True)
    shell.compile._filename_map.clear()
    return shell


def serve(requests: socket.socket, tier: walls.Tier, shell: NotebookShell) -> None:
    """Fork a student for each request; a request is file descriptors, the reply a process id.

    The first descriptor is the notebook's link, the others are those of its test cells.
    """
    gc.collect()
    gc.freeze()
    requests.sendall(b"ready   ")
    while True:
        fds = _receive_fds(requests)
        if not fds:
            return
        first, child = walls.fork(tier)
        if child == 0:
            requests.close()
            _become_student(tier, shell, fds)
        for fd in fds:
            os.close(fd)
        requests.sendall(b"%-8d" % first)


def _receive_fds(requests: socket.socket) -> list[int]:
    """Return the descriptors of the next request, or none when there will be no more."""
    count = requests.recv(4, socket.MSG_WAITALL)
    fds: list[int] = []
    while len(fds) < int.from_bytes(count):
        more, got, _, _ = socket.recv_fds(requests, 1, FDS_A_MESSAGE)
        if not more:
            return []
        fds += got
    return fds


def _become_student(tier: walls.Tier, shell: NotebookShell, fds: Sequence[int]) -> None:
    """Enter the walls and run the notebook that comes through the first of `fds`; do not return.

    Told are ("entered",) before any of the notebook runs, or ("refused", why).
    """
    try:
        links = [Link(socket.socket(fileno=fd)) for fd in fds]
        _, limits = links[0].receive()
        files: dict[str, bytearray] = {}
        while (message := links[0].receive())[0] == "file":
            _, name, data = message
            files.setdefault(name, bytearray()).extend(data)
        cells = []
        while message[0] == "cell":
            cells.append(message[1:])
            message = links[0].receive()
        _, seconds = message
        try:
            walls.enter(tier, Limits(**limits), files, fds)
        except walls.WallsError as error:
            links[0].send(("refused", str(error)))
            return
        links[0].send(("entered",))
        run_notebook(shell, links[0], cells, links[1:], seconds)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(1)


if __name__ == "__main__":
    _socket, _tier, *_forbidden = sys.argv[1:]
    serve(socket.socket(fileno=int(_socket)), walls.Tier(_tier), warm(_forbidden))
