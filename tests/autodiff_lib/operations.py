"""What every scalar engine must do: each operator, its reflection, and numbers of every kind.

A row is a function of one value, and its derivative at 2.
"""

import math

import numpy as np

from autodiff_lib.math import maximum

OPERATIONS = (
    (lambda x: x + 3, 1.0),
    (lambda x: 3 + x, 1.0),
    (lambda x: x - 3, 1.0),
    (lambda x: 3 - x, -1.0),
    (lambda x: x * 3, 3.0),
    (lambda x: 3 * x, 3.0),
    (lambda x: x / 4, 0.25),
    (lambda x: 4 / x, -1.0),
    (lambda x: x**3, 12.0),
    (lambda x: 3**x, 9 * math.log(3)),
    (lambda x: -x, -1.0),
    (lambda x: +x, 1.0),
    (lambda x: abs(-x), 1.0),
    (lambda x: x * x, 4.0),
    (lambda x: x / x, 0.0),
    (lambda x: x - x, 0.0),
    (lambda x: x**x, 4 * (1 + math.log(2))),
    (lambda x: np.float64(3) * x, 3.0),
    (lambda x: x * np.float32(3), 3.0),
    (lambda x: x + np.int64(1), 1.0),
    (lambda x: x * (x > 1), 1.0),
    (lambda x: x * np.array(3.0), 3.0),
    (lambda x: x * np.bool_(True), 1.0),
    (lambda x: maximum(x, 3), 0.0),
    (lambda x: maximum(3, x), 0.0),
    (lambda x: x * (np.float64(1) < x), 1.0),
)
