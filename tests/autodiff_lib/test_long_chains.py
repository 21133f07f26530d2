"""A chain of 100,000 operations in every engine: derived, shown, copied and freed in loops.

Python's stack holds about a thousand calls, so nothing here may call itself along a chain.
"""

import copy
import gc
import math
import pickle

import numpy as np
import pytest

from autodiff_lib import (
    Dual,
    Graph,
    Tape,
    Tensor,
    TensorDual,
    Var,
    adjoint,
    backward,
    checkpoint,
    grad,
    jacobian,
    jvp,
    linearize,
    tangent,
    trace,
    vjp,
)
from autodiff_lib.math import sin

LENGTH = 100_000
START = 0.5
ARRAY = np.array([START, START])


def chain(x):
    for _ in range(LENGTH):
        x = sin(x)
    return x


def array_chain(x):
    for _ in range(LENGTH):
        x = np.sin(x)
    return np.sum(x)


def value_and_slope():
    value, slope = START, 1.0
    for _ in range(LENGTH):
        slope *= math.cos(value)
        value = math.sin(value)
    return value, slope


VALUE, SLOPE = value_and_slope()


def by_var():
    x = Var(START)
    y = chain(x)
    backward([y], [1.0])
    return y, x.adjoint


def by_dual():
    y = chain(Dual(START, 1.0))
    return y, y.tangent


def by_tape():
    with Tape() as tape:
        x = tape.variable(START)
        y = chain(x)
    return y, tape.gradient(y, x)


def by_tensor():
    x = Tensor(ARRAY)
    y = array_chain(x)
    y.backward()
    return y, x.adjoint[0]


def by_tensor_dual():
    y = array_chain(TensorDual(ARRAY, np.array([1.0, 0.0])))
    return y, y.tangent


ENGINES = {
    "Var": by_var,
    "Dual": by_dual,
    "Tape": by_tape,
    "Tensor": by_tensor,
    "TensorDual": by_tensor_dual,
}


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_every_engine_derives_shows_copies_and_frees_it(engine):
    y, slope = engine()
    assert slope == pytest.approx(SLOPE, rel=1e-9)
    assert len(repr(y)) < 100
    assert copy.copy(y) is y
    assert copy.deepcopy([y])[0] is y
    with pytest.raises(TypeError):
        pickle.dumps(y)
    del y
    gc.collect()


TRANSFORMS = {
    "grad": lambda: grad(chain)(START),
    "jvp": lambda: jvp(chain, (START,), (1.0,))[1],
    "vjp": lambda: vjp(chain, START)[1](1.0)[0],
    "linearize": lambda: linearize(chain, START)[1](1.0),
    "linearize, arrays": lambda: linearize(array_chain, ARRAY)[1](np.array([1.0, 0.0])),
    "jacobian": lambda: jacobian(chain, mode="forward")(START),
    "checkpoint": lambda: grad(checkpoint(chain))(START),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_every_transform(transform):
    assert transform() == pytest.approx(SLOPE, rel=1e-9)


@pytest.mark.parametrize("inner", [chain, array_chain], ids=["numbers", "arrays"])
def test_a_program_that_fails_at_its_end_is_freed(inner):
    def failing(x):
        inner(x)
        raise KeyError("at the end")

    with pytest.raises(KeyError, match="at the end"):
        grad(failing)(START if inner is chain else ARRAY)
    gc.collect()


def looped(x):
    for _ in range(100_000):
        x = sin(x)
    return x


def test_derivative_programs():
    assert tangent(looped)(START, 1.0) == pytest.approx((VALUE, SLOPE), rel=1e-9)
    value, (slope,) = adjoint(looped)(START)
    assert (value, slope) == pytest.approx((VALUE, SLOPE), rel=1e-9)


def test_traces_and_graphs_show_both_ends():
    record = trace(chain, START)
    picture = Graph(record)
    for shown in (record, picture):
        text = str(shown)
        assert "more" in text
        assert f"{VALUE:.6f}" in text
        assert len(text) < 20_000
    assert len(picture._repr_html_()) < 100_000
    (path,) = picture.paths("x", picture.labels[-1])
    assert len(path) == LENGTH
