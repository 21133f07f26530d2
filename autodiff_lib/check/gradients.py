"""Claimed derivatives held against true ones, with a diagnosis.

A derivative that is right once may still be wrong: for another incoming cotangent, at a second
call, at zero, or for more than one number. So a claim is tried in a series of trials, and its
answers are compared with what each usual mistake would have answered.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autodiff_lib.check.comparison import RTOL, Mismatch, diagnose
from autodiff_lib.check.mistakes import overwritten
from autodiff_lib.transforms import jvp, vjp
from autodiff_lib.trees import leaves, map_leaves

_NEARBY = 0.1  # how far the further points lie, relative to the given one


def check_grad(f: Callable, gradient: Callable, *primals: Any, rtol: float = RTOL) -> None:
    """Raise unless `gradient` is the gradient of `f`, and say what is wrong with it.

    Args:
        f: a function of numbers or arrays that returns one number, written with operators and
            functions of `autodiff_lib.math` or NumPy.
        gradient: what is claimed: takes the arguments of `f` and returns the derivative in
            its argument, or a tuple of them for several.
        primals: where to begin, away from kinks; other points nearby are tried too.
        rtol: the largest relative difference allowed.

    Raises:
        Mismatch: an AssertionError whose `diagnosis` lists all verdicts that fit.

    >>> check_grad(lambda x: x**2, lambda x: 2 * x, 3.0)
    >>> check_grad(lambda x: x**2, lambda x: -2 * x, 3.0)
    Traceback (most recent call last):
    autodiff_lib.check.comparison.Mismatch: the gradient: sign flipped (at (3.0,))
    """
    _judge(_Claim("the gradient", f, lambda point, _: gradient(*point), _pulled), primals, rtol)


def check_vjp(f: Callable, pullback: Callable, *primals: Any, rtol: float = RTOL) -> None:
    """Raise unless `pullback` multiplies cotangents with the Jacobian of `f` from the left.

    Args:
        f: a function of numbers or arrays, as for `check_grad`; any container as its value.
        pullback: what is claimed: pullback(*primals, cotangent) returns the cotangent of the
            argument, or a tuple of them for several.
        primals: where to begin, away from kinks.
        rtol: the largest relative difference allowed.

    Raises:
        Mismatch: an AssertionError whose `diagnosis` lists all verdicts that fit.

    >>> check_vjp(lambda x: [x**2, x], lambda x, y_bar: 2 * x * y_bar[0] + y_bar[1], 3.0)
    >>> check_vjp(lambda x: [x**2, x], lambda x, y_bar: 2 * x + 1, 3.0)
    Traceback (most recent call last):
    autodiff_lib.check.comparison.Mismatch: the pullback: \
ignores the incoming cotangent or direction (at (3.0,))
    """
    claim = _Claim("the pullback", f, lambda point, seed: pullback(*point, seed), _pulled)
    _judge(claim, primals, rtol)


def check_jvp(f: Callable, pushforward: Callable, *primals: Any, rtol: float = RTOL) -> None:
    """Raise unless `pushforward` multiplies tangents with the Jacobian of `f` from the right.

    Args:
        f: a function of numbers or arrays, as for `check_grad`; any container as its value.
        pushforward: what is claimed: pushforward(primals, tangents), with two tuples, returns
            the tangent of the value.
        primals: where to begin, away from kinks.
        rtol: the largest relative difference allowed.

    Raises:
        Mismatch: an AssertionError whose `diagnosis` lists all verdicts that fit.

    >>> check_jvp(lambda x, y: x * y, lambda p, t: p[1] * t[0] + p[0] * t[1], 3.0, 2.0)
    """
    claim = _Claim("the tangent", f, pushforward, _pushed)
    _judge(claim, primals, rtol)


@dataclass(frozen=True)
class _Claim:
    """A claimed derivative of `f`: a function of a point and a seed, beside the true one.

    The seed is the incoming cotangent or the direction of the tangent.
    """

    name: str
    f: Callable
    answer: Callable[[tuple, Any], Any]
    truth: Callable[[Callable, tuple, Any], Any]

    @property
    def is_reverse(self) -> bool:
        """Whether the seed is a cotangent."""
        return self.truth is _pulled

    def seeded(self, point: tuple) -> Any:
        """Return what seeds are shaped like: the value, or the point itself."""
        return self.f(*point) if self.is_reverse else point


@dataclass(frozen=True)
class _Trial:
    point: tuple
    seed: Any
    got: Any
    right: Any


def _pulled(f: Callable, point: tuple, seed: Any) -> Any:
    found = vjp(f, *point)[1](seed)
    return found[0] if len(found) == 1 else found


def _pushed(f: Callable, point: tuple, seed: Any) -> Any:
    return jvp(f, point, seed)[1]


def _judge(claim: _Claim, primals: tuple, rtol: float) -> None:
    numbers = random.Random(1)
    points = [primals, _near(primals, numbers), _near(primals, numbers), primals]
    trials = [_try(claim, point, _seed(claim, point, numbers)) for point in points]
    verdicts = _verdicts(claim, trials, rtol) or _at_zero(claim, primals, rtol)
    if verdicts:
        raise Mismatch(f"{claim.name}: {'; or '.join(verdicts)}", f"at {primals!r}")


def _near(point: tuple, numbers: random.Random) -> tuple:
    """Return a point whose numbers differ a little from those of `point`."""
    return map_leaves(lambda x: x + _NEARBY * _filled(x, lambda: _away_from_0(numbers)), point)


def _seed(claim: _Claim, point: tuple, numbers: random.Random) -> Any:
    """Return a random cotangent or direction; the seed of a gradient is 1."""
    draw = (lambda: 1.0) if claim.name == "the gradient" else (lambda: _away_from_0(numbers))
    return map_leaves(lambda x: _filled(x, draw), claim.seeded(point))


def _away_from_0(numbers: random.Random) -> float:
    return numbers.choice((-1.0, 1.0)) * numbers.uniform(0.5, 1.5)


def _filled(x: Any, draw: Callable[[], float]) -> Any:
    """Return numbers from `draw` in the shape and type of `x`."""
    if not getattr(x, "shape", ()):
        return x * 0 + draw()
    result = x.copy()
    result.flat = [draw() for _ in range(x.size)]
    return result


def _try(claim: _Claim, point: tuple, seed: Any) -> _Trial:
    right = claim.truth(claim.f, point, seed)
    try:
        return _Trial(point, seed, claim.answer(point, seed), right)
    except Exception as error:
        return _Trial(point, seed, error, right)


def _verdicts(claim: _Claim, trials: Sequence[_Trial], rtol: float) -> list[str]:
    """Return every mistake that explains the wrong answers; nothing if there are none."""
    for trial in trials:
        if isinstance(trial.got, NotImplementedError):
            return ["not written yet"]
        if isinstance(trial.got, Exception):
            return [f"raised {type(trial.got).__name__}: {trial.got}"]
    found = [diagnose(trial.got, trial.right, rtol=rtol) for trial in trials]
    wrong = [verdicts for verdicts in found if verdicts]
    if not wrong:
        return []
    named = [text for text, fits in _MISTAKES.items() if fits(claim, trials, rtol)]
    common = [text for text in wrong[0] if all(text in verdicts for verdicts in wrong)]
    if named:
        return named + [text for text in common if "wrong" not in text]
    return common or ["wrong, each time in another way"]


def _explained(trials: Sequence[_Trial], predictions: Sequence[Any], rtol: float) -> bool:
    """Say whether all answers are as predicted, of which at least one is wrong."""
    return all(
        not diagnose(trial.got, prediction, rtol=rtol)
        for trial, prediction in zip(trials, predictions, strict=True)
    ) and any(diagnose(trial.got, trial.right, rtol=rtol) for trial in trials)


def _ignores_the_seed(claim: _Claim, trials: Sequence[_Trial], rtol: float) -> bool:
    def with_ones(point: tuple) -> Any:
        ones = map_leaves(lambda x: _filled(x, lambda: 1.0), claim.seeded(point))
        return claim.truth(claim.f, point, ones)

    return _explained(trials, [with_ones(trial.point) for trial in trials], rtol)


def _accumulates(claim: _Claim, trials: Sequence[_Trial], rtol: float) -> bool:
    total, predictions = None, []
    for trial in trials:
        total = trial.right if total is None else map_leaves(lambda a, b: a + b, total, trial.right)
        predictions.append(total)
    return _explained(trials, predictions, rtol)


def _remembers(claim: _Claim, trials: Sequence[_Trial], rtol: float) -> bool:
    return _explained(trials, [trials[0].right] * len(trials), rtol)


def _overwrites(claim: _Claim, trials: Sequence[_Trial], rtol: float) -> bool:
    if not claim.is_reverse:
        return False
    return any(
        _explained(
            trials,
            [overwritten(claim.f, trial.point, trial.seed, first) for trial in trials],
            rtol,
        )
        for first in (False, True)
    )


def _right_for_one_number(claim: _Claim, trials: Sequence[_Trial], rtol: float) -> bool:
    """Say whether the answer is right for arguments of one number each, and wrong for these."""
    point = tuple(_first(x) for x in trials[0].point)
    if all(x is y for x, y in zip(point, trials[0].point, strict=True)):
        return False
    try:
        trial = _try(claim, point, _seed(claim, point, random.Random(2)))
    except Exception:  # the function itself may need more than one number
        return False
    return not isinstance(trial.got, Exception) and not diagnose(trial.got, trial.right, rtol=rtol)


def _first(x: Any) -> Any:
    """Return `x` with its first item alone, where it has several."""
    has_items = isinstance(x, list | tuple) or getattr(x, "shape", ()) != ()
    return x[:1] if has_items and len(x) > 1 else x


_MISTAKES: dict[str, Callable[[_Claim, Sequence[_Trial], float], bool]] = {
    "ignores the incoming cotangent or direction": _ignores_the_seed,
    "adds to the results of earlier calls: set adjoints to zero first": _accumulates,
    "returns the result of an earlier call": _remembers,
    "a path is not accumulated: a value used twice must add up what comes back": _overwrites,
    "right for one number only": _right_for_one_number,
}


def _at_zero(claim: _Claim, primals: tuple, rtol: float) -> list[str]:
    """Try the claim at zero, where the function is defined there and has a finite derivative."""
    point = map_leaves(lambda x: x * 0.0, primals)
    try:
        trial = _try(claim, point, _seed(claim, point, random.Random(3)))
    except Exception:  # the function is not defined at zero
        return []
    if not all(math.isfinite(float(x)) for leaf in leaves(trial.right) for x in _items(leaf)):
        return []
    if isinstance(trial.got, Exception):
        return [f"wrong at zero: raised {type(trial.got).__name__}: {trial.got}"]
    return ["wrong at zero, right elsewhere"] * bool(diagnose(trial.got, trial.right, rtol=rtol))


def _items(leaf: Any) -> Sequence[float]:
    return leaf.ravel() if hasattr(leaf, "ravel") else [leaf]
