"""A notebook on its way to autograded/, where formgrader and others will show it."""

import base64
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from grading.checks import MIME_TYPE
from grading.sanitising import defused
from grading.sanitising.harmless import is_harmless
from grading.sanitising.svg import defused_svg
from tests.grading.feedback.hostile import hostile, svg

ROOT = Path(__file__).parents[3]
PNG = "iVBORw0KGgo="


def displayed(**data):
    data = {kind.replace("_", "/").replace("SVG", "svg+xml"): value for kind, value in data.items()}
    return new_output("display_data", data)


def after(output):
    (cell,) = defused(new_notebook(cells=[new_code_cell("", outputs=[output])])).cells
    return cell.outputs[0]


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.name)
def test_executed_lessons_stay_as_they_are(path):
    notebook = nbformat.read(path, as_version=4)
    assert defused(notebook) == notebook


def test_the_notebook_itself_is_left_alone():
    notebook = hostile(80).notebook
    before = deepcopy(notebook)
    defused(notebook)
    assert notebook == before


@pytest.mark.parametrize(
    "output",
    [
        displayed(text_plain="<b onclick=1>"),
        displayed(text_html="<table class='dataframe'><tr><td>1</td></tr></table>"),
        displayed(text_markdown="$a<b$", text_latex="$x^2$"),
        displayed(image_png=PNG, text_plain="<Figure size 640x480>"),
        displayed(image_SVG=svg("<path d='M0 0'/>")),
        new_output("display_data", {MIME_TYPE: {"checks": [{"message": "<b>"}]}}),
        new_output("stream", text="<script>"),
        new_output("error", ename="<b>", evalue="&", traceback=["\x1b[31m<script>"]),
    ],
)
def test_harmless_outputs_stay_as_they_are(output):
    assert after(deepcopy(output)) == output


def test_outputs_that_run_are_dropped_and_their_plain_forms_stay():
    output = displayed(application_javascript="steal()", text_plain="<Javascript object>")
    assert after(output).data == {"text/plain": "<Javascript object>"}
    assert "left out" in after(displayed(application_pdf="JVBERi0=")).data["text/plain"]


def test_html_that_runs_is_cleaned():
    assert after(displayed(text_html="<b onclick=steal()>x</b>")).data["text/html"] == "<b>x</b>"


def test_a_drawing_with_a_script_loses_it():
    drawing = svg("<script>steal()</script><path d='M0 0'/><image href='https://example.org/'/>")
    cleaned = after(displayed(image_SVG=drawing)).data["image/svg+xml"]
    assert "steal" not in cleaned
    assert "example.org" not in cleaned
    assert "M0 0" in cleaned


@pytest.mark.parametrize(
    "drawing",
    ["<svg onload=1>", "<html/>", '<!DOCTYPE a [<!ENTITY b "c">]>' + svg("&b;"), "<b/>" * 2, ""],
)
def test_what_is_no_drawing_is_not_kept_as_one(drawing):
    assert defused_svg(drawing) is None


def test_only_pictures_stay_attached():
    pictures = {
        "a.png": {"image/png": PNG},
        "b.html": {"text/html": PNG},
        "c.svg": {"image/svg+xml": base64.b64encode(svg("<script/>").encode()).decode()},
    }
    text = "![a](attachment:a.png) ![b](attachment:b.html) ![c](attachment:c.svg)"
    (cell,) = defused(new_notebook(cells=[new_markdown_cell(text, attachments=pictures)])).cells
    assert cell.source == "![a](attachment:a.png) ![b](missing:b.html) ![c](attachment:c.svg)"
    assert set(cell.attachments) == {"a.png", "c.svg"}
    assert b"script" not in base64.b64decode(cell.attachments["c.svg"]["image/svg+xml"])


def test_a_raw_cell_cannot_be_taken_for_html():
    (cell,) = defused(new_notebook(cells=[new_raw_cell("a <script>1</script>")])).cells
    assert is_harmless(cell.source)
    assert "script" in cell.source


def test_metadata_cannot_break_out_of_an_attribute():
    found = defused(hostile(80).notebook)
    text = str({name: value for name, value in found.metadata.items() if name != "adcourse"})
    assert not any(sign in text for sign in '<>=&"')
    assert "widgets" not in found.metadata


def test_a_pictures_description_stays():
    output = displayed(image_png=PNG)
    output.metadata = {"image/png": {"alt": 'y = x, "steep" & rising', "width": 10}}
    assert after(deepcopy(output)) == output


def test_what_nbgrader_and_the_grader_noted_stays():
    notebook = new_notebook(metadata={"adcourse": {"reason": "a < b & 'c'"}})
    notebook.cells.append(new_code_cell("", metadata={"nbgrader": {"grade_id": "a=b"}}))
    found = defused(notebook)
    assert found.metadata.adcourse.reason == "a < b & 'c'"
    assert found.cells[0].metadata.nbgrader.grade_id == "a=b"


def test_half_characters_are_no_obstacle():
    half = "<b onclick=1>\udc80</b>"
    outputs = [displayed(text_html=half, text_markdown=half, image_SVG=svg(half))]
    cells = [new_markdown_cell(half), new_raw_cell(half), new_code_cell(half, outputs=outputs)]
    assert "onclick=" in defused(new_notebook(cells=cells)).cells[0].source


def test_a_defused_notebook_is_a_valid_one():
    nbformat.validate(defused(hostile(80).notebook))
