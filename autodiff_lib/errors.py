"""What can go wrong, by name. Every message says what was given, what is needed and what to do."""


class AutodiffError(Exception):
    """The base of all errors of this library."""


class NotDifferentiableError(AutodiffError, TypeError):
    """An operation that has no derivative rule, or that would lose the derivative silently."""


class MissingAttributeError(NotDifferentiableError, AttributeError):
    """An attribute of arrays that a traced array does not have."""


class InputError(AutodiffError, TypeError):
    """An argument of a type that cannot be differentiated with respect to."""


class ScalarMeetsArrayError(InputError):
    """A scalar engine's value met an array. Transforms then trace arrays from the start."""


class NeedsArrayError(ScalarMeetsArrayError, NotDifferentiableError):
    """NumPy was asked for more than a scalar engine has. Transforms then trace arrays."""


class MissingNumberAttributeError(NeedsArrayError, AttributeError):
    """An attribute that traced numbers do not have. Arrays may."""


class OutputError(AutodiffError, TypeError):
    """A function returned something else than the transform needs, a list for `grad` say."""


class EscapedError(AutodiffError, RuntimeError):
    """A value of one differentiation was used after that differentiation had ended."""


class NestingError(AutodiffError, RuntimeError):
    """Values of two differentiations met, of which neither was opened inside the other."""


class OverwriteError(AutodiffError, ValueError):
    """An array was overwritten that the derivative depends on."""


class FreedError(AutodiffError, RuntimeError):
    """What a sweep needs was given back already."""


class ReplayError(AutodiffError, RuntimeError):
    """A record holds for one branch of a program, and the new inputs take another."""
