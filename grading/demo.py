"""The main job on real input: from a course's source to grades, feedback and a class report.

A class is made from the sample answers, graded, and held to what each answer declares. Then the
example course inside the installed nbgrader goes the same way.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbgrader.utils import rmtree
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from grading import example
from grading.batch.run import grade
from grading.cases import Case, CaseError, build_submission, compare, load_cases
from grading.collecting import totals
from grading.course import CONFIG_NAME, Course, CourseError, read_notebook
from grading.export import export
from grading.feedback import write_feedback
from grading.release import release
from grading.report import write_report
from grading.results import Grading
from grading.spoilt import spoilt_submissions
from grading.table import SIGNS, legend, results_table
from grading.walls import WallsError, best_tier

_MARK = "made-by-adcourse-demo.txt"


def run_demo(course: Course, target: Path, console: Console, assignment: str | None = None) -> bool:
    """Run the demo on a copy of `course` in `target`, which is made anew.

    `assignment` is by default the first one that has cases. Prints its progress to `console` and
    returns whether everything scored as declared.

    Raises:
        CourseError: when there are no cases, one of them is malformed, the course cannot be
            released, or `target` holds anything but a former demo.
    """
    assignment = assignment or _first_with_cases(course)
    _make_anew(target)
    try:
        mismatches = _run_cases(course, assignment, target / "course", console)
    except CaseError as error:
        raise CourseError(f"cases of {assignment}: {error}") from error
    mismatches += _run_example(target / "nbgrader-example", console)
    mismatches += _run_archive(target / "nbgrader-archive", console)
    if mismatches:
        listing = Text("\n".join(f"✗ {mismatch}" for mismatch in mismatches))
        console.print(Panel(listing, title="NOT AS DECLARED", style="bold red"))
    else:
        console.print("Everything scored as declared.", style="bold green")
    report = _report_path(Course(target / "course"), assignment)
    console.print(f"class report: {_shown(report)}", markup=False, soft_wrap=True)
    return not mismatches


def _first_with_cases(course: Course) -> str:
    for assignment in course.assignments():
        if any((course.root / "cases" / assignment).glob("*.py")):
            return assignment
    raise CourseError(
        f"no sample answers in {course.root / 'cases'}: the demo makes its class from "
        "cases/PS/NAME.py"
    )


def _make_anew(target: Path) -> None:
    """Make `target` an empty folder; remove nothing but a former demo."""
    if target.exists() and any(target.iterdir()) and not (target / _MARK).is_file():
        raise CourseError(f"{target} is not empty and no former demo: name a new folder with --to")
    if target.exists():
        rmtree(target)
    target.mkdir(parents=True)
    (target / _MARK).write_text(
        "Made by `adcourse demo`, which removes this folder when it runs.\n"
    )


def _run_cases(course: Course, assignment: str, folder: Path, console: Console) -> list[str]:
    """Grade a class made from the cases; return where a score is not as declared."""
    _head(console, f"{assignment}, a class of sample answers")
    declared = load_cases(course.root / "cases" / assignment)
    copy = _copy_course(course, folder)
    _release(copy, assignment, console)
    cases = _make_class(copy, assignment, declared)
    console.print(f"{len(cases)} sample answers handed in")
    grading = _grade_and_tell(copy, assignment, console)
    found = {case.name: compare(case, grading.cells, grading.notices) for case in cases}
    console.print(_class_table(cases, grading, found))
    console.print(legend(grading))
    return [mismatch for mismatches in found.values() for mismatch in mismatches]


def _run_example(folder: Path, console: Console) -> list[str]:
    """Grade nbgrader's quickstart course with its user guide's submissions."""
    _head(console, "nbgrader's quickstart course, with the submissions of its user guide")
    course = example.make_example(folder)
    _release(course, example.ASSIGNMENT, console)
    example.copy_submissions(course)
    return _compare_example(course, console)


def _run_archive(folder: Path, console: Console) -> list[str]:
    """Grade the same submissions, collected from the user guide's downloaded archive."""
    _head(console, "the downloaded archive of nbgrader's user guide, collected")
    course = example.make_example(folder)
    _release(course, example.ASSIGNMENT, console)
    example.collect_archive(course)
    return _compare_example(course, console)


def _compare_example(course: Course, console: Console) -> list[str]:
    """Grade; return where the points are not those that nbgrader's documentation reports."""
    grading = _grade_and_tell(course, example.ASSIGNMENT, console)
    students = list(dict.fromkeys(cell.student for cell in grading.cells))
    found = totals(course, example.ASSIGNMENT, students)
    console.print(results_table("", grading, found))
    console.print(legend(grading))
    published = example.published_points()
    console.print(
        "nbgrader's documentation reports: "
        + ", ".join(f"{student} {points:g}" for student, points in published.items())
    )
    return [
        f"{course.root.name}, {student}: {points:g} points in nbgrader's documentation, "
        + (f"got {found[student].points:g}" if student in found else "not graded")
        for student, points in published.items()
        if student not in found or found[student].points != points
    ]


def _copy_course(course: Course, folder: Path) -> Course:
    folder.mkdir(parents=True)
    shutil.copyfile(course.root / CONFIG_NAME, folder / CONFIG_NAME)
    shutil.copytree(
        course.root / "source",
        folder / "source",
        ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
    )
    return Course(folder)


def _make_class(course: Course, assignment: str, cases: Sequence[Case]) -> list[Case]:
    """Hand in the cases' notebooks and the spoilt ones; return all the cases."""
    released = course.released(assignment)
    if len(released) != 1:
        raise CourseError(
            f"{assignment} has {len(released)} notebooks; sample answers fit an assignment with one"
        )
    ((name, student_version),) = released.items()
    source = read_notebook(course.path("source", assignment=assignment) / f"{name}.ipynb")
    handed_in = [
        (case, nbformat.writes(build_submission(case, source, student_version)).encode())
        for case in cases
    ]
    handed_in += spoilt_submissions(cases, source, student_version)
    for case, content in handed_in:
        folder = course.path("submitted", case.name, assignment)
        shutil.copytree(course.path("release", assignment=assignment), folder)
        (folder / f"{name}.ipynb").write_bytes(content)
    return [case for case, _ in handed_in]


def _release(course: Course, assignment: str, console: Console) -> None:
    folder = release(course, assignment)
    console.print(f"student version: {_shown(folder)}", markup=False, soft_wrap=True)


def _grade_and_tell(course: Course, assignment: str, console: Console) -> Grading:
    """Grade everyone, write feedback, grades and report, and say where they are."""
    with _progress(console, "grading") as progress:
        grading = grade(course, assignment, tier=_tier(console), progress=progress)
    with _progress(console, "feedback") as progress:
        pages = write_feedback(course, assignment, progress=progress)
    grades = export(course, assignments=[assignment])
    report = _report_path(course, assignment)
    report.parent.mkdir(exist_ok=True)
    counted = totals(course, assignment, course.submissions(assignment))
    write_report(grading.cells, grading.notices, report, assignment, counted)
    for what, path in (
        (f"{len(pages)} feedback pages", course.path("feedback", "STUDENT", assignment)),
        ("grades", grades),
        ("report", report),
    ):
        console.print(f"{what}: {_shown(path)}", markup=False, soft_wrap=True)
    return grading


def _tier(console: Console) -> str:
    """Return the walls to have: none where there can be none, for all of this is known code."""
    try:
        best_tier()
    except WallsError as error:
        console.print(
            f"WARNING: no walls here, so the shipped answers run without: {error}",
            style="bold red",
            markup=False,
        )
        return "none"
    return "best"


def _class_table(cases: Sequence[Case], grading: Grading, found: dict[str, list[str]]) -> Table:
    """Return a table of the cases: what each is, its points, and whether they are as declared."""
    table = Table(title_justify="left")
    table.add_column("sample answer", ratio=1)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("tests", no_wrap=True)
    table.add_column("as declared", justify="center", no_wrap=True)
    for case in cases:
        own = [cell for cell in grading.cells if cell.student == case.name]
        points = sum(cell.points for cell in own)
        table.add_row(
            Text.assemble(case.name, "\n", (case.title, "dim")),
            f"{points:g} / {sum(cell.max_points for cell in own):g}",
            Text.assemble(*(SIGNS[cell.state] for cell in own)),
            Text("NO", "bold red") if found[case.name] else Text("yes", "green"),
        )
    return table


@contextmanager
def _progress(console: Console, title: str) -> Iterator:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    quiet = not console.is_terminal
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=quiet
    ) as bars:
        task = bars.add_task(title, total=None)

        def progress(done: int, total: int, student: str) -> None:
            bars.update(task, completed=done, total=total, description=f"{title} {student}")

        yield progress


def _report_path(course: Course, assignment: str) -> Path:
    return course.root / "reports" / f"{assignment}.html"


def _head(console: Console, title: str) -> None:
    console.print()
    console.rule(title, align="left")


def _shown(path: Path) -> str:
    """Return `path` from where the user stands, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
