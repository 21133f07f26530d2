"""What a user's rule does to the leaves of tangents and cotangents, and how it is transposed.

Source: R. Frostig et al., Decomposing reverse-mode automatic differentiation, 2021, on
transposing a forward rule.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from autodiff_lib.arguments import Arguments
from autodiff_lib.errors import NotDifferentiableError, OutputError
from autodiff_lib.recording import Recording, pushed
from autodiff_lib.tracing import Traced, value_of
from autodiff_lib.trees import leaves, rebuild, same_containers

Leaves = Sequence[Any]


class Rule:
    """A user's rule, on leaves. `batched` says whether it takes batches of directions."""

    batched = False

    def __init__(self, f: Callable, jvp: Callable | None, vjp: Callable | None) -> None:
        self.f, self.jvp, self.vjp = f, jvp, vjp

    @property
    def name(self) -> str:
        return getattr(self.f, "__name__", "custom")

    @property
    def pushes(self) -> bool:
        """Whether the rule is one for forward mode; the other mode is its transpose."""
        return self.jvp is not None

    @property
    def pulls(self) -> bool:
        """Likewise for reverse mode."""
        return self.vjp is not None

    def push(self, args: tuple, tangents: Leaves, y: Any) -> Leaves:
        """Return a tangent for each leaf of the result."""
        pair = self.jvp(args, rebuild(args, tangents))
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise OutputError(f"jvp of {self.name} must return (y, y_dot), it returned {pair!r}")
        return self._fitting(pair[1], y, "jvp", "the result")

    def pull(self, args: tuple, y: Any, y_bars: Leaves) -> Leaves:
        """Return a cotangent for each leaf of the arguments."""
        x_bars = self.vjp(args, y, rebuild(y, y_bars))
        if isinstance(x_bars, list):
            x_bars = tuple(x_bars)
        return self._fitting(x_bars, args, "vjp", "the tuple of arguments")

    def _fitting(self, tree: Any, like: Any, rule: str, what: str) -> Leaves:
        """Return the leaves of `tree`, which must have the containers and shapes of `like`."""
        if not same_containers(tree, like):
            raise OutputError(
                f"{rule} of {self.name} must return its derivatives in the containers of {what}, "
                f"{like!r}, it returned {tree!r}"
            )
        found = leaves(tree)
        for leaf, model in zip(found, leaves(like), strict=True):
            shape, wanted = (getattr(value_of(x), "shape", ()) for x in (leaf, model))
            if shape != wanted and is_float(model):
                raise OutputError(
                    f"{rule} of {self.name} returned a derivative of shape {shape} for {what} "
                    f"of shape {wanted}: a derivative has the shape of what it belongs to"
                )
        return found


class Recomputed(Rule):
    """The rule of a function that is differentiated when its derivative is asked for."""

    batched = True
    pushes = pulls = True

    def __init__(self, f: Callable) -> None:
        super().__init__(f, None, None)

    def push(self, args: tuple, tangents: Leaves, y: Any) -> Leaves:
        f, moving = _of_floats(self.f, args)
        moved = [t for x, t in zip(leaves(args), tangents, strict=True) if is_float(x)]
        return _at_floats(y, pushed(f, moving, moved)[1])

    def pull(self, args: tuple, y: Any, y_bars: Leaves) -> Leaves:
        f, moving = _of_floats(self.f, args)
        seeds = [y_bar for y_bar, leaf in zip(y_bars, leaves(y), strict=True) if is_float(leaf)]
        return _at_floats(args, Recording(f, Arguments(moving)).pull(seeds))


def _of_floats(f: Callable, args: tuple) -> tuple[Callable, list]:
    """Return `f` as a function from leaves that can move to leaves that can, and the former."""

    def of_floats(*floats: Any) -> list:
        given = iter(floats)
        result = f(*rebuild(args, [next(given) if is_float(x) else x for x in leaves(args)]))
        return [leaf for leaf in leaves(result) if is_float(leaf)]

    return of_floats, [x for x in leaves(args) if is_float(x)]


def _at_floats(tree: Any, derivatives: Leaves) -> Leaves:
    """Return a derivative for each leaf of `tree`: 0 for what cannot move."""
    remaining = iter(derivatives)
    return [next(remaining) if is_float(leaf) else 0.0 for leaf in leaves(tree)]


def is_float(leaf: Any) -> bool:
    """Return whether a leaf is a float, an array of floats or traced: one that can move."""
    if isinstance(leaf, Traced | float):
        return True
    return getattr(getattr(leaf, "dtype", None), "kind", "") == "f"


def plain_result(rule: Rule, args: tuple) -> Any:
    """Return f(*args) for arguments of which none is traced.

    Raises:
        NotDifferentiableError: when the result is traced nevertheless.
    """
    y = rule.f(*args)
    if any(isinstance(leaf, Traced) for leaf in leaves(y)):
        raise NotDifferentiableError(
            f"{rule.name} has a custom rule and uses a traced value that is none of its "
            "arguments, whose derivative the rule cannot know: pass it as an argument"
        )
    return y


def push_leaves(rule: Rule, args: tuple, tangents: Leaves, y: Any) -> Leaves:
    """Return a tangent for each leaf of `y`, by the rule for forward mode or its transpose."""
    if rule.pushes:
        return rule.push(args, tangents, y)
    return _transposed(functools.partial(rule.pull, args, y), leaves(y), tangents)


def pull_leaves(rule: Rule, args: tuple, y: Any, y_bars: Leaves) -> Leaves:
    """Return a cotangent for each leaf of `args`, by the rule for reverse mode or its transpose."""
    if rule.pulls:
        return rule.pull(args, y, y_bars)
    return _transposed(lambda t: rule.push(args, t, y), leaves(args), y_bars)


def _transposed(linear: Callable, domain: Leaves, cotangents: Leaves) -> Leaves:
    """Return the transpose of a linear map of leaves, applied to `cotangents`.

    A linear map is its own derivative, anywhere, so a recording of it at any point can be pulled.
    """
    moving = [leaf for leaf in domain if is_float(leaf)]
    point = [value_of(leaf) for leaf in moving]

    def of_moving(*tangents: Any) -> list:
        return list(linear(_at_floats(list(domain), tangents)))

    return _at_floats(list(domain), Recording(of_moving, Arguments(point)).pull(cotangents))
