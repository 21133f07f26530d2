"""Sparse Jacobians: the pattern, its colours, and as few sweeps as there are colours.

Source: A. R. Curtis, M. J. D. Powell and J. K. Reid, On the estimation of sparse Jacobian
matrices, IMA Journal of Applied Mathematics 13, 1974.
"""

from collections.abc import Callable, Sequence
from typing import Any

from autodiff_lib.arguments import Arguments
from autodiff_lib.colouring import Entries, Matrix, compressed_jacobian
from autodiff_lib.errors import InputError
from autodiff_lib.recording import Recording
from autodiff_lib.sparsity import Pattern, sparsity


def sparse_jacobian(f: Callable, x: Sequence[float], pattern: Pattern | None = None) -> Entries:
    """Return the entries {(row, column): value} of the Jacobian of `f` at `x`.

    `f` is recorded once. Columns that share no row are pushed together, or rows that share no
    column are pulled together, whichever takes fewer sweeps. The Jacobian is never formed.

    Args:
        f: a function of a list of numbers that returns a list of numbers, or of an array with
            one axis that returns such an array.
        x: the point, a list of floats or an array of floats.
        pattern: where the Jacobian may have entries; found at `x` if not given. One that
            leaves out entries gives wrong values, of which not all can be noticed.

    Raises:
        InputError: when the pattern does not have the shape of the Jacobian.

    >>> sparse_jacobian(lambda x: [x[0] ** 2, x[0] * x[1]], [3.0, 5.0])
    {(0, 0): 6.0, (1, 0): 5.0, (1, 1): 3.0}
    """
    pattern = sparsity(f, x) if pattern is None else pattern
    run = Recording(f, Arguments((x,)))
    if pattern.shape != (run.output_size, run.input_size):
        raise InputError(
            f"the pattern is of {pattern.shape}, the Jacobian of "
            f"{(run.output_size, run.input_size)}"
        )

    def push(seeds: list[list[float]]) -> Matrix:
        return _products(seeds, lambda column: run.push(_leaves(column, run.leaves)))

    def pull(seeds: list[list[float]]) -> Matrix:
        return _products(seeds, lambda column: run.pull(_leaves(column, run.primals)))

    entries = compressed_jacobian(pattern, push, pull)
    return dict(sorted(entries.items()))


def _products(seeds: list[list[float]], sweep: Callable[[list[float]], list[Any]]) -> Matrix:
    """Return the matrix whose columns are the sweeps of the columns of `seeds`."""
    columns = [_numbers(sweep(list(column))) for column in zip(*seeds, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _leaves(numbers: list[float], like: Sequence[Any]) -> list[Any]:
    """Return `numbers` as leaves in the shapes of `like`: numbers, or one array."""
    if len(like) == 1 and getattr(like[0], "shape", ()):
        import numpy

        return [numpy.array(numbers, like[0].dtype).reshape(like[0].shape)]
    return numbers


def _numbers(leaves: Sequence[Any]) -> list[Any]:
    """Return the numbers of leaves that are numbers or arrays."""
    return [x for leaf in leaves for x in (leaf.ravel() if hasattr(leaf, "ravel") else [leaf])]
