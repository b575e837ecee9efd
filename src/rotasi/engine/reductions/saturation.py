"""Saturation: where everybody can be remote as often as allowed, the rest is light work.

Let the first objective only count remote days, and no two windows share a day. Then no row has more
than Σ over its windows of min(high, days that masks leave), and all that masks leave on other days.
In the *filled* problem each row has exactly that. If it has a solution, this is best in the first
tier; and whatever is as good there gives every row its most, so it is a solution of the filled
problem too. So that problem holds all optima. In it every row's total is known: the first tier and
all balances are constant and left out, and the weights of what is left are small.
If the filled problem has no solution, nothing is concluded; the problem is solved as it stands.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from rotasi.model.constraints import Balance, CellCost, Tier, Window
from rotasi.model.evaluation import sum_groups
from rotasi.model.problem import Problem


def saturate(problem: Problem) -> Problem | None:
    """Fill every window to its end and leave the costs out that this makes constant.

    Parameters
    ----------
    problem : Problem
        A simplified one without contradictions: no window asks for more than masks leave.

    Returns
    -------
    Problem or None
        Every solution of it is a solution of the problem, optimal in its first tier, and the best
        of them are the problem's optima. None where the first tier is of another kind, windows
        overlap, or heads do not suffice by plain counting.
    """
    if not _counts_remote_days(problem) or _overlap(problem):
        return None
    filled = replace(
        problem,
        low=_fill_outside(problem),
        windows=tuple(_filled(problem, window) for window in problem.windows),
        tiers=_what_is_left(problem),
    )
    return filled if _capacity_suffices(filled) else None


def _counts_remote_days(problem: Problem) -> bool:
    """Whether the first tier pays one for each free cell that is remote, and nothing else."""
    (first, *_) = problem.tiers
    if len(first.terms) != 1 or not isinstance(first.terms[0], CellCost):
        return False
    term = first.terms[0]
    return bool(((term.remote - term.otherwise)[problem.free] == -1).all())


def _overlap(problem: Problem) -> bool:
    spans = sorted((window.first, window.last) for window in problem.windows)
    return any(last >= first for (_, last), (first, _) in pairwise(spans))


def _filled(problem: Problem, window: Window) -> Window:
    inside = problem.high[:, window.first : window.last + 1].sum(axis=1, dtype=np.int64)
    most = np.minimum(window.high, inside)
    return replace(window, low=most, high=most)


def _fill_outside(problem: Problem) -> npt.NDArray[np.int8]:
    """Cells that no window limits are remote wherever they may be, shape (n, d)."""
    limited = np.zeros(problem.shape[1], dtype=bool)
    for window in problem.windows:
        limited[window.first : window.last + 1] = True
    return np.where(limited, problem.low, problem.high)


def _what_is_left(problem: Problem) -> tuple[Tier, ...]:
    """The tiers behind the first, without balances."""
    left = []
    for tier in problem.tiers[1:]:
        terms = tuple(term for term in tier.terms if not isinstance(term, Balance))
        if terms:
            left.append(replace(tier, terms=terms))
    return tuple(left)


def _capacity_suffices(filled: Problem) -> bool:
    """Whether each group's covers have room for what its rows fill each window with.

    That is necessary, not sufficient: it saves a flow that would find nothing.
    """
    for cover in filled.covers:
        count = len(cover.labels)
        for window in filled.windows:
            demand = sum_groups(cover.group, count, (window.low * filled.size)[:, None])[:, 0]
            room = cover.high[:, window.first : window.last + 1].sum(axis=1)
            if (demand > room).any():
                return False
    return True
