"""What is in a feedback page, and how it is made."""

import base64
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grading.feedback.cuts import Cuts
from grading.feedback.maths import mathml
from grading.feedback.page import feedback_page
from grading.feedback.pictures import pictures_beside
from grading.feedback.sheet import Mark, Sheet

ROOT = Path(__file__).parents[3]
SHOWN = Cuts(None, None)


def page(*cells, sheet=None, pictures=None):
    notebook = new_notebook(cells=list(cells))
    text = feedback_page(notebook, sheet or Sheet("ada", "ps1", "work"), SHOWN, pictures)
    return BeautifulSoup(text, "html.parser")


def put_out(*outputs):
    return page(new_code_cell("x", outputs=list(outputs)))


def formulas():
    found = set()

    class Collect(IPythonRenderer):
        def block_math(self, body):
            found.add((body, True))
            return ""

        def inline_math(self, body):
            found.add((body, False))
            return ""

        def latex_environment(self, name, body):
            found.add((f"\\begin{{{name}}}{body}\\end{{{name}}}", True))
            return ""

    paths = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "course/source").rglob("*.ipynb")]
    for path in paths:
        for cell in json.loads(path.read_bytes())["cells"]:
            if cell["cell_type"] == "markdown":
                renderer = Collect(attachments=cell.get("attachments", {}))
                MarkdownWithMath(renderer=renderer).render("".join(cell["source"]))
    return sorted(found)


def test_every_formula_of_the_course_becomes_mathml():
    found = formulas()
    assert len(found) > 100
    assert [tex for tex, display in found if "<math" not in mathml(tex, display)] == []


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\tfrac12\,\bar y^{\mathsf T}\,\dot x",
        r"\dot{\bar y} = \operatorname{tr}(A)",
        "σ(ν) ≤ π·x²",
        r"\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}",
        r"\begin{cases}x & x > 0\\0 & \text{else}\end{cases}",
        r"\left(\frac{\partial f}{\partial x}\right)^{\!2}",
        r"\text{a < b \& c}",
        r"\text{for all $n$, and $x_1$} = 1",
    ],
)
def test_usual_formulas_become_mathml(tex):
    assert mathml(tex, True).startswith('<math display="block">')


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:f()}{x}",
        r"\unicode{x3c}",
        r"\style{x}{y}",
        "x^",
        r"\newcommand{\a}{\a\a}\a",
        "{" * 30_000 + "}" * 30_000,
    ],
)
def test_what_is_no_formula_is_shown_as_it_was_written(tex):
    shown = mathml(tex, False)
    assert BeautifulSoup(shown, "html.parser").find("code", class_="tex").text == tex


def test_the_page_has_a_language_a_policy_and_headings_in_order():
    soup = page(new_markdown_cell("# One\n\n## Two"), new_markdown_cell("###### Six"))
    assert soup.html["lang"] == "en"
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels == [1, 2, 3, 4, 6]


def test_links_within_the_notebook_lead_to_its_headings():
    soup = page(new_markdown_cell("# Part one\n\n[there](#Part-one)"))
    link = soup.main.a["href"]
    assert soup.find(id=link.removeprefix("#")).text == "Part one"


def test_a_heading_cannot_take_the_place_of_a_question():
    soup = page(new_markdown_cell("# cell-1\n\n# top"), new_code_cell("x"))
    assert [tag.name for tag in soup.find_all(id="cell-1")] == ["section"]
    assert len(soup.find_all(id="top")) == 1


def test_every_picture_has_a_text():
    png = "data:image/png;base64,AAAA"
    soup = page(
        new_markdown_cell(f"![a plot]({png}) <img src='{png}'>"),
        new_code_cell("", outputs=[new_output("display_data", {"image/png": "AAAA"})]),
        new_code_cell(
            "",
            outputs=[
                new_output(
                    "display_data", {"image/png": "AA"}, metadata={"image/png": {"alt": "A"}}
                )
            ],
        ),
    )
    texts = [picture["alt"] for picture in soup.find_all("img")]
    assert texts == ["a plot", "a picture without a description", "figure", "A"]


def test_pictures_beside_the_notebook_are_taken_into_the_page(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "plot.png").write_bytes(b"picture")
    (tmp_path / "link.png").symlink_to("/etc/hostname")
    cell = new_markdown_cell("![plot](figures/plot.png) ![no](link.png) ![no](../x.png)")
    found = pictures_beside(new_notebook(cells=[cell]), tmp_path)
    assert list(found) == ["figures/plot.png"]
    soup = page(cell, pictures=found)
    data = f"data:image/png;base64,{base64.b64encode(b'picture').decode()}"
    assert [picture["src"] for picture in soup.find_all("img")] == [data]
    assert "[picture: no]" in soup.text


def test_a_picture_on_the_web_becomes_a_link():
    soup = page(new_markdown_cell("![a plot](https://example.org/a.png)"))
    assert not soup.img
    assert soup.main.a["href"] == "https://example.org/a.png"
    assert "a plot" in soup.main.a.text


def test_an_attached_picture_is_shown():
    cell = new_markdown_cell("![a](attachment:a.png)", attachments={"a.png": {"image/png": "AAAA"}})
    assert page(cell).img["src"] == "data:image/png;base64,AAAA"


def test_formulas_stay_apart_from_text_and_attributes():
    png = "data:image/png;base64,AAAA"
    text = f"# On $x^2$\n\n$a<b$ ![at $x$]({png})\n\n| $y$ |\n|---|\n| $z$ |"
    soup = page(new_markdown_cell(text))
    assert len(soup.find_all("math")) == 4
    assert soup.img["alt"] == "at x"
    assert "\ue002" not in str(soup)


def test_a_table_in_a_list_is_a_table():
    assert page(new_markdown_cell("1. x\n\n   | a | b |\n   |---|---|\n   | 1 | 2 |")).main.table


def test_code_is_in_colours():
    assert page(new_code_cell("def f(): return 'x'")).main.find("span", class_="k").text == "def"


def test_colours_of_the_terminal_are_kept_and_its_controls_are_not():
    soup = put_out(new_output("stream", text="\x1b[31mred\x1b[0m\x1b[2J\x07 50%\r100%"))
    assert soup.find(class_="stream").text == "100%"
    soup = put_out(new_output("error", ename="E", evalue="", traceback=["\x1b[31mred\x1b[0m"]))
    assert soup.find(class_="ansi-red-fg").text == "red"


def test_long_outputs_are_cut_in_the_middle():
    soup = put_out(new_output("stream", text="begin" + "x" * 3_000_000 + "end"))
    text = soup.find(class_="stream").text
    assert text.startswith("begin")
    assert text.endswith("end")
    assert "characters left out" in text
    assert len(str(soup)) < 100_000


def test_an_output_shows_its_best_form_that_runs_nothing():
    data = {"text/html": "<script>f()</script>", "text/plain": "plain"}
    assert put_out(new_output("display_data", data)).find(class_="stream").text == "plain"
    data = {"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "plain"}
    assert put_out(new_output("display_data", data)).find("table")
    soup = put_out(new_output("display_data", {"application/javascript": "f()"}))
    assert "not shown" in soup.find(class_="output").text


def test_names_are_text():
    sheet = Sheet("<b>ada", "<b>ps1", "<b>work", {"<b>q": Mark(1, 2)}, penalty=0.5)
    flags = {"grade": True, "solution": False, "locked": True, "points": 2, "grade_id": "<b>q"}
    soup = page(new_code_cell("x", metadata={"nbgrader": flags}), sheet=sheet)
    assert not soup.find("b")
    assert "Feedback for <b>ada · <b>ps1" in soup.text
    assert "<b>q" in soup.nav.text
