"""The kinds of walls, and what is said where they cannot be had."""

from enum import StrEnum

BWRAP = "bwrap"


class Tier(StrEnum):
    """How much a student's processes are kept from.

    NAMESPACES: they see a file system, processes and a network of their own.
    LANDLOCK: they see the machine, but may open little of it and reach no network.
    NONE: nothing keeps them from anything but limits on what they use.
    """

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    NONE = "none"


class WallsError(Exception):
    """Walls cannot be had on this machine; the message says what is missing and how to get it."""
