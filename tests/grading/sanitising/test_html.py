"""What may stay of HTML that a student wrote, and what may not."""

import pytest

from grading.sanitising import sanitised
from grading.sanitising.harmless import is_harmless

PICTURE = "data:image/png;base64,iVBORw0KGgo="

HARMLESS = [
    "a < b & c",
    "<p>a <b>bold</b> and <em>stressed</em> word<br>and<br/>lines</p>",
    '<a href="https://example.org/?a=1&amp;b=2" title="there">x</a>',
    '<a href="#below">x</a> <a href="mailto:ada@example.org">y</a>',
    f'<img src="{PICTURE}" alt="a > b">',
    '<img src="plot.png" width="10">',
    "<table class='dataframe'><tr style='text-align: right;'><td>1</td></tr></table>",
    "<details open><summary>more</summary>text</details>",
    "<div style='background: #fff4e5; padding: 0.5em 1em; color: rgb(1, 2, 3)'>note</div>",
    "<!-- a remark -->text",
    "<ul><li>a<li>b</ul>",
]
HARMFUL = [
    "<script>1</script>",
    "<img src=x onerror=steal()>",
    "<a href='java\nscript:steal()'>x</a>",
    "<a href='&#106;avascript:steal()'>x</a>",
    "<a href='data:text/html,x'>x</a>",
    "<img src='data:text/html,x'>",
    "<img src='/logout'>",
    "<img src='//example.org/x.png'>",
    "<div style='position: fixed; top: 0'>x</div>",
    "<div style='background: url(https://example.org/)'>x</div>",
    "<div style='height: 1px; font-size: 900px'>x</div>",
    "<b style='font-size: 900px'>x</b>",
    "<p style='padding: -900px'>x</p>",
    "<div class='modal-backdrop'>x</div>",
    "<h1 id='save'>x</h1>",
    "<!--><img src=x onerror=steal()>-->",
    "<!-- without an end",
    "<div><img src=x onerror=steal() ",
    "</div>out of its place",
    "<svg><style><img src=x onerror=steal()></style></svg>",
    "<base href='//example.org'>",
    "<meta http-equiv=refresh content=0>",
    "<form action=x><input></form>",
]


@pytest.mark.parametrize("html", HARMLESS)
def test_harmless_html_is_known_as_such(html):
    assert is_harmless(html)


@pytest.mark.parametrize("html", HARMFUL)
def test_harmful_html_is_cleaned(html):
    assert not is_harmless(html)
    assert is_harmless(sanitised(html))


def test_a_style_that_stays_in_its_place_is_kept_as_it_is():
    html = '<td style="Text-Align:right;color:#123;border: 1px solid rgb(1,2,3)">x</td>'
    assert html in sanitised(f"<table><tr>{html}</tr></table>")
