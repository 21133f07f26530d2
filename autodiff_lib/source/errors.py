"""The one error of source transformation, and a way to raise it that always names the line."""

import ast
from typing import NoReturn

from autodiff_lib.errors import AutodiffError


class SourceError(AutodiffError, TypeError):
    """A function that cannot be read, or holds a construct that cannot be transformed.

    Attributes:
        filename: the file of the function, or None where it is not known.
        line: the number of the line in that file, or None.
    """

    def __init__(self, message: str, filename: str | None = None, line: int | None = None) -> None:
        where = f"{filename}, line {line}: " if filename else ""
        super().__init__(where + message)
        self.filename = filename
        self.line = line


class Refusal:
    """Raises a `SourceError` for a construct of one file."""

    def __init__(self, filename: str) -> None:
        self.filename = filename

    def __call__(self, node: ast.AST | int, message: str) -> NoReturn:
        """Refuse the construct at `node`, or on the line of that number."""
        line = node if isinstance(node, int) else getattr(node, "lineno", None)
        raise SourceError(message, self.filename, line)
