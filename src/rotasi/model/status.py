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
    def worst(cls, statuses: Iterable[str]) -> Status:
        """The worst of some statuses, which is that of the whole they are parts of.

        >>> Status.worst(["OPTIMAL", "UNKNOWN", "FEASIBLE"])
        <Status.UNKNOWN: 'UNKNOWN'>
        """
        order = (cls.INFEASIBLE, cls.UNKNOWN, cls.FEASIBLE, cls.OPTIMAL)
        return min(map(cls, statuses), key=order.index)
