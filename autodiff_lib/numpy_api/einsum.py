"""np.einsum: sums of products over axes that are named by letters."""

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff_lib.broadcasting import Array
from autodiff_lib.numpy_api.reductions import sum_
from autodiff_lib.numpy_api.registry import as_array, implements
from autodiff_lib.numpy_api.shapes import reshape
from autodiff_lib.primitives import bind
from autodiff_lib.product_rules import EINSUM

_LETTERS = string.ascii_letters


@implements(np.einsum)
def einsum(subscripts: Any, *operands: Any, optimize: Any = True) -> Array:
    if not isinstance(subscripts, str):
        subscripts, operands = _in_letters([subscripts, *operands])
    arrays = [as_array(operand) for operand in operands]
    inputs, output = _spelled_out(subscripts, arrays)
    for place, letters in enumerate(inputs):
        arrays[place], inputs[place] = _without_repeats(arrays[place], letters)
    sizes = _sizes(arrays, inputs)
    for place, letters in enumerate(inputs):
        arrays[place], inputs[place] = _without_stretched(arrays[place], letters, sizes)
    for place, letters in enumerate(inputs):
        elsewhere = "".join([output, *inputs[:place], *inputs[place + 1 :]])
        alone = [axis for axis, letter in enumerate(letters) if letter not in elsewhere]
        if alone:
            arrays[place] = sum_(arrays[place], tuple(alone))
            inputs[place] = "".join(letter for letter in letters if letter in elsewhere)
    return bind(EINSUM, *arrays, inputs=inputs, output=output)


def _in_letters(given: list[Any]) -> tuple[str, list[Any]]:
    """Return subscripts and operands of a call with lists of axes: einsum(a, [0, 1], b, [1])."""
    operands, lists = given[: len(given) // 2 * 2 : 2], given[1::2]
    subscripts = ",".join(map(_text, lists))
    return subscripts + ("->" + _text(given[-1]) if len(given) % 2 else ""), operands


def _text(axes: Sequence[Any]) -> str:
    return "".join("..." if axis is Ellipsis else _LETTERS[axis] for axis in axes)


def _spelled_out(subscripts: str, arrays: list[Array]) -> tuple[list[str], str]:
    """Return the letters of each operand and of the result, "..." replaced by letters."""
    before, arrow, output = subscripts.replace(" ", "").partition("->")
    inputs = before.split(",")
    if len(inputs) != len(arrays):
        raise ValueError(
            f"{subscripts!r} names {len(inputs)} operands, but {len(arrays)} were given"
        )
    hidden = []  # how many axes "..." stands for in each operand
    for array, text in zip(arrays, inputs, strict=True):
        named = len(text.replace("...", ""))
        hidden.append(array.ndim - named)
        if hidden[-1] < 0 or (hidden[-1] and "..." not in text):
            raise ValueError(f"{text!r} does not name the axes of an array of shape {array.shape}")
    spare = [letter for letter in reversed(_LETTERS) if letter not in subscripts]
    widest = "".join(spare[: max(hidden)])
    letters = [
        text.replace("...", widest[len(widest) - count :])
        for text, count in zip(inputs, hidden, strict=True)
    ]
    if arrow:
        return letters, output.replace("...", widest)
    joined = "".join(inputs).replace(".", "")
    return letters, widest + "".join(sorted(c for c in set(joined) if joined.count(c) == 1))


def _without_repeats(array: Array, letters: str) -> tuple[Array, str]:
    """Return `array` with its diagonal taken wherever a letter stands twice."""
    for letter in letters:
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            array = np.diagonal(array, axis1=first, axis2=second)
            letters = letters[:first] + letters[first + 1 : second] + letters[second + 1 :] + letter
    return array, letters


def _sizes(arrays: list[Array], inputs: list[str]) -> dict[str, int]:
    """Return how long the axis of each letter is, in the operand where it is longest."""
    sizes: dict[str, int] = {}
    for array, letters in zip(arrays, inputs, strict=True):
        for letter, size in zip(letters, array.shape, strict=True):
            sizes[letter] = size if sizes.get(letter, 1) == 1 else sizes[letter]
    return sizes


def _without_stretched(array: Array, letters: str, sizes: dict[str, int]) -> tuple[Array, str]:
    """Return `array` without the axes of size 1 that stand for longer ones."""
    kept = [
        (letter, size)
        for letter, size in zip(letters, array.shape, strict=True)
        if size == sizes[letter] or size != 1
    ]
    if len(kept) == len(letters):
        return array, letters
    return reshape(array, [size for _, size in kept]), "".join(letter for letter, _ in kept)
