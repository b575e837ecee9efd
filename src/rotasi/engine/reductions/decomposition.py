"""Parts of a problem that no form couples, to be solved apart.

Covers, levels and gates couple ASN; windows, balances, gatherings and groups that are still to be
formed couple days. The cost is a sum over cells, rows
and groups, none of which a block cuts, so the blocks' lexicographic optima add up to the whole's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rotasi.engine.runner import Outcome
from rotasi.model.constraints import (
    Balance,
    CommonDays,
    Cover,
    Flags,
    Ints,
    Level,
    Places,
    SameStatus,
    Window,
)
from rotasi.model.evaluation import binding_rows
from rotasi.model.problem import Problem
from rotasi.model.status import Status


@dataclass(frozen=True)
class Block:
    """Rows and a run of days of a problem.

    Parameters
    ----------
    rows : ndarray of int64
        Row indices in the whole problem.
    first, last : int
        Day indices, inclusive.
    problem : Problem
        That part of the problem.
    """

    rows: Ints
    first: int
    last: int
    problem: Problem

    @property
    def opds(self) -> tuple[str, ...]:
        """OPDs of the block."""
        return tuple(self.problem.opds[np.unique(self.problem.opd)])


def split(problem: Problem) -> list[Block]:
    """Split a problem into blocks; together they hold each cell exactly once.

    Parameters
    ----------
    problem : Problem
        A simplified one: its forms couple only where they can bind.

    Returns
    -------
    list of Block
        In the order of their first row, then of their days.
    """
    component = _couple_rows(problem)
    links = _couple_days(problem, component)
    order = np.argsort(component, kind="stable")
    starts = np.flatnonzero(np.diff(component[order], prepend=-1))
    blocks = []
    for rows in np.split(order, starts[1:]):
        for first, last in _runs(links[component[rows[0]]]):
            blocks.append(Block(rows, first, last, problem.take(rows, first, last)))
    return blocks


def _couple_rows(problem: Problem) -> Ints:
    """Component of each row, numbered by first appearance, shape (n,)."""
    terms = [term for tier in problem.tiers for term in tier.terms]
    groupings = [
        form.group
        for form in (*problem.covers, *problem.indicators, *terms)
        if isinstance(form, Cover | Level | SameStatus | CommonDays)
    ]
    alone = np.ones(problem.shape[0], dtype=bool)
    for group in groupings:
        alone &= group < 0
    # Rows that nothing couples stay together by OPD: as classes they cost next to nothing.
    groupings.append(np.where(alone, problem.opd, -1))
    return _number_by_appearance(_connect(groupings, problem.shape[0]))


def _connect(groupings: list[Ints], count: int) -> Ints:
    """Label rows so that rows sharing a group in any grouping share a label, shape (count,)."""
    label = np.arange(count)
    changed = True
    while changed:
        before = label.copy()
        for group in groupings:
            rows = np.flatnonzero(group >= 0)
            lowest = np.full(int(group.max(initial=-1)) + 1, count)
            np.minimum.at(lowest, group[rows], label[rows])
            label[rows] = np.minimum(label[rows], lowest[group[rows]])
        label = label[label]
        changed = bool((label != before).any())
    return label


def _number_by_appearance(label: Ints) -> Ints:
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int64)


def _couple_days(problem: Problem, component: Ints) -> Flags:
    """Whether a component's days d and d + 1 belong together, shape (components, d - 1)."""
    links = np.zeros((int(component.max(initial=-1)) + 1, problem.shape[1] - 1), dtype=bool)
    terms = [term for tier in problem.tiers for term in tier.terms]
    for term in (*problem.windows, *problem.indicators, *terms):
        if isinstance(term, CommonDays):
            links[component[term.group >= 0], term.first : term.last] = True
        elif isinstance(term, SameStatus) and term.drawn:
            links[component[term.group >= 0]] = True
        elif isinstance(term, Window):
            links[component[binding_rows(problem, term)], term.first : term.last] = True
        elif isinstance(term, Balance):
            links[component[term.counted & problem.free.any(axis=1)]] = True
    return links | _idle(problem, component, len(links))


def _idle(problem: Problem, component: Ints, count: int) -> Flags:
    """Days on which a component has nothing to decide go with the next one, or with the last."""
    free = np.zeros((count, problem.shape[1]), dtype=bool)
    np.logical_or.at(free, component, problem.free)
    ahead = np.logical_or.accumulate(free[:, ::-1], axis=1)[:, ::-1]
    return ~free[:, :-1] | ~ahead[:, 1:]


def _runs(links: Flags) -> Iterator[tuple[int, int]]:
    cuts = np.flatnonzero(~links)
    firsts = [0, *(int(cut) + 1 for cut in cuts)]
    lasts = [*(int(cut) for cut in cuts), len(links)]
    return zip(firsts, lasts, strict=True)


def merge_status(outcomes: Sequence[Outcome]) -> Status:
    """Take the worst of the blocks' statuses."""
    order = (Status.INFEASIBLE, Status.UNKNOWN, Status.FEASIBLE, Status.OPTIMAL)
    return min((outcome.status for outcome in outcomes), key=order.index)


def merge_places(count: int, blocks: Sequence[Block], outcomes: Sequence[Outcome]) -> Places:
    """Put together the groups that blocks have formed.

    Parameters
    ----------
    count : int
        Number of ASN.
    blocks : sequence of Block
    outcomes : sequence of Outcome

    Returns
    -------
    mapping of str to ndarray of int64, shape (n_asn,)
        By rule, the part of its group that each ASN belongs to; -1 for who is in none.
    """
    merged: dict[str, Ints] = {}
    for block, outcome in zip(blocks, outcomes, strict=True):
        for rule, part in outcome.places.items():
            if rule not in merged:
                merged[rule] = np.full(count, -1, dtype=np.int64)
            merged[rule][block.rows] = part
    return merged
