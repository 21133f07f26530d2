"""What can go wrong, by name. Every message says what was given, what is needed and what to do."""


class AutodiffError(Exception):
    """The base of all errors of this library."""


class NotDifferentiableError(AutodiffError, TypeError):
    """An operation that has no derivative rule, or that would lose the derivative silently."""


class InputError(AutodiffError, TypeError):
    """An argument of a type that cannot be differentiated with respect to."""


class OutputError(AutodiffError, TypeError):
    """A function returned something else than the transform needs, a list for `grad` say."""


class EscapedError(AutodiffError, RuntimeError):
    """A value of one differentiation was used after that differentiation had ended."""
