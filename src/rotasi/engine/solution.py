"""The answer to a problem, whole or in part: the only type in which the engine answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rotasi.model.constraints import Flags, Ints, Places
from rotasi.model.problem import Block
from rotasi.model.status import Status


@dataclass(frozen=True)
class Statistics:
    """How an answer was found.

    Parameters
    ----------
    classes : int
        Classes that ASN folded into.
    seconds : float
    lost : tuple of str
        What ended each worker or process that was lost on the way.
    """

    classes: int = 0
    seconds: float = 0.0
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Solution:
    """What is known of a problem.

    Parameters
    ----------
    status : Status
        OPTIMAL only if every tier is proven, INFEASIBLE only if that is.
    remote : ndarray of int64, shape (n, d), or None
        Remote members of each row and day; None without a decision.
    places : mapping of str to ndarray of int64, shape (n,)
        By rule, the part of its group that each row belongs to, where groups had to be formed.
    costs : tuple of int
        Per tier; empty without a decision. On classes they are not known before they are unfolded.
    gaps : tuple of int
        By how much costs exceed their proven lower bounds, tier by tier up to the first that is
        open. A tier counts only among decisions that are as good as can be in all tiers before it:
        while one of these is open nobody knows which they are, so those behind it have no bound.
    statistics : Statistics
    parts : tuple of (Block, Solution)
        Of a whole problem: its blocks, and what became of each.
    """

    status: Status
    remote: Ints | None = None
    places: Places = field(default_factory=dict)
    costs: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()
    statistics: Statistics = field(default_factory=Statistics)
    parts: Sequence[tuple[Block, Solution]] = ()

    def bound(self, tier: int) -> int | None:
        """Proven lower bound on the cost of a tier; None where there is none."""
        return self.costs[tier] - self.gaps[tier] if tier < len(self.gaps) else None

    def is_proven(self, tier: int) -> bool:
        """Whether no decision is better in a tier and as good in all before it."""
        return tier < len(self.gaps) and self.gaps[tier] == 0

    @property
    def cells(self) -> Flags:
        """Remote ASN-days, shape (n, d), where every row is one ASN; none without a decision."""
        if self.remote is None:
            raise ValueError(f"there is no decision: {self.status}")
        return self.remote > 0
