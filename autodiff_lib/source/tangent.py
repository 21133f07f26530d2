"""The tangent program: beside every statement, the same statement for the derivatives.

A tangent comes before its primal statement, so that it still reads the values that the primal
overwrites; only where a rule is written in the result y does it come after.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 3.1.
"""

from collections.abc import Callable

from autodiff_lib.source import emitting
from autodiff_lib.source.analysis import hold_values, mark_all
from autodiff_lib.source.emitting import indented
from autodiff_lib.source.partials import (
    RESULT,
    guarded,
    may_be_infinite,
    partial,
    product,
    reads,
    total,
)
from autodiff_lib.source.program import (
    Append,
    Assign,
    Break,
    Call,
    CopyList,
    For,
    Function,
    If,
    NewList,
    Op,
    Ref,
    Statement,
    Tree,
    Value,
    Verbatim,
    While,
    operations,
)

Derived = Callable[[Call], tuple[str, Function]]
"""Gives the name of the derivative program of what a call is of, and the function read."""


class TangentWriter:
    """Writes the tangent program of one function."""

    def __init__(self, function: Function, name: str, derived: Derived) -> None:
        self._function = function
        self._name = name
        self._derived = derived
        self._fresh = function.fresh
        self._dots: dict[str, str] = {}
        self._varied = function.varied

    def lines(self) -> list[str]:
        """Return the lines of the program."""
        function = self._function
        mark_all(function.body)
        hold_values(function, recompute=False)
        dots = [self._dot(parameter.name) for parameter in function.active]
        function.added = dict(zip((p.name for p in function.active), dots, strict=True))
        body = emitting.conversions(function)
        for parameter in function.active:
            if parameter.rank:
                body += self._check_length(parameter.name)
        for parameter in function.parameters:
            if parameter.name in self._varied and not parameter.active:
                zero = emitting.zeros(parameter.name, parameter.rank)
                body.append(f"{self._dot(parameter.name)} = {zero}")
        body += self._block(function.body)
        values = emitting.result(function, function.outputs)
        tangents = emitting.result(
            function,
            [
                self._dot(name)
                if name in self._varied
                else emitting.zeros(name, function.ranks.get(name, 0))
                for name in function.outputs
            ],
        )
        head = emitting.signature(function.parameters, dots, [])
        return [f"def {self._name}({head}):", *indented([*body, f"return {values}, {tangents}"])]

    def _check_length(self, name: str) -> list[str]:
        dot = self._dot(name)
        message = f"{dot} needs as many numbers as {name}"
        return [
            f"if len({dot}) != len({name}):",
            *indented([f'raise ValueError("{message}")']),
        ]

    def _dot(self, name: str) -> str:
        if name not in self._dots:
            self._dots[name] = self._fresh(f"{name}_dot")
        return self._dots[name]

    def _block(self, body: list[Statement]) -> list[str]:
        return [line for statement in body for line in self._statement(statement)]

    def _statement(self, statement: Statement) -> list[str]:
        match statement:
            case Assign(target=target, tree=tree):
                primal = f"{target.text} = {tree.text}"
                if isinstance(tree, Op) and tree.name:
                    primal = f"{target.text} = {tree.name}"
                before = self._held(tree)
                if target.name not in self._varied:
                    return [*before, primal]
                tangent = (
                    f"{self._dot(target.name)}{target.index} = {self._tangent(tree, target.text)}"
                )
                if RESULT in reads(tree):
                    return [*before, primal, tangent]
                return [*before, tangent, primal]
            case NewList(name=name, items=items, text=text):
                return self._new_list(name, items, text)
            case CopyList(name=name, source=source, text=text):
                copy = f"{self._dot(name)} = list({self._dot(source)})"
                return [copy, f"{name} = {text}"]
            case Append(name=name, tree=tree):
                primal = f"{name}.append({tree.text})"
                before = self._held(tree)
                if name not in self._varied:
                    return [*before, primal]
                tangent = f"{self._dot(name)}.append({self._tangent(tree, f'{name}[-1]')})"
                if RESULT in reads(tree):
                    return [*before, primal, tangent]
                return [*before, tangent, primal]
            case Call():
                return self._call(statement)
            case If(test=test, then=then, orelse=orelse):
                return emitting.if_lines(test.text, self._block(then), self._block(orelse))
            case For():
                return self._for(statement)
            case While(test=test, body=body):
                return [f"while {test.text}:", *indented(self._block(body) or ["pass"])]
            case Break():
                return ["break"]
            case Verbatim(text=text):
                return [text.text]
        raise AssertionError(statement)

    def _held(self, tree: Tree) -> list[str]:
        """Return the lines for the inner values that the tangent needs, and their tangents."""
        lines = []
        for op in emitting.held(tree):
            dot = f"{self._dot(op.name)} = {self._expanded(op, op.name)}"
            lines += [f"{op.name} = {op.definition}", dot]
        return lines

    def _tangent(self, tree: Tree, result: str) -> str:
        """Return the tangent of `tree`, whose value is at hand as `result`."""
        match tree:
            case Value():
                return "0.0"
            case Ref(name=name, index=index):
                return self._dot(name) + index
            case Op(name=str() as name):
                return self._dot(name)
        return self._expanded(tree, result)

    def _expanded(self, op: Op, result: str) -> str:
        """Return Σ partial · tangent over the operands of `op`."""
        terms = []
        for place, arg in enumerate(op.args):
            if not isinstance(arg, Value):
                factor, dot = partial(op, place, result), self._tangent(arg, RESULT)
                term = product(factor, dot)
                if term and may_be_infinite(factor):
                    term = f"{dot} and {term}"
                elif term and isinstance(arg, Op) and _may_be_infinite(arg):
                    term = guarded(factor, term)
                terms.append(term)
        terms = [term for term in terms if term]
        return total(terms) if terms else "0.0"

    def _new_list(self, name: str, items: list[Tree], text: Value | None) -> list[str]:
        if name not in self._varied:
            return [f"{name} = {text.text}" if text else f"{name} = []"]
        if text is not None:
            return [f"{name} = {text.text}", f"{self._dot(name)} = [0.0] * len({name})"]
        before = [line for item in items for line in self._held(item)]
        tangents = ", ".join(self._tangent(item, RESULT) for item in items)
        values = ", ".join(item.text for item in items)
        return [*before, f"{self._dot(name)} = [{tangents}]", f"{name} = [{values}]"]

    def _for(self, loop: For) -> list[str]:
        body = self._block(loop.body) or ["pass"]
        names, lists = [], []
        for name, items in loop.items:
            names.append(name)
            lists.append(items)
            if name in self._varied:
                names.append(self._dot(name))
                lists.append(self._dot(items))
        if len(names) == len(loop.items):
            return [emitting.loop_head(loop.index, loop.steps, loop.head), *indented(body)]
        strict = ["strict=True"] * ("strict=True" in loop.head)
        run = f"zip({', '.join(lists + strict)})"
        if "enumerate(" in loop.head:
            head = f"for {loop.index}, ({', '.join(names)}) in enumerate({run}):"
        else:
            head = f"for {', '.join(names)} in {run}:"
        return [head, *indented(body)]

    def _call(self, call: Call) -> list[str]:
        arguments = [
            f"{keyword}={arg.text}" if by_name else arg.text
            for keyword, arg, by_name in zip(
                call.keywords, call.args, emitting.by_keyword(call), strict=True
            )
        ]
        targets = ", ".join(call.targets)
        if not call.actives:
            constant = [f"{self._dot(name)} = 0.0" for name in call.targets if name in self._varied]
            return [f"{targets} = {call.name}({', '.join(arguments)})", *constant]
        name, callee = self._derived(call)
        taken = emitting.keywords_only(callee.parameters)
        for place in call.actives:
            arg, keyword = call.args[place], call.keywords[place]
            dot = self._dot(arg.name) + arg.index
            arguments.append(f"{callee.added[keyword]}={dot}" if taken else dot)
        dots = [self._dot(target) for target in call.targets]
        left = f"({targets}), ({', '.join(dots)})" if callee.is_tuple else f"{targets}, {dots[0]}"
        return [f"{left} = {name}({', '.join(arguments)})"]


def _may_be_infinite(op: Op) -> bool:
    """Say whether the tangent of an expression may be infinite."""
    return any(
        may_be_infinite(partial(inner, place, inner.name or RESULT))
        for inner in operations(op)
        for place, arg in enumerate(inner.args)
        if not isinstance(arg, Value)
    )
