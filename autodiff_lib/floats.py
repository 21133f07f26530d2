"""The elementary functions on floats, under the names that the rule table uses.

Most are Python's own. Those that `math` lacks are here, written so that they neither overflow
nor lose digits for large arguments.
"""

import math


def sign(a: float) -> float:
    """Return −1, 0 or 1, or NaN for NaN."""
    return a if a != a else float((a > 0) - (a < 0))


def sigmoid(a: float) -> float:
    """Return 1 / (1 + exp(−a)) without overflow."""
    decayed = math.exp(-abs(a))
    return (1.0 if a >= 0 else decayed) / (1.0 + decayed)


def softplus(a: float) -> float:
    """Return log(1 + exp(a)) without overflow."""
    return maximum(a, 0.0) + math.log1p(math.exp(-abs(a)))


def maximum(a: float, b: float) -> float:
    """Return the larger of both, or NaN where one of them is NaN, as NumPy does."""
    return a if a > b or a != a else b


def minimum(a: float, b: float) -> float:
    """Return the smaller of both, or NaN where one of them is NaN, as NumPy does."""
    return a if a < b or a != a else b


def relu(a: float) -> float:
    """Return a where it is positive, else 0."""
    return maximum(a, 0.0)


NAMESPACE = vars(math) | {
    "abs": abs,
    "sign": sign,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "relu": relu,
    "maximum": maximum,
    "minimum": minimum,
}
"""What a name in a rule means when its arguments are floats."""
