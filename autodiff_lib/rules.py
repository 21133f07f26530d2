"""The one table of derivative rules.

A row holds a primitive, its value and its partial derivatives, as expressions in the inputs
`a` and `b` and the result `y`. Every engine's methods, the derivative programs, the trace
tables and the tests are made from these rows, so that forward and reverse mode cannot drift
apart. Adding a primitive is adding a row.

Conventions where a derivative does not exist, or where a formula would say 0 · ∞:

    |a| at 0                0, the middle of [−1, 1]
    maximum, minimum, ties  one half to each side
    relu at 0               0
    √a at 0                 ∞, the one-sided limit; likewise asin and acos at ±1
    aᵇ at b = 0             0 in a, for any a: a⁰ is the constant 1
    aᵇ at a = 0, in b       0 for b ≥ 0: 0ᵇ is constant there
    aᵇ at a < 0, in b       NaN: no real neighbour exists

In every sweep, forward or reverse, a factor that is the number 0 gives 0, even beside ∞ or NaN
(`tracing.product`). An input that does not move, a mask and a branch not taken thus change
nothing, and |a| written as √(a·a) has the same derivative at 0 as the row above. The price:
where a zero meets ∞ in the limit, as in √a·√a at 0, the derivative is 0 too.

The partials of tanh and sigmoid reuse the value, as 1 − y² and y(1 − y), which costs no further
exponential. They are within 2⁻⁵² of the truth, but not relative to it: where y rounds to ±1,
beyond |a| ≈ 19 and beyond a ≈ 37, they are 0.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, table 2.3.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Elementwise:
    """A row: a primitive that acts on numbers, or on arrays element by element.

    `partials` has one expression an input. `ufunc` is NumPy's name for the primitive, where it
    has one.
    """

    name: str
    value: str
    partials: tuple[str, ...]
    ufunc: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs: ("a",) or ("a", "b")."""
        return ("a", "b")[: len(self.partials)]


def _row(name: str, ufunc: str | None, value: str, *partials: str) -> Elementwise:
    return Elementwise(name, value, partials, ufunc)


# fmt: off
_ROWS = (
    #    name        ufunc         value             ∂/∂a                          ∂/∂b
    _row("add",      "add",        "a + b",          "1.0",                        "1.0"),
    _row("sub",      "subtract",   "a - b",          "1.0",                        "-1.0"),
    _row("mul",      "multiply",   "a * b",          "b",                          "a"),
    _row("div",      "divide",     "a / b",          "1.0 / b",                    "-y / b"),
    _row("pow",      "power",      "pow(a, b)",
         "b * a ** (b - 1) if a != 0 or b >= 1 else 0.0 if b == 0 else inf",
         "log(a) * y if a > 0 else 0.0 if a == 0 else nan"),
    _row("neg",      "negative",   "-a",             "-1.0"),
    _row("abs",      "absolute",   "abs(a)",         "sign(a)"),
    _row("sign",     "sign",       "sign(a)",        "0.0"),

    _row("sqrt",     "sqrt",       "sqrt(a)",        "0.5 / y if y != 0 else inf"),
    _row("cbrt",     "cbrt",       "cbrt(a)",        "y / (3 * a) if a != 0 else inf"),
    _row("exp",      "exp",        "exp(a)",         "y"),
    _row("exp2",     "exp2",       "exp2(a)",        "log(2.0) * y"),
    _row("expm1",    "expm1",      "expm1(a)",       "y + 1"),
    _row("log",      "log",        "log(a)",         "1.0 / a"),
    _row("log2",     "log2",       "log2(a)",        "1.0 / (a * log(2.0))"),
    _row("log10",    "log10",      "log10(a)",       "1.0 / (a * log(10.0))"),
    _row("log1p",    "log1p",      "log1p(a)",       "1.0 / (1 + a)"),

    _row("sin",      "sin",        "sin(a)",         "cos(a)"),
    _row("cos",      "cos",        "cos(a)",         "-sin(a)"),
    _row("tan",      "tan",        "tan(a)",         "1 + y * y"),
    _row("asin",     "arcsin",     "asin(a)",
         "1.0 / sqrt((1 - a) * (1 + a)) if abs(a) < 1 else inf"),
    _row("acos",     "arccos",     "acos(a)",
         "-1.0 / sqrt((1 - a) * (1 + a)) if abs(a) < 1 else -inf"),
    _row("atan",     "arctan",     "atan(a)",        "1.0 / (1 + a * a)"),
    _row("atan2",    "arctan2",    "atan2(a, b)",
         "b / (a * a + b * b) if a != 0 or b != 0 else nan",
         "-a / (a * a + b * b) if a != 0 or b != 0 else nan"),

    _row("sinh",     "sinh",       "sinh(a)",        "cosh(a)"),
    _row("cosh",     "cosh",       "cosh(a)",        "sinh(a)"),
    _row("tanh",     "tanh",       "tanh(a)",        "1 - y * y"),
    _row("asinh",    "arcsinh",    "asinh(a)",       "1.0 / sqrt(1 + a * a)"),
    _row("acosh",    "arccosh",    "acosh(a)",
         "1.0 / sqrt((a - 1) * (a + 1)) if a > 1 else inf"),
    _row("atanh",    "arctanh",    "atanh(a)",       "1.0 / ((1 - a) * (1 + a))"),

    _row("sigmoid",  None,         "sigmoid(a)",     "y * (1 - y)"),
    _row("softplus", None,         "softplus(a)",    "sigmoid(a)"),
    _row("relu",     None,         "relu(a)",        "1.0 if a > 0 else 0.0"),
    _row("erf",      None,         "erf(a)",         "2 / sqrt(pi) * exp(-a * a)"),

    _row("maximum",  "maximum",    "maximum(a, b)",
         "1.0 if a > b else 0.5 if a == b else 0.0",
         "1.0 if b > a else 0.5 if a == b else 0.0"),
    _row("minimum",  "minimum",    "minimum(a, b)",
         "1.0 if a < b else 0.5 if a == b else 0.0",
         "1.0 if b < a else 0.5 if a == b else 0.0"),
)
# fmt: on

RULES = MappingProxyType({row.name: row for row in _ROWS})
"""Every row by its name."""

BY_UFUNC = MappingProxyType({row.ufunc: row for row in _ROWS if row.ufunc})
"""Every row that NumPy has, by NumPy's name."""
