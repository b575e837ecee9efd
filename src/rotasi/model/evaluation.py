"""What arithmetic alone says about a problem: which forms can bind, and ranges of the tiers.

A form *binds* a row or group if it says more than masks do: of the sums that masks allow, from
`least` to `most`, it forbids or prices some.
"""

from __future__ import annotations

from typing import assert_never

import numpy as np
import numpy.typing as npt

from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Flags,
    Indicator,
    Ints,
    Level,
    SameStatus,
    Term,
    Tier,
    Window,
)
from rotasi.model.problem import Problem


def slice_days(form: Window | CommonDays) -> slice:
    """The days that a form counts, as a slice of the day axis."""
    return slice(form.first, form.last + 1)


def least_and_most(problem: Problem, window: Window) -> tuple[Ints, Ints]:
    """Remote days per member that masks leave inside a window, shapes (n,) and (n,)."""
    days = slice_days(window)
    return (
        problem.low[:, days].sum(axis=1, dtype=np.int64),
        problem.high[:, days].sum(axis=1, dtype=np.int64),
    )


def binding_rows(problem: Problem, window: Window) -> Flags:
    """Rows for which a window says more than the masks, shape (n,)."""
    least, most = least_and_most(problem, window)
    return (window.low > least) | (window.high < most)


def head_counts(problem: Problem, cover: Cover) -> tuple[Ints, Ints]:
    """Fewest and most remote members that masks leave per group and day, shapes (g, d)."""
    return (
        sum_groups(cover.group, len(cover.labels), problem.low * problem.size[:, None]),
        sum_groups(cover.group, len(cover.labels), problem.high * problem.size[:, None]),
    )


def binding_cells(problem: Problem, cover: Cover) -> Flags:
    """Group-days on which a cover says more than the masks, shape (g, d)."""
    least, most = head_counts(problem, cover)
    return (cover.low > least) | (cover.high < most)


def sum_groups(group: Ints, count: int, values: npt.NDArray[np.integer | np.bool_]) -> Ints:
    """Sum rows of values by group.

    Parameters
    ----------
    group : ndarray of int64, shape (n,)
        -1 = none.
    count : int
        Number of groups.
    values : ndarray of int or bool, shape (n, d)

    Returns
    -------
    ndarray of int64, shape (count, d)
    """
    rows = np.flatnonzero(group >= 0)
    order = rows[np.argsort(group[rows], kind="stable")]
    sums = np.zeros((count, values.shape[1]), dtype=np.int64)
    if len(order):
        present, start = np.unique(group[order], return_index=True)
        sums[present] = np.add.reduceat(values[order], start, axis=0, dtype=np.int64)
    return sums


def place_members(group: Ints) -> Ints:
    """0, 1, 2 … for the members of each group, in the order of the rows, shape (n,).

    Rows of group -1 are counted like those of any other.
    """
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=group.min(initial=0) - 1))
    place = np.empty(len(group), dtype=np.int64)
    place[order] = np.arange(len(group)) - np.repeat(starts, np.diff([*starts, len(group)]))
    return place


def is_contradictory(problem: Problem) -> bool:
    """Whether masks, windows or covers ask a row or group for more than they allow.

    True proves that there is no solution; false proves nothing.
    """
    forms: tuple[Window | Cover, ...] = (*problem.windows, *problem.covers)
    if (problem.low > problem.high).any() or any((f.low > f.high).any() for f in forms):
        return True
    fewest, most = problem.extreme_totals
    return bool((fewest > most).any())


def is_allowed(problem: Problem, remote: Ints) -> bool:
    """Whether a decision keeps every mask, window, cover and indicator.

    Parameters
    ----------
    problem : Problem
        With all groups formed.
    remote : ndarray of int64, shape (n, d)
        Remote members of each row and day.
    """
    size = problem.size[:, None]
    if ((remote < problem.low * size) | (remote > problem.high * size)).any():
        return False
    for window in problem.windows:
        total = remote[:, slice_days(window)].sum(axis=1)
        if ((total < window.low * problem.size) | (total > window.high * problem.size)).any():
            return False
    for cover in problem.covers:
        count = sum_groups(cover.group, len(cover.labels), remote)
        if ((count < cover.low) | (count > cover.high)).any():
            return False
    return not any(count_units(problem, indicator, remote) for indicator in problem.indicators)


def count_units(problem: Problem, indicator: Indicator, remote: Ints) -> int:
    """How far a decision is off an indicator: members in the minority, or days short."""
    count = len(indicator.labels)
    match indicator:
        case CommonDays():
            heads = sum_groups(indicator.group, count, remote[:, slice_days(indicator)])
            return int(np.maximum(indicator.days - (heads == 0).sum(axis=1), 0).sum())
        case SameStatus():
            heads = sum_groups(indicator.group, count, np.where(indicator.cells, remote, 0))
            return int(np.minimum(heads, tied_heads(problem, indicator) - heads).sum())
        case _:
            assert_never(indicator)


def tied_heads(problem: Problem, tie: SameStatus) -> Ints:
    """Members of each group who are tied on each day, ``M[g,d]``, shape (g, d)."""
    return sum_groups(tie.group, len(tie.labels), tie.cells * problem.size[:, None])


def square_total(history: Ints, size: Ints, total: Ints) -> Ints:
    """Σ over members of (history + share)², with a class total dealt as evenly as can be.

    As squares are convex, no other way to share the total has a smaller sum.
    """
    each, rest = total // size, total % size
    some, more = (history + each) ** 2, (history + each + 1) ** 2
    squares: Ints = (size - rest) * some + rest * more
    return squares


def evaluate(problem: Problem, tier: Tier, remote: Ints) -> int:
    """Cost of a tier for a decision.

    Parameters
    ----------
    problem : Problem
    tier : Tier
        With all groups formed.
    remote : ndarray of int64, shape (n, d)
        Remote members of each row and day.

    Returns
    -------
    int
        In the sense of minimisation; the natural value is ``tier.sign`` times it.
    """
    return sum(_evaluate_term(problem, term, remote) for term in tier.terms)


def _evaluate_term(problem: Problem, term: Term, remote: Ints) -> int:
    size = problem.size
    match term:
        case CellCost():
            return int((term.remote * remote + term.otherwise * (size[:, None] - remote)).sum())
        case Balance():
            squares = square_total(term.history, size, remote.sum(axis=1))
            return int(squares[term.counted].sum())
        case Level():
            counts = sum_groups(term.group, int(term.group.max(initial=-1)) + 1, remote)
            return int((counts**2).sum())
        case Window():
            total = remote[:, slice_days(term)].sum(axis=1)
            return _deviation(total, term.low * size, term.high * size) * term.penalty
        case Cover():
            counts = sum_groups(term.group, len(term.labels), remote)
            return _deviation(counts, term.low, term.high) * term.penalty
        case SameStatus() | CommonDays():
            return count_units(problem, term, remote) * term.penalty
        case _:
            assert_never(term)


def _deviation(values: Ints, low: Ints, high: Ints) -> int:
    """By how much values lie below and above their bounds, in all."""
    return int((np.maximum(low - values, 0) + np.maximum(values - high, 0)).sum())


def tier_range(problem: Problem, tier: Tier) -> tuple[int, int]:
    """Bounds of a tier's cost over every decision that masks and hard windows allow.

    Weights of lexicographic sums rest on them: they may be wide, but must hold. Each term has its
    own range, and that of a sum lies within the sum of the ranges.
    """
    lowest = highest = 0
    for term in tier.terms:
        low, high = _term_range(problem, term)
        lowest, highest = lowest + low, highest + high
    return lowest, highest


def _term_range(problem: Problem, term: Term) -> tuple[int, int]:
    size = problem.size[:, None]
    fewest, most = problem.low * size, problem.high * size
    match term:
        case CellCost():
            return _cost_range(problem, term)
        case Balance():  # (history + total)² grows with the total, as neither is negative
            totals = (total * problem.size for total in problem.extreme_totals)
            low, high = (square_total(term.history, problem.size, total) for total in totals)
            return int(low[term.counted].sum()), int(high[term.counted].sum())
        case Level():  # so do squares of head counts, with the heads
            return _evaluate_term(problem, term, fewest), _evaluate_term(problem, term, most)
        case Window() | Cover():
            # max(low - s, 0) is largest at the least sum s, max(s - high, 0) at the most; and each
            # is at most the whole cost there.
            short, over = (_evaluate_term(problem, term, heads) for heads in (fewest, most))
            return 0, short + over
        case SameStatus():  # of M tied members at most ⌊M/2⌋ are a minority, also part by part
            return 0, term.penalty * int((tied_heads(problem, term) // 2).sum())
        case CommonDays():  # short of all days that are asked
            return 0, term.penalty * term.days * len(term.labels)
        case _:
            assert_never(term)


def _cost_range(problem: Problem, term: CellCost) -> tuple[int, int]:
    """The range of Σ otherwise + (remote - otherwise) x, given how many days a member may have.

    If a member has at most k more remote days than are decided, its cost is base + Σ of at most k
    slopes of free cells: at least the k lowest that are negative, at most the k highest that are
    positive. A range over all cells would make the weights of the tiers before needlessly heavy.
    """
    size, free = problem.size, problem.free
    slope = np.where(free, term.remote - term.otherwise, 0)
    decided = np.where(problem.low > 0, term.remote, term.otherwise)
    base = np.where(free, term.otherwise, decided).sum(axis=1)
    days = problem.extreme_totals[1] - np.where(free, 0, problem.low).sum(axis=1)
    ranked = np.sort(slope, axis=1)
    inside = np.arange(slope.shape[1]) < days[:, None]
    low = np.where(inside, np.minimum(ranked, 0), 0).sum(axis=1)
    high = np.where(inside, np.maximum(ranked[:, ::-1], 0), 0).sum(axis=1)
    return int(((base + low) * size).sum()), int(((base + high) * size).sum())
