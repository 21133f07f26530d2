"""What the emitters of the tangent and of the adjoint program share."""

import ast

from autodiff_lib.expressions import simplify
from autodiff_lib.source.program import Call, Function, Op, Parameter, Tree, Value, operations

INDENT = "    "
WIDTH = 92

Sweeps = tuple[list[str], list[str]]
"""The lines of a forward and of a reverse sweep."""


def indented(lines: list[str]) -> list[str]:
    return [INDENT + line if line else line for line in lines]


def held(tree: Tree) -> list[Op]:
    """Return the named operations of a tree, operands first."""
    return [op for op in operations(tree) if op.name]


def loop_head(index: str, steps: Value, head: str) -> str:
    """Return the first line of a loop as it was written."""
    return f"for {head}:" if head else f"for {index} in {steps.text}:"


def signature(parameters: list[Parameter], positional: list[str], keywords: list[str]) -> str:
    """Return the parameters of a program: those of the function, then its own.

    Those in `positional` stand before the defaults if there are none, else among the keywords.
    """
    usual = [p for p in parameters if not p.keyword_only]
    only = [p for p in parameters if p.keyword_only]
    text = [p.name + (f"={p.default}" if p.default else "") for p in usual]
    after = [p.name + (f"={p.default}" if p.default else "") for p in only]
    if keywords_only(parameters):
        after += positional
    else:
        text += positional
    after += keywords
    return ", ".join(text + (["*", *after] if after else []))


def keywords_only(parameters: list[Parameter]) -> bool:
    """Say whether what a program adds to the parameters must be given by keyword."""
    return any(p.default or p.keyword_only for p in parameters)


def zeros(name: str, rank: int) -> str:
    """Return the text of a zero of the shape of the variable `name`."""
    if rank == 0:
        return "0.0"
    return f"[0.0] * len({name})" if rank == 1 else f"[[0.0] * len(row) for row in {name}]"


def conversions(function: Function) -> list[str]:
    """Return the lines that make numbers of the active parameters, or refuse what is none."""
    return [f"{p.name} = float({p.name})" for p in function.active if p.rank == 0]


def result(function: Function, texts: list[str]) -> str:
    """Return the outputs' texts as the function returns them."""
    return f"({', '.join(texts)}{',' * (len(texts) == 1)})" if function.is_tuple else texts[0]


def by_keyword(call: Call) -> list[bool]:
    """Say for each argument of a call whether it must be given by its name."""
    code = call.f.__code__
    usual = code.co_varnames[: code.co_argcount]
    return [
        place >= len(usual)
        or (usual[place] != keyword.removesuffix("_") and usual[place] != keyword)
        for place, keyword in enumerate(call.keywords)
    ]


def if_lines(test: str, then: list[str], orelse: list[str]) -> list[str]:
    """Return an if statement, without the branches that are empty."""
    if orelse and not then:
        return [f"if {simplify(f'not ({test})')}:", *indented(orelse)]
    lines = [f"if {test}:", *indented(then or ["pass"])]
    return lines + ["else:", *indented(orelse)] * bool(orelse)


def names(lines: list[str], *, stored: bool = False) -> set[str]:
    """Return the names in a piece of program; with `stored` those that it assigns."""
    return {
        node.id
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, ast.Name) and (not stored or isinstance(node.ctx, ast.Store))
    }
