"""The elementary functions, for numbers and for the traced values of every engine.

They are made from the rule table, one function a row: `from autodiff_lib.math import sin, exp`.
On plain numbers they return floats, so that one program serves for values and derivatives.

>>> from autodiff_lib import Var
>>> from autodiff_lib.math import sin
>>> sin(0.0)
0.0
>>> y = sin(Var(0.0))
>>> y.primal
0.0
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from math import e, inf, nan, pi
from typing import Any

from autodiff_lib.expressions import formula
from autodiff_lib.rules import RULES, Elementwise
from autodiff_lib.tracing import Traced, apply


def _function(rule: Elementwise) -> Callable:
    """Return the public function of one row."""

    def function(*operands: Any) -> Any:
        if len(operands) != len(rule.inputs):
            needed = " and ".join(rule.inputs)
            raise TypeError(f"{rule.name} takes {needed}, got {len(operands)} arguments")
        if isinstance(operands[0], Traced):
            return getattr(operands[0], rule.name)(*operands[1:])
        return apply(rule, *operands)

    function.__name__ = function.__qualname__ = rule.name
    function.__signature__ = Signature(
        [Parameter(x, Parameter.POSITIONAL_ONLY) for x in rule.inputs]
    )
    partials = ", ".join(formula(partial, {"y": rule.name}) for partial in rule.partials)
    function.__doc__ = f"Return {formula(rule.value)}. Its derivative: {partials}."
    return function


def where(condition: Any, yes: Any, no: Any) -> Any:
    """Return `yes` where the condition holds, else `no`; for arrays element by element.

    The derivative comes from the branch that was taken alone, whatever happens in the other.

    >>> where(2.0 > 1.0, 3.0, float("nan"))
    3.0
    """
    if any(getattr(x, "shape", ()) for x in (condition, yes, no)):
        import numpy

        return numpy.where(condition, yes, no)
    return yes if condition else no


_FUNCTIONS = {name: _function(rule) for name, rule in RULES.items()}
globals().update(_FUNCTIONS)

__all__ = [*_FUNCTIONS, "e", "inf", "nan", "pi", "where"]
