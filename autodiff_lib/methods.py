"""The engines' methods, generated from the rule table when an engine's module loads.

Looking a rule up at run time costs more than the arithmetic. So each engine gives a template
for one-input and one for two-input rules; a row's expressions are written into it, and the
result is compiled as a method of the engine's class.
"""

from typing import Any

from autodiff_lib.floats import NAMESPACE
from autodiff_lib.rules import RULES
from autodiff_lib.tracing import apply

OPERATORS = {"add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "pow": "pow"}
"""The rules that Python writes as operators, with the stems of their method names."""


UNARY = """
def {name}(self):
    return apply(rule, self)
"""
"""The template of an engine that has no faster way than `apply`; likewise `BINARY`."""

BINARY = """
def {name}(self, other):
    return apply(rule, self, other)

def reflected_{name}(self, other):
    return apply(rule, other, self)
"""


def generate_methods(
    engine: type, unary: str = UNARY, binary: str = BINARY, **namespace: Any
) -> None:
    """Give `engine` a method for each row of the rule table, and Python's operators.

    The templates define functions called `{name}` and, for two inputs, `{name}` and
    `reflected_{name}`, the operands exchanged. Filled in are `{name}`, `{value}`, `{da}` and
    `{db}`: the row's expressions in `a`, `b` and `y`; and `{code}`, its place in the table. In
    scope are the functions on floats, `rule`, the row itself, `apply`, and whatever `namespace`
    adds.
    """
    methods: dict[str, Any] = {}
    for code, rule in enumerate(RULES.values()):
        partials = dict(zip(("da", "db"), rule.partials, strict=False))
        template = unary if len(rule.inputs) == 1 else binary
        source = template.format(name=rule.name, code=code, value=rule.value, **partials)
        scope = NAMESPACE | {"rule": rule, "apply": apply} | namespace
        exec(compile(source, f"<{engine.__name__}.{rule.name}>", "exec"), scope, methods)
        setattr(engine, rule.name, methods[rule.name])
    for name, operator in OPERATORS.items():
        setattr(engine, f"__{operator}__", methods[name])
        setattr(engine, f"__r{operator}__", methods[f"reflected_{name}"])
    engine.__neg__ = methods["neg"]
    engine.__abs__ = methods["abs"]
