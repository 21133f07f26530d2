"""What NumPy may do with a traced array: work, return a plain value, or refuse by name.

No function may return plain numbers that depended on the traced ones: that would be a
derivative of zero without a word.
"""

import copy
import math
import operator
import pickle
import warnings

import numpy as np
import pytest

from autodiff_lib.array_protocol import FUNCTIONS
from autodiff_lib.errors import AutodiffError, InputError, NotDifferentiableError
from autodiff_lib.numpy_api.contract import table
from autodiff_lib.tensor import Tensor
from autodiff_lib.tensor_dual import TensorDual
from autodiff_lib.tracing import Traced
from autodiff_lib.transforms import grad, jacobian, jvp

MATRIX = np.array([[2.1, 0.31], [0.43, 1.2]])  # no quotient of two is whole


def dual(value):
    value = np.asarray(value)
    return TensorDual(value, np.ones_like(value))


@pytest.fixture(params=[Tensor, dual], ids=["Tensor", "TensorDual"])
def t(request):
    return request.param(MATRIX)


@pytest.fixture(params=[Tensor, dual], ids=["Tensor", "TensorDual"])
def number(request):
    return request.param(np.asarray(1.5))


def assign(x):
    np.zeros((2, 2))[0] = x


def assign_number(x):
    np.zeros(2)[0] = x


def add_in_place(x):
    total = np.zeros((2, 2))
    total += x


def overwrite(x):
    x[0] = 1.0


def overwrite_primal(x):
    x.primal[0] = 1.0


REFUSED = (
    # what, a call, words of the message
    ("np.array([x])", lambda x: np.array([x, x]), r"plain NumPy array.*np\.stack"),
    ("np.asarray(x)", np.asarray, r"plain NumPy array.*np\.stack"),
    ("np.full(3, x)", lambda x: np.full((2, 2), x), r"np\.broadcast_to"),
    ("array[0] = x", assign, r"plain NumPy array.*np\.where"),
    ("array += x", add_in_place, r"out=, as in array \+= traced.*array = array \+ traced"),
    ("x[0] = 1", overwrite, r"assignment into a traced array.*np\.where, np\.concatenate"),
    ("out=", lambda x: np.add(x, 1, out=np.zeros((2, 2))), r"np\.add into out="),
    ("sum, out=", lambda x: np.sum(x, out=np.zeros(())), r"np\.sum into out="),
    ("where=", lambda x: np.add(x, 1, where=[True, False]), r"np\.add with where=.*np\.where"),
    ("sum, where=", lambda x: np.sum(x, where=MATRIX > 1), r"np\.sum with where="),
    ("sum, initial=", lambda x: np.sum(x, initial=2.0), r"np\.sum with initial="),
    ("dtype=", lambda x: np.add(x, 1, dtype=float), r"np\.add with dtype="),
    ("a list of arrays", lambda x: np.sum([x, x]), r"a list given to NumPy.*np\.stack"),
    ("np.add.at", lambda x: np.add.at(np.zeros(2), [0], x), r"np\.add\.at would lose"),
    ("reduceat", lambda x: np.add.reduceat(x, [0]), r"np\.add\.reduceat would lose"),
    ("accumulate", lambda x: np.maximum.accumulate(x), r"np\.maximum\.accumulate would lose"),
    ("not in the table", np.i0, r"np\.i0 would lose.*docs/numpy\.md"),
    ("not in np.linalg's", np.linalg.eigh, r"np\.linalg\.eigh would lose"),
    ("in place", lambda x: np.copyto(np.zeros((2, 2)), x), r"np\.copyto would lose"),
    ("x.item()", lambda x: x.item(), r"\.item\(\) would lose.*\.primal"),
    ("x.tolist()", lambda x: x.tolist(), r"\.tolist\(\) would lose"),
    ("x.sort()", lambda x: x.sort(), r"\.sort\(\) would lose"),
    ("x.flags", lambda x: x.flags, r"no attribute 'flags'.*\.primal\.flags"),
    ("a complex factor", lambda x: x * 1j, r"mul of arrays of float64, complex.*real and imag"),
    ("complex128", lambda x: x + np.ones(2) * 1j, r"real and imaginary parts"),
    ("an object array", lambda x: x * np.array([1.0, 2.0], object), r"would give object"),
    ("astype(int)", lambda x: x.astype(int), r"conversion to int64 would lose.*x\.primal"),
    ("a traced index", lambda x: np.arange(3)[x], r"would lose"),
    ("np.full_like(a, x)", lambda x: np.full_like(MATRIX, x), r"np\.copyto .*np\.broadcast_to"),
    ("indexed by a traced", lambda x: x[x], r"use as an index would lose"),
    ("pickle", pickle.dumps, r"pickling would lose"),
    ("norm, ord=2", lambda x: np.linalg.norm(x, 2), r"norm with ord=2 over 2 axes"),
)
REFUSED_NUMBERS = (
    ("float(x)", float, r"float\(\) would lose"),
    ("int(x)", int, r"int\(\) would lose"),
    ("complex(x)", complex, r"complex\(\) would lose"),
    ("range(x)", range, r"use as an index would lose"),
    ("math.sin(x)", math.sin, r"a function of autodiff_lib\.math"),
    ("np.full(3, x)", lambda x: np.full(3, x), r"np\.broadcast_to"),
    ("np.float64(x)", np.float64, r"would lose"),
    ("np.arange(x)", np.arange, r"would lose"),
)


@pytest.mark.parametrize(("call", "message"), [row[1:] for row in REFUSED], ids=lambda x: "")
def test_refused_in_words(t, call, message):
    with pytest.raises(NotDifferentiableError, match=message):
        call(t)


@pytest.mark.parametrize(("call", "message"), [row[1:] for row in REFUSED_NUMBERS])
def test_a_number_is_refused_in_words(number, call, message):
    with pytest.raises(NotDifferentiableError, match=message):
        call(number)


def test_an_assigned_number_is_refused_by_numpy_for_our_reason(number):
    with pytest.raises(ValueError, match="array element") as caught:
        assign_number(number)
    assert isinstance(caught.value.__cause__, NotDifferentiableError)


def test_a_write_to_the_value_is_refused(t):
    for x in (t, t * 2.0, np.sin(t), t.reshape(4), t[0]):
        with pytest.raises(ValueError, match="read-only"):
            overwrite_primal(x)


WORKS = (
    # what, a call, the same on plain arrays
    ("np.float64(2) * x", lambda x: np.float64(2) * x),
    ("array * x", lambda x: MATRIX * x),
    ("list * x", lambda x: [1.0, 2.0] * x),
    ("integers * x", lambda x: np.arange(2) * x),
    ("truth values * x", lambda x: (MATRIX > 0.5) * x),
    ("array @ x", lambda x: MATRIX @ x),
    ("vector @ x", lambda x: MATRIX[0] @ x),
    ("2 ** x", lambda x: 2**x),
    ("x % 2", lambda x: x % 0.7),
    ("7 % x", lambda x: 7 % x),
    ("divmod", lambda x: divmod(x, 0.7)[1]),
    ("abs, neg, pos", lambda x: abs(-(+x))),
    ("np.add.reduce", np.add.reduce),
    ("np.multiply.reduce", lambda x: np.multiply.reduce(x, axis=1)),
    ("np.maximum.reduce", lambda x: np.maximum.reduce(x, axis=0, keepdims=True)),
    ("np.logaddexp.reduce", lambda x: np.logaddexp.reduce(x, axis=1)),
    ("np.add.accumulate", np.add.accumulate),
    ("np.add.outer", lambda x: np.add.outer(x, MATRIX[0])),
    ("np.power.outer", lambda x: np.power.outer(MATRIX[0], x)),
    ("sum()", sum),
    ("x.sum()", lambda x: x.sum()),
    ("x.mean(axis)", lambda x: x.mean(axis=0)),
    ("x.T, x.mT", lambda x: x.T @ x.mT),
    ("x.reshape(4)", lambda x: x.reshape(4)),
    ("x.reshape(2, -1)", lambda x: x.reshape((1, -1))),
    ("x.flatten()", lambda x: x.flatten()),
    ("x.astype(float32)", lambda x: x.astype(np.float32)),
    ("x.copy()", lambda x: x.copy()),
    ("copy.deepcopy(x)", copy.deepcopy),
    ("x[…], None", lambda x: x[..., None, 0]),
    ("for row in x", lambda x: next(iter(x)) * 2),
    ("out=None", lambda x: np.sum(x, axis=None, out=None)),
    ("np.stack of both", lambda x: np.stack([x, MATRIX])),
    ("a list of lists", lambda x: np.concatenate([[x[0, 0], 1.0], x[1]])),
    ("np.full_like(x, x)", lambda x: np.full_like(x, x[0, 0])),
    ("np.clip to x", lambda x: np.clip(MATRIX, None, x)),
    ("np.pad", lambda x: np.pad(x, ((1, 0), (0, 2)), constant_values=3.0)),
    ("reshape, order F", lambda x: np.reshape(x, (4, 1), order="F")),
    ("ravel, order F", lambda x: np.ravel(x, order="F")),
)


@pytest.mark.parametrize("call", [row[1] for row in WORKS], ids=[row[0] for row in WORKS])
def test_works_and_keeps_value_and_type(t, call):
    result, plain = call(t), call(MATRIX.copy())
    assert isinstance(result, type(t))
    np.testing.assert_allclose(result.primal, plain, rtol=1e-15)
    assert result.dtype == plain.dtype
    assert result.shape == plain.shape


OF_THE_VALUE = (
    lambda x: x > 0.5,
    lambda x: 0.5 <= x,  # noqa: SIM300
    lambda x: np.float64(0.5) < x,
    lambda x: x == MATRIX,
    lambda x: x != x,
    np.shape,
    np.ndim,
    np.size,
    len,
    np.argmax,
    lambda x: np.argsort(x, axis=0),
    np.isfinite,
    np.floor,
    lambda x: x // 0.7,
    lambda x: np.round(x, 1),
    lambda x: np.allclose(x, MATRIX),
    lambda x: np.searchsorted([0.5, 1.5], x),
    np.zeros_like,
    lambda x: bool(x[0, 0]),
)


@pytest.mark.parametrize("call", OF_THE_VALUE)
def test_of_the_value(t, call):
    result, plain = call(t), call(MATRIX)
    assert type(result) is type(plain)
    np.testing.assert_array_equal(result, plain)


def test_inputs_that_cannot_be_differentiated_in():
    for x, message in (
        (np.arange(3), r"an array of int64.*dtype=float"),
        (np.array([True]), r"an array of bool.*dtype=float"),
        (np.array([1j]), "an array of complex numbers.*real and imaginary parts"),
        (np.array([1.0], object), "an array of dtype object"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.ma.masked_array([1.0, 2.0], [0, 1]), r"a MaskedArray.*np\.where for a mask"),
    ):
        with pytest.raises(InputError, match=message):
            Tensor(x)
        with pytest.raises(InputError, match=message):
            grad(np.sum)(x)
        with pytest.raises(InputError, match=message):
            jvp(np.sum, (x,), (x,))


@pytest.mark.parametrize(
    "call",
    [
        lambda x, masked: x * masked,
        lambda x, masked: masked * x,
        lambda x, masked: x + masked,
        lambda x, masked: masked @ x,
        lambda x, masked: np.concatenate([x, masked]),
    ],
)
def test_arrays_with_rules_of_their_own_are_refused(t, call):
    refusal = r"MaskedArray.*np\.where for a mask|plain NumPy"
    with pytest.raises(NotDifferentiableError, match=refusal):
        call(t, np.ma.masked_array(MATRIX, MATRIX > 1))


# Every public function, called in many ways.

TOUCHES_THE_WORLD = {
    *("test", "info", "save", "savez", "savez_compressed", "savetxt", "load", "loadtxt"),
    *("genfromtxt", "fromfile", "fromregex", "memmap", "show_config", "show_runtime", "seterr"),
    *("seterrcall", "setbufsize", "set_printoptions", "printoptions", "errstate", "bmat"),
    *("from_dlpack", "frombuffer", "get_include"),
}
"""Functions of files, settings and foreign memory."""

NO_ARRAYS = {
    *("busdaycalendar", "datetime_data", "datetime64", "timedelta64", "flatiter", "ufunc"),
    *("getbufsize", "geterr", "geterrcall", "get_printoptions", "isdtype", "nested_iters"),
    *("character", "complexfloating", "flexible", "floating", "generic", "inexact", "integer"),
    *("number", "signedinteger", "unsignedinteger", "put_along_axis", "fromstring", "iinfo"),
    *("nditer", "typename"),
}
"""What NumPy itself refuses in all of the calls below, before it looks at the array."""

ARGUMENTS = (
    lambda x: (x,),
    lambda x: (x, x),
    lambda x: (x, 1),
    lambda x: (1, x),
    lambda x: (1.5, x),
    lambda x: (x, 0, 1),
    lambda x: (x, 0.0, 2.0),
    lambda x: ([x, x],),
    lambda x: ([x, x], 0),
    lambda x: (x, [0]),
    lambda x: (x, [0], 1.0),
    lambda x: (x, (0, 1)),
    lambda x: (x, x, x),
    lambda x: (x, MATRIX.copy()),
    lambda x: (MATRIX.copy(), x),
    lambda x: (x, MATRIX[0].copy()),
    lambda x: (MATRIX[0].copy(), x),
    lambda x: (MATRIX > 0.5, x),
    lambda x: (MATRIX > 0.5, x, MATRIX.copy()),
    lambda x: ([MATRIX > 0.5], [x]),
    lambda x: (MATRIX.copy(), MATRIX > 0.5, x),
    lambda x: (MATRIX.copy(), [0], x),
    lambda x: ((2, 2), x),
    lambda x: (3, x),
    lambda x: ("ij->ji", x),
    lambda x: (lambda z: z, x),
    lambda x: (lambda z: z, 0, x),
    lambda x: (np.arange(2), [x, x]),
    lambda x: (MATRIX[0].copy(), MATRIX[0].copy(), x),
    lambda x: (0.5, MATRIX[0].copy(), x),
)


def public_functions():
    for module in (np, np.linalg):
        for name in sorted(set(dir(module)) - TOUCHES_THE_WORLD):
            function = getattr(module, name)
            is_error = isinstance(function, type) and issubclass(function, BaseException)
            if callable(function) and not name.startswith("_") and not is_error:
                yield pytest.param(name, function, id=f"{module.__name__}.{name}")


def numbers(tree):
    """Return the plain floats in a result, in order."""
    if isinstance(tree, list | tuple):
        return [number for part in tree for number in numbers(part)]
    if isinstance(tree, float | np.ndarray | np.generic):
        assert np.asarray(tree).dtype.kind != "O", "an object array"
        array = np.asarray(tree)
        return array.ravel().tolist() if array.dtype.kind in "fc" else []
    return []


def has_traced(tree):
    if isinstance(tree, list | tuple):
        return any(map(has_traced, tree))
    return isinstance(tree, Traced)


def plain_numbers(function, given, like):
    """Return the floats that a call returns, or writes into arrays that are plain in `like`."""
    result = function(*given)
    targets = [x for x, model in zip(given, like, strict=True) if not has_traced(model)]
    return [] if has_traced(result) else [repr(x) for x in numbers([result, *targets])]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "function"), list(public_functions()))
def test_no_function_loses_a_derivative(name, function):
    """Where plain numbers come out, they are such as do not move with the traced ones."""
    outcomes = set()
    for point in (MATRIX + 0.017, MATRIX[0] + 0.017, np.asarray(1.53)):
        for arguments in ARGUMENTS:
            given = arguments(Tensor(point))
            if callable(given[0]) and isinstance(function, np.ufunc):
                continue  # which returns any object as it is
            try:
                found = plain_numbers(function, given, given)
            except AutodiffError:
                outcomes.add("refused")
                continue
            except Exception:  # NumPy's own, for arguments that do not fit
                continue
            outcomes.add("worked")
            if found and not name.startswith("empty"):
                try:
                    here = plain_numbers(function, arguments(point), given)
                    moved = plain_numbers(function, arguments(point + 1e-3), given)
                except Exception:  # it takes traced arrays only, for their type say
                    continue
                assert here == moved, f"{name}{given} lost the derivative"
    assert outcomes or name in NO_ARRAYS, f"np.{name} was never given arguments that fit it"


def test_every_function_of_the_table_is_called_by_its_numpy_name():
    assert all(callable(function) or function == "getitem" for function in FUNCTIONS)


def test_the_table_is_written_down(request):
    written = (request.config.rootpath / "docs" / "numpy.md").read_text()
    assert table() in written, "run `python -m autodiff_lib.numpy_api.contract docs/numpy.md`"


def test_values_are_those_of_the_plain_program_without_new_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        jacobian(lambda x: np.where(x > 0, np.sqrt(np.abs(x)), 0.0))(np.array([-1.0, 0.0, 4.0]))


def test_operators_give_up_as_numpy_does():
    with pytest.raises(TypeError):
        operator.lshift(Tensor(MATRIX), 1)
