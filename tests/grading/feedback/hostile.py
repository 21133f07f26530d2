"""A notebook of payloads: each marks the page with its name, or asks a server for a file."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

SERVER = "http://127.0.0.1:{port}"


def runs(name: str) -> str:
    """Return a script that marks the page with `name`, without quotes or an equals sign.

    An unquoted attribute of an element in Markdown could hold neither.
    """
    codes = ",".join(str(ord(sign)) for sign in f"ran-{name}")
    return f"top.document.documentElement.setAttribute(String.fromCharCode({codes}),1)"


def asks(name: str) -> str:
    """Return an address whose server takes note."""
    return f"{SERVER}/hit/{name}"


def data(html: str, kind: str = "text/html") -> str:
    return f"data:{kind};base64,{base64.b64encode(html.encode()).decode()}"


def img(name: str) -> str:
    return f"<img src=x onerror={runs(name)}>"


def svg(inside: str, attributes: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'


def script(name: str) -> str:
    return f"<script>{runs(name)}</script>"


# Markdown that would do something as soon as the page is shown.
MARKDOWN = {
    "script": script("script"),
    "script-src": f"<script src={asks('script-src')}></script>",
    "onerror": img("onerror"),
    "onerror-slashes": f"<img/src=x/onerror={runs('onerror-slashes')}>",
    "onerror-in-block": f"<div>\n{img('onerror-in-block')}\n</div>",
    "onerror-unended": f"<div><img src=x onerror={runs('onerror-unended')} \n\n",
    "svg-onload": f"<svg onload={runs('svg-onload')}></svg>",
    "svg-script": f"<svg><script>{runs('svg-script')}</script></svg>",
    "svg-style": f"<svg><style>{img('svg-style')}</style></svg>",
    "svg-use": f'<svg><image href="{asks("svg-use")}"/></svg>',
    "svg-foreign": f"<svg><foreignObject>{img('svg-foreign')}</foreignObject></svg>",
    "iframe-srcdoc": f"<iframe srcdoc='<script>{runs('iframe-srcdoc')}</script>'></iframe>",
    "iframe-javascript": f"<iframe src='javascript:{runs('iframe-javascript')}'></iframe>",
    "iframe-src": f"<iframe src='{asks('iframe-src')}'></iframe>",
    "style-import": f"<style>@import url({asks('style-import')});</style>",
    "style-url": f"<p style='background:url({asks('style-url')})'>x</p>",
    "style-list": f"<ul style='list-style:url({asks('style-list')})'><li>x</ul>",
    "stylesheet": f"<link rel=stylesheet href={asks('stylesheet')}>",
    "picture": f"<img src={asks('picture')}>",
    "picture-set": f"<picture><source srcset={asks('picture-set')}><img></picture>",
    "object": f"<object data={asks('object')}></object>",
    "object-data": f"<object data='{data(script('object-data'))}'></object>",
    "embed": f"<embed src={asks('embed')}>",
    "video": f"<video><source onerror={runs('video')}></video>",
    "video-poster": f"<video poster={asks('video-poster')}></video>",
    "audio": f"<audio src=x onerror={runs('audio')}></audio>",
    "details": f"<details open ontoggle={runs('details')}>x</details>",
    "autofocus": f"<input autofocus onfocus={runs('autofocus')}>",
    "body-onload": f"<body onpageshow={runs('body-onload')}>",
    "marquee": f"<marquee onstart={runs('marquee')}>x</marquee>",
    "animation": f"<style>@keyframes k{{}}</style><b style=animation-name:k "
    f"onanimationstart={runs('animation')}>x</b>",
    "math-mglyph": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img "
    f"src=1 onerror={runs('math-mglyph')}&gt;'></table></mtext></math>",
    "math-annotation": "<math><annotation-xml encoding='text/html'>"
    f"{img('math-annotation')}</annotation-xml></math>",
    "math-style": f"<math><style><img src=x onerror={runs('math-style')}></style></math>",
    "noscript": f'<noscript><p title="</noscript>{img("noscript")}">',
    "textarea": f"<textarea></textarea>{img('textarea')}",
    "title": f"</title>{img('title')}",
    "template": f"<template></template><xmp></xmp>{img('template')}",
    "comment": f"<!-->{img('comment')}-->",
    "comment-bang": f"<!-- --!>{img('comment-bang')}-->",
    "cdata": f"<![CDATA[>{img('cdata')}]]>",
    "end-tags": f"</div></section></main></p>{img('end-tags')}",
    "image-title": f"![x](x 'y\" onerror=\"{runs('image-title')}')",
    "image-alt": f'![" onerror={runs("image-alt")} "](x)',
    "heading": f"# {img('heading')} heading",
    "table": f"| a |\n|---|\n| {img('table')} |",
    "formula": f"$a < b</math></script>{img('formula')}$",
    "formula-text": rf"$\text{{{img('formula-text')}}}$",
    "formula-block": f"$$\n{script('formula-block')}\n$$",
    "formula-color": rf"$\color{{red\" onload={runs('formula-color')}}}{{x}}$",
}

# Markdown that waits for a click, or leads the page away.
LEADING_AWAY = {
    "refresh": f"<meta http-equiv=refresh content='0;url={asks('refresh')}'>",
    "base": f"<base href='{SERVER}/hit/'>",
    "link": f"[x](javascript:{runs('link')})",
    "link-entity": f"[x](java&#115;cript:{runs('link-entity')})",
    "link-reference": f"[x]\n\n[x]: javascript:{runs('link-reference')}",
    "link-html": f"<a href='java\tscript:{runs('link-html')}'>x</a>",
    "link-data": f"[x]({data(script('link-data'))})",
    "link-vbscript": "<a href=vbscript:x>x</a>",
    "form": f"<form action=javascript:{runs('form')}><button>x</button></form>",
    "formaction": f"<button formaction=javascript:{runs('formaction')}>x</button>",
    "formula-href": rf"$\href{{javascript:{runs('formula-href')}}}{{x}}$",
    "formula-unicode": r"$\unicode{x3c}script\unicode{x3e}$",
    "math-href": f"<math href=javascript:{runs('math-href')}><mi>x</mi></math>",
    "svg-href": f"<svg><a xlink:href=javascript:{runs('svg-href')}><text>x</text></a></svg>",
    "covers": "<div style='position:fixed;inset:0;z-index:9'>all is well: 20 of 20 points</div>",
}

ATTACHMENTS: dict[str, dict[str, Any]] = {
    "attached-html": {"a.html": {"text/html": base64.b64encode(b"<script>1</script>").decode()}},
    "attached-quote": {"a.png": {"image/png": f'"{runs("attached-quote")}'.join('">')}},
    "attached-break": {"b.png": {"image/png": f'AA==">{img("attached-break")}'}},
    "attached-kind": {"c.png": {f'image/png" onerror="{runs("attached-kind")}" x="': "AA=="}},
    "attached-svg": {
        "d.svg": {"image/svg+xml": base64.b64encode(svg(script("attached-svg")).encode()).decode()}
    },
}


def displayed(kind: str, value: Any, **metadata: Any) -> NotebookNode:
    return new_output("display_data", {kind: value}, metadata=metadata)


OUTPUTS = {
    "out-html": displayed("text/html", script("out-html")),
    "out-html-onerror": displayed("text/html", img("out-html-onerror")),
    "out-isolated": displayed(
        "text/html", script("out-isolated"), **{"text/html": {"isolated": True}}
    ),
    "out-javascript": displayed("application/javascript", runs("out-javascript")),
    "out-ecma": displayed("text/javascript", runs("out-ecma")),
    "out-markdown": displayed("text/markdown", img("out-markdown")),
    "out-latex": displayed("text/latex", f"$x$ {img('out-latex')}"),
    "out-svg": displayed("image/svg+xml", svg(script("out-svg"), f"onload='{runs('out-svg')}'")),
    "out-svg-quote": displayed("image/svg+xml", f'">{img("out-svg-quote")}'),
    "out-png": displayed("image/png", f'AA==">{img("out-png")}'),
    "out-png-alt": displayed(
        "image/png", "AA==", **{"image/png": {"alt": f'">{img("out-png-alt")}'}}
    ),
    "out-png-width": displayed(
        "image/png", "AA==", **{"image/png": {"width": f"1 onerror={runs('out-png-width')}"}}
    ),
    "out-plain": displayed("text/plain", script("out-plain")),
    "out-widget": displayed(
        "application/vnd.jupyter.widget-view+json", {"model_id": "</script>" + img("out-widget")}
    ),
    "out-kind": displayed(f"text/x-<b>{img('out-kind')}", "x"),
    "out-pdf": displayed("application/pdf", "JVBERi0="),
    "stream": new_output("stream", name="stdout", text=f"\x1b[31m{script('stream')}\x1b[0m"),
    "stream-link": new_output(
        "stream", name="stdout", text=f"\x1b]8;;javascript:{runs('stream-link')}\x07x\x1b]8;;\x07"
    ),
    "stream-huge": new_output("stream", name="stdout", text=img("stream-huge") + "x" * 3_000_000),
    "error": new_output(
        "error",
        ename=img("error-name"),
        evalue=img("error-value"),
        traceback=[f'\x1b[0;31m{img("traceback")}\x1b[38;2;1;1;1m">{script("error")}'],
    ),
    "error-bare": new_output(
        "error", ename=img("bare-name"), evalue=img("bare-value"), traceback=[]
    ),
}


@dataclass(frozen=True)
class Hostile:
    """A notebook of payloads. `names` are theirs."""

    notebook: NotebookNode
    names: list[str] = field(default_factory=list)


def hostile(port: int, leading_away: bool = True, part: slice = slice(None)) -> Hostile:
    """Return the notebook for a server at `port`: all payloads, or a part of them.

    One that hides what follows it is no harm to the payloads of another part.
    """
    texts = dict([*MARKDOWN.items(), *(LEADING_AWAY.items() if leading_away else ())][part])
    attached = dict(list(ATTACHMENTS.items())[part])
    outputs = dict(list(OUTPUTS.items())[part])
    cells = [new_markdown_cell(text) for text in texts.values()]
    for attachments in attached.values():
        (file,) = attachments
        cells.append(new_markdown_cell(f"![x](attachment:{file})", attachments=attachments))
    cells += [new_code_cell("x = 1", outputs=[output]) for output in outputs.values()]
    cells.append(new_code_cell(f"</pre>{script('code')}"))
    cells.append(new_raw_cell(script("raw"), metadata={"raw_mimetype": "text/html"}))
    tagged = new_code_cell("x")
    tagged.metadata["tags"] = [f'"><img src={asks("tag")}>']  # a comma may not be in a tag
    cells.append(tagged)
    metadata = {
        "title": f"</title>{img('metadata-title')}",
        "kernelspec": {"name": img("kernel"), "display_name": img("kernel"), "language": "python"},
        "language_info": {"name": img("language"), "pygments_lexer": img("lexer")},
        "widgets": {
            "application/vnd.jupyter.widget-state+json": {"state": f"</script>{img('widgets')}"}
        },
    }
    others = ["code", "tag", "raw", "metadata-title", "kernel", "language", "lexer", "widgets"]
    text = json.dumps({**new_notebook(), "cells": cells, "metadata": metadata})
    notebook = from_dict(json.loads(text.replace("{port}", str(port))))
    return Hostile(notebook, [*texts, *attached, *outputs, *others])
