"""nbgrader's own way to feedback: the same pages from `nbgrader generate_feedback` and formgrader.

A course turns it on in its `nbgrader_config.py`:

    c.GenerateFeedback.exporter_class = "grading.feedback.exporter.FeedbackExporter"
"""

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_task
from traitlets import Bool

from grading.feedback.cuts import cuts
from grading.feedback.page import feedback_page
from grading.feedback.pictures import pictures_beside
from grading.feedback.sheet import Mark, Sheet


class FeedbackExporter(Exporter):
    """Makes a feedback page of a notebook into which nbgrader's GetGrades put the points."""

    export_from_notebook = None
    output_mimetype = "text/html"

    show_hidden = Bool(
        False, help="Whether hidden tests and mark schemes are shown to students."
    ).tag(config=True)

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of `nb`, and the resources of nbconvert's writer."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        found = resources["nbgrader"]
        sheet = Sheet(found["student"], found["assignment"], found["notebook"])
        sheet.penalty = found.get("late_penalty") or 0.0
        for cell in nb.cells:
            settings = cell.metadata.get("nbgrader", {})
            if is_grade(cell) or is_task(cell):
                points = settings.get("score") or 0.0
                sheet.marks[settings.grade_id] = Mark(points, settings.get("points") or 0.0)
            if settings.get("comment"):
                sheet.comments[settings.grade_id] = settings.comment
        folder = Path(resources.get("metadata", {}).get("path") or ".")
        page = feedback_page(
            nb, sheet, cuts(self.config, self.show_hidden), pictures_beside(nb, folder)
        )
        return page, resources
