"""Writes docs/api.md: every public function and class of the library, with its first sentence.

python docs/api.py
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

PAGE = Path(__file__).with_name("api.md")

# Modules that a user imports from, in the order in which one meets them.
PUBLIC = (
    "autodiff_lib",
    "autodiff_lib.math",
    "autodiff_lib.check",
    "autodiff_lib.dual",
    "autodiff_lib.tape",
    "autodiff_lib.tensor",
    "autodiff_lib.source",
    "autodiff_lib.numerical",
    "autodiff_lib.symbolic",
    "autodiff_lib.counting",
    "autodiff_lib.elimination",
    "autodiff_lib.statejacobians",
    "autodiff_lib.sparse",
    "autodiff_lib.sparsity",
    "autodiff_lib.colouring",
    "autodiff_lib.schedules",
    "autodiff_lib.checkpointing",
    "autodiff_lib.nn",
    "autodiff_lib.trees",
)


def page() -> str:
    """Return the page: a section a module, a row a name."""
    parts = [
        "# The library, name by name",
        "Made from the docstrings by `python docs/api.py`. "
        "`help(name)` says more: shapes, errors, sources, and an example that runs.",
    ]
    for name in PUBLIC:
        module = importlib.import_module(name)
        rows = [
            f"| `{entry}{signature(thing)}` | {sentence(thing)} |"
            for entry, thing in members(module)
        ]
        parts.append(
            f"## {name}\n\n{sentence(module)}\n\n| name | what it does |\n|---|---|\n"
            + "\n".join(rows)
        )
    return "\n\n".join(parts) + "\n"


def members(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield the public functions and classes of a module by name."""
    names = getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    ]
    for name in sorted(names, key=str.lower):
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isroutine(thing):
            yield name, thing


def signature(thing: object) -> str:
    """Return the parameters of a function or class, without types."""
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return ""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return ""
    shown = inspect.Signature(
        [
            parameter.replace(annotation=inspect.Parameter.empty)
            for parameter in parameters
            if not parameter.name.startswith("_")
        ]
    )
    return re.sub(r" at 0x[0-9a-f]+", "", str(shown)).replace("|", "\\|")


def sentence(thing: object) -> str:
    """Return the first sentence of a docstring, on one line."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return text.replace("|", "\\|")


def undocumented() -> list[str]:
    """Return the public names that have no docstring."""
    return [
        f"{name}.{entry}"
        for name in PUBLIC
        for entry, thing in members(importlib.import_module(name))
        if not inspect.getdoc(thing)
    ]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
