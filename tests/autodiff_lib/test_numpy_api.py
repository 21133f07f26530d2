"""NumPy's functions on traced arrays: forward = reverse = differences, to second order.

One line a function. It is given one array of random numbers, of each of its shapes.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff_lib.array_protocol import FUNCTIONS as PROTOCOL
from autodiff_lib.array_protocol import OPTIONS
from autodiff_lib.array_rows import ARRAY_RULES
from autodiff_lib.array_rules import ELEMENTWISE
from autodiff_lib.numpy_api import logsumexp
from autodiff_lib.numpy_api.values import OF_THE_VALUE
from autodiff_lib.primitives import bind
from autodiff_lib.tensor import Tensor
from autodiff_lib.transforms import grad, jacobian, jvp, vjp

ROW, GRID, STACK = (3,), (2, 3), (2, 2, 2)
SQUARE, SQUARES = (3, 3), (2, 2, 2)
W = np.array([0.7, -1.3, 0.4])
M = np.array([[0.5, -0.2, 1.1], [0.9, 0.3, -0.6]])


def spd(a):
    """Return a positive definite matrix made from a square one."""
    return a @ np.swapaxes(a, -1, -2) + 2 * np.eye(a.shape[-1])


def regular(a):
    """Return a matrix that can be inverted, made from a square one."""
    return a + 3 * np.eye(a.shape[-1])


# fmt: off
FUNCTIONS = (
    # name, function of one array, shapes
    ("broadcast", lambda a: a * a[..., :1] + W, (ROW, GRID)),
    ("broadcast up", lambda a: a[:, None] * a + a.sum(), (ROW,)),
    ("number", lambda a: 2.0 ** a * a - 3 / a, ((), ROW)),
    ("list", lambda a: [1.0, 2.0, 3.0] * a, (ROW,)),

    ("sum", lambda a: np.sum(a * a, axis=0), (ROW, GRID)),
    ("sum, keepdims", lambda a: np.sum(a * a, axis=(0, -1), keepdims=True), (GRID, STACK)),
    ("mean", lambda a: np.mean(a * a, axis=-1, keepdims=True), (ROW, GRID)),
    ("average", lambda a: np.average(a * a, axis=1, weights=[0.2, 0.5, 0.3]), (GRID,)),
    ("average, traced weights", lambda a: np.average(M, axis=1, weights=a ** 2), (GRID,)),
    ("prod", lambda a: np.prod(a, axis=-1), (ROW, GRID)),
    ("prod with a zero", lambda a: np.prod(a * [0.0, 1.0, 2.0]), (ROW,)),
    ("cumsum", lambda a: np.cumsum(a * a, axis=0), (ROW, GRID)),
    ("cumsum, flat", lambda a: np.cumsum(a * a), (GRID,)),
    ("cumprod", lambda a: np.cumprod(a, axis=-1), (ROW, GRID)),
    ("var", lambda a: np.var(a, axis=0, ddof=1), (ROW, GRID)),
    ("std", lambda a: np.std(a, axis=-1), (ROW, GRID)),
    ("max", lambda a: np.max(a * a, axis=-1) * a[..., 0], (ROW, GRID)),
    ("min", lambda a: np.min(a * a, axis=(0, 1), keepdims=True), (GRID,)),
    ("ptp", lambda a: np.ptp(a ** 2), (GRID,)),
    ("diff", lambda a: np.diff(a * a, n=2), (ROW, GRID)),
    ("logsumexp", lambda a: logsumexp(a, axis=-1), (ROW, GRID)),
    ("logsumexp of all", lambda a: logsumexp(a), (GRID,)),
    ("nansum", lambda a: np.nansum(a * a, axis=0), (GRID,)),
    ("nanmean, nanprod", lambda a: np.nanmean(a, 1) * np.nanprod(a * a, axis=1), (GRID,)),
    ("nanmean with a NaN", lambda a: np.nanmean(np.where(a > 1, a * a, np.nan)), (ROW, GRID)),
    ("amax, amin", lambda a: np.amax(a, 0) * np.amin(a * a, 0), (GRID,)),
    ("cumulative", lambda a: np.cumulative_sum(a) * np.cumulative_prod(a * a), (ROW,)),

    ("reshape", lambda a: np.reshape(a * a, (3, -1)), (GRID,)),
    ("reshape, F", lambda a: np.reshape(a * a, (3, -1), order="F"), (GRID,)),
    ("ravel", lambda a: np.ravel(a * a), (GRID,)),
    ("transpose", lambda a: np.transpose(a * a, (2, 0, 1)), (STACK,)),
    ("swapaxes", lambda a: np.swapaxes(a * a, 0, -1), (STACK,)),
    ("moveaxis", lambda a: np.moveaxis(a * a, 0, -1), (STACK,)),
    ("squeeze", lambda a: np.squeeze((a * a)[:1], 0), (GRID,)),
    ("expand_dims", lambda a: np.expand_dims(a * a, (0, -1)), (GRID,)),
    ("broadcast_to", lambda a: np.broadcast_to(a * a, (2, 2, 3)), (ROW, GRID)),
    ("atleast_3d", lambda a: np.atleast_3d(a * a), (ROW,)),
    ("rollaxis", lambda a: np.rollaxis(a * a, 2, 1), (STACK,)),
    ("matrix_transpose", lambda a: np.linalg.matrix_transpose(a * a), (GRID, STACK)),
    ("broadcast_arrays", lambda a: np.broadcast_arrays(a[:, :1] ** 2, W)[0] * a, (GRID,)),
    ("full_like", lambda a: np.full_like(a, a[0] ** 2), (ROW,)),
    ("astype", lambda a: np.astype(a * a, a.dtype), (GRID,)),
    ("copies", lambda a: np.copy(a) * np.positive(a) + np.real_if_close(a) ** 3, (GRID,)),
    ("real parts", lambda a: np.real(a) * np.conjugate(a), (GRID,)),

    ("slice", lambda a: (a * a)[::-1, 1:], (GRID,)),
    ("new axis", lambda a: (a * a)[..., None, 0], (GRID,)),
    ("fancy index", lambda a: (a * a)[[0, 1, 1], [1, 0, 0]], (GRID,)),
    ("fancy and slice", lambda a: (a * a)[:, [0, 2, 0]], (GRID,)),
    ("mask", lambda a: (a * a)[np.array([True, False])], (GRID,)),
    ("take", lambda a: np.take(a * a, [2, 0, 2], axis=-1), (ROW, GRID)),
    ("take_along_axis", lambda a: np.take_along_axis(a * a, np.array([[1], [0]]), 1), (GRID,)),
    ("sort", lambda a: np.sort(a * a, axis=None), (GRID,)),
    ("partition", lambda a: np.partition(a * a, 1), (ROW, GRID)),
    ("flip, roll", lambda a: np.roll(np.flip(a * a, 0), 2, axis=-1), (GRID,)),
    ("repeat", lambda a: np.repeat(a * a, [1, 0, 2], axis=1), (GRID,)),
    ("tile", lambda a: np.tile(a * a, (2, 2)), (GRID,)),
    ("fliplr, flipud", lambda a: np.fliplr(a * a) * np.flipud(a), (GRID,)),
    ("resize, delete", lambda a: np.delete(np.resize(a * a, (3, 3)), 1, axis=0), (GRID,)),
    ("compress", lambda a: np.compress([True, False, True], a * a, axis=1), (GRID,)),
    ("extract", lambda a: np.extract(a > 0.7, a * a), (GRID,)),
    ("rot90", lambda a: np.rot90(a * a), (GRID,)),
    ("diag, matrix", lambda a: np.diag(a * a), (SQUARE,)),
    ("diag, vector", lambda a: np.diag(a * a, 1), (ROW,)),
    ("diagflat", lambda a: np.diagflat(a * a, -1), (GRID,)),
    ("diagonal, trace", lambda a: np.linalg.diagonal(a * a) * np.linalg.trace(a), (SQUARE,)),
    ("tril, triu", lambda a: np.tril(a * a) - np.triu(a, 1), (SQUARE, SQUARES)),
    ("trace", lambda a: np.trace(a * a), (SQUARE,)),
    ("pad", lambda a: np.pad(a * a, 1, constant_values=2.0), (GRID,)),
    ("pad, edge", lambda a: np.pad(a * a, ((1, 0), (0, 2)), mode="edge"), (GRID,)),
    ("pad, reflect", lambda a: np.pad(a * a, 1, mode="reflect"), (GRID,)),
    ("meshgrid", lambda a: np.stack(np.meshgrid(a * a, a)), (ROW,)),

    ("concatenate", lambda a: np.concatenate([a * a, M, a]), (GRID,)),
    ("concatenate, flat", lambda a: np.concatenate([a * a, W], axis=None), (GRID,)),
    ("stack", lambda a: np.stack([a * a, a], axis=-1), ((), ROW, GRID)),
    ("hstack, vstack", lambda a: np.vstack([np.hstack([a * a, a]), np.hstack([a, a])]), (ROW,)),
    ("dstack, append", lambda a: np.append(np.dstack([a * a, a]), W), (ROW, GRID)),
    ("vstack, dtype", lambda a: np.vstack([a * a, a], dtype=None, casting="same_kind"), (ROW,)),
    ("column_stack", lambda a: np.column_stack([a * a, W]), (ROW,)),
    ("split", lambda a: np.split(a * a, [1], axis=-1)[1] * np.split(a, 2)[0][..., :1], (GRID,)),
    ("array_split", lambda a: np.array_split(a * a, 2)[0], (ROW, GRID)),
    ("hsplit, vsplit", lambda a: np.hsplit(np.vsplit(a * a, 2)[1], 3)[2], (GRID,)),
    ("dsplit, unstack", lambda a: np.unstack(np.dsplit(a * a, 2)[1])[0] * a[1], (STACK,)),

    ("divmod", lambda a: np.divmod(a * a, W)[1], (ROW, GRID)),
    ("modf", lambda a: np.modf(a * a)[0] * a, (ROW, GRID)),
    ("where", lambda a: np.where(a > 0.5, a ** 2, -a), (ROW, GRID)),
    ("where, broadcast", lambda a: np.where([True, False, True], a[:, :1] ** 2, 1.0), (GRID,)),
    ("select", lambda a: np.select([a > 1, a > 0.5], [a ** 2, a ** 3], 1.0), (GRID,)),
    ("clip", lambda a: np.clip(a, 0.5, 1.2) ** 2, (ROW, GRID)),
    ("nan_to_num", lambda a: np.nan_to_num(a * a), (GRID,)),

    ("matmul", lambda a: a @ a.mT, (GRID, STACK)),
    ("matmul, broadcast", lambda a: (a @ a.mT) @ a[0], (STACK,)),
    ("matrix · vector", lambda a: a @ a[0], (GRID,)),
    ("vector · matrix", lambda a: a[:, 0] @ a, (GRID,)),
    ("vector · vector", lambda a: a @ (a * a), (ROW,)),
    ("stack · vector", lambda a: a @ a[0, 0], (STACK,)),
    ("vector · stack", lambda a: a[0, 0] @ a, (STACK,)),
    ("linalg.matmul", lambda a: np.linalg.matmul(a, a.mT), (GRID, STACK)),
    ("matvec", lambda a: np.matvec(a, a[0]) * np.vecmat(a[:, 0], a)[0], (GRID,)),
    ("vecdot", lambda a: np.vecdot(a, a * a) + np.linalg.vecdot(a, a[0]), (GRID,)),
    ("vdot", lambda a: np.vdot(a, a * a), (ROW, GRID)),
    ("dot", lambda a: np.dot(a, a.T), (GRID,)),
    ("dot, stack", lambda a: np.dot(a, a), (STACK,)),
    ("inner, outer", lambda a: np.inner(a, np.outer(a, a)), (ROW,)),
    ("tensordot", lambda a: np.tensordot(a, a, axes=([0, 1], [1, 0])), (STACK, SQUARE)),
    ("linalg.outer", lambda a: np.linalg.outer(a, a * a), (ROW,)),
    ("linalg.tensordot", lambda a: np.linalg.tensordot(a, a, axes=1), (SQUARE,)),
    ("kron", lambda a: np.kron(a, a[0]), (SQUARE,)),
    ("cross", lambda a: np.cross(a * a, a[::-1]), (GRID,)),
    ("cross, axes", lambda a: np.cross(a, a.T ** 2, axisa=1, axisb=0, axisc=0), (GRID,)),
    ("linalg.cross", lambda a: np.linalg.cross(a * a, a[::-1]), (GRID,)),
    ("einsum", lambda a: np.einsum("ij,kj->ik", a, a), (GRID,)),
    ("einsum, diagonal", lambda a: np.einsum("ii,ij->j", a, a), (SQUARE,)),
    ("einsum, three", lambda a: np.einsum("ij,jk,kl->il", a, a, a), (SQUARE,)),
    ("einsum, ellipsis", lambda a: np.einsum("...i,i", a, W) * 1.0, (ROW, GRID)),
    ("einsum, lists", lambda a: np.einsum(a, [0, 1], a, [2, 1], [0, 2]), (GRID,)),
    ("einsum, lists and ...", lambda a: np.einsum(a, [..., 3], W, [3]) * 1.0, (ROW, GRID)),
    ("einsum, outer and sum", lambda a: np.einsum("ij,kl->il", a, a), (GRID,)),
    ("einsum, size 1", lambda a: np.einsum("ij,jk->ik", a[:, :1], a.T[:, :]), ((3, 3),)),

    ("norm", lambda a: np.linalg.norm(a), (ROW, GRID)),
    ("norm, axis", lambda a: np.linalg.norm(a, axis=1, ord=3), (GRID,)),
    ("norm, 1 and ∞", lambda a: np.linalg.norm(a, 1) * np.linalg.norm(a, np.inf), (ROW,)),
    ("vector_norm", lambda a: np.linalg.vector_norm(a, axis=1, ord=3), (GRID,)),
    ("matrix_norm", lambda a: np.linalg.matrix_norm(a), (GRID, STACK)),
    ("inv", lambda a: np.linalg.inv(regular(a)), (SQUARE, SQUARES)),
    ("solve", lambda a: np.linalg.solve(regular(a), a[..., 0]), (SQUARE,)),
    ("solve, stack", lambda a: np.linalg.solve(regular(a[0]), a * a), (SQUARES,)),
    ("det", lambda a: np.linalg.det(a), (SQUARE, SQUARES)),
    ("slogdet", lambda a: np.linalg.slogdet(regular(a))[1], (SQUARE, SQUARES)),
    ("cholesky", lambda a: np.linalg.cholesky(spd(a)), (SQUARE, SQUARES)),
    ("matrix_power", lambda a: np.linalg.matrix_power(regular(a), -3), (SQUARE,)),
    ("multi_dot", lambda a: np.linalg.multi_dot([a, a.T, a]), (GRID,)),
)
# fmt: on

CASES = [
    pytest.param(f, shape, id=f"{name} {shape}")
    for name, f, shapes in FUNCTIONS
    for shape in shapes
]
MODES = ("forward", "reverse")


def point(shape):
    """Return random numbers from 0.3 to 1.7, the same at every run."""
    return np.random.default_rng(7).uniform(0.3, 1.7, shape)


def differences(f, x, h=1e-3):
    """Return the Jacobian of `f` by central differences of order six."""
    columns = []
    for unit in np.eye(x.size).reshape((x.size, *x.shape)):
        steps = [
            weight * (f(x + k * h * unit) - f(x - k * h * unit))
            for k, weight in ((1, 45), (2, -9), (3, 1))
        ]
        columns.append(sum(steps) / (60 * h))
    return np.stack(columns, -1).reshape(np.shape(columns[0]) + x.shape)


@pytest.mark.parametrize(("f", "shape"), CASES)
class TestFunctions:
    def test_both_modes_agree_with_differences(self, f, shape):
        x = point(shape)
        forward, reverse = (jacobian(f, mode=mode)(x) for mode in MODES)
        scale = 1 + np.max(np.abs(forward))
        np.testing.assert_allclose(forward, differences(f, x), rtol=1e-8, atol=1e-9 * scale)
        np.testing.assert_allclose(reverse, forward, rtol=1e-11, atol=1e-12 * scale)

    def test_all_four_nestings_agree_with_differences_of_the_first(self, f, shape):
        x = point(shape)
        second = differences(jacobian(f), x)
        scale = 1 + np.max(np.abs(second))
        for inner in MODES:
            for outer in MODES:
                nested = jacobian(jacobian(f, mode=inner), mode=outer)(x)
                np.testing.assert_allclose(nested, second, rtol=1e-7, atol=1e-8 * scale)

    def test_float32_stays_float32_and_inputs_stay_as_they_are(self, f, shape):
        x = point(shape).astype(np.float32)
        kept = x.copy()
        plain = f(x)
        y, y_dot = jvp(f, (x,), (x,))
        assert y.dtype == y_dot.dtype == plain.dtype
        assert y.shape == y_dot.shape == plain.shape
        np.testing.assert_allclose(y, plain, rtol=1e-5)
        y, pullback = vjp(f, x)
        (x_bar,) = pullback(y)
        assert x_bar.dtype == np.float32
        assert x_bar.shape == x.shape
        np.testing.assert_array_equal(x, kept)


def test_every_function_of_the_contract_has_a_line(monkeypatch):
    called = set()

    def noting(function, ours):
        def call(*args, **kwargs):
            called.add(function)
            return ours(*args, **kwargs)

        return call

    for function, ours in PROTOCOL.items():
        noted = noting(function, ours)
        monkeypatch.setitem(PROTOCOL, function, noted)
        if ours in OPTIONS:
            monkeypatch.setitem(OPTIONS, noted, OPTIONS[ours])
    for _, f, shapes in FUNCTIONS:
        f(Tensor(point(shapes[0])))
    elsewhere = {getattr(np, row.ufunc) for row in ARRAY_RULES.values() if row.ufunc}
    missing = PROTOCOL.keys() - called - elsewhere - set(OF_THE_VALUE)
    assert not missing


def inside(name, x):
    """Return numbers from 0.3 to 1.7 moved to where a row is smooth."""
    if name in {"acosh"}:
        return x + 1
    if name in {"asin", "acos", "atanh", "erf"}:
        return x / 2
    return x


@pytest.mark.parametrize("row", ARRAY_RULES.values(), ids=lambda row: row.name)
@pytest.mark.parametrize("shape", [(), ROW, GRID, (0, 2)])
class TestElementwise:
    def operands(self, row, shape):
        x = np.random.default_rng(3).uniform(0.3, 1.7, (2, *shape))
        return inside(row.name, x)[: len(row.inputs)]

    def test_both_modes_agree_with_differences_to_second_order(self, row, shape):
        def f(x):
            return bind(ELEMENTWISE[row.name], *x)

        x = self.operands(row, shape)
        first = [jacobian(f, mode=mode)(x) for mode in MODES]
        if x.size == 0:
            assert first[0].shape == first[1].shape == shape + x.shape
            return
        for found in first:
            np.testing.assert_allclose(found, differences(f, x), rtol=1e-8, atol=1e-9)
        second = differences(jacobian(f), x)
        for inner in MODES:
            for outer in MODES:
                nested = jacobian(jacobian(f, mode=inner), mode=outer)(x)
                np.testing.assert_allclose(nested, second, rtol=1e-7, atol=1e-8)

    def test_float32_stays_float32(self, row, shape):
        x = self.operands(row, shape).astype(np.float32)
        f = lambda *x: bind(ELEMENTWISE[row.name], *x)  # noqa: E731
        y, y_dot = jvp(f, tuple(x), tuple(x))
        assert y.dtype == y_dot.dtype == np.float32
        y, pullback = vjp(f, *x)
        assert [x_bar.dtype for x_bar in pullback(y)] == [np.float32] * len(x)


SIZES = st.integers(0, 3)


@st.composite
def broadcastable(draw):
    """Draw two shapes that broadcast against each other."""
    full = draw(st.lists(SIZES, max_size=3))
    shapes = []
    for _ in range(2):
        shape = [draw(st.sampled_from([1, size])) for size in full]
        shapes.append(tuple(shape[draw(st.integers(0, len(shape))) :]))
    return shapes


@given(broadcastable(), st.sampled_from(MODES), st.sampled_from(MODES))
@settings(max_examples=60, deadline=None)
def test_broadcasting_of_every_kind_to_second_order(shapes, inner, outer):
    rng = np.random.default_rng(1)
    x, y = (rng.uniform(0.5, 1.5, shape) for shape in shapes)

    def f(a, b):
        return a * b / (a + b) + np.where(a > b, a, b * b)

    def inner_jacobian(a, b):
        return jacobian(f, (0, 1), mode=inner)(a, b)

    found = jacobian(inner_jacobian, (0, 1), mode=outer)(x, y)
    expected = jacobian(lambda a, b: jacobian(f, (0, 1))(a, b), (0, 1))(x, y)
    for i in range(2):
        for j in range(2):
            assert found[i][j].shape == np.shape(f(x, y)) + shapes[i] + shapes[j]
            np.testing.assert_allclose(found[i][j], expected[i][j], rtol=1e-12)


@st.composite
def products(draw):
    """Draw two shapes that np.matmul takes."""
    m, n, k = (draw(st.integers(0, 3)) for _ in range(3))
    stack = draw(st.lists(st.integers(1, 2), max_size=2))

    def stacked(core):
        mine = [draw(st.sampled_from([1, size])) for size in stack]
        return (*mine[draw(st.integers(0, len(mine))) :], *core)

    left = (n,) if draw(st.booleans()) else stacked((m, n))
    right = (n,) if draw(st.booleans()) else stacked((n, k))
    return left, right


@given(products(), st.lists(st.sampled_from(MODES), min_size=3, max_size=3))
@settings(max_examples=50, deadline=None)
def test_batches_nested_in_each_other_three_deep(shapes, modes):
    """The batch axes of a middle differentiation are stacks to the outer one."""
    rng = np.random.default_rng(2)
    x, y = (rng.uniform(0.5, 1.5, shape) for shape in shapes)

    def f(a, b):
        return np.matmul(a * a, b) @ np.ones(b.shape[-1]) if b.ndim > 1 else np.matmul(a * a, b)

    def third(modes):
        g = f
        for place, mode in zip((0, 1, 0), modes, strict=True):
            g = jacobian(g, place, mode=mode)
        return g(x, y)

    expected = third(("reverse",) * 3)
    assert expected.shape == np.shape(f(x, y)) + x.shape + y.shape + x.shape
    np.testing.assert_allclose(third(modes), expected, rtol=1e-12, atol=1e-14)


SINGULAR = {
    "zeros": np.zeros((3, 3)),
    "one number": np.zeros((1, 1)),
    "rank 1": np.outer([1.0, -2.0, 3.0], [2.0, 0.5, 1.0]),
    "rank 2": np.diag([3.0, 2.0, 0.0])[[1, 2, 0]],
    "a determinant of rounding errors": np.array([[0.1, 0.3, 0.7], [0.2, 0.6, 1.4], [3, 1, 4.0]]),
    "nearly": np.array([[1.0, 2.0], [1.0, 2.0 + 1e-9]]),
    "a stack": np.stack([np.eye(3), np.ones((3, 3)), np.diag([1.0, 0.0, 2.0])]),
}


def det_by_permutations(a):
    """Return the determinant as Leibniz wrote it: a polynomial in the numbers of the matrix."""
    size = a.shape[-1]
    return sum(
        round(np.linalg.det(np.eye(size)[list(order)]))
        * math.prod(a[..., row, column] for row, column in enumerate(order))
        for order in itertools.permutations(range(size))
    )


@pytest.mark.parametrize("matrix", SINGULAR.values(), ids=SINGULAR)
@pytest.mark.parametrize("mode", MODES)
def test_the_determinant_of_a_singular_matrix_has_every_derivative(matrix, mode):
    f, g = np.linalg.det, det_by_permutations
    for _ in range(3):
        f, g = jacobian(f, mode=mode), jacobian(g, mode=mode)
        np.testing.assert_allclose(f(matrix), g(matrix), rtol=1e-11, atol=1e-12)
    single = matrix.astype(np.float32)
    value, pullback = vjp(np.linalg.det, single)
    np.testing.assert_array_equal(value, np.linalg.det(single))
    (found,) = pullback(value)
    assert found.dtype == np.float32


class TestEdges:
    """Where a derivative does not exist, is infinite, or meets a zero."""

    POINTS = np.array([-1.0, 0.0, 4.0])

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("outer", MODES)
    def test_a_branch_that_where_did_not_take_leaks_nothing(self, mode, outer):
        def f(x):
            return np.where(x > 0, np.sqrt(x) * np.log(x), 0.5 * x * x)

        with np.errstate(all="ignore"):
            first = jacobian(f, mode=mode)(self.POINTS)
            second = jacobian(jacobian(f, mode=mode), mode=outer)(self.POINTS)
        np.testing.assert_allclose(np.diag(first), [-1.0, 0.0, np.log(4) / 4 + 0.5])
        assert np.isfinite(second).all()
        np.testing.assert_allclose(np.einsum("iii->i", second), [1.0, 1.0, -np.log(4) / 32])

    @pytest.mark.parametrize("mode", MODES)
    def test_what_does_not_move_contributes_nothing(self, mode):
        f = lambda x, y: np.sum(np.sqrt(x * 0.0)) + np.sum(y)  # noqa: E731
        x_part, y_part = jacobian(f, (0, 1), mode=mode)(self.POINTS, self.POINTS)
        np.testing.assert_array_equal(x_part, np.zeros(3))
        np.testing.assert_array_equal(y_part, np.ones(3))
        assert jacobian(lambda x: np.sqrt(x), mode=mode)(np.array(0.0)) == np.inf

    @pytest.mark.parametrize(
        ("f", "x", "expected"),
        [
            (np.abs, [0.0], [0.0]),
            (lambda x: np.sum(np.maximum(x, 0.0)), [0.0, 1.0], [0.5, 1.0]),
            (np.max, [2.0, 1.0, 2.0], [0.5, 0.0, 0.5]),
            (np.min, [2.0, 2.0, 2.0], [1 / 3, 1 / 3, 1 / 3]),
            (lambda x: np.sum(np.clip(x, 0.0, 1.0)), [0.0, 0.5, 1.0], [0.5, 1.0, 0.5]),
            (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
            (np.std, [1.0, 1.0], [0.0, 0.0]),
            (lambda x: np.sum(np.sqrt(x * x)), [0.0, 2.0], [0.0, 1.0]),
            (lambda x: np.sum(x**0), [0.0, 2.0], [0.0, 0.0]),
            (lambda x: np.sum(x**2.0), [0.0, 2.0], [0.0, 4.0]),
            (np.prod, [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]),
            (np.prod, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
            (logsumexp, [1000.0, 1000.0], [0.5, 0.5]),
            (logsumexp, [-np.inf, 0.0], [0.0, 1.0]),
        ],
    )
    @pytest.mark.parametrize("mode", MODES)
    def test_ties_corners_and_zeros(self, f, x, expected, mode):
        found = jacobian(f, mode=mode)(np.array(x))
        np.testing.assert_allclose(np.reshape(found, np.shape(expected)), expected)

    @pytest.mark.parametrize(
        "f",
        [
            np.sum,
            np.prod,
            lambda x: np.sum(np.sort(x)),
            lambda x: np.sum(x @ np.ones((2, 3))),
            lambda x: np.sum(np.concatenate([x, x * x])),
            lambda x: np.sum(np.cumprod(x, axis=1)),
            lambda x: logsumexp(np.concatenate([x.ravel(), np.ones(1)])),
        ],
    )
    def test_arrays_of_no_elements(self, f):
        x = np.zeros((0, 2), np.float32)
        assert grad(f)(x).shape == (0, 2)
        assert grad(f)(x).dtype == np.float32
        assert jvp(f, (x,), (x,))[1] == 0
