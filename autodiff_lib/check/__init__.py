"""Checks that say what is wrong with a derivative, not only that it is wrong.

`assert_close` and `diagnose` compare two values. `check_grad`, `check_jvp` and `check_vjp` hold
a claimed derivative against the true one: at several points, along random directions, called
again and again, at zero, and for one number in place of many.
"""

from autodiff_lib.check.comparison import RTOL, Mismatch, assert_close, diagnose
from autodiff_lib.check.gradients import check_grad, check_jvp, check_vjp

__all__ = [
    "RTOL",
    "Mismatch",
    "assert_close",
    "check_grad",
    "check_jvp",
    "check_vjp",
    "diagnose",
]
