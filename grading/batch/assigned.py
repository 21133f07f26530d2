"""An assignment as it is to be graded: full tests, data files, limits, forbidden modules."""

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import SourceCell

from grading.batch.imported import Imported
from grading.batch.settings import MB, AdCourse
from grading.course import Course, CourseError, read_notebook
from grading.engine.job import Job, Limits
from grading.repairing import grade_id
from grading.submission import ordinary_files


@dataclass(frozen=True)
class Original:
    """A cell as the course has it: `source` with hidden tests, mark schemes and all."""

    source: str
    locked: bool
    checksum: str


@dataclass(frozen=True)
class Book:
    """One notebook of an assignment. `released` is the student version."""

    name: str
    released: NotebookNode
    originals: Mapping[str, Original]
    forbidden: tuple[str, ...] = ()

    def restored(self, notebook: NotebookNode) -> NotebookNode:
        """Return a repaired notebook with every locked cell as the course has it."""
        whole = deepcopy(notebook)
        for cell in whole.cells:
            original = self.originals.get(grade_id(cell))
            if original is None:
                continue
            cell.metadata.nbgrader["checksum"] = original.checksum
            if original.locked:
                cell.source = original.source
        return whole


@dataclass(frozen=True)
class Assigned:
    """An assignment; `digest` changes with everything that decides its points."""

    name: str
    books: Mapping[str, Book]
    files: tuple[tuple[str, bytes], ...]
    limits: Limits
    digest: str
    editable: tuple[str, ...] = ()

    @property
    def released(self) -> dict[str, NotebookNode]:
        """The student version of each notebook, by name."""
        return {name: book.released for name, book in self.books.items()}

    def job(self, name: str, notebook: NotebookNode, own: Mapping[str, bytes], tier: str) -> Job:
        """Return the job of grading a submission's `notebook`, which is repaired.

        `own` are the student's versions of the files that the course lets students edit.
        """
        book = self.books[name]
        files = tuple(sorted({**dict(self.files), **own}.items()))
        return Job(book.restored(notebook), files, self.limits, book.forbidden, tier)


def read_assigned(course: Course, assignment: str, settings: AdCourse) -> Assigned:
    """Read what there is to know about `assignment`.

    Raises:
        CourseError: when it is unknown or not released, its data files are too large, or the list
            of forbidden modules is malformed.
    """
    released = course.released(assignment)
    with course.gradebook() as gradebook:
        originals = {
            book.name: {cell.name: _original(cell) for cell in book.source_cells}
            for book in gradebook.find_assignment(assignment).notebooks
        }
    source = course.path("source", assignment=assignment)
    books = {
        name: Book(
            name,
            notebook,
            originals[name],
            forbidden_modules(source / f"{name}.ipynb", notebook),
        )
        for name, notebook in released.items()
    }
    editable = course.editable_files(assignment)
    files = data_files(course, assignment, settings.files_mb * MB)
    limits = settings.limits()
    return Assigned(
        assignment, books, files, limits, _digest(books, files, limits, editable), editable
    )


def _original(cell: SourceCell) -> Original:
    return Original(cell.source or "", bool(cell.locked), cell.checksum or "")


def forbidden_modules(path: Path, released: NotebookNode) -> tuple[str, ...]:
    """Return the modules that a notebook's metadata names under `adcourse.forbidden`.

    The notebook is the source at `path`, or where that is gone the student version.

    Raises:
        CourseError: when the list is malformed.
    """
    try:
        metadata = read_notebook(path).metadata
    except FileNotFoundError:
        metadata = released.metadata
    found = metadata.get("adcourse", {}).get("forbidden", [])
    if not isinstance(found, list) or not all(
        isinstance(name, str) and name.isidentifier() for name in found
    ):
        raise CourseError(
            f"{path.name}: the metadata adcourse.forbidden is {found!r}; give a list of top-level "
            'modules, such as ["jax", "torch"]'
        )
    return tuple(sorted(set(found)))


def data_files(course: Course, assignment: str, most: int) -> tuple[tuple[str, bytes], ...]:
    """Return the files beside the notebooks in the assignment's source, by relative path.

    Raises:
        CourseError: when they have more than `most` bytes together.
    """
    folder = course.path("source", assignment=assignment)
    paths = [
        path for path in ordinary_files(folder, course.coursedir.ignore) if path.suffix != ".ipynb"
    ]
    size = sum(path.stat().st_size for path in paths)
    if size > most:
        raise CourseError(
            f"the data files of {assignment} have {size / MB:.0f} MB, more than the {most // MB} "
            f"allowed: remove some from {folder}, or raise c.AdCourse.files_mb"
        )
    return tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths)


def _digest(
    books: Mapping[str, Book],
    files: tuple[tuple[str, bytes], ...],
    limits: Limits,
    editable: tuple[str, ...],
) -> str:
    content = [
        [
            [
                name,
                sorted(book.forbidden),
                [[cell, asdict(found)] for cell, found in sorted(book.originals.items())],
            ]
            for name, book in sorted(books.items())
        ],
        [[name, hashlib.sha256(data).hexdigest()] for name, data in files],
        asdict(limits),
        editable,
        Imported().digests(
            found.source for book in books.values() for found in book.originals.values()
        ),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
