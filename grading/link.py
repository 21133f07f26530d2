"""Messages over a socket between a student's process and the grader: plain values, bounded."""

import socket
import struct
import time
from typing import Any

from grading.wire import MAX_BYTES, decode, encode

_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 20


class LinkClosedError(Exception):
    """The process on the other side has ended, or closed its end."""


class LinkTimeoutError(Exception):
    """The process on the other side has not answered in time."""


class Link:
    """One end of a connection that carries plain values.

    What arrives may come from hostile code: it is a plain value, or a WireError is raised.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, message: Any, deadline: float | None = None) -> None:
        """Send `message`; `deadline` is a time of `time.monotonic`.

        Raises:
            LinkClosedError, LinkTimeoutError: when it cannot be delivered, or not in time.
            WireError: when it is too large.
        """
        data = encode(message)
        view = memoryview(_LENGTH.pack(len(data)) + data)
        while view:
            self._wait_until(deadline)
            try:
                view = view[self.connection.send(view) :]
            except TimeoutError:
                raise LinkTimeoutError from None
            except OSError:
                raise LinkClosedError from None

    def receive(self, deadline: float | None = None) -> Any:
        """Return the next message; `deadline` is a time of `time.monotonic`.

        Raises:
            LinkClosedError, LinkTimeoutError: when none comes, or not in time.
            WireError: when what comes is no message.
        """
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        if length > MAX_BYTES + _LENGTH.size:
            raise LinkClosedError
        return decode(self._read(length, deadline))

    def close(self) -> None:
        """Close this end; the other one then finds the link closed."""
        self.connection.close()

    def _read(self, size: int, deadline: float | None) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait_until(deadline)
            try:
                chunk = self.connection.recv(min(size - len(data), _CHUNK))
            except TimeoutError:
                raise LinkTimeoutError from None
            except OSError:
                raise LinkClosedError from None
            if not chunk:
                raise LinkClosedError
            data += chunk
        return bytes(data)

    def _wait_until(self, deadline: float | None) -> None:
        if deadline is None:
            self.connection.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise LinkTimeoutError
        self.connection.settimeout(left)
