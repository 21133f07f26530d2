"""nbgrader's settings for this course: read by nbgrader, its formgrader and `adcourse` alike."""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader puts this name here

c.CourseDirectory.course_id = "autodiff"
# The gradebook and every folder lie beside this file, wherever nbgrader is started.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
# Where released and submitted work changes hands on one machine; `make lab` makes it.
c.Exchange.root = str(Path(__file__).resolve().parent / "exchange")

# Seconds. No honest cell of the course takes 2; an endless loop must not hold up a class.
c.AdCourse.cell_seconds = 10
c.AdCourse.notebook_seconds = 120

# What nbgrader does by default, but for its Execute: so its own commands and formgrader's button
# grade as `adcourse grade` does.
c.Autograde.autograde_preprocessors = [
    "grading.batch.preprocessor.GradeSandboxed",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Every student version begins with how to work in it and a place for names.
c.IncludeHeaderFooter.header = str(Path(__file__).resolve().parent / "source" / "header.ipynb")
# A rubric stands with the question, so that formgrader shows it just above the answer.
c.ClearMarkScheme.enforce_metadata = False

# Pages for students as `adcourse feedback` makes them, by nbgrader's command and formgrader, too.
c.GenerateFeedback.exporter_class = "grading.feedback.exporter.FeedbackExporter"
# Nothing of a student's runs in formgrader, whatever graded the notebook.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "markdown2html": "grading.sanitising.formgrader.markdown2html",
    "clean_html": "grading.sanitising.sanitised",
    "get_metadata": "grading.sanitising.formgrader.get_metadata",
}
