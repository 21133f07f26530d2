"""Plain values as bytes: the only form in which anything crosses the wall to a student's code.

msgpack carries what it knows; tuples, sets, complex numbers, integers of any size and NumPy's
arrays and scalars are extensions of it, with the raw numbers of arrays behind it all. Nothing
that is read can name a class or a function. Who writes the bytes may be hostile: `decode`
rebuilds a plain value or raises a WireError.
"""

import math
import re
import struct
from enum import IntEnum
from typing import Any

import msgpack

from grading.values import MAX_DEPTH

MAX_BYTES = 64_000_000
# Without the raw numbers: each of these bytes can become an object of some sixty bytes.
MAX_STRUCTURE = 8_000_000

_DTYPE = re.compile(r"[<>|]?[biufc][0-9]{1,2}")
_LENGTH = struct.Struct(">I")
_TWO_FLOATS = struct.Struct(">dd")
_TEXT = {"unicode_errors": "surrogatepass"}
_ROOM = 1 << 12  # bytes that a packer begins with: msgpack's own default takes longer to get


class _Kind(IntEnum):
    """The extensions: what a message can hold besides msgpack's own kinds."""

    TUPLE = 1
    SET = 2
    COMPLEX = 3
    INTEGER = 4
    ARRAY = 5
    SCALAR = 6


class WireError(ValueError):
    """A value that cannot cross, or bytes that are no plain value."""


def encode(value: Any) -> bytes:
    """Return `value`, which must be plain, as bytes; see `grading.values.plain`.

    Raises:
        WireError: when it is larger than may cross.

    >>> decode(encode([1, (2.5, "three"), {4: 5j}]))
    [1, (2.5, 'three'), {4: 5j}]
    """
    writer = _Writer()
    try:
        structure = writer.pack(value)
    except (ValueError, OverflowError, TypeError, RecursionError) as error:
        raise WireError(f"the value cannot be passed on: {error}") from error
    size = len(structure) + sum(map(len, writer.numbers))
    if size > MAX_BYTES or len(structure) > MAX_STRUCTURE:
        raise WireError(
            f"the value takes {size:,} bytes, {len(structure):,} of them outside of arrays; "
            f"{MAX_BYTES:,} and {MAX_STRUCTURE:,} can be passed on"
        )
    return b"".join([_LENGTH.pack(len(structure)), structure, *writer.numbers])


def decode(data: bytes) -> Any:
    """Return the plain value that `data` holds.

    Raises:
        WireError: when `data` is anything but the bytes of one plain value.
    """
    try:
        (length,) = _LENGTH.unpack_from(data)
        structure, numbers = data[4 : 4 + length], memoryview(data)[4 + length :]
        if length > MAX_STRUCTURE or len(structure) < length or len(data) > MAX_BYTES + 4:
            raise WireError("no plain value: its length is wrong")
        reader = _Reader(numbers)
        value = reader.unpack(structure)
        if reader.place != len(numbers):
            raise WireError("no plain value: bytes are left over")
    except WireError:
        raise
    except Exception as error:  # msgpack's errors have no common base, and NumPy has its own
        raise WireError(f"no plain value: {type(error).__name__}") from error
    return value


class _Writer:
    """Packs one value; lays the raw numbers of arrays aside in their order."""

    def __init__(self) -> None:
        self.numbers: list[bytes] = []

    def pack(self, value: Any) -> bytes:
        packer = msgpack.Packer(default=self._extension, strict_types=True, buf_size=_ROOM, **_TEXT)
        return packer.pack(value)

    def _extension(self, value: Any) -> msgpack.ExtType:
        """Return what msgpack does not know as one of the extensions."""
        kind = type(value)
        if kind is tuple:
            return msgpack.ExtType(_Kind.TUPLE, self.pack(list(value)))
        if kind is set:
            return msgpack.ExtType(_Kind.SET, self.pack(list(value)))
        if kind is complex:
            return msgpack.ExtType(_Kind.COMPLEX, _TWO_FLOATS.pack(value.real, value.imag))
        if kind is int:
            size = value.bit_length() // 8 + 1
            return msgpack.ExtType(_Kind.INTEGER, value.to_bytes(size, "big", signed=True))
        if kind.__module__ == "numpy":
            self.numbers.append(value.tobytes())
            if kind.__name__ == "ndarray":
                return msgpack.ExtType(_Kind.ARRAY, self.pack([value.dtype.str, *value.shape]))
            return msgpack.ExtType(_Kind.SCALAR, self.pack([value.dtype.str]))
        raise TypeError(f"a {kind.__name__} is no plain value")


class _Reader:
    """Unpacks one value; takes the raw numbers of arrays from where they were laid aside."""

    def __init__(self, numbers: memoryview) -> None:
        self.numbers = numbers
        self.place = 0
        self.depth = 0

    def unpack(self, structure: bytes) -> Any:
        if self.depth > MAX_DEPTH:
            raise WireError(f"no plain value: nested deeper than {MAX_DEPTH} levels")
        self.depth += 1
        value = msgpack.unpackb(
            structure, ext_hook=self._extension, raw=False, strict_map_key=False, **_TEXT
        )
        self.depth -= 1
        return value

    def _extension(self, code: int, data: bytes) -> Any:
        match code:
            case _Kind.TUPLE:
                return tuple(self._items(data))
            case _Kind.SET:
                return set(self._items(data))
            case _Kind.COMPLEX:
                return complex(*_TWO_FLOATS.unpack(data))
            case _Kind.INTEGER:
                return int.from_bytes(data, "big", signed=True)
            case _Kind.ARRAY:
                dtype, *shape = self._items(data)
                return self._array(dtype, shape)
            case _Kind.SCALAR:
                (dtype,) = self._items(data)
                return self._array(dtype, [])[()]
        raise WireError("no plain value: an unknown extension")

    def _items(self, data: bytes) -> list:
        items = self.unpack(data)
        if type(items) is not list:
            raise WireError("no plain value: an extension without items")
        return items

    def _array(self, dtype: str, shape: list[int]) -> Any:
        import numpy as np

        if not _DTYPE.fullmatch(dtype) or not all(type(n) is int and n >= 0 for n in shape):
            raise WireError("no plain value: an array of an unknown kind")
        kind = np.dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        if size > len(self.numbers) - self.place:
            raise WireError("no plain value: an array without its numbers")
        raw = np.frombuffer(self.numbers, kind, math.prod(shape), self.place).reshape(shape)
        self.place += size
        found = raw.copy()
        if kind.kind == "b":  # a byte that is neither 0 nor 1 would equal neither
            np.not_equal(raw.view(np.uint8), 0, out=found)
        return found
