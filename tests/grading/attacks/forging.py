"""Wrong answers that try to score."""

from tests.grading.attacks.attack import DISTANCE, ENDED, LOOP, NUMPY, Family

FORGING = Family("forging scores")
add = FORGING.add
FULL_MARKS = "full marks"

add(
    "strips asserts",
    "takes the asserts out of every cell's syntax tree",
    """
    import ast
    class Strip(ast.NodeTransformer):
        def visit_Assert(self, node):
            return ast.Pass()
    get_ipython().ast_transformers.append(Strip())
    def double(x): return x
    """,
    stock=FULL_MARKS,
)
add(
    "blanks cells",
    "replaces the text of cells that hold an assert before they are compiled",
    """
    def blank(lines):
        return ["pass\\n"] if any("assert" in line for line in lines) else lines
    def double(x): return x
    get_ipython().input_transformers_cleanup.append(blank)
    """,
    stock=FULL_MARKS,
)
add(
    "runs nothing",
    "replaces the method of IPython that runs code",
    """
    from IPython.core.interactiveshell import InteractiveShell
    async def run_code(self, *args, **kwargs):
        return False
    def double(x): return x
    InteractiveShell.run_code = run_code
    """,
    stock=FULL_MARKS,
    spares=False,
)
add(
    "equals everything",
    "returns an object whose __eq__ is always true",
    """
    class Any:
        def __eq__(self, other): return True
    def double(x): return Any()
    """,
    stock=FULL_MARKS,
)
add(
    "a number that equals everything",
    "returns a float of a class of its own, whose comparisons lie",
    """
    class Liar(float):
        def __eq__(self, other): return True
        def __ne__(self, other): return False
        __hash__ = float.__hash__
    def double(x): return Liar(x)
    """,
    stock=FULL_MARKS,
)
add(
    "at no distance",
    "returns a number whose difference from anything is 0",
    """
    class Near(float):
        def __sub__(self, other): return 0.0
        def __rsub__(self, other): return 0.0
    def double(x): return Near(x)
    """,
    question=DISTANCE,
    stock=FULL_MARKS,
)
add(
    "a metaclass that lies",
    "returns an instance whose class says yes to every question about it",
    """
    class Meta(type):
        def __instancecheck__(cls, other): return True
        def __subclasscheck__(cls, other): return True
        def __eq__(cls, other): return True
        def mro(cls): return [cls, *float.mro()]
        __hash__ = type.__hash__
    class Any(float, metaclass=Meta):
        __class__ = int
        def __eq__(self, other): return True
        def __float__(self): return 4.0
        def __index__(self): return 4
        def __int__(self): return 4
    def double(x): return Any(x)
    """,
    stock=FULL_MARKS,
)
add(
    "an array that lies",
    "returns an array that answers NumPy's functions itself",
    """
    import numpy as np
    class Liar(np.ndarray):
        def __array_function__(self, function, types, args, kwargs): return True
        def __array_ufunc__(self, *args, **kwargs): return np.True_
    def double(x): return np.zeros(1).view(Liar)
    """,
    question=NUMPY,
    stock="(its assert_allclose sees through it)",
)
add(
    "reads the right value",
    "takes the expected value from the frame of its caller",
    """
    import sys
    def double(x):
        frame = sys._getframe(1)
        while frame and "expected" not in frame.f_globals:
            frame = frame.f_back
        return frame.f_globals["expected"] if frame else x
    """,
    stock=FULL_MARKS,
)
add(
    "writes the right value",
    "changes the expected value in the frame of its caller",
    """
    import sys
    def double(x):
        frame = sys._getframe(1)
        while frame:
            if "expected" in frame.f_globals: frame.f_globals["expected"] = x
            frame = frame.f_back
        return x
    """,
    stock=FULL_MARKS,
)
add(
    "searches memory",
    "looks for the pair of input and expected value among all objects",
    """
    import gc, sys
    def double(x):
        frame = sys._getframe(1)
        texts = [str(frame.f_code.co_consts)] + [str(held) for held in gc.get_objects()
                 if type(held) is tuple and len(held) == 2 and held[0] == x]
        import re
        for text in texts:
            if found := re.search(rf"\\({x}, (\\d+)\\)", text): return int(found[1])
        return x
    """,
    stock=FULL_MARKS,
)
add(
    "reads the history",
    "finds the right value in the text of the test cell",
    """
    import re
    def double(x):
        found = re.search(rf"\\({x}, ([\\d *]+)\\)", In[-1])
        return eval(found[1]) if found else x
    """,
    stock=FULL_MARKS,
)
add(
    "traces its caller",
    "has a trace function change what its caller compares with, one instruction later",
    """
    import sys
    def double(x):
        def trace(frame, event, argument):
            if event == "opcode": frame.f_globals["expected"] = x
            return trace
        caller = sys._getframe(1)
        caller.f_trace, caller.f_trace_opcodes = trace, True
        sys.settrace(trace)
        return x
    """,
    stock=FULL_MARKS,
)
add(
    "handles a signal",
    "has a signal handler change what its caller compares with",
    """
    import signal
    def handle(number, frame):
        while frame:
            if "expected" in frame.f_globals: frame.f_globals["expected"] = 0
            frame = frame.f_back
    signal.signal(signal.SIGUSR1, handle)
    def double(x):
        signal.raise_signal(signal.SIGUSR1)
        return 0
    """,
    stock=FULL_MARKS,
)
add(
    "a patient thread",
    "has a thread replace IPython's machinery while the tests wait",
    """
    import threading, time
    shell = get_ipython()
    async def run_code(*args, **kwargs): return False
    def wait():
        time.sleep(0.2)
        type(shell).run_code = run_code
    threading.Thread(target=wait, daemon=True).start()
    def double(x): return x
    """,
    """
    time.sleep(0.5)
    """,
    stock=FULL_MARKS,
    spares=False,
)
add(
    "patches NumPy",
    "replaces NumPy's comparisons by ones that never fail",
    """
    import numpy as np, numpy.testing
    np.isclose = np.allclose = np.array_equal = lambda *args, **kwargs: True
    numpy.testing.assert_allclose = numpy.testing.assert_equal = lambda *args, **kwargs: None
    def double(x): return x
    """,
    question=NUMPY,
    stock=FULL_MARKS,
)
add(
    "patches modules",
    "puts a module of its own in the place of the one that the test imports",
    """
    import sys, types, numpy as np
    class Yes(types.ModuleType):
        def __getattr__(self, name): return lambda *args, **kwargs: True
    sys.modules["numpy"] = sys.modules["numpy.testing"] = Yes("numpy")
    def double(x): return x
    """,
    question=NUMPY,
    stock=FULL_MARKS,
    spares=False,
)
add(
    "an import hook",
    "answers imports that come after it with modules of its own",
    """
    import builtins, types
    before = builtins.__import__
    class Yes(types.ModuleType):
        def __getattr__(self, name): return lambda *args, **kwargs: True
    def hook(name, *args):
        return Yes(name) if name.startswith("numpy") else before(name, *args)
    builtins.__import__ = hook
    def double(x): return x
    """,
    question=NUMPY,
    stock=FULL_MARKS,
)
add(
    "patches builtins",
    "replaces the built-in functions that a test may use",
    """
    import builtins
    builtins.abs = lambda x: 0.0
    def double(x): return x
    """,
    question=DISTANCE,
    stock=FULL_MARKS,
)
add(
    "shadows a name",
    "defines a function called abs in the notebook",
    """
    def abs(x): return 0.0
    def double(x): return x
    """,
    question=DISTANCE,
    stock=FULL_MARKS,
)
add(
    "ends the loop",
    "raises StopIteration, which ends the test's own map()",
    """
    def double(x): raise StopIteration
    """,
    question=LOOP,
    stock=FULL_MARKS,
)
add(
    "writes into the gradebook",
    "looks for gradebook.db above its folder and enters points by hand",
    """
    import sqlite3
    from pathlib import Path
    def double(x): return x
    for folder in Path.cwd().parents:
        for place in folder.glob("gradebook.db"):
            with sqlite3.connect(place, timeout=1) as book:
                book.execute("update grade set manual_score = 3")
    """,
    stock=FULL_MARKS,
)
add(
    "patches the checks",
    "replaces the score and the probes of the grader's own package",
    """
    import grading, grading.checks, grading.probes, grading.values
    grading.checks.Checks.score = lambda self: 3.0
    grading.probe = grading.probes.probe = lambda function: lambda *args: 4
    grading.values.plain = grading.checks._describe = lambda *args: 4
    def double(x): return x
    """,
    stock="(a test without checks does not use them)",
    spares=False,
)
add(
    "a display hook",
    "shows a score of its own where the test would show one",
    """
    from IPython.core.formatters import DisplayFormatter
    import sys
    DisplayFormatter.format = lambda self, *args, **kwargs: ({"text/plain": "3.0"}, {})
    sys.displayhook = lambda value: print("3.0")
    def double(x): return x
    """,
    stock="(a test without checks shows no score)",
)
add(
    "imitates the score",
    "shows the table of a passed test, with its data, in its own cell",
    """
    from grading import Checks
    checks = Checks(3)
    with checks("on view", points=1): pass
    with checks("hidden", points=2): pass
    def double(x): return x
    checks.score()
    """,
    stock="(it reads no score from a student's cell)",
)
add(
    "leaves the verdict for later",
    "has an exit handler and a finaliser speak when the process ends",
    """
    import atexit, gc, sys, weakref
    def speak(*args):
        for link in [held for held in gc.get_objects() if type(held).__name__ == "Link"]:
            link.send(("value", 4))
    class Watched: pass
    watched = Watched()
    weakref.finalize(watched, speak)
    atexit.register(speak)
    def double(x): sys.exit(0)
    """,
    stock="(an exit fails the test)",
    states=ENDED,
)
