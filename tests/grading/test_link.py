"""A link carries plain values, in time or not at all."""

import socket
import struct
import threading
import time

import numpy as np
import pytest

from grading.link import Link, LinkClosedError, LinkTimeoutError
from grading.wire import WireError, encode


@pytest.fixture
def pair():
    one, other = socket.socketpair()
    yield Link(one), Link(other)
    one.close()
    other.close()


def soon() -> float:
    return time.monotonic() + 0.05


def test_messages_arrive_in_their_order(pair):
    one, other = pair
    for message in [1, ("two", [3.0])]:
        one.send(message)
    assert [other.receive(), other.receive(soon())] == [1, ("two", [3.0])]


def test_a_message_larger_than_a_buffer_arrives(pair):
    one, other = pair
    array = np.arange(1_000_000.0)
    sender = threading.Thread(target=one.send, args=(array,))
    sender.start()
    np.testing.assert_array_equal(other.receive(time.monotonic() + 30), array)
    sender.join()


def test_silence_ends_at_the_deadline(pair):
    with pytest.raises(LinkTimeoutError):
        pair[0].receive(soon())


def test_half_a_message_ends_at_the_deadline(pair):
    one, other = pair
    one.connection.send(struct.pack(">I", 100) + b"x")
    with pytest.raises(LinkTimeoutError):
        other.receive(soon())


def test_nobody_who_reads_ends_at_the_deadline(pair):
    with pytest.raises(LinkTimeoutError):
        pair[0].send(np.zeros(4_000_000), soon())


def test_a_closed_end_is_told(pair):
    one, other = pair
    one.close()
    with pytest.raises(LinkClosedError):
        other.receive()
    with pytest.raises(LinkClosedError):
        other.send(1)


def test_an_enormous_message_is_not_read(pair):
    one, other = pair
    one.connection.send(struct.pack(">I", 0xFFFFFFFF))
    with pytest.raises(LinkClosedError):
        other.receive(soon())


def test_garbage_is_refused(pair):
    one, other = pair
    garbage = bytearray(encode([1, 2]))
    garbage[4] = 0xC1
    one.connection.send(struct.pack(">I", len(garbage)) + garbage)
    with pytest.raises(WireError):
        other.receive(soon())
