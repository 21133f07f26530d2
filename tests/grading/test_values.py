"""Only plain values cross to the judge, rebuilt so that no class of a student's comes along."""

import copy
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from grading import NotPlainError, plain
from grading.values import MAX_DEPTH

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
)
hashable = scalars | st.tuples(scalars, scalars)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(hashable, inner)
        | st.sets(hashable)
    ),
    max_leaves=12,
)
arrays = stn.arrays(
    st.sampled_from(["?", "i1", "<i4", ">i8", "u2", "f2", "<f4", ">f8", "c8", "c16"]),
    stn.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


def same(left, right):
    """Say whether two values are equal and of exactly the same types, all the way down."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left.items()), list(right.items()))
    if isinstance(left, set):
        return sorted(map(repr, left)) == sorted(map(repr, right))
    return repr(left) == repr(right)


@given(values)
def test_plain_values_come_out_as_they_went_in(value):
    assert same(plain(value), value)


@given(arrays)
def test_arrays_of_numbers_come_out_as_they_went_in(array):
    result = plain(array)
    assert type(result) is np.ndarray
    assert (result.dtype, result.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(result, array)
    assert not np.shares_memory(result, array)


@given(values)
def test_nothing_is_shared_with_what_went_in(value):
    before = copy.deepcopy(value)
    result = plain(value)
    for container in (result, *(result if isinstance(result, (list, tuple)) else ())):
        if isinstance(container, (list, dict, set)):
            container.clear()
    assert same(value, before)


def liar(base):
    """Return a subclass of `base` that agrees with everything and shows nothing of itself."""

    def lie(*_):
        return True

    names = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__", "__contains__")
    body = dict.fromkeys(names, lie) | {"__hash__": lambda self: 0}
    body |= {
        "__len__": lambda self: 0,
        "__iter__": lambda self: iter(()),
        "__float__": lambda self: 42.0,
        "__int__": lambda self: 42,
        "__index__": lambda self: 42,
        "__complex__": lambda self: 42j,
        "__str__": lambda self: "right",
        "__getitem__": lambda self, key: b"right",
        "items": lambda self: [],
        "__class__": property(lambda self: base),
    }
    return type("Liar", (base,), body)


@pytest.mark.parametrize(
    "value",
    [3, -2.5, 1 + 2j, "wrong", b"wrong", [1, 2], (1, 2), {"a": 1}, {1, 2}, frozenset({1, 2})],
    ids=lambda value: type(value).__name__,
)
def test_a_lying_subclass_loses_its_class_and_keeps_its_value(value):
    result = plain(liar(type(value))(value))
    expected = set(value) if isinstance(value, frozenset) else value
    assert type(result) is type(expected)
    assert result == expected


def test_liars_inside_containers_lose_their_class_too():
    lie = liar(float)(0.0)
    assert [type(item) for item in plain([lie, (lie,)[0], {"k": lie}["k"]])] == [float] * 3
    assert plain([lie]) == [0.0]


def test_a_lying_array_loses_its_class():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_function__(self, *args):
            return True

    result = plain(np.zeros(3).view(Liar))
    assert type(result) is np.ndarray
    assert not (result == 1).any()


@pytest.mark.parametrize(
    "value", [np.float32(1.5), np.float64(2.5), np.int8(3), np.bool_(True), np.complex64(1j)]
)
def test_numpy_scalars_keep_their_type(value):
    assert type(plain(value)) is type(value)
    assert plain(value) == value


def test_special_floats_survive():
    assert math.isnan(plain(math.nan))
    assert math.copysign(1, plain(-0.0)) == -1
    assert plain([math.inf, -math.inf]) == [math.inf, -math.inf]


class Own:
    pass


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (lambda: 0, "a function cannot be judged"),
        (len, "a function cannot be judged"),
        (Own(), "a Own cannot be judged"),
        (Own, "a type cannot be judged"),
        (object(), "a object cannot be judged"),
        (range(3), "a range cannot be judged"),
        (np.array([Own()]), "dtype object cannot be judged"),
        (np.array(["text"]), "cannot be judged"),
        (iter([1]), "a list_iterator cannot be judged"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(value, said):
    for wrapped in (value, [value], (value,), {"key": value}):
        with pytest.raises(NotPlainError, match=said):
            plain(wrapped)


def test_a_metaclass_is_not_asked_for_a_name():
    class Meta(type):
        def __getattribute__(cls, name):
            raise AssertionError("asked the student's class")

    with pytest.raises(NotPlainError, match="a Sly cannot be judged"):
        plain(Meta("Sly", (), {})())


def test_a_metaclass_cannot_pass_its_class_off_as_a_number_s():
    class Meta(type):
        def __eq__(cls, other):
            return True

        def __hash__(cls):
            return hash(float)

    class Anything(metaclass=Meta):
        def __eq__(self, other):
            return True

        __hash__ = None

    with pytest.raises(NotPlainError):
        plain(Anything())


def test_a_value_without_bottom_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(NotPlainError, match=f"deeper than {MAX_DEPTH} levels"):
        plain(loop)


def test_a_value_without_bounds_is_refused(monkeypatch):
    monkeypatch.setattr("grading.values.MAX_ITEMS", 10)
    with pytest.raises(NotPlainError, match="more than 10 items"):
        plain([0] * 11)


def test_numpy_is_not_needed():
    code = "import sys; from grading import plain; plain([1.0]); assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
