"""The grader inside nbgrader: for `nbgrader autograde`, its API and formgrader's button.

A course puts it in the place of nbgrader's Execute, in `nbgrader_config.py`:

    c.Autograde.autograde_preprocessors = [
        "grading.batch.preprocessor.GradeSandboxed",
        "nbgrader.preprocessors.IgnorePattern",
        ...
    ]

What nbgrader itself enters afterwards are the points that `adcourse grade` enters.
"""

from functools import cache
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from grading.autograded import Record, annotated
from grading.batch.assigned import data_files, forbidden_modules
from grading.batch.cache import is_code_test
from grading.batch.engines import default_engine
from grading.batch.examining import DIED
from grading.batch.pool import Pool
from grading.batch.settings import MB, AdCourse
from grading.course import Course
from grading.engine.job import Job, Outcome
from grading.sanitising import defused, rename_unsafe


class GradeSandboxed(NbGraderPreprocessor):
    """Runs a notebook in the course's own engine, in place of nbgrader's Execute."""

    tier = Unicode("best", help="The walls around students' code; none is none.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Run `nb`, whose tests nbgrader has put right, and note how each ended.

        What formgrader is going to show and serve of it runs in no browser.
        """
        job = self._job(nb, resources["nbgrader"])
        rename_unsafe(self._graded(resources["nbgrader"]), [name for name, _ in job.files])
        ((_, result),) = _pool().run([(None, job.to_bytes())])
        if isinstance(result, default_engine().fatal):
            raise result
        if isinstance(result, Exception):
            self.log.error("%s (%s)", DIED, result)
            return defused(_killed(nb)), resources
        outcome = Outcome.from_bytes(result)
        record = Record("", outcome.notices, cells=outcome.cells, usage=outcome.usage)
        return annotated(defused(outcome.notebook), record), resources

    def _graded(self, where: dict[str, str]) -> Path:
        course = Course.of(self.parent.parent.coursedir, self.config)
        return course.path("autograded", where["student"], where["assignment"])

    def _job(self, nb: NotebookNode, where: dict[str, str]) -> Job:
        settings = AdCourse(config=self.config)
        course = Course.of(self.parent.parent.coursedir, self.config)
        assignment = where["assignment"]
        source = course.path("source", assignment=assignment)
        files = dict(data_files(course, assignment, settings.files_mb * MB))
        graded = self._graded(where)
        for name in course.editable_files(assignment):
            if (graded / name).is_file():
                files[name] = (graded / name).read_bytes()
        return Job(
            nb,
            tuple(sorted(files.items())),
            settings.limits(),
            forbidden_modules(source / f"{where['notebook']}.ipynb", nb),
            self.tier,
        )


@cache
def _pool() -> Pool:
    """Return the one worker of this process: it is warm from its second notebook on.

    This process may be a server with many threads, which is no place to fork from.
    """
    return Pool(1, default_engine().work, method="spawn")


def _killed(nb: NotebookNode) -> NotebookNode:
    for cell in nb.cells:
        if is_code_test(cell):
            cell.outputs = [
                new_output("error", ename="DeadKernelError", evalue=DIED, traceback=[DIED])
            ]
    return nb
