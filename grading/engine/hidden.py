"""Which lines of a test cell are hidden from students, and what is left without them."""

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


def on_view(source: str) -> str:
    """Return the source of a test cell with its hidden lines empty: the others keep their numbers.

    >>> on_view("a\\n### BEGIN HIDDEN TESTS\\nb\\n### END HIDDEN TESTS\\nc")
    'a\\n\\n\\n\\nc'
    """
    hidden = hidden_lines(source)
    lines = source.splitlines()
    return "\n".join("" if n in hidden else line for n, line in enumerate(lines, 1))
