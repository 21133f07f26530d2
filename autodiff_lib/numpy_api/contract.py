"""The table of what NumPy may do with traced arrays, made from what is registered."""

import sys
from pathlib import Path
from typing import Any

import numpy as np

import autodiff_lib.numpy_api  # noqa: F401, it registers NumPy's functions
from autodiff_lib.array_protocol import FUNCTIONS, UFUNC_METHODS
from autodiff_lib.numpy_api.values import OF_THE_VALUE


def table() -> str:
    """Return the table in Markdown, a row for each way in which NumPy's functions behave."""
    plain = set(map(_name, OF_THE_VALUE))
    names = {_name(function) for function in FUNCTIONS if function != "getitem"} - plain
    methods = {f"np.{ufunc}.{method}" for ufunc, method in UFUNC_METHODS}
    rows = (
        ("differentiated ufuncs", {n for n in names if _is_ufunc(n)}),
        ("differentiated methods of ufuncs", methods),
        ("differentiated functions", {n for n in names if not _is_ufunc(n)}),
        ("of the value: they return plain results", plain),
    )
    lines = ["| what NumPy does | functions |", "|---|---|"]
    lines += [f"| {what} | {', '.join(f'`{n}`' for n in sorted(some))} |" for what, some in rows]
    return "\n".join(lines)


def _name(function: Any) -> str:
    prefix = "np.linalg." if function.__name__ in _LINALG and _is_linalg(function) else "np."
    return prefix + function.__name__


_LINALG = frozenset(dir(np.linalg))


def _is_linalg(function: Any) -> bool:
    return getattr(np, function.__name__, None) is not function


def _is_ufunc(name: str) -> bool:
    return isinstance(getattr(np, name.removeprefix("np."), None), np.ufunc)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    start, _, rest = page.read_text().partition("| what NumPy does |")
    after = rest.partition("\n\n")[2].lstrip("\n")
    page.write_text(start + table() + "\n\n" + after)
