"""Notebooks that speak for themselves on the links between a student's process and the grader."""

from tests.grading.attacks.attack import ENDED, FULL, Family

LINKS = Family("forging messages")
NO_LINKS = "(there are no links)"

# Finds the connection to the examiner, and the function that sends on it what is no message.
FIND = """
import gc, os, struct, time
def connections():
    return [held.connection for held in gc.get_objects() if type(held).__name__ == "Link"]
def raw(data):
    for connection in connections():
        try: connection.settimeout(3); connection.sendall(data)
        except OSError: pass
def say(*messages):
    from grading.wire import encode
    for message in messages:
        data = encode(message)
        raw(struct.pack(">I", len(data)) + data)
"""


def add(name: str, tries: str, *cells: str, **settings: object) -> None:
    """Add an attack that has the functions above."""
    LINKS.add(name, tries, FIND, *cells, **{"stock": NO_LINKS, "states": ENDED, **settings})


add(
    "claims to be done",
    "sends the messages with which a test cell ends well",
    """
    def double(x):
        say(("done", 5), ("output", ("result", '[{"text/plain": "3.0"}, {}]', 1)), ("done", 5))
        return x
    """,
)
add(
    "shows a score of its own",
    "sends a score as the output of a test cell",
    """
    def double(x):
        say(("output", ("result", '[{"text/plain": "3.0"}, {}]', 1)))
        time.sleep(0.2)
        os._exit(0)
    """,
)
add(
    "raises what the test raises",
    "claims that its error is the one that the test's own function raised",
    """
    def double(x):
        for back in (0, -1, 10**30, True, "0", None, [0]):
            say(("raised", "AssertionError", "AssertionError", "", "", back))
        return x
    """,
)
add(
    "raises what ends the test",
    "sends errors of every name: those that end processes, loops and with-blocks",
    """
    def double(x):
        for name in ("SystemExit", "GeneratorExit", "StopIteration", "StopAsyncIteration",
                     "NotPlainError", "ExceptionGroup", "UnicodeDecodeError", "__import__", ""):
            say(("raised", name, "x\\x1b]0;x\\x07" * 1000, "<script>" * 10000, "x" * 10**6, None))
        return x
    """,
)
add(
    "says it is out of memory",
    "sends the errors that stand for the end of a process",
    """
    def double(x):
        say(("raised", "MemoryError", "MemoryError", "", "", None))
        return x
    """,
    states=FULL,
)
add(
    "sends garbage",
    "sends bytes that are no message",
    """
    def double(x):
        raw(os.urandom(100_000))
        return x
    """,
)
add(
    "announces an enormous message",
    "announces four gigabytes, and sends nothing",
    """
    def double(x):
        raw(b"\\xff\\xff\\xff\\xff")
        time.sleep(20)
    """,
)
add(
    "sends half a message",
    "begins a message and waits",
    """
    def double(x):
        raw(struct.pack(">I", 1000) + b"half")
        time.sleep(20)
    """,
)
add(
    "sends byte after byte",
    "sends a message so slowly that no single wait is long",
    """
    def double(x):
        raw(struct.pack(">I", 1_000_000))
        for _ in range(400):
            raw(b"x")
            time.sleep(0.05)
    """,
)
add(
    "floods the link",
    "sends messages that mean nothing, as fast as it can",
    """
    def double(x):
        end = time.monotonic() + 15
        while time.monotonic() < end: say(*[("ready", 1)] * 100)
    """,
)
add(
    "sends a bomb",
    "sends eight megabytes that become a hundred times as many: empty containers, nested tuples",
    """
    def double(x):
        body = b"\\x93\\xa5value" [:1] + b"\\xa5value" + b"\\xdd" + struct.pack(">I", 7_000_000)
        body = b"\\xc7\\x00\\x01" + b"\\x92\\xa5value\\xdd" + struct.pack(">I", 7_000_000)
        body += b"\\x80" * 7_000_000
        raw(struct.pack(">I", len(body) + 4) + struct.pack(">I", len(body)) + body)
        body = b"\\x92\\xa5value\\xdd" + struct.pack(">I", 7_000_000) + b"\\x90" * 7_000_000
        raw(struct.pack(">I", len(body) + 4) + struct.pack(">I", len(body)) + body)
        time.sleep(8)
    """,
    states=ENDED | FULL,
)
add(
    "arrays that lie",
    "sends arrays of odd kinds and shapes, with numbers that belong to others",
    """
    def double(x):
        def array(kind, *shape, numbers=b"\\0" * 8):
            import msgpack
            inner = msgpack.packb([kind, *shape])
            body = msgpack.packb(["value", msgpack.ExtType(5, inner)])
            body = msgpack.packb(msgpack.ExtType(1, body))
            raw(struct.pack(">I", len(body) + 4 + len(numbers)) + struct.pack(">I", len(body))
                + body + numbers)
        for shape in ((2**62, 2**62), (0, 2**62, 2**62), (-1,), (1.5,), ("1",), (True,), (2**70,)):
            array("<f8", *shape)
        for kind in ("O", "<O8", "V8", "U2", "<M8", "f99", "<f0", "|S8", "8f", "f8,f8", "*"):
            array(kind, 1)
        return x
    """,
)
add(
    "forges the cells below",
    "claims in its own cell that all cells have run and the notebook has ended, and lives on",
    """
    def double(x): return x
    for index in range(20):
        say(("done", index, 1), ("cell", index + 1))
    say(("end",))
    time.sleep(1)
    """,
    spares=False,
)
add(
    "answers before it is asked",
    "lays answers into the links of the tests before there is anybody to give them",
    """
    def double(x): return x
    say(*[("value", value) for value in (4, 17350618, 4, 17350618)])
    """,
    spares=False,
)
add(
    "garbage from a cell",
    "sends bytes that are no message while a cell of its own runs",
    """
    def double(x): return x
    raw(os.urandom(10_000))
    """,
)
add(
    "an odd cell",
    "sends outputs of odd forms from a cell of its own",
    """
    def double(x): return x
    send = get_ipython().send
    for message in ((), ("stream",), ("stream", "stdout", 1), ("stream", "x", "y"), ("clear", 1),
                    ("result", "[]", 1), ("result", "[1, 2]", 10**30), ("result", "{", 1),
                    ("display", "[{}, {}]", ""), ("update", "[{}, {}]", "x"), ("error", 1, 2, 3),
                    ("error", "x", "y", [1, None, "z"]), ("result", "[{}, {}]", True),
                    ("display", '[{"text/plain": ["a"]}, {"text/plain": 3}]', "")):
        send(message)
    """,
)
