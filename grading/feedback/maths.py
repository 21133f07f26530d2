"""Formulas as MathML, which browsers show by themselves."""

import html
import re
from functools import lru_cache

from math_core import LatexToMathML

# The converter follows nesting with its own stack, which this cannot fill.
_MOST = 4000
_CONVERTER = LatexToMathML(fancy_error=False, max_expansions=0)

# The converter has no formulas inside words, as in \text{for all $n$}.
_WORDS = re.compile(r"\\text\s*\{([^{}$]*\$[^{}]*)\}")

_TAME = re.compile(
    r"""(?: [^<>]
          | </? (?: math | m(?:row|i|n|o|s|text|space|frac|sqrt|root|style|padded|phantom|enclose
                             |sub|sup|subsup|under|over|underover|multiscripts|prescripts
                             |table|tr|td) )
            (?: \s (?: accent | accentunder | class | columnalign | columnspan | depth | display
                       | displaystyle | encoding | fence | form | height | largeop | linethickness
                       | lspace | mathvariant | maxsize | minsize | movablelimits | notation
                       | rowspan | rspace | scriptlevel | separator | stretchy | style | symmetric
                       | voffset | width )
               ="[\w\s:;.,\#%+()-]*" )*
            \s*/?> )*""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def mathml(tex: str, display: bool) -> str:
    r"""Return TeX as MathML, or as code where it cannot be converted.

    >>> mathml("x^2", False)
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    >>> mathml(r"\href{javascript:steal()}{x}", False)
    '<code class="tex">\\href{javascript:steal()}{x}</code>'
    """
    if len(tex) <= _MOST:
        try:
            made = _CONVERTER.convert_with_local_state(
                _WORDS.sub(_with_formulas, tex), displaystyle=display
            )
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # an error of the converter's own is no Exception, either
            made = "<"
        if _TAME.fullmatch(made):
            return made
    element = "pre" if display else "code"
    return f'<{element} class="tex">{html.escape(tex.strip(), quote=False)}</{element}>'


def _with_formulas(words: re.Match) -> str:
    """Return words with formulas among them as words and formulas in turn."""
    parts = words[1].split("$")
    return "".join(
        part if index % 2 else f"\\text{{{part}}}" for index, part in enumerate(parts) if part
    )
