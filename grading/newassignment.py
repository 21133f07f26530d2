"""`adcourse new`: an assignment to begin with, made from the course's template."""

import re
import shutil
from pathlib import Path

from grading.course import Course, CourseError

TEMPLATE = "template"
_NAME = re.compile(r"[a-z]+\d*[a-z0-9_]*")


def new(course: Course, name: str) -> tuple[Path, Path]:
    """Make the assignment `name` from the template of `course`; return its notebook and cases.

    The template is the folder `template` of the course: a notebook and a folder `cases`. NN in
    the notebook becomes the number in `name`.

    Raises:
        CourseError: when the name is no good or taken, or the course has no template.
    """
    template = course.root / TEMPLATE
    notebooks = sorted(template.glob("*.ipynb"))
    if len(notebooks) != 1:
        raise CourseError(f"put one notebook, and a folder of cases, into {template} to begin with")
    if not _NAME.fullmatch(name):
        raise CourseError(f"{name!r}: call an assignment by small letters and digits, such as ps03")
    notebook = course.path("source", assignment=name) / f"{name}.ipynb"
    cases = course.root / "cases" / name
    for taken in (notebook.parent, cases):
        if taken.exists():
            raise CourseError(f"{taken} is there already: choose another name, or remove it")
    number = re.sub(r"\D", "", name) or name
    notebook.parent.mkdir(parents=True)
    text = notebooks[0].read_text(encoding="utf-8")
    notebook.write_text(re.sub(r"\bNN(?=\b|_)", number, text), encoding="utf-8")
    shutil.copytree(template / "cases", cases)
    return notebook, cases
