"""What is known about a problem, a block or a whole schedule."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """What is known about a schedule."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def worst(cls, statuses: Iterable[Status]) -> Status:
        """What is known of a whole whose parts have these statuses."""
        order = (cls.INFEASIBLE, cls.UNKNOWN, cls.FEASIBLE, cls.OPTIMAL)
        return min(statuses, key=order.index)
