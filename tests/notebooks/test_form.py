"""Every lesson keeps the form that readers, exported pages and nbval rely on."""

import itertools
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if not path.name.startswith("00")]
TIMING = {"execution", "ExecuteTime", "ExecutionTime", "papermill"}
IMAGES = ("image/png", "image/jpeg", "image/svg+xml")
FOLDED = re.compile(r"<details>\s*<summary>.+?</summary>\n\n.+?\n\n</details>", re.S)


def by_name(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def html_of(output):
    return "".join(output.get("data", {}).get("text/html", ""))


def images_in(cell):
    """Return the alt text of every image that a code cell shows, "" where there is none."""
    alts = []
    for output in cell.outputs:
        if any(kind in output.get("data", {}) for kind in IMAGES):
            alts.append(cell.metadata.get("alt", ""))
        for tag in re.findall(r"<img\b[^>]*>", html_of(output)):
            found = re.search(r'\balt="([^"]*)"', tag)
            alts.append(found.group(1) if found else "")
    return alts


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def section(notebook, heading):
    """Return the Markdown from the heading of this name to the next one of its level."""
    parts = re.split(r"^## ", markdown(notebook), flags=re.M)
    found = [part for part in parts if part.startswith(heading)]
    assert found, f"no section {heading!r}"
    return found[0]


def test_there_are_lessons():
    assert LESSONS


@by_name(NOTEBOOKS)
class TestEveryNotebook:
    def test_is_valid_in_format_4_5(self, path):
        notebook = read(path)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        nbformat.validate(notebook)

    def test_has_readable_cell_ids_each_once(self, path):
        ids = [cell.id for cell in read(path).cells]
        assert len(set(ids)) == len(ids)
        unreadable = [
            name for name in ids if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
        ]
        generated = [name for name in ids if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?", name)]
        assert unreadable + generated == []

    def test_opens_without_a_kernel_dialog(self, path):
        spec = read(path).metadata.kernelspec
        assert (spec.name, spec.display_name) == ("python3", "Python 3 (ipykernel)")

    def test_has_no_timing_metadata(self, path):
        notebook = read(path)
        for metadata in [notebook.metadata, *(cell.metadata for cell in notebook.cells)]:
            assert TIMING.isdisjoint(metadata)

    def test_was_executed_from_top_to_bottom(self, path):
        counts = [cell.execution_count for cell in code_cells(read(path))]
        assert counts == list(range(1, len(counts) + 1))

    def test_shows_no_error_and_no_warning(self, path):
        for cell in code_cells(read(path)):
            for output in cell.outputs:
                assert output.output_type != "error", cell.id
                assert output.get("name") != "stderr", cell.id

    def test_has_no_stray_object_in_its_outputs(self, path):
        for cell in code_cells(read(path)):
            for output in cell.outputs:
                text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
                stray = re.findall(r"<(?!Figure size)[\w.]+ object at |<matplotlib|at 0x", text)
                assert stray == [], cell.id

    def test_tells_in_words_what_each_image_shows(self, path):
        for cell in code_cells(read(path)):
            for alt in images_in(cell):
                assert len(alt.split()) >= 4, f"{cell.id}: alt text {alt!r}"

    def test_numbers_a_caption_under_each_figure(self, path):
        cells = read(path).cells
        number = 0
        for cell, following in zip(cells, [*cells[1:], None], strict=True):
            if cell.cell_type == "code" and images_in(cell):
                number += 1
                assert following is not None, f"{cell.id}: no caption"
                assert following.source.startswith(f"*Figure {number}. "), following.source[:40]
                assert following.cell_type == "markdown"

    def test_ends_its_plots_in_show_and_prints_the_numbers_behind_them(self, path):
        for cell in code_cells(read(path)):
            if "plt.show()" in cell.source:
                assert re.search(r"^plt\.show\(\)$", cell.source, re.M), cell.id
            if any("image/png" in output.get("data", {}) for output in cell.outputs):
                assert "plt.show()" in cell.source, cell.id

    def test_has_code_that_reads_without_scrolling_sideways(self, path):
        for cell in code_cells(read(path)):
            assert max(map(len, cell.source.splitlines()), default=0) <= 88, cell.id

    def test_gives_nothing_away_where_an_output_is_folded(self, path):
        # JupyterLab shows the first line of a folded output: it has to be a heading.
        for cell in code_cells(read(path)):
            if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
                heading = cell.outputs[0].get("text", "").splitlines()[:1]
                assert heading, cell.id
                assert not re.search(r"\d", heading[0]), f"{cell.id}: {heading[0]}"

    def test_closes_every_fold(self, path):
        text = markdown(read(path))
        assert text.count("<details>") == text.count("</details>") == len(FOLDED.findall(text))

    def test_links_only_to_what_is_there(self, path):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", markdown(read(path))):
            assert (path.parent / target).exists(), target


@by_name(LESSONS)
class TestEveryLesson:
    def test_opens_with_a_numbered_title_and_what_to_expect(self, path):
        first = read(path).cells[0]
        assert first.source.startswith(f"# {path.name[:2]} · ")
        for label in ("After this lesson you can", "Time:", "Prerequisites:"):
            assert f"**{label}**" in first.source

    def test_asks_for_predictions_and_keeps_the_outputs_folded_until_run(self, path):
        cells = read(path).cells
        asked = 0
        for cell, following in itertools.pairwise(cells):
            if cell.cell_type == "markdown" and "**Predict" in cell.source:
                asked += 1
                assert following.cell_type == "code", cell.id
                assert following.metadata.get("jupyter", {}).get("outputs_hidden"), following.id
        assert asked >= 4

    def test_ends_with_summary_exercises_next_step_and_references(self, path):
        notebook = read(path)
        assert section(notebook, "Summary")
        assert f"**ps{path.name[:2]}**" in section(notebook, "Next")
        assert section(notebook, "References").count("\n- ") >= 2

    def test_has_three_to_five_exercises_with_folded_answers(self, path):
        exercises = section(read(path), "Exercises")
        asked = re.findall(r"^\*\*\d\. ", exercises, re.M)
        assert 3 <= len(asked) <= 5
        assert len(FOLDED.findall(exercises)) == len(asked)

    def test_has_a_slip_to_spot(self, path):
        assert FOLDED.search(section(read(path), "Spot the slip"))
