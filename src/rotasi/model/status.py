"""What is known about a problem, a block or a whole schedule."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What is known about a schedule."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    UNKNOWN = "UNKNOWN"
