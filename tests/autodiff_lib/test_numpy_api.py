"""NumPy's functions on traced arrays: forward = reverse = differences, to second order."""

import numpy as np
import pytest

from autodiff_lib.transforms import jacobian

A = np.array([[2.0, 0.3, -0.7], [0.1, 1.5, 0.4]])
SQUARE = np.array([[2.0, 0.3], [0.1, 1.0]])

FUNCTIONS = (
    # name, function of one array, point
    ("sum", lambda a: np.sum(a * a, axis=0), A),
    ("mean", lambda a: np.mean(a * a, axis=1, keepdims=True), A),
    ("prod with a zero", lambda a: np.prod(a * [0.0, 1.0, 2.0]), A),
    ("cumsum", lambda a: np.cumsum(a * a, axis=0), A),
    ("cumprod", lambda a: np.cumprod(a), A),
    ("var", lambda a: np.var(a, axis=0), A),
    ("max", lambda a: np.max(a, axis=1) * a[:, 0], A),
    ("sort", lambda a: np.sort(a * a, axis=None), A),
    ("fancy index", lambda a: (a * a)[[0, 1, 1], [1, 0, 0]], A),
    ("slice", lambda a: (a * a)[::-1, 1:], A),
    ("matmul", lambda a: a @ a.T, A),
    ("matmul, vectors", lambda a: a @ a[0], A),
    ("einsum", lambda a: np.einsum("ij,kj->ik", a, a), A),
    ("einsum, diagonal", lambda a: np.einsum("ii,ij->j", a, a), SQUARE),
    ("broadcast", lambda a: a * a[0], A),
    ("concatenate", lambda a: np.concatenate([a * a, a]), A),
    ("stack", lambda a: np.stack([a * a, a], axis=-1), A),
    ("pad", lambda a: np.pad(a * a, 1), A),
    ("kron", lambda a: np.kron(a, a), SQUARE),
    ("where", lambda a: np.where(a > 0.5, a**2, -a), A),
    ("clip", lambda a: np.clip(a, 0.0, 1.2) ** 2, A),
    ("norm", lambda a: np.linalg.norm(a), A),
    ("inv", np.linalg.inv, SQUARE),
    ("solve", lambda a: np.linalg.solve(a, np.ones(2)), SQUARE),
    ("det", np.linalg.det, SQUARE),
    ("slogdet", lambda a: np.linalg.slogdet(a)[1], SQUARE),
    ("cholesky", lambda a: np.linalg.cholesky(a @ a.T), SQUARE),
)


def differences(f, x, h=1e-6):
    columns = [
        (f(x + h * unit.reshape(x.shape)) - f(x - h * unit.reshape(x.shape))) / (2 * h)
        for unit in np.eye(x.size)
    ]
    return np.stack(columns, -1).reshape(np.shape(columns[0]) + x.shape)


@pytest.mark.parametrize(("name", "f", "x"), FUNCTIONS, ids=[name for name, *_ in FUNCTIONS])
class TestFunctions:
    def test_forward_and_reverse_agree_with_differences(self, name, f, x):
        forward = jacobian(f, mode="forward")(x)
        np.testing.assert_allclose(forward, differences(f, x), rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(jacobian(f, mode="reverse")(x), forward, rtol=1e-12, atol=1e-13)

    def test_all_four_nestings_agree_with_differences_of_the_first(self, name, f, x):
        second = differences(jacobian(f), x)
        for inner in ("forward", "reverse"):
            for outer in ("forward", "reverse"):
                nested = jacobian(jacobian(f, mode=inner), mode=outer)(x)
                np.testing.assert_allclose(nested, second, rtol=1e-6, atol=1e-7)
