"""The example course inside the installed nbgrader package: real input that nobody here wrote.

Its folder `user_guide` holds the assignment ps1, which `nbgrader quickstart` copies, two
students' submissions, the points that nbgrader's documentation gives them, and an archive of
submissions as a learning platform hands it out.
"""

import csv
import logging
import shutil
from importlib.resources import files
from pathlib import Path

from nbgrader.apps import ZipCollectApp
from traitlets.config import Config

from grading.course import CONFIG_NAME, Course

ASSIGNMENT = "ps1"

# What `nbgrader quickstart` writes besides comments; the header's path holds from any folder.
_SETTINGS = """\
from pathlib import Path

c = get_config()
c.CourseDirectory.course_id = "quickstart"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.IncludeHeaderFooter.header = str(Path(__file__).resolve().parent / "source" / "header.ipynb")
"""

# As in nbgrader's documentation, "Managing assignment files manually".
_ARCHIVED_NAME = r".*_(?P<student_id>\w+)_attempt_(?P<timestamp>[0-9\-]+)_(?P<file_id>.*)"


def user_guide() -> Path:
    """Return the folder of the example course in the installed nbgrader."""
    return Path(str(files("nbgrader") / "docs" / "source" / "user_guide"))


def make_example(folder: Path) -> Course:
    """Make the course of `nbgrader quickstart` in `folder`, without submissions."""
    shutil.copytree(
        user_guide() / "source", folder / "source", ignore=shutil.ignore_patterns("ps1_autotest")
    )
    (folder / CONFIG_NAME).write_text(_SETTINGS, encoding="utf-8")
    return Course(folder)


def copy_submissions(course: Course) -> None:
    """Put the user guide's two submissions into `course`."""
    shutil.copytree(user_guide() / "submitted", course.root / "submitted")


def collect_archive(course: Course) -> None:
    """Collect the user guide's downloaded archive into `course`, as `nbgrader zip_collect` does.

    The assignment must have been released: its notebooks' names tell which files count.
    """
    downloaded = course.root / "downloaded" / ASSIGNMENT / "archive"
    shutil.copytree(user_guide() / "downloaded" / ASSIGNMENT / "archive", downloaded)
    settings = Config(course.config)
    settings.FileNameCollectorPlugin.named_regexp = _ARCHIVED_NAME
    settings.ZipCollectApp.strict = True
    log = logging.Logger("zip_collect")
    log.addHandler(logging.NullHandler())
    coursedir = course.directory(assignment_id=ASSIGNMENT)
    app = ZipCollectApp(config=settings, coursedir=coursedir, log=log)
    app.init_plugins()
    app.extract_archive_files()
    app.process_extracted_files()


def published_points() -> dict[str, float]:
    """Return the points that nbgrader's documentation reports for the two submissions."""
    with (user_guide() / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["student_id"]: float(row["raw_score"])
            for row in csv.DictReader(file)
            if row["assignment"] == ASSIGNMENT
        }
