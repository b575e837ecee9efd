"""Interchangeable ASN folded into classes, and dealt back, exactly.

ASN whose rows agree in every array form a class of size m, with one integer n[d] in 0 … m per day
instead of m Booleans: how many are remote, not who. Who it is, dealing tells: the seats of each day
go round the members in a circle, each day from where the day before stopped (McNaughton 1959).
A run of consecutive days with T seats deals T consecutive numbers round m members, so that each
gets ⌊T/m⌋ or ⌈T/m⌉ of them. Hence dealing keeps

- windows: ``m low <= T <= m high`` with whole bounds puts ⌊T/m⌋ and ⌈T/m⌉ between low and high;
  at a price, all members are on one side of a bound, so that their units add up to the class's;
- covers, levels and common days, which see n[d] only, and costs of cells, alike for all members;
- ties: n[d] is 0 or m where it was, and a minority is a head count;
- balances: totals that differ by at most one have the least sum of squares.

The other way, members' decisions added up keep the same forms, and the class costs no more than
they did, as all costs are convex in a member's total. So both have one optimum; docs/model.md has
the proof in full.

It would not keep windows with holes, what depends on how one day follows another or on weekdays, or
costs that are not convex: a form that states such a thing has to tell members apart in
`_tell_apart`. Groups still to be formed are one: who joins which group tells members apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
import numpy.typing as npt

from rotasi.engine.solution import Solution
from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Flags,
    Ints,
    Level,
    SameStatus,
    Term,
    Window,
)
from rotasi.model.evaluation import evaluate, place_members
from rotasi.model.problem import Problem


@dataclass(frozen=True)
class Folding:
    """A problem over classes, and the class of each row of the problem before.

    Parameters
    ----------
    problem : Problem
        One row per class. Costs of decided cells are left out: they are no decision's.
    of : ndarray of int64, shape (n,)
        Class of each original row.
    """

    problem: Problem
    of: Ints


def fold(problem: Problem) -> Folding:
    """Fold rows that no form tells apart.

    Parameters
    ----------
    problem : Problem
        With rows of size 1.

    Returns
    -------
    Folding
    """
    problem = _forget_decided(problem)
    of = _number_alike(_keys(problem))
    _, first, size = np.unique(of, return_index=True, return_counts=True)
    folded = problem.take(first, 0, problem.shape[1] - 1)
    return Folding(replace(folded, size=size.astype(np.int64)), of)


def _number_alike(keys: npt.NDArray[np.void]) -> Ints:
    """Numbers of equal keys, by first appearance: by their hashes, as sorting long keys is slow."""
    numbers: dict[bytes, int] = {}
    alike = (numbers.setdefault(key, len(numbers)) for key in keys.tolist())
    return np.fromiter(alike, dtype=np.int64, count=len(keys))


def unfold(problem: Problem, folding: Folding, solution: Solution) -> Solution:
    """The solution over classes as one over their members.

    Parameters
    ----------
    problem : Problem
        That was folded: its costs are told.
    folding : Folding
    solution : Solution
        Of the folded problem.

    Returns
    -------
    Solution
    """
    if solution.remote is None:
        return solution
    remote = deal(folding, solution.remote).astype(np.int64)
    places = {rule: place[folding.of] for rule, place in solution.places.items()}
    known = problem.place(places)
    costs = tuple(evaluate(known, tier, remote) for tier in known.tiers)
    return replace(solution, remote=remote, places=places, costs=costs)


def deal(folding: Folding, remote: Ints) -> Flags:
    """Deal the seats of each class to its members in a circle.

    Parameters
    ----------
    folding : Folding
    remote : ndarray of int64, shape (classes, d)
        Remote members of each class and day.

    Returns
    -------
    ndarray of bool, shape (n, d)
        Remote ASN-days.
    """
    of = folding.of
    size = folding.problem.size[of][:, None]
    seat = place_members(of)[:, None]
    dealt_before = np.cumsum(remote, axis=1) - remote
    return (seat - dealt_before[of]) % size < remote[of]


def _forget_decided(problem: Problem) -> Problem:
    """The problem without costs that no decision can change, so that more rows agree.

    All costs fall by a constant, so optima and gaps are the same; `unfold` tells the true costs.
    """
    free = problem.free
    tiers = tuple(
        replace(tier, terms=tuple(_forget(term, free) for term in tier.terms))
        for tier in problem.tiers
    )
    return replace(problem, tiers=tiers)


def _forget(term: Term, free: Flags) -> Term:
    match term:
        case CellCost():
            slope = np.where(free, term.remote - term.otherwise, 0)
            return CellCost(slope, np.zeros_like(slope))
        case Balance():
            counted = term.counted & free.any(axis=1)
            return Balance(np.where(counted, term.history, 0), counted)
        case Window() | Cover() | Level() | SameStatus() | CommonDays():
            return term
        case _:
            assert_never(term)


def _keys(problem: Problem) -> npt.NDArray[np.void]:
    """One opaque value per row, equal where every mask, bound, group and price is, shape (n,)."""
    forms = (*problem.windows, *problem.covers, *problem.indicators, *problem.terms)
    parts = [problem.low, problem.high, *(part for form in forms for part in _tell_apart(form))]
    table = np.ascontiguousarray(np.hstack([part.astype(np.int64) for part in parts]))
    return table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()


def _tell_apart(form: Term) -> tuple[npt.NDArray[np.generic], ...]:
    """Columns in which two rows differ if a form tells them apart, shapes (n, …)."""
    match form:
        case Window():
            return form.low[:, None], form.high[:, None]
        case Cover() | Level() | CommonDays():
            return (form.group[:, None],)
        case SameStatus():
            alone = np.where(form.group < 0, form.group, np.arange(len(form.group)))
            return (alone if form.drawn else form.group)[:, None], form.cells
        case CellCost():
            return (form.remote,)
        case Balance():
            return form.history[:, None], form.counted[:, None]
        case _:
            assert_never(form)
