"""The exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the end of a command says to the program that called it."""

    DONE = 0
    VIOLATIONS = 1
    BAD_INPUT = 2
    INFEASIBLE = 3
    OUT_OF_TIME = 4
    BUG = 5
    INTERRUPTED = 130
