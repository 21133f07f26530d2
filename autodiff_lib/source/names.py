"""What a name means in a function, and which names a derivative program may use.

Functions and constants are looked up once, when the program is written: in the function's
closure, its module and the builtins. The program imports what it needs under names of its own.
"""

import ast
import builtins
import inspect
import itertools
import math
from collections.abc import Callable, Hashable
from types import FunctionType
from typing import Any

import autodiff_lib.math as elementary
from autodiff_lib import expressions, floats
from autodiff_lib.rules import BY_UFUNC, RULES

_RULE_NAMES = {
    name
    for rule in RULES.values()
    for text in (rule.value, *rule.partials)
    for name in expressions.names(text)
} - {"a", "b", "y"}

RESERVED = _RULE_NAMES | {
    *("float", "len", "list", "min", "range", "reversed", "zip", "ValueError"),
    *("stack", "seed", "math", "np", "a", "b"),
} - {"a", "b"}
"""Names that programs use with their usual meaning. A user's variable of that name is renamed."""

_BY_FUNCTION = {
    **{id(function): name for name, function in floats.NAMESPACE.items() if name in RULES},
    **{id(getattr(elementary, name)): name for name in RULES},
    id(math.fabs): "abs",
    id(builtins.abs): "abs",
}


def rule_of(thing: Any) -> str | None:
    """Return the row of the rule table that a function is, if it is one."""
    if type(thing).__name__ == "ufunc" and thing.__name__ in BY_UFUNC:
        return BY_UFUNC[thing.__name__].name
    return _BY_FUNCTION.get(id(thing))


class Scope:
    """The names of one function.

    `fresh` gives new ones. `variables` are its parameters and what it assigns.
    """

    def __init__(self, f: FunctionType, tree: ast.FunctionDef) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.arg) and node.arg in RESERVED:
                node.arg += "_"
        stored = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        renamed = (stored & RESERVED) | {
            name for name in inspect.signature(f).parameters if name in RESERVED
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in renamed:
                node.id += "_"
        self.variables = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        self.variables |= {name + "_" if name in renamed else name for name in stored}
        self._taken = RESERVED | {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        self._taken |= self.variables | {f.__name__}
        closure = inspect.getclosurevars(f)
        self._outside = {**vars(builtins), **f.__globals__, **closure.nonlocals}

    def fresh(self, stem: str) -> str:
        """Return `stem`, or `stem` with a number, so that the function does not use it yet."""
        numbered = (f"{stem}_{number}" for number in itertools.count(2))
        name = next(name for name in itertools.chain([stem], numbered) if name not in self._taken)
        self._taken.add(name)
        self.variables.add(name)
        return name

    def meaning(self, node: ast.expr) -> Any:
        """Return what a global name or a chain of attributes stands for.

        Raises:
            LookupError: when it is a variable, or is not known.
        """
        match node:
            case ast.Name(id=name) if name not in self.variables and name in self._outside:
                return self._outside[name]
            case ast.Attribute(value=value, attr=attribute):
                owner = self.meaning(value)
                if inspect.ismodule(owner) and hasattr(owner, attribute):
                    return getattr(owner, attribute)
        raise LookupError(ast.unparse(node))

    def called(self, node: ast.Call) -> Any:
        """Return the function that a call is of, or None if it is not known."""
        try:
            return self.meaning(node.func)
        except LookupError:
            return None

    def is_user_call(self, node: ast.Call) -> bool:
        """Say whether a call is of a function written in Python that has no rule of its own."""
        function = self.called(node)
        is_known = rule_of(function) is not None or self.builtin(node) is not None
        return isinstance(function, FunctionType) and not is_known

    def builtin(self, node: ast.Call) -> str | None:
        """Return the name of the builtin, of `math`'s function or of `where` that a call is of."""
        function = self.called(node)
        is_numpys = getattr(function, "__module__", None) == "numpy"
        if function is elementary.where or (is_numpys and function.__name__ == "where"):
            return "where"
        for module in (builtins, math):
            name = getattr(function, "__name__", "")
            if function is not None and getattr(module, name, None) is function:
                return name
        return None


class Module:
    """What a program imports and binds, and the functions in it, in the order of their text."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.functions: dict[str, Callable] = {}
        self._imports: dict[str, set[str]] = {}
        self._constants: dict[str, Any] = {}
        self._names: dict[Hashable, str] = {}

    def use_rule_names(self, text: str) -> str:
        """Import what `text` takes from the functions of the rule table, and return `text`."""
        found = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        for name in found & _RULE_NAMES - {"abs"}:
            is_pythons = getattr(math, name, None) is floats.NAMESPACE[name]
            module = "math" if is_pythons else "autodiff_lib.floats"
            self._imports.setdefault(module, set()).add(name)
        return text

    def use(self, module: str, attribute: str, scope: Scope) -> str:
        """Import a function of a library and return its name in the program."""
        name = self.name((module, attribute), attribute, scope)
        written = attribute if name == attribute else f"{attribute} as {name}"
        self._imports.setdefault(module, set()).add(written)
        return name

    def constant(self, stem: str, value: Any, scope: Scope) -> str:
        """Return the name in the program for a constant, a number or a list of numbers."""
        name = self.name((stem, repr(value)), stem, scope)
        self._constants[name] = value
        return name

    def function(self, f: Callable, scope: Scope) -> str:
        """Return the name in the program for a function of the user."""
        name = self.name(f, f.__name__, scope)
        self.functions[name] = f
        return name

    def name(self, key: Hashable, stem: str, scope: Scope) -> str:
        """Return the global name that belongs to `key`; it is no variable of `scope`."""
        if self._names.get(key) is None or self._names[key] in scope.variables:
            stems = itertools.chain([stem], (f"{stem}_{number}" for number in itertools.count(2)))
            taken = scope.variables | set(self._names.values()) | RESERVED
            self._names[key] = next(name for name in stems if name not in taken)
        return self._names[key]

    @property
    def text(self) -> str:
        """The program: imports, constants, functions."""
        lines = [
            f"from {module} import {', '.join(sorted(names))}"
            for module, names in sorted(self._imports.items(), reverse=True)
        ]
        constants = [f"{name} = {value!r}" for name, value in self._constants.items()]
        head = "\n\n".join("\n".join(part) for part in (lines, constants) if part)
        return "\n\n\n".join([head, *self.texts] if head else self.texts) + "\n"
