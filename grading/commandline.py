"""What the commands of `adcourse` share: their frame, options, progress bars, messages."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text
from typer.core import TyperGroup

if TYPE_CHECKING:
    from grading.course import Course

WRONG_RESULT = 1
USAGE = 2
INTERRUPTED = 130

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class _Commands(TyperGroup):
    """The commands; a mistake in what they were asked for ends in one line and status 2."""

    def invoke(self, ctx: typer.Context) -> Any:
        from grading.course import CourseError, GradebookError

        try:
            return super().invoke(ctx)
        except (CourseError, GradebookError) as error:
            message = str(error).splitlines()[0]
        except OSError as error:
            message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        except KeyboardInterrupt:
            say("adcourse: stopped; what is done is kept, and the same command goes on from there")
            raise typer.Exit(INTERRUPTED) from None
        say(f"adcourse: {message}")
        raise typer.Exit(USAGE)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Release, grade and report the assignments of an nbgrader course.",
)

CourseFolder = Annotated[
    Path | None,
    typer.Option("--course", metavar="DIR", help="The course's folder. (default: ./course or .)"),
]
Assignment = Annotated[str, typer.Argument(metavar="PS", help="The assignment, such as ps01.")]
Students = Annotated[
    list[str] | None,
    typer.Argument(metavar="STUDENT", help="Only these students.", show_default="all"),
]


def run() -> None:
    """Run `adcourse`, also where the terminal cannot show every character."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="adcourse")


def say(message: str, style: str = "") -> None:
    """Print a line to the error stream."""
    err.print(message, markup=False, soft_wrap=True, style=style)


def tell(message: str) -> None:
    """Print a line."""
    out.print(message, markup=False, soft_wrap=True)


def opened(folder: Path | None) -> "Course":
    """Return the course in `folder`, or where it is by default."""
    from grading.course import find_course

    return find_course(folder)


def check_place(file: Path | None) -> None:
    """Refuse a file in a folder that is not there: it may be misspelt."""
    from grading.course import CourseError

    if file is not None and not file.parent.is_dir():
        raise CourseError(f"no folder {file.parent}: make it first, or name another place")


class _Rate(ProgressColumn):
    """How many are done in a second, or a minute."""

    def render(self, task: Task) -> Text:
        if not task.speed:
            return Text("")
        if task.speed >= 1:
            return Text(f"{task.speed:.1f}/s")
        return Text(f"{60 * task.speed:.1f}/min")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a progress bar on a terminal; yield the function that moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate())
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Bars(*columns, *times, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task(title, total=None)

        def progress(done: int, total: int, student: str) -> None:
            bars.update(task, completed=done, total=total, description=f"{title} {student}")

        yield progress
