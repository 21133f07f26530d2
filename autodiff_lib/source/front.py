"""From a function, or its text, to core statements with known kinds of variables."""

import ast
import inspect
import itertools
import linecache
import textwrap
from collections.abc import Callable
from types import FunctionType
from typing import Any

import autodiff_lib.math as elementary
from autodiff_lib.source import kinds
from autodiff_lib.source.desugar import Desugar
from autodiff_lib.source.errors import Refusal, SourceError
from autodiff_lib.source.jumps import Jumps
from autodiff_lib.source.names import Scope

_numbers = itertools.count(1)


def register(text: str, name: str) -> str:
    """Make `text` known to debuggers and tracebacks; return the file name that it goes under."""
    filename = f"<{name} {next(_numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    return filename


def compiled(text: str, name: str, namespace: dict[str, Any]) -> dict[str, Any]:
    """Run the definitions in `text`, whose source can be read afterwards; return their names."""
    filename = register(text, name)
    namespace = {"__name__": filename, **namespace}
    exec(compile(text, filename, "exec"), namespace)
    return namespace


def function_of(f: Callable | str) -> FunctionType:
    """Return the Python function that `f` is, or the last one that the text `f` defines.

    Raises:
        SourceError: when it is neither, or has been decorated.
    """
    if isinstance(f, str):
        namespace = {name: getattr(elementary, name) for name in elementary.__all__}
        text = textwrap.dedent(f)
        defined = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        if not defined:
            raise SourceError("the text defines no function; give it as 'def f(x): …'")
        return compiled(text, "source", namespace)[defined[-1].name]
    if not isinstance(f, FunctionType):
        raise SourceError(
            f"got {f!r} of type {type(f).__name__}; give a function that is defined by def"
        )
    if hasattr(f, "__wrapped__"):
        raise SourceError(f"{f.__name__} is decorated; give the function that stands inside")
    return f


class Front:
    """A function in core statements, with the kinds of its variables.

    Attributes:
        f: the function.
        scope: its names.
        refuse: refuses a construct of it.
        arguments: its parameters, as syntax.
        body: its core statements.
        outputs, is_tuple: what it returns.
        flags: the variables that say whether a loop has returned.
        ranks: the rank of each list.
        integers: the variables that are used as integers.
    """

    def __init__(self, f: FunctionType) -> None:
        self.f = f
        tree = _tree(f)
        self.refuse = Refusal(f.__code__.co_filename)
        self.line = tree.lineno
        if tree.args.vararg or tree.args.kwarg:
            self.refuse(tree, "*args and **kwargs cannot be transformed; name each parameter")
        if inspect.isgeneratorfunction(f):
            self.refuse(tree, "a generator cannot be transformed; return a list")
        self.scope = Scope(f, tree)
        self.arguments = tree.args
        jumps = Jumps(self.refuse, self.scope.fresh)
        body = jumps.rewrite(tree)
        self.outputs, self.is_tuple = jumps.outputs, jumps.is_tuple
        self.flags = jumps.flags
        desugar = Desugar(
            self.refuse, self.scope.fresh, self.scope.is_user_call, self.scope.builtin
        )
        self.body = desugar.block(body)
        self.ranks: dict[str, int] = {}
        self.integers: set[str] = set()

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters, as the program writes them."""
        arguments = self.arguments
        return [arg.arg for arg in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]


class Library:
    """Every function that a program has met, each read once."""

    def __init__(self) -> None:
        self._fronts: dict[FunctionType, Front] = {}

    def front(self, f: FunctionType) -> Front:
        """Return what is known of `f`. Of a function that calls itself, that may be little."""
        if f not in self._fronts:
            front = self._fronts[f] = Front(f)
            before = None
            while before != front.ranks:
                before = front.ranks
                front.ranks = kinds.ranks(front.body, lambda call: self._ranks(front, call))
            front.integers = kinds.integers(
                front.body, lambda call: self._integers(front, call)
            ) - set(front.ranks)
        return self._fronts[f]

    def given(self, front: Front, call: ast.Call) -> list[tuple[str, ast.expr]]:
        """Return the pairs of parameter and argument of a user call, in the parameters' order."""
        callee = self.front(function_of(front.scope.called(call)))
        if any(isinstance(arg, ast.Starred) for arg in call.args) or any(
            keyword.arg is None for keyword in call.keywords
        ):
            front.refuse(call, "* and ** in a call; write the arguments one by one")
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        try:
            bound = inspect.signature(callee.f).bind(*call.args, **keywords)
        except TypeError as error:
            front.refuse(call, f"{ast.unparse(call)}: {error}")
        names = list(inspect.signature(callee.f).parameters)
        return [
            (callee.parameters[names.index(name)], value) for name, value in bound.arguments.items()
        ]

    def _ranks(self, front: Front, call: ast.Call) -> dict[str, int]:
        if not front.scope.is_user_call(call):
            return {}
        callee = self.front(front.scope.called(call))
        return {
            value.id: callee.ranks.get(name, 0)
            for name, value in self.given(front, call)
            if isinstance(value, ast.Name)
        }

    def _integers(self, front: Front, call: ast.Call) -> set[str]:
        if not front.scope.is_user_call(call):
            return set()
        callee = self.front(front.scope.called(call))
        return {
            value.id
            for name, value in self.given(front, call)
            if isinstance(value, ast.Name) and name in callee.integers
        }


def _tree(f: FunctionType) -> ast.FunctionDef:
    """Return the syntax tree of `f`, with the line numbers of its file."""
    filename, first = f.__code__.co_filename, f.__code__.co_firstlineno
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, SyntaxError, TypeError):
        tree = ast.Module([], [])
    match tree:
        case ast.Module(body=[ast.FunctionDef() as function]):
            return ast.increment_lineno(function, first - 1)
    raise SourceError(
        f"the source of {f.__name__} cannot be read; define it by def, in a file or a notebook",
        filename,
        first,
    )
