"""Which lines of a test cell are hidden from students."""

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def hidden_lines(source: str) -> set[int]:
    """Return the numbers of the lines between the marks, counted from 1, the marks included.

    >>> sorted(hidden_lines("a\\n### BEGIN HIDDEN TESTS\\nb\\n### END HIDDEN TESTS\\nc"))
    [2, 3, 4]
    """
    hidden, inside = set(), False
    for number, line in enumerate(source.splitlines(), 1):
        inside = inside or BEGIN in line
        if inside:
            hidden.add(number)
        if END in line:
            inside = False
    return hidden
