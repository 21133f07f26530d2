"""Plain values survive the way over the wire; nothing else comes through it."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.wire import MAX_BYTES, MAX_STRUCTURE, WireError, decode, encode

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.binary()
)
KEYS = st.integers() | st.text() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.sets(st.integers() | st.text(), max_size=4)
    ),
    max_leaves=20,
)


def same(left: object, right: object) -> bool:
    """Say whether two values are equal and of the same types throughout."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left.items()), list(right.items()))
    return left == right


@given(VALUES)
def test_a_plain_value_arrives_as_it_was(value):
    assert same(decode(encode(value)), value)


@pytest.mark.parametrize(
    "dtype", ["?", "i1", "u2", "i4", "i8", "f2", "f4", "f8", ">f8", "c8", "c16"]
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 4)])
def test_an_array_arrives_as_it_was(dtype, shape):
    array = np.array(np.arange(math.prod(shape)).reshape(shape) % 2, dtype)
    got = decode(encode([array, (array,), array.dtype.type(1)]))
    assert got[0].dtype == array.dtype
    assert got[0].shape == shape
    np.testing.assert_array_equal(got[0], array)
    assert got[0].flags.writeable
    assert type(got[2]) is array.dtype.type


def test_not_a_number_and_half_characters_arrive():
    nan, text = decode(encode([math.nan, "\ud800"]))
    assert math.isnan(nan)
    assert text == "\ud800"


@pytest.mark.parametrize("value", [object(), len, np.array(["x"]), np.array([None]), [1, {2: set}]])
def test_what_is_not_plain_is_not_sent(value):
    with pytest.raises(WireError):
        decode(encode(value))


def test_what_is_too_large_is_not_sent():
    with pytest.raises(WireError, match="can be passed on"):
        encode(np.zeros(MAX_BYTES // 8 + 1))
    with pytest.raises(WireError, match="can be passed on"):
        encode("x" * (MAX_STRUCTURE + 1))


def packed(structure: bytes, numbers: bytes = b"") -> bytes:
    return struct.pack(">I", len(structure)) + structure + numbers


HOSTILE = {
    "nothing": b"",
    "a length only": struct.pack(">I", 5),
    "a wrong length": struct.pack(">I", 1 << 31) + b"\xc0",
    "two values": packed(b"\xc0\xc0"),
    "numbers that belong to nothing": packed(b"\xc0", b"12345678"),
    "an unknown extension": packed(b"\xd4\x63\x00"),
    "lists in lists": packed(b"\x91" * 100_000 + b"\xc0"),
    "an array without its numbers": packed(b"\xc7\x07\x05\x92\xa3<f8\xcd\xff\xff"),
    "an array of objects": packed(b"\xc7\x05\x05\x92\xa2|O\x01", b"12345678"),
    "an array of a negative size": packed(b"\xc7\x06\x05\x92\xa3<f8\xff"),
    "a list as a key": packed(b"\x81\x91\x01\x01"),
    "a set of lists": packed(b"\xc7\x03\x02\x91\x91\x01"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_are_refused(data):
    with pytest.raises(WireError):
        decode(data)


def test_tuples_in_tuples_end_somewhere():
    data = encode(0)[4:]
    for _ in range(5000):
        if len(data) > 60_000:
            break
        data = b"\xc8" + struct.pack(">H", len(data) + 1) + b"\x01" + b"\x91" + data
    with pytest.raises(WireError, match="deeper"):
        decode(packed(data))


def test_the_numbers_of_one_array_cannot_serve_for_another():
    array = b"\xc7\x06\x05\x92\xa3<f8\x01"
    assert decode(packed(b"\x91" + array, b"\0" * 8)) == [np.zeros(1)]
    with pytest.raises(WireError, match="without its numbers"):
        decode(packed(b"\x92" + array + array, b"\0" * 8))


def test_a_truth_value_is_true_or_false():
    (found,) = decode(packed(b"\x91\xc7\x06\x05\x92\xa3|b1\x01", b"\x02"))
    assert found.view(np.uint8).tolist() == [1]


@given(st.binary(max_size=200) | VALUES.map(encode), st.data())
def test_any_bytes_are_a_plain_value_or_refused(data, draw):
    content = bytearray(data)
    for _ in range(draw.draw(st.integers(0, 4))):
        if content:
            content[draw.draw(st.integers(0, len(content) - 1))] = draw.draw(st.integers(0, 255))
    try:
        value = decode(bytes(content))
    except WireError:
        return
    encode(value)
