"""What is audited: one notebook of an assignment, with all that grading it takes."""

import ast
import builtins
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from symtable import symtable

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, is_locked, is_solution

from grading.batch.assigned import Book, Original, data_files, forbidden_modules
from grading.batch.cache import tests_of
from grading.batch.settings import MB, settings_of
from grading.cases import Case, build_submission
from grading.course import Course, CourseError, read_notebook
from grading.engine.job import Job, Limits
from grading.reading import read_submitted
from grading.release import student_version
from grading.repairing import grade_id
from grading.unrun import is_test

REFERENCE = Case("reference", "The reference solution", "correct", "")


@dataclass(frozen=True, eq=False)
class Subject:
    """The notebook `name` of an assignment: `source` is its author's, `released` the students'."""

    assignment: str
    name: str
    source: NotebookNode
    released: NotebookNode
    book: Book
    files: tuple[tuple[str, bytes], ...]
    limits: Limits
    tier: str = "best"

    @property
    def tests(self) -> list[str]:
        """The grade ids of the cells that are graded by tests, in order."""
        return tests_of(self.source)

    @property
    def answers(self) -> list[NotebookNode]:
        """The cells of the source that hold the author's code answers."""
        return [
            cell for cell in self.source.cells if cell.cell_type == "code" and is_solution(cell)
        ]

    @cached_property
    def reference(self) -> NotebookNode:
        """What a student hands in who answers everything as its author does."""
        return self.submission(REFERENCE)

    def submission(self, case: Case) -> NotebookNode:
        """Return what a student with the answers of `case` hands in."""
        return build_submission(case, self.source, self.released)

    def answered(self, cell: str, text: str) -> NotebookNode:
        """Return the reference solution with another answer in one cell."""
        notebook = deepcopy(self.reference)
        next(own for own in notebook.cells if grade_id(own) == cell).source = text
        return notebook

    def read(self, notebook: NotebookNode) -> tuple[NotebookNode, list[str]]:
        """Return `notebook` as the grader reads it once it is handed in, and what it notices."""
        found, notices = read_submitted(nbformat.writes(notebook).encode(), self.released)
        if found is None:
            raise CourseError(f"{self.assignment}, {self.name}: {notices[0]}")
        return found, notices

    def job(
        self,
        notebook: NotebookNode,
        run: Sequence[str] | None = None,
        limits: Limits | None = None,
    ) -> Job:
        """Return the job of running the tests `run`, by default all, on a notebook as read."""
        return Job(
            self.book.restored(notebook),
            self.files,
            limits or self.limits,
            self.book.forbidden,
            self.tier,
            None if run is None else tuple(run),
        )

    def below(self, cell: str) -> list[str]:
        """Return the tests below the answer cell `cell`, in order."""
        names = [grade_id(own) for own in self.source.cells]
        return [name for name in self.tests if names.index(name) > names.index(cell)]

    def affected(self, cell: str) -> list[str]:
        """Return the tests below `cell` that use a name which it binds, or others made from it."""
        code = [own for own in self.source.cells if own.cell_type == "code"]
        names = [grade_id(own) for own in code]
        found = []
        for test in self.below(cell):
            place = names.index(test)
            others = [own.source for own in code[:place] if not is_test(own)]
            uses = used_names(code[place].source)
            if uses is None or uses & _reached(code[names.index(cell)].source, others):
                found.append(test)
        return found


def _reached(source: str, others: Sequence[str]) -> set[str]:
    """Return the names that depend on the cell `source`, where `others` are cells around it."""
    reached, before = bound_names(source), None
    cells = [(used_names(other), bound_names(other)) for other in others if other != source]
    while reached != before:
        before = set(reached)
        for used, bound in cells:
            if used is None or used & reached:
                reached |= bound
    return reached


def subjects(course: Course, assignment: str, tier: str = "best") -> list[Subject]:
    """Return the notebooks of `assignment`.

    Raises:
        CourseError: when there is no such assignment, or nbgrader cannot release it.
    """
    course.check_assignment(assignment)
    settings = settings_of(course)
    files = data_files(course, assignment, settings.files_mb * MB)
    found = []
    for path in sorted(course.path("source", assignment=assignment).glob("*.ipynb")):
        source = read_notebook(path)
        try:
            released = student_version(course, source)
        except CourseError as error:
            raise CourseError(f"{assignment}, {path.name}: {error}") from error
        forbidden = forbidden_modules(path, released)
        book = Book(path.stem, released, _originals(source, released), forbidden)
        limits = settings.limits()
        found.append(Subject(assignment, path.stem, source, released, book, files, limits, tier))
    return found


def _originals(source: NotebookNode, released: NotebookNode) -> dict[str, Original]:
    """Return the cells as they are graded; those of a header are in the student version alone."""
    whole = {grade_id(cell): cell for cell in [*released.cells, *source.cells] if grade_id(cell)}
    return {
        grade_id(cell): Original(
            whole[grade_id(cell)].source, is_locked(cell), compute_checksum(cell)
        )
        for cell in released.cells
        if grade_id(cell)
    }


def bound_names(source: str) -> set[str]:
    """Return the names that a cell binds in the notebook; of one that is no Python, none.

    >>> sorted(bound_names("import math as m\\ndef f(x):\\n    y = 1\\nif m:\\n    z = 2"))
    ['f', 'm', 'z']
    """
    try:
        waiting: list[ast.AST] = [ast.parse(source)]
    except (SyntaxError, ValueError):
        return set()
    found = set()
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    inner = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    while waiting:
        node = waiting.pop()
        if isinstance(node, scopes):
            found.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        if not isinstance(node, inner):
            waiting += ast.iter_child_nodes(node)
    return found


def used_names(source: str) -> set[str] | None:
    """Return the notebook's names that a cell reads; None where it is no Python and may read any.

    >>> sorted(used_names("def g(z):\\n    return f(z)\\ny = x + len(g(1))"))
    ['f', 'g', 'x']
    """
    try:
        waiting = [symtable(source, "<cell>", "exec")]
    except (SyntaxError, ValueError):
        return None
    names = set()
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        names |= {
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_referenced() and (symbol.is_global() or scope.get_type() == "module")
        }
    return names - set(dir(builtins))
