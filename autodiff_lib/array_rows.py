"""Rows of the rule table that only NumPy has: on arrays they stand beside those of `rules.py`.

They are written in the same language, and keep the same conventions at kinks and ties.
"""

from types import MappingProxyType

from autodiff_lib.rules import RULES, Elementwise


def _row(name: str, value: str, *partials: str) -> Elementwise:
    """Return a row that bears NumPy's name."""
    return Elementwise(name, value, partials, ufunc=name)


# fmt: off
_ROWS = (
    #    name          value                 ∂/∂a                          ∂/∂b
    _row("square",     "square(a)",          "2 * a"),
    _row("reciprocal", "reciprocal(a)",      "-y * y"),
    _row("fabs",       "abs(a)",             "sign(a)"),
    _row("deg2rad",    "deg2rad(a)",         "pi / 180"),
    _row("radians",    "radians(a)",         "pi / 180"),
    _row("rad2deg",    "rad2deg(a)",         "180 / pi"),
    _row("degrees",    "degrees(a)",         "180 / pi"),

    _row("hypot",      "hypot(a, b)",
         "a / y if y != 0 else 0.0",
         "b / y if y != 0 else 0.0"),
    _row("logaddexp",  "logaddexp(a, b)",
         "sigmoid(a - b)",
         "sigmoid(b - a)"),
    _row("logaddexp2", "logaddexp2(a, b)",
         "sigmoid((a - b) * log(2.0))",
         "sigmoid((b - a) * log(2.0))"),
    _row("remainder",  "remainder(a, b)",    "1.0",                        "-floor_divide(a, b)"),
    _row("fmod",       "fmod(a, b)",         "1.0",                        "-trunc(a / b)"),
    _row("copysign",   "copysign(a, b)",     "y / a if a != 0 else 0.0",   "0.0"),
    _row("heaviside",  "heaviside(a, b)",    "0.0",                       "1.0 if a == 0 else 0.0"),
    _row("fmax",       "fmax(a, b)",
         "1.0 if a > b or b != b else 0.5 if a == b else 0.0",
         "1.0 if b > a or a != a else 0.5 if a == b else 0.0"),
    _row("fmin",       "fmin(a, b)",
         "1.0 if a < b or b != b else 0.5 if a == b else 0.0",
         "1.0 if b < a or a != a else 0.5 if a == b else 0.0"),
)
# fmt: on

ARRAY_RULES = MappingProxyType(dict(RULES) | {row.name: row for row in _ROWS})
"""Every elementwise row that arrays know, by its name."""
