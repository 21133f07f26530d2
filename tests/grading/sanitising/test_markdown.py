"""Markdown in an autograded notebook: harmless as it was, or of no harm in any viewer."""

import json
import time
from pathlib import Path

import nbgrader
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from grading.sanitising.harmless import is_harmless
from grading.sanitising.markdown import Renderer, defused_markdown
from tests.grading.feedback.hostile import LEADING_AWAY, MARKDOWN

ROOT = Path(__file__).parents[3]
NOTEBOOKS = [
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    *sorted((ROOT / "course" / "source").rglob("*.ipynb")),
    *sorted(Path(nbgrader.__file__).parent.rglob("docs/source/**/*.ipynb")),
]


def shown(source):
    renderer = Renderer(escape=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source), renderer.deeds


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_real_texts_stay_byte_for_byte(path):
    for cell in json.loads(path.read_bytes()).get("cells", []):
        if cell["cell_type"] == "markdown":
            source = "".join(cell["source"])
            assert defused_markdown(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "`<script>` and ``a ` <b onclick=x>``",
        "```html\n<script>1</script>\n```",
        "    <script>code</script>",
        r"\<script>, 2 < 3, a<b",
        "$a<b$ and $$\\left<x\\right>$$ and $<script>$",
        "\\begin{aligned}a &< b\\\\c &> d\\end{aligned}",
        r"$\href{https://example.org}{x}$",
        "- [x] done\n- [ ] not done",
        "| a | b |\n|---|:-:|\n| 1 | **2** <br> 3 |",
        "<details><summary>hint</summary>\n\n*think*\n\n</details>",
        "![plot](attachment:plot.png) ![old](missing:old.png) ![web](https://example.org/a.png)",
        f"<img src='data:image/png;base64,{'A' * 300_000}' alt='pasted'>",
        "[a](https://example.org) [b](#below) <https://example.org> <ada@example.org>",
        "[x]: https://example.org 'title'\n\n[x]",
    ],
)
def test_harmless_markdown_stays_byte_for_byte(source):
    assert defused_markdown(source) == source


@pytest.mark.parametrize("name", [*MARKDOWN, *LEADING_AWAY])
def test_harmful_markdown_is_of_no_harm(name):
    source = {**MARKDOWN, **LEADING_AWAY}[name]
    html, deeds = shown(defused_markdown(source))
    assert is_harmless(html)
    assert not deeds


def test_what_was_active_is_shown_as_it_was_written():
    defused = defused_markdown("before *this* <script>steal()</script> [x](javascript:steal())")
    assert defused == (
        "before *this* &lt;script>steal()&lt;/script> [x](unsafe:javascript:steal())"
    )


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<img src=x onerror=f()>", "<b>", "</b>", "<b onclick=f()>"),
        *("[x](", "javascript:f()", ")", "![", "](", "[a]: ", "<", ">", '"', "'", "`", "```", "$"),
        *("$$", "\n", "\n\n", "    ", "- ", "> ", "# ", "&lt;", "&#106;avascript:f()", "\\", "|"),
        *("<!--", "-->", "<![CDATA[", "]]>", "<style>", "<svg>", "<div>", "</div>", "\x01", "a"),
        *(
            r"\href{javascript:f()}{x}",
            r"\begin{a}",
            r"\end{a}",
            "~~~",
            "*",
            "_",
            "data:text/html,",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_mixture_of_harmful_pieces_does_harm(source):
    html, deeds = shown(defused_markdown(source))
    assert is_harmless(html), (source, defused_markdown(source))
    assert not deeds


@pytest.mark.parametrize("piece", ["\\begin{x}", "\\\\[", "[a](<", "<a '", "$", "* a\n"])
def test_markdown_made_to_be_slow_is_shown_as_it_was_written(piece):
    begun = time.process_time()
    assert defused_markdown("<b onclick=f()>" + piece * (200_000 // len(piece)))
    assert time.process_time() - begun < 5
