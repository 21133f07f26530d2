"""One table of functions, as this library, JAX and PyTorch write them.

A line has a name, a function of one array per library, and the shapes of its argument. A
library that lacks a function has None. The numbers of an argument lie between 0.3 and 0.9, all
different, so that no comparison is made at a kink: the conventions there are our own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autodiff_lib import math as am
from autodiff_lib.numpy_api import logsumexp

SCALAR, ROW, GRID, STACK = (), (4,), (2, 3), (2, 3, 2)
SQUARE, SQUARES = (3, 3), (2, 3, 3)
EVERYWHERE = (SCALAR, GRID, (0, 2))


@dataclass(frozen=True)
class Line:
    name: str
    ours: Any
    shapes: tuple
    jax: Any = "same"
    torch: Any = None


def _unary(name: str, torch: str | None = None, jax: Any = "same", ours: Any = None) -> Line:
    """A line for a NumPy function that JAX calls by the same name, PyTorch maybe by another."""

    def of_torch(t: Any, x: Any) -> Any:
        return getattr(t, torch or name)(x)

    def of_numpy(xp: Any, x: Any) -> Any:
        return getattr(xp, name)(x)

    return Line(name, ours or of_numpy, EVERYWHERE, jax, of_torch if torch != "" else None)


def _special(module: str, name: str) -> Any:
    """Return the function of a submodule of jax."""

    def function(xp: Any, x: Any) -> Any:
        import importlib

        return getattr(importlib.import_module(module), name)(x)

    return function


_UNARY = (
    *map(
        _unary,
        ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "expm1", "log", "log2", "log10"),
    ),
    *map(_unary, ("log1p", "sqrt", "square", "reciprocal", "sign", "exp2", "deg2rad", "rad2deg")),
    *map(_unary, ("arcsin", "arccos", "arctan", "arcsinh", "arctanh")),
    _unary("cbrt", ""),
    _unary("absolute"),
    _unary("negative"),
    _unary("fabs", "abs"),
    _unary("degrees", "rad2deg"),
    _unary("radians", "deg2rad"),
    Line("arccosh", lambda xp, x: xp.arccosh(x + 1), EVERYWHERE, torch=lambda t, x: t.acosh(x + 1)),
    _unary("sigmoid", ours=lambda xp, x: am.sigmoid(x), jax=_special("jax.nn", "sigmoid")),
    _unary("softplus", "", ours=lambda xp, x: am.softplus(x), jax=_special("jax.nn", "softplus")),
    _unary("relu", ours=lambda xp, x: am.relu(x - 0.62), jax=lambda xp, x: xp.maximum(x - 0.62, 0)),
    _unary("erf", ours=lambda xp, x: am.erf(x), jax=_special("jax.scipy.special", "erf")),
)


def _binary(name: str, torch: str | None = None) -> Line:
    """A line for a NumPy function of two arrays, made from one: x and something that varies."""

    def ours(xp: Any, x: Any) -> Any:
        return getattr(xp, name)(x, 1.3 - x * x)

    def of_torch(t: Any, x: Any) -> Any:
        return getattr(t, torch or name)(x, 1.3 - x * x)

    return Line(name, ours, EVERYWHERE, torch=of_torch)


_BINARY = (
    *map(_binary, ("add", "subtract", "multiply", "divide", "arctan2", "hypot", "logaddexp")),
    *map(_binary, ("logaddexp2", "maximum", "minimum", "fmax", "fmin", "copysign", "fmod")),
    *map(_binary, ("remainder",)),
    _binary("power", "pow"),
    Line("heaviside", lambda xp, x: x * xp.heaviside(x - 0.5, 0.5), EVERYWHERE),
)


def regular(xp: Any, a: Any) -> Any:
    return a + 3 * xp.eye(3)


def regular_t(t: Any, a: Any) -> Any:
    return a + 3 * t.eye(3, dtype=a.dtype)


def spd(xp: Any, a: Any) -> Any:
    return a @ xp.swapaxes(a, -1, -2) + 2 * xp.eye(3)


def spd_t(t: Any, a: Any) -> Any:
    return a @ t.transpose(a, -1, -2) + 2 * t.eye(3, dtype=a.dtype)


C = np.array([[0.7, -1.3, 0.4], [0.2, 0.5, -0.8]])


def _jax_logsumexp(xp: Any, x: Any) -> Any:
    from jax.scipy.special import logsumexp

    return logsumexp(x, -1)


# fmt: off
_ARRAYS = (
    # name, ours and JAX's, shapes, [JAX's, PyTorch's]
    Line("sum", lambda xp, x: xp.sum(x * x, axis=0), (ROW, GRID, STACK, (0, 2)),
         torch=lambda t, x: t.sum(x * x, 0)),
    Line("mean", lambda xp, x: xp.mean(x * x, axis=-1, keepdims=True), (ROW, GRID),
         torch=lambda t, x: t.mean(x * x, -1, keepdim=True)),
    Line("average", lambda xp, x: xp.average(x * x, axis=1, weights=C[0]), (GRID,)),
    Line("prod", lambda xp, x: xp.prod(x, axis=-1), (ROW, GRID),
         torch=lambda t, x: t.prod(x, -1)),
    Line("cumsum", lambda xp, x: xp.cumsum(x * x, axis=0), (ROW, GRID),
         torch=lambda t, x: t.cumsum(x * x, 0)),
    Line("cumprod", lambda xp, x: xp.cumprod(x, axis=-1), (ROW, GRID),
         torch=lambda t, x: t.cumprod(x, -1)),
    Line("max", lambda xp, x: xp.max(x * x, axis=-1) * x[..., 0], (ROW, GRID),
         torch=lambda t, x: t.amax(x * x, -1) * x[..., 0]),
    Line("min", lambda xp, x: xp.min(x * x, axis=0) * x[0], (ROW, GRID),
         torch=lambda t, x: t.amin(x * x, 0) * x[0]),
    Line("var", lambda xp, x: xp.var(x, axis=0, ddof=1), (ROW, GRID),
         torch=lambda t, x: t.var(x, 0)),
    Line("std", lambda xp, x: xp.std(x, axis=-1), (ROW, GRID),
         torch=lambda t, x: t.std(x, -1, correction=0)),
    Line("ptp", lambda xp, x: xp.ptp(x * x, axis=-1), (ROW, GRID)),
    Line("diff", lambda xp, x: xp.diff(x * x, n=2), (ROW, GRID),
         torch=lambda t, x: t.diff(x * x, n=2)),
    Line("logsumexp", lambda xp, x: logsumexp(x, -1), (ROW, GRID), _jax_logsumexp,
         lambda t, x: t.logsumexp(x, -1)),
    Line("nansum, nanmean", lambda xp, x: xp.nansum(x * x) * xp.nanmean(x, axis=0), (ROW, GRID)),

    Line("reshape", lambda xp, x: xp.reshape(x * x, (3, -1)), (GRID, STACK),
         torch=lambda t, x: t.reshape(x * x, (3, -1))),
    Line("reshape, F", lambda xp, x: xp.reshape(x * x, (3, -1), order="F"), (GRID,)),
    Line("transpose", lambda xp, x: xp.transpose(x * x, (2, 0, 1)), (STACK,),
         torch=lambda t, x: t.permute(x * x, (2, 0, 1))),
    Line("swapaxes", lambda xp, x: xp.swapaxes(x * x, 0, -1), (STACK,),
         torch=lambda t, x: t.swapaxes(x * x, 0, -1)),
    Line("moveaxis", lambda xp, x: xp.moveaxis(x * x, 0, -1), (STACK,),
         torch=lambda t, x: t.moveaxis(x * x, 0, -1)),
    Line("squeeze", lambda xp, x: xp.squeeze((x * x)[:1], 0), (GRID,),
         torch=lambda t, x: t.squeeze((x * x)[:1], 0)),
    Line("expand_dims", lambda xp, x: xp.expand_dims(x * x, 1) * x, ((3, 3),),
         torch=lambda t, x: t.unsqueeze(x * x, 1) * x),
    Line("ravel", lambda xp, x: xp.ravel(x * x), (GRID, (0, 2)),
         torch=lambda t, x: t.ravel(x * x)),
    Line("broadcast_to", lambda xp, x: xp.broadcast_to(x * x, (2, 2, 3)), (GRID,),
         torch=lambda t, x: t.broadcast_to(x * x, (2, 2, 3))),

    Line("slice", lambda xp, x: (x * x)[::-1, 1:], (GRID,)),
    Line("slice with a new axis", lambda xp, x: (x * x)[..., None, 0], (GRID,),
         torch=lambda t, x: (x * x)[..., None, 0]),
    Line("fancy index", lambda xp, x: (x * x)[np.array([0, 1, 1]), np.array([1, 0, 0])], (GRID,),
         torch=lambda t, x: (x * x)[[0, 1, 1], [1, 0, 0]]),
    Line("mask", lambda xp, x: (x * x)[np.array([True, False])], (GRID,),
         torch=lambda t, x: (x * x)[t.tensor([True, False])]),
    Line("take", lambda xp, x: xp.take(x * x, np.array([2, 0, 2]), axis=-1), (ROW, GRID),
         torch=lambda t, x: t.index_select(x * x, -1, t.tensor([2, 0, 2]))),
    Line("sort", lambda xp, x: xp.sort(x * x, axis=-1) * x, (ROW, GRID),
         torch=lambda t, x: t.sort(x * x, -1).values * x),
    Line("flip, roll", lambda xp, x: xp.roll(xp.flip(x * x, 0), 2, axis=-1), (GRID,),
         torch=lambda t, x: t.roll(t.flip(x * x, (0,)), 2, -1)),
    Line("repeat", lambda xp, x: xp.repeat(x * x, 2, axis=1), (GRID,),
         torch=lambda t, x: t.repeat_interleave(x * x, 2, 1)),
    Line("tile", lambda xp, x: xp.tile(x * x, (2, 2)), (GRID,),
         torch=lambda t, x: t.tile(x * x, (2, 2))),
    Line("rot90", lambda xp, x: xp.rot90(x * x), (GRID,), torch=lambda t, x: t.rot90(x * x)),
    Line("diag", lambda xp, x: xp.diag(x * x), (SQUARE, ROW), torch=lambda t, x: t.diag(x * x)),
    Line("tril, triu", lambda xp, x: xp.tril(x * x) - xp.triu(x, 1), (SQUARE, SQUARES),
         torch=lambda t, x: t.tril(x * x) - t.triu(x, 1)),
    Line("trace", lambda xp, x: xp.trace(x * x), (SQUARE,), torch=lambda t, x: t.trace(x * x)),
    Line("pad", lambda xp, x: xp.pad(x * x, 1, constant_values=2.0), (GRID,)),
    Line("pad, modes", lambda xp, x: xp.pad(xp.pad(x * x, 1, mode="reflect"), 2, mode="edge"),
         (GRID,)),
    Line("concatenate", lambda xp, x: xp.concatenate([x * x, C, x]), (GRID,),
         torch=lambda t, x: t.cat([x * x, t.tensor(C), x])),
    Line("stack", lambda xp, x: xp.stack([x * x, x], axis=-1), (SCALAR, ROW, GRID),
         torch=lambda t, x: t.stack([x * x, x], -1)),
    Line("hstack, vstack", lambda xp, x: xp.vstack([xp.hstack([x * x, x]), xp.hstack([x, x])]),
         (ROW,)),
    Line("split", lambda xp, x: xp.split(x * x, [1], axis=-1)[1], (ROW, GRID),
         torch=lambda t, x: t.tensor_split(x * x, [1], -1)[1]),
    Line("meshgrid", lambda xp, x: xp.stack(xp.meshgrid(x * x, x)), (ROW,)),

    Line("where", lambda xp, x: xp.where(x > 0.62, x ** 2, -x), EVERYWHERE,
         torch=lambda t, x: t.where(x > 0.62, x ** 2, -x)),
    Line("select", lambda xp, x: xp.select([x > 0.8, x > 0.5], [x ** 2, x ** 3], 1.0), (GRID,)),
    Line("clip", lambda xp, x: xp.clip(x, 0.4, 0.7) ** 2, (ROW, GRID),
         torch=lambda t, x: t.clip(x, 0.4, 0.7) ** 2),
    Line("nan_to_num", lambda xp, x: xp.nan_to_num(x * x), (GRID,),
         torch=lambda t, x: t.nan_to_num(x * x)),

    Line("matmul", lambda xp, x: x @ xp.swapaxes(x, -1, -2), (GRID, STACK),
         torch=lambda t, x: x @ t.swapaxes(x, -1, -2)),
    Line("matmul, vectors", lambda xp, x: (x @ x[0]) @ x @ x[1], (GRID,),
         torch=lambda t, x: (x @ x[0]) @ x @ x[1]),
    Line("dot", lambda xp, x: xp.dot(x, xp.swapaxes(x, -1, -2)), (GRID, STACK)),
    Line("inner, outer", lambda xp, x: xp.inner(x, xp.outer(x, x)), (ROW,),
         torch=lambda t, x: t.inner(x, t.outer(x, x))),
    Line("vdot", lambda xp, x: xp.vdot(x, x * x), (ROW, GRID)),
    Line("tensordot", lambda xp, x: xp.tensordot(x, x, axes=([0, 1], [0, 1])), (STACK,),
         torch=lambda t, x: t.tensordot(x, x, ([0, 1], [0, 1]))),
    Line("kron", lambda xp, x: xp.kron(x, x * x), (GRID,), torch=lambda t, x: t.kron(x, x * x)),
    Line("cross", lambda xp, x: xp.cross(x * x, x[::-1]), (GRID,),
         torch=lambda t, x: t.linalg.cross(x * x, t.flip(x, (0,)))),
    Line("einsum", lambda xp, x: xp.einsum("ij,kj,l->ikl", x, x, x[0]), (GRID,),
         torch=lambda t, x: t.einsum("ij,kj,l->ikl", x, x, x[0])),
    Line("einsum, stacks", lambda xp, x: xp.einsum("...ij,...kj->...ik", x, x), (STACK,),
         torch=lambda t, x: t.einsum("...ij,...kj->...ik", x, x)),
    Line("einsum, diagonal", lambda xp, x: xp.einsum("ii,ij->j", x, x), (SQUARE,),
         torch=lambda t, x: t.einsum("ii,ij->j", x, x)),

    Line("norm", lambda xp, x: xp.linalg.norm(x), (ROW, GRID),
         torch=lambda t, x: t.linalg.norm(x)),
    Line("norm, axis", lambda xp, x: xp.linalg.norm(x, axis=1, ord=3), (GRID,),
         torch=lambda t, x: t.linalg.vector_norm(x, 3, 1)),
    Line("inv", lambda xp, x: xp.linalg.inv(regular(xp, x)), (SQUARE, SQUARES),
         torch=lambda t, x: t.linalg.inv(regular_t(t, x))),
    Line("solve", lambda xp, x: xp.linalg.solve(regular(xp, x), x * x), (SQUARE, SQUARES),
         torch=lambda t, x: t.linalg.solve(regular_t(t, x), x * x)),
    Line("det", lambda xp, x: xp.linalg.det(regular(xp, x)), (SQUARE, SQUARES),
         torch=lambda t, x: t.linalg.det(regular_t(t, x))),
    Line("slogdet", lambda xp, x: xp.linalg.slogdet(regular(xp, x))[1], (SQUARE, SQUARES),
         torch=lambda t, x: t.linalg.slogdet(regular_t(t, x))[1]),
    Line("cholesky", lambda xp, x: xp.linalg.cholesky(spd(xp, x)), (SQUARE, SQUARES),
         torch=lambda t, x: t.linalg.cholesky(spd_t(t, x))),
    Line("matrix_power", lambda xp, x: xp.linalg.matrix_power(x, 3), (SQUARE,),
         torch=lambda t, x: t.linalg.matrix_power(x, 3)),
    Line("multi_dot", lambda xp, x: xp.linalg.multi_dot([x, x.T, x]), (GRID,),
         torch=lambda t, x: t.linalg.multi_dot([x, x.T, x])),
)
# fmt: on

LINES = (*_UNARY, *_BINARY, *_ARRAYS)


def point(shape: tuple[int, ...], seed: int = 5) -> np.ndarray:
    """Return different numbers between 0.3 and 0.9."""
    count = int(np.prod(shape))
    numbers = 0.3 + 0.6 * (np.arange(count) + 0.37) / max(count, 1)
    return np.random.default_rng(seed).permutation(numbers).reshape(shape)


CONVENTIONS = (
    # what, the function, the point, our derivative, JAX's
    ("maximum at a tie", lambda xp, x: xp.maximum(x, 1.0), 1.0, 0.5, 0.5),
    ("minimum at a tie", lambda xp, x: xp.minimum(x, 1.0), 1.0, 0.5, 0.5),
    ("clip at its bound", lambda xp, x: xp.clip(x, 0.0, 1.0), 1.0, 0.5, 0.5),
    ("max of a tie", lambda xp, x: xp.max(xp.stack([x, x * 0 + 1])), 1.0, 0.5, 0.5),
    ("abs at 0", lambda xp, x: xp.abs(x), 0.0, 0.0, 1.0),
    ("sign at 0", lambda xp, x: xp.sign(x), 0.0, 0.0, 0.0),
    ("sqrt at 0", lambda xp, x: xp.sqrt(x), 0.0, np.inf, np.inf),
    ("x to the power 2 at 0", lambda xp, x: x**2.0, 0.0, 0.0, 0.0),
    ("x to the power 0 at 0", lambda xp, x: x**0.0, 0.0, 0.0, np.nan),
    ("a zero beside an infinity", lambda xp, x: xp.sqrt(x) * 0.0, 0.0, 0.0, np.nan),
    ("a branch not taken", lambda xp, x: xp.where(x > 0, xp.sqrt(x), 0.0), 0.0, 0.0, np.nan),
    ("norm at 0", lambda xp, x: xp.linalg.norm(xp.stack([x, x])), 0.0, 0.0, np.nan),
    ("std of equal numbers", lambda xp, x: xp.std(xp.stack([x, 2 * x])), 0.0, 0.0, np.nan),
)
"""Derivatives where there are several to choose from, or where a formula says 0 · ∞.

Ours follow the table of rules and docs/numpy.md: a kink has the middle of its slopes, and what is
zero, or not taken, contributes nothing.
"""

TORCH_CONVENTIONS = {
    # PyTorch's function and derivative, where it has the function
    "maximum at a tie": (lambda t, x: t.maximum(x, t.ones_like(x)), 0.5),
    "minimum at a tie": (lambda t, x: t.minimum(x, t.ones_like(x)), 0.5),
    "clip at its bound": (lambda t, x: t.clip(x, 0.0, 1.0), 1.0),
    "max of a tie": (lambda t, x: t.amax(t.stack([x, t.ones_like(x)])), 0.5),
    "abs at 0": (lambda t, x: t.abs(x), 0.0),
    "sqrt at 0": (lambda t, x: t.sqrt(x), np.inf),
    "x to the power 0 at 0": (lambda t, x: x**0.0, 0.0),
    "a zero beside an infinity": (lambda t, x: t.sqrt(x) * 0.0, np.nan),
    "a branch not taken": (lambda t, x: t.where(x > 0, t.sqrt(x), 0.0), np.nan),
    "norm at 0": (lambda t, x: t.linalg.norm(t.stack([x, x])), 0.0),
    "std of equal numbers": (lambda t, x: t.std(t.stack([x, 2 * x])), 0.0),
}
