"""Under which names submitted files are kept where a server finds them."""

import mimetypes
from pathlib import PurePosixPath as Path

import pytest

from grading.sanitising import rename_unsafe, renamed_notice, safe_name, safe_names

ACTIVE = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}


@pytest.mark.parametrize(
    "name",
    [
        *("data.csv", "figures/plot.PNG", "timestamp.txt", "submission_secret.txt", "helper.py"),
        *("notes.md", "Makefile", ".hidden", "model.tar.gz", "Übung (2).txt", "points.npy"),
    ],
)
def test_most_names_stay(name):
    assert str(safe_name(Path(name))) == name


@pytest.mark.parametrize(
    "name",
    [
        *("evil.html", "evil.HTM", "evil.svg", "evil.xhtml", "evil.xht", "evil.js", "evil.mjs"),
        *("evil.pdf", "evil.xml", "evil.svgz", "evil.shtml", "evil.swf", "a/evil.mhtml"),
    ],
)
def test_what_a_server_takes_for_a_page_becomes_text(name):
    assert str(safe_name(Path(name))) == f"{name}.txt"
    assert mimetypes.guess_type(str(safe_name(Path(name))))[0] == "text/plain"


def test_no_type_that_runs_is_kept():
    for suffix, kind in mimetypes.types_map.items():
        kept = safe_name(Path(f"file{suffix}"))
        if kind in ACTIVE:
            assert kept.suffix == ".txt", suffix


def test_signs_of_markup_and_direction_are_replaced():
    assert str(safe_name(Path("<img src=x>.png"))) == "_img src=x_.png"
    assert str(safe_name(Path("nice\u202egnp.html"))) == "nice_gnp.html.txt"
    assert str(safe_name(Path('a"b\n.txt'))) == "a_b_.txt"


def test_no_two_files_get_one_name():
    paths = [Path("a.html"), Path("a.html.txt"), Path("A.HTML"), Path("b.txt")]
    names = safe_names(paths)
    assert names[Path("a.html.txt")] == Path("a.html.txt")
    assert len({str(name).lower() for name in names.values()}) == len(paths)


def test_a_folder_keeps_its_notebooks_and_the_courses_own_files(tmp_path):
    for name in ("evil.html", "work.ipynb", "page.html", "a.html", "a.html.txt", "data.csv"):
        (tmp_path / name).write_text(name)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "evil.svg").write_text("deep")
    rename_unsafe(tmp_path, keep=["page.html", "a.html.txt"])
    files = {
        path.relative_to(tmp_path).as_posix(): path.read_text()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert files == {
        **{name: name for name in ("work.ipynb", "page.html", "a.html.txt", "data.csv")},
        "evil.html.txt": "evil.html",
        "a.html-2.txt": "a.html",
        "deep/evil.svg.txt": "deep",
    }


def test_renamed_files_are_told_of():
    names = safe_names([Path("evil.html"), Path("data.csv")])
    assert renamed_notice(names) == "Files are kept under safer names: evil.html as evil.html.txt."
    assert renamed_notice(safe_names([Path("data.csv")])) is None
