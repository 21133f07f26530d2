"""Submissions that try to reach the instructor, the class, or the grader that reads them."""

import json
import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.grading.attacks.attack import OTHER_STUDENT
from tests.grading.conftest import to_bytes

WRONG = "def double(x): return x"
SCRIPT = "<script>steal()</script>"
ONERROR = "<img src=x onerror=steal()>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="steal()"><script>steal()</script></svg>'
STEALS = "steal()"  # what would run


@dataclass(frozen=True)
class Handed:
    """Something handed in.

    Attributes:
        name: names it among all others.
        tries: what it does, as a sentence without a subject.
        write: writes it into the student's folder, given the student version of the notebook.
        points: what it deserves.
        student: the name of the folder in which it lies, if that is the attack.
    """

    name: str
    tries: str
    write: Callable[[Path, NotebookNode], None]
    points: float = 0
    student: str = ""


HANDED: list[Handed] = []
FILE = "work.ipynb"


def answered(released: NotebookNode, answer: str = WRONG) -> NotebookNode:
    """Return the student version with an answer."""
    notebook = deepcopy(released)
    notebook.cells[0].source = answer
    return notebook


def cells(name: str, tries: str, answer: str = WRONG, *more: NotebookNode) -> None:
    """Add a notebook with this answer, and more cells below the test."""

    def write(folder: Path, released: NotebookNode) -> None:
        notebook = answered(released, answer)
        notebook.cells += deepcopy(list(more))
        (folder / FILE).write_bytes(to_bytes(notebook))

    HANDED.append(Handed(name, tries, write))


def text(name: str, tries: str, change: Callable[[dict], str | bytes], points: float = 0) -> None:
    """Add a notebook file whose text `change` makes of a wrong answer's."""

    def write(folder: Path, released: NotebookNode) -> None:
        content = change(json.loads(to_bytes(answered(released))))
        (folder / FILE).write_bytes(content if isinstance(content, bytes) else content.encode())

    HANDED.append(Handed(name, tries, write, points))


def files(name: str, tries: str, place: Callable[[Path], None], points: float = 0) -> None:
    """Add a wrong answer to which `place` adds files, or puts them in its place."""

    def write(folder: Path, released: NotebookNode) -> None:
        (folder / FILE).write_bytes(to_bytes(answered(released)))
        place(folder)

    HANDED.append(Handed(name, tries, write, points))


def named(student: str, tries: str) -> None:
    """Add a wrong answer of a student with an odd name."""

    def write(folder: Path, released: NotebookNode) -> None:
        (folder / FILE).write_bytes(to_bytes(answered(released)))

    HANDED.append(Handed(f"is called {student!r}"[:60], tries, write, student=student))


def _in_metadata(notebook: dict, **metadata: object) -> str:
    notebook["metadata"].update(metadata)
    return json.dumps(notebook)


def _with_cell(notebook: dict, count: int = 1, **cell: object) -> str:
    base = {"cell_type": "code", "source": "", "metadata": {}, "outputs": []}
    notebook["cells"] += [{**base, **cell}] * count
    return json.dumps(notebook)


def _replace(folder: Path, name: str, make: Callable[[Path], None]) -> None:
    place = folder / name
    place.unlink(missing_ok=True)
    make(place)


def _folder_with_a_file(place: Path) -> None:
    place.mkdir()
    (place / "file.txt").write_text("a file")


def _deep(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(600):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


cells(
    "scripts in outputs",
    "shows HTML, SVG, JavaScript and LaTeX with scripts in them",
    f"""from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display
display(HTML({SCRIPT + ONERROR!r}), SVG({SVG!r}), Javascript("steal()"))
display(Markdown({SCRIPT + "[x](javascript:steal())" + ONERROR!r}))
display(Latex(r"$\\href{{javascript:steal()}}{{x}}$"))
display({{"text/html": "<iframe srcdoc='{SCRIPT}'></iframe>", "text/plain": "x"}}, raw=True)
display({{"image/svg+xml": {SVG!r}, "application/x-{SCRIPT}+json": 1}}, raw=True)
print("\\x1b]8;;javascript:steal()\\x07{SCRIPT}\\x1b]8;;\\x07")
def double(x): return x""",
)
cells(
    "scripts in Markdown",
    "writes scripts, handlers and javascript: links into a Markdown cell",
    WRONG,
    new_markdown_cell(
        f"{SCRIPT}\n\n{ONERROR}\n\n[x](javascript:steal())\n\n<a href=' javascript:steal()'>y</a>"
        f"\n\n{SVG}\n\n<iframe src='javascript:steal()'></iframe>\n\n"
        "<form action=javascript:steal()><button>z</button></form>\n\n"
        "![x](javascript:steal())\n\n$\\href{javascript:steal()}{x}$"
    ),
)
cells(
    "scripts in attachments",
    "attaches a page and a drawing with scripts to a Markdown cell",
    WRONG,
    new_markdown_cell(
        "![x](attachment:a.png) ![y](attachment:b.svg) [z](attachment:a.png)",
        attachments={
            "a.png": {"text/html": "PHNjcmlwdD5zdGVhbCgpPC9zY3JpcHQ+"},
            "b.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9InN0ZWFsKCkiLz4="},
        },
    ),
)
cells(
    "scripts in errors",
    "raises errors whose class, text and function are markup and control terminals",
    f"""def double(x):
    raise type({ONERROR!r}, (ValueError,), {{}})({SCRIPT!r} + "\\x1b]52;c;eA==\\x07\\x1b[2J\\ud800")
""",
    new_code_cell(f"raise type({ONERROR!r}, (ValueError,), {{}})({SCRIPT!r})"),
)
cells(
    "marks of hidden tests",
    "writes the marks of hidden tests and mark schemes into its own cells",
    f"### BEGIN HIDDEN TESTS\n{WRONG}\n### BEGIN HIDDEN TESTS",
    new_markdown_cell("### END HIDDEN TESTS\n### BEGIN MARK SCHEME"),
    new_code_cell("### END SOLUTION\n### BEGIN SOLUTION"),
)
files(
    "pages among the files",
    "hands in pages and drawings with scripts, which a server might serve",
    lambda folder: [
        (folder / name).write_text(content)
        for name, content in {
            "evil.html": SCRIPT,
            "evil.svg": SVG,
            "evil.xhtml": SCRIPT,
            f"{ONERROR.replace('/', '')}.txt": "x",
        }.items()
    ],
)
files(
    "markup in a file's name",
    "hands in a second notebook whose name is markup",
    lambda folder: (folder / f"{ONERROR}.ipynb").write_bytes((folder / FILE).read_bytes()),
)
files(
    "a name that is no text",
    "calls its notebook by bytes that are no text",
    lambda folder: os.rename(
        os.fsencode(folder / FILE), os.path.join(os.fsencode(folder), b"w\xff\xfe.ipynb")
    ),
)
for _name, _tries in {
    ONERROR: "is called by markup",
    "eve\nbob": "has a line break in the name",
    "[red]eve": "is called by what colours a table",
    "eve\x1b]0;x\x07": "is called by what steers a terminal",
    "*": "is called like everyone",
    "eve'; drop table grade; --": "is called by a statement to the gradebook",
    "$(touch eve)": "is called by a command",
    "-rf": "is called like an option",
    "e" * 200: "has a very long name",
}.items():
    named(_name, _tries)

text(
    "a forged record",
    "claims in the notebook's metadata that it is graded, with full marks",
    lambda notebook: _in_metadata(
        notebook,
        adcourse={
            "digest": "0" * 64,
            "notices": [SCRIPT],
            "state": "passed",
            "forbidden": [],
            "cells": [{"grade_id": "test", "points": 3.0, "max_points": 3.0, "state": "passed"}],
        },
    ),
)
text(
    "another kernel",
    "asks for a kernel of its own, and for another language",
    lambda notebook: _in_metadata(
        notebook,
        kernelspec={"name": "../../evil", "language": "bash", "display_name": SCRIPT},
        language_info={"name": "bash", "pygments_lexer": "bash"},
    ),
)
text(
    "imitates the test",
    "has cells with the test's id that pass, before and after it, with outputs that score",
    lambda notebook: _with_cell(
        notebook,
        3,
        source="assert True\n3.0",
        metadata={
            "nbgrader": {
                "grade_id": "test",
                "grade": True,
                "locked": False,
                "solution": False,
                "points": 300,
                "schema_version": 3,
            }
        },
        outputs=[
            {
                "output_type": "execute_result",
                "data": {"text/plain": "3.0"},
                "metadata": {},
                "execution_count": 1,
            }
        ],
    ),
)
text(
    "an id of markup",
    "has cells with settings that no course has, and ids of markup",
    lambda notebook: _with_cell(
        notebook,
        source="1",
        metadata={"nbgrader": {"grade_id": f'">{SCRIPT}', "grade": True, "points": 1e308}},
    ),
)
files(
    "files like ours",
    "hands in files that are called like the grader's and the course's own",
    lambda folder: [
        (folder / name).write_text("eve's")
        for name in (
            "gradebook.db",
            ".adcourse",
            "nbgrader_config.py",
            "data.csv",
            "sitecustomize.py",
            "grading.py",
            "numpy.py",
            "timestamp.txt",
            "work.html",
        )
    ],
)

files(
    "a folder for a notebook",
    "hands in a folder that is called like the notebook",
    lambda folder: _replace(folder, FILE, _folder_with_a_file),
)
files(
    "a folder for a file",
    "hands in a folder that is called like the course's data file",
    lambda folder: _replace(folder, "data.csv", _folder_with_a_file),
)
files(
    "a file for a folder",
    "hands in a file that is called like the course's data folder",
    lambda folder: (folder / "more").write_text("a file"),
)
files(
    "a link to the solution",
    "hands in links to the course's source, to another student's work and to the machine's files",
    lambda folder: [
        os.symlink(target, folder / name)
        for name, target in {
            "solution.ipynb": "../../../source/ps1/work.ipynb",
            "other": "../../honest",
            "passwd.txt": "/etc/passwd",
            "everything": "/",
        }.items()
    ],
)
files(
    "a link for a notebook",
    "hands in a link to another student's notebook in the place of its own",
    lambda folder: _replace(
        folder, FILE, lambda place: os.symlink("../../honest/ps1/work.ipynb", place)
    ),
)
files(
    "a pipe for a notebook",
    "hands in a pipe, from which one may read for ever",
    lambda folder: _replace(folder, FILE, os.mkfifo),
)
files("folders without end", "hands in six hundred folders in one another", _deep)
text("lists without end", "nests lists a hundred thousand deep", lambda _: "[" * 100_000)
text(
    "nested metadata",
    "nests the settings of a cell nine hundred deep",
    lambda notebook: _with_cell(
        notebook, metadata={"nbgrader": {"points": json.loads("[" * 900 + "]" * 900)}}
    ),
)
text(
    "cells without end",
    "has half a million cells",
    lambda notebook: json.dumps({**notebook, "cells": notebook["cells"] + [{}]}).replace(
        "{}]", ",".join(['{"cell_type":"code"}'] * 500_000) + "]"
    ),
)
text(
    "outputs without end",
    "brings outputs of fifty megabytes along",
    lambda notebook: _with_cell(
        notebook,
        outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}],
    ),
)
text(
    "too large",
    "is larger than a notebook may be",
    lambda notebook: _with_cell(notebook, source="#" + "x" * 64_000_000),
)
text(
    "pictures without end",
    "refers to a hundred thousand pictures that are not there",
    lambda notebook: _with_cell(
        notebook,
        cell_type="markdown",
        source=" ".join(f"![](attachment:p{number})" for number in range(100_000)),
    ),
)
text(
    "ids without end",
    "has five thousand cells with unknown ids",
    lambda notebook: json.dumps(
        {
            **notebook,
            "cells": notebook["cells"]
            + [
                {
                    "cell_type": "raw",
                    "source": "",
                    "metadata": {"nbgrader": {"grade_id": f"unknown-{number}"}},
                }
                for number in range(5_000)
            ],
        }
    ),
)
text(
    "half characters",
    "has halves of characters in every place that holds text",
    lambda notebook: _with_cell(
        notebook,
        cell_type="markdown",
        source="\ud800 ![x](attachment:\ud800)",
        metadata={"nbgrader": {"grade_id": "\ud800"}},
        attachments={"\ud800": {"image/\ud800": "AAAA"}},
    ),
)
text(
    "bytes that are no text",
    "has zeros and controls in its source",
    lambda notebook: _with_cell(notebook, source="x = 1\x00\x0c\x1b[2J\u202e\ufeff"),
)
text(
    "numbers without end",
    "has numbers with a hundred thousand digits, and ones that are none",
    lambda notebook: json.dumps(notebook).replace(
        '"nbformat_minor": 5', '"nbformat_minor": NaN, "x": ' + "9" * 100_000
    ),
)
cells(
    "a cell of empty lines",
    "makes the grader search long for a name",
    "\n" * 300_000 + "1/0\ndef double(x): ...",
)


def honest(released: NotebookNode) -> NotebookNode:
    """Return what an honest student hands in."""
    return answered(released, f"# {OTHER_STUDENT}\ndef double(x): return 2 * x")
