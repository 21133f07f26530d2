"""What was found once is not run again, and nothing is taken for it that is not."""

import json
import os
import sqlite3
import time

import pytest

from grading.batch import memo
from grading.batch.assigned import read_assigned
from grading.batch.imported import Imported
from grading.batch.memo import Memo
from grading.batch.settings import settings_of
from grading.batch.store import Store, open_store
from grading.course import Course, CourseError
from grading.results import State
from tests.grading.batch.conftest import dump, grade

BOTH = ["test_double", "test_halve"]


def mend(course, cell="test_halve", source="assert halve(8) == 4"):
    """Change a test in the gradebook, as a release of a mended source does."""
    with course.gradebook() as gradebook:
        gradebook.find_source_cell(cell, "work", "ps1").source = source
        gradebook.db.commit()


def test_unchanged_submissions_are_neither_run_nor_written(course, hand_in, ran):
    hand_in("ada")
    grade(course, "ps1")
    assert ran() == BOTH
    assert grade(course, "ps1").run == ()
    assert ran() == []


def test_the_same_answers_run_once(course, hand_in, ran):
    hand_in("ada")
    grade(course, "ps1")
    hand_in("bob")
    ran()
    grading = grade(course, "ps1")
    assert grading.run == ("bob",)
    assert ran() == []
    assert {c.points for c in grading.cells if c.cell == "test_double"} == {3.0}
    text = (course.path("autograded", "bob", "ps1") / "work.ipynb").read_text()
    assert "ran double" in text


def test_a_mended_test_runs_alone(course, hand_in, ran):
    hand_in("ada", "points test_double 1")
    before = grade(course, "ps1")
    ran()
    mend(course)
    after = grade(course, "ps1")
    assert after.run == ("ada",)
    assert ran() == ["test_halve"]
    assert after.cells == before.cells
    text = (course.path("autograded", "ada", "ps1") / "work.ipynb").read_text()
    for part in ("ran double", "ran halve", "halve(8)", '"1.0"', '"2.0"'):
        assert part in text


def test_a_test_runs_again_when_what_it_imports_has_changed(
    course, hand_in, ran, tmp_path, monkeypatch
):
    module = tmp_path / "judging_aid.py"
    module.write_text("most = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    mend(course, source="import judging_aid\nassert halve(8) == 4")
    hand_in("ada")
    grade(course, "ps1")
    assert ran() == BOTH
    assert grade(course, "ps1").run == ()
    module.write_text("most = 2\n")
    assert grade(course, "ps1").run == ("ada",)
    assert ran() == ["test_halve"]


@pytest.mark.parametrize("code", ["-" * 400_000 + "1", "f" + "()" * 400_000, "import " + "," * 9])
def test_code_that_no_parser_takes_stops_nobody(code, course, hand_in, ran):
    """Imports are looked for in what students wrote, by the process that grades the class."""
    hand_in("ada", f"x\n{code}")
    assert grade(course, "ps1").run == ("ada",)
    assert ran() == BOTH


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a", "a"),
        ("import a.b as c, d", "a d"),
        ("from a.b import c", "a"),
        ("if x: import a; from b import c", "a b"),
        ("import a, \\\n  b", "a b"),
        ("def f():\n\timport a  # import b", "a"),
        ("from . import a", ""),
        ("important = 1\nx.import_a()", ""),
    ],
)
def test_imports_are_found_wherever_they_stand(source, names):
    assert [name for name, _ in Imported().digests([source])] == names.split()


def test_force_takes_nothing_from_the_cache(course, hand_in, ran):
    hand_in("ada")
    grade(course, "ps1")
    ran()
    grade(course, "ps1", force=True)
    assert ran() == BOTH


def test_what_a_time_limit_had_a_part_in_is_not_kept(course, hand_in, ran):
    hand_in("ada", "unsettled")
    grade(course, "ps1")
    hand_in("bob", "unsettled")
    ran()
    grade(course, "ps1")
    assert ran() == BOTH


@pytest.mark.parametrize("damage", ["rows", "file"])
def test_a_damaged_cache_is_an_empty_one(damage, course, hand_in, ran):
    hand_in("ada")
    grade(course, "ps1")
    path = course.root / ".adcourse" / "cache.db"
    if damage == "rows":
        with sqlite3.connect(path) as db:
            db.execute("UPDATE entry SET content = substr(content, 1, 30) || x'00'")
        db.close()
    else:
        for file in path.parent.glob("cache.db*"):
            file.write_bytes(b"no database at all" * 100)
    hand_in("bob")
    ran()
    grading = grade(course, "ps1")
    assert ran() == BOTH
    assert {c.state for c in grading.cells} == {State.PASSED}
    with open_store(course) as store:
        assert store.everything("result/")


def test_the_cache_keeps_its_size_and_what_was_of_use_last(tmp_path):
    with Store(tmp_path / "cache.db", 20_000) as store:
        for number in range(10):
            store.put_many({f"key{number}": os.urandom(2000).hex()}, "ada")
        store.get("key0")
    with Store(tmp_path / "cache.db") as store:
        kept = set(store.everything("key"))
    assert {"key0", "key9"} <= kept
    assert 2 < len(kept) < 10


def test_a_folder_that_cannot_be_written_to_costs_only_the_cache(tmp_path):
    (tmp_path / "file").write_text("")
    with Store(tmp_path / "file" / "cache.db") as store:
        store.put_many({"a": 1}, "ada")
        assert store.get("a") == 1


def test_a_memo_holds_until_the_file_changes(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("one")
    monkeypatch.setattr(memo, "SETTLED", 0.0)
    time.sleep(0.02)
    asked = []

    def find(path):
        asked.append(path)
        return path.read_text()

    with Store(tmp_path / "cache.db") as store:
        for _ in range(3):
            assert Memo(store, "kind").of(path, "ada", find) == "one"
        assert len(asked) == 1
        before = path.stat()
        path.write_text("two")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert Memo(store, "kind").of(path, "ada", find) == "two"


def test_a_file_that_may_still_be_changing_is_read_again(tmp_path):
    path = tmp_path / "file"
    path.write_text("one")
    asked = []
    with Store(tmp_path / "cache.db") as store:
        for _ in range(2):
            Memo(store, "kind").of(path, "ada", lambda path: asked.append(path))
    assert len(asked) == 2


@pytest.mark.parametrize("what", ["test", "file", "limit", "forbidden"])
def test_the_digest_changes_with_all_that_decides_the_points(what, course):
    def digest():
        fresh = Course(course.root)
        return read_assigned(fresh, "ps1", settings_of(fresh)).digest

    before = digest()
    assert digest() == before
    source = course.path("source", assignment="ps1")
    if what == "test":
        mend(course)
    elif what == "file":
        (source / "data.csv").write_text("1")
    elif what == "limit":
        with (course.root / "nbgrader_config.py").open("a") as file:
            file.write("c.AdCourse.memory_mb = 77\n")
    else:
        forbid(source / "work.ipynb", ["jax"])
    assert digest() != before


def forbid(path, modules):
    content = json.loads(path.read_text())
    content["metadata"]["adcourse"] = {"forbidden": modules}
    path.write_text(json.dumps(content))


def test_forbidden_modules_come_from_the_source(course):
    path = course.path("source", assignment="ps1") / "work.ipynb"
    forbid(path, ["torch", "jax"])
    assigned = read_assigned(course, "ps1", settings_of(course))
    assert assigned.books["work"].forbidden == ("jax", "torch")
    job = assigned.job("work", assigned.books["work"].released, {}, "best")
    assert job.forbidden == ("jax", "torch")
    forbid(path, ["numpy.linalg"])
    with pytest.raises(CourseError, match=r"adcourse\.forbidden is \['numpy.linalg'\]; give a"):
        read_assigned(course, "ps1", settings_of(course))


def test_data_files_that_are_too_large_are_refused(course):
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write("c.AdCourse.files_mb = 1\n")
    (course.path("source", assignment="ps1") / "data.bin").write_bytes(bytes(2 << 20))
    fresh = Course(course.root)
    with pytest.raises(CourseError, match=r"have 2 MB, more than the 1 allowed: remove some"):
        read_assigned(fresh, "ps1", settings_of(fresh))


def test_a_job_has_the_whole_tests_and_the_points_of_the_course(course, hand_in):
    hand_in("ada")
    assigned = read_assigned(course, "ps1", settings_of(course))
    job = assigned.job("work", assigned.released["work"], {}, "best")
    text = "\n".join(cell.source for cell in job.notebook.cells)
    assert "assert halve(-4) == -2" in text
    assert "Praise the doubling" in text
    grade(course, "ps1")
    assert dump(course)["ada", "ps1", "work", "grade", "test_double"][0] == 3.0
