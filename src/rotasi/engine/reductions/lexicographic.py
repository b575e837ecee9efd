"""Tiers joined into weighted sums, which say the same as their lexicographic order.

With tier j in the range low[j] … high[j] and the weights

    w[last] = 1,   w[j] = 1 + Σ_{k > j} w[k] (high[k] - low[k]),

a decision that is better by 1 or more in tier j, and equal before, gains at least w[j] there and
loses at most w[j] - 1 on all that follows. So its sum is less by 1 at least: the least weighted sum
is the lexicographic optimum. Costs being whole numbers in proven ranges is all that this needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rotasi.model.evaluation import tier_range
from rotasi.model.problem import Problem


@dataclass(frozen=True)
class WeightedTiers:
    """Consecutive tiers joined into one weighted sum.

    Parameters
    ----------
    tiers : slice
    weights : tuple of int
        One per tier; each exceeds the weighted range of all that follow, so that the least sum is
        the lexicographic optimum.
    lowest, highest : tuple of int
        Range of each tier's cost.
    """

    tiers: slice
    weights: tuple[int, ...]
    lowest: tuple[int, ...]
    highest: tuple[int, ...]

    def weigh(self, costs: Sequence[int]) -> int:
        """The weighted sum of its tiers among the costs of all tiers."""
        return _join(self.weights, costs[self.tiers])

    def claim(self, costs: Sequence[int], total: int | None) -> tuple[int, ...]:
        """What a lower bound on the sum says of its tiers, all tiers before them being proven.

        From ``Σ w c >= total`` and ``c[k] <= high[k]`` follows, with j the first tier,
        ``c[j] >= (total - Σ_{k > j} w[k] high[k]) / w[j]``, rounded up. If the best decision known
        meets that, its first tier is optimal; all decisions equal in it have
        ``Σ_{k > j} w c >= total - w[j] c[j]``, and so the next tier follows in the same way. If
        not, it is open, and nothing follows for those behind it.

        Parameters
        ----------
        costs : sequence of int
            Costs of all tiers for the best decision known.
        total : int or None
            Proven lower bound on the weighted sum; None = none but that of the ranges.

        Returns
        -------
        tuple of int
            By how much costs exceed their lower bounds, up to the first tier that is open.
        """
        left = _join(self.weights, self.lowest) if total is None else total
        rest = _join(self.weights, self.highest)
        gaps: list[int] = []
        ranges = zip(self.weights, self.lowest, self.highest, costs[self.tiers], strict=True)
        for weight, low, high, cost in ranges:
            rest -= weight * high
            gaps.append(cost - max(low, -((rest - left) // weight)))
            if gaps[-1]:
                break
            left -= weight * cost
        return tuple(gaps)


def _join(weights: Sequence[int], figures: Sequence[int]) -> int:
    return sum(weight * figure for weight, figure in zip(weights, figures, strict=True))


def join_tiers(problem: Problem, heaviest: int) -> list[WeightedTiers]:
    """Join tiers, from the last, as far as their weighted sum stays small enough.

    Parameters
    ----------
    problem : Problem
    heaviest : int
        The range of the sum of several tiers stays below this; a single one has to be taken.

    Returns
    -------
    list of WeightedTiers
        In the order of the tiers.
    """
    ranges = [tier_range(problem, tier) for tier in problem.tiers]
    spread = [high - low for low, high in ranges]
    parts: list[WeightedTiers] = []
    stop = len(ranges)
    while stop:
        start, weights, reach = stop - 1, [1], spread[stop - 1]
        while start and (reach + 1) * (spread[start - 1] + 1) < heaviest:
            start -= 1
            weights.insert(0, reach + 1)
            reach += weights[0] * spread[start]
        lowest, highest = zip(*ranges[start:stop], strict=True)
        parts.insert(0, WeightedTiers(slice(start, stop), tuple(weights), lowest, highest))
        stop = start
    return parts
