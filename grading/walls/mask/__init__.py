"""Stands in the place of a module that answers to an assignment may not use."""

if not __name__.startswith("grading."):
    raise ModuleNotFoundError(
        f"{__name__} may not be used in the answers to this assignment", name=__name__
    )
