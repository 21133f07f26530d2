"""What a course sets about grading in its `nbgrader_config.py`, as `c.AdCourse.NAME = …`."""

from traitlets import Float, Integer, TraitError, default
from traitlets.config import Config, Configurable

from grading.course import Course, CourseError
from grading.engine.job import Limits

MB = 1 << 20


class AdCourse(Configurable):
    """The settings of the grader.

    Where a course does not set them, nbgrader's `c.Execute.timeout` holds for a cell.
    """

    cell_seconds = Float(help="Seconds that one cell may take.").tag(config=True)
    notebook_seconds = Float(help="Seconds that a whole notebook may take.").tag(config=True)
    memory_mb = Integer(1024, help="Memory of all processes of one notebook.").tag(config=True)
    workspace_mb = Integer(64, help="Disk space of one notebook.").tag(config=True)
    processes = Integer(64, help="Processes and threads of one notebook.").tag(config=True)
    open_files = Integer(256, help="Files that a process may have open.").tag(config=True)
    output_chars = Integer(5_000_000, help="Characters of output kept of a cell.").tag(config=True)
    files_mb = Integer(32, help="Size of an assignment's data files together.").tag(config=True)
    cache_mb = Integer(512, help="Size of the folder .adcourse, about.").tag(config=True)
    workers = Integer(0, help="Notebooks graded at a time; 0 is one a core.").tag(config=True)

    @default("cell_seconds")
    def _nbgrader_timeout(self) -> float:
        seconds = self.config.Execute.get("timeout")
        return Limits.cell_seconds if seconds is None or seconds <= 0 else seconds

    @default("notebook_seconds")
    def _notebook_timeout(self) -> float:
        return self.config.GradingExecute.get("notebook_timeout", Limits.notebook_seconds)

    def limits(self) -> Limits:
        """Return what one notebook may use."""
        return Limits(
            cell_seconds=self.cell_seconds,
            notebook_seconds=self.notebook_seconds,
            memory_bytes=self.memory_mb * MB,
            workspace_bytes=self.workspace_mb * MB,
            processes=self.processes,
            open_files=self.open_files,
            output_chars=self.output_chars,
        )


def settings_of(course: Course) -> AdCourse:
    """Return the settings of `course`.

    Raises:
        CourseError: when one of them is of the wrong type.
    """
    try:
        found = AdCourse(config=Config(course.config))
        found.limits()
    except TraitError as error:
        raise CourseError(f"nbgrader_config.py: {error}") from error
    return found
