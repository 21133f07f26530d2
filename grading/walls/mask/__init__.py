"""Stands where a module is that answers to an assignment may not use."""

raise ModuleNotFoundError(
    f"{__name__} may not be used in the answers to this assignment", name=__name__
)
