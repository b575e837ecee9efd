"""Blocks: parts of a problem that no form couples, to be solved apart.

Covers, levels and indicators couple ASN; windows, balances, common days and groups that are still
to be formed couple days. What is coupled is in one block, so a decision is allowed if it is in each
block, and each tier's cost is the sum of the blocks' costs. Such a sum of vectors is
lexicographically least if each vector is: for ``a <= a'`` and ``b <= b'`` in this order give
``a + b <= a' + b'``. So the blocks' optima, put together, are the optimum of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import assert_never

import numpy as np

from rotasi.engine.solution import Solution, Statistics
from rotasi.model.constraints import (
    Balance,
    CellCost,
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
from rotasi.model.problem import Block, Problem
from rotasi.model.status import Status


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
    """Component of each row, numbered by first appearance, shape (n,).

    Whatever has groups couples their rows; masks, windows and costs speak of each row by itself.
    """
    forms = (*problem.covers, *problem.indicators, *problem.terms)
    groupings = [form.group for form in forms if form.group is not None]
    alone = np.ones(problem.shape[0], dtype=bool)
    for group in groupings:
        alone &= group < 0
    # Rows that nothing couples stay together by OPD: as classes they cost next to nothing.
    groupings.append(np.where(alone, problem.opd, -1))
    return _number_by_appearance(_connect(groupings, problem.shape[0]))


def _connect(groupings: list[Ints], count: int) -> Ints:
    """Label rows so that rows sharing a group in any grouping share a label, shape (count,).

    Labels fall, to the least of each group and to the label of their label, until none falls.
    """
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
    for form in (*problem.windows, *problem.indicators, *problem.terms):
        match form:
            case Window():
                links[component[binding_rows(problem, form)], form.first : form.last] = True
            case CommonDays():
                links[component[form.group >= 0], form.first : form.last] = True
            case SameStatus():  # who is in which group to be formed holds on all days
                if form.drawn:
                    links[component[form.group >= 0]] = True
            case Balance():  # also of decided rows: the square is that of all their days
                links[component[form.counted]] = True
            case CellCost() | Level() | Cover():  # each day by itself
                pass
            case _:
                assert_never(form)
    return links | _idle(problem, component, len(links))


def _idle(problem: Problem, component: Ints, count: int) -> Flags:
    """Days on which a component has nothing to decide go with the day after, or with the last.

    Nothing couples them; they would only be blocks of their own, without a decision.
    """
    free = np.zeros((count, problem.shape[1]), dtype=bool)
    np.logical_or.at(free, component, problem.free)
    ahead = np.logical_or.accumulate(free[:, ::-1], axis=1)[:, ::-1]
    return ~free[:, :-1] | ~ahead[:, 1:]


def _runs(links: Flags) -> Iterator[tuple[int, int]]:
    cuts = np.flatnonzero(~links)
    firsts = [0, *(int(cut) + 1 for cut in cuts)]
    lasts = [*(int(cut) for cut in cuts), len(links)]
    return zip(firsts, lasts, strict=True)


def merge(problem: Problem, blocks: Sequence[Block], solutions: Sequence[Solution]) -> Solution:
    """Put the solutions of all blocks together to that of the problem.

    Parameters
    ----------
    problem : Problem
        That was split.
    blocks : sequence of Block
    solutions : sequence of Solution

    Returns
    -------
    Solution
        With a decision only if every block has one.
    """
    parts = tuple(zip(blocks, solutions, strict=True))
    whole = Solution(
        status=Status.worst(solution.status for solution in solutions),
        places=_merge_places(len(problem.size), parts),
        statistics=Statistics(
            classes=sum(solution.statistics.classes for solution in solutions),
            seconds=sum(solution.statistics.seconds for solution in solutions),
            lost=tuple(reason for solution in solutions for reason in solution.statistics.lost),
        ),
        parts=parts,
    )
    remote = np.zeros(problem.shape, dtype=np.int64)
    for block, solution in parts:
        if solution.remote is None:
            return whole
        remote[block.rows, block.first : block.last + 1] = solution.remote
    return replace(
        whole,
        remote=remote,
        costs=_add_up(solution.costs for solution in solutions),
        gaps=_add_up(solution.gaps for solution in solutions),
    )


def _add_up(figures: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """Sums over the blocks, tier by tier, as far as every block tells.

    So gaps end with the first tier that is open in any block: another decision may lose there in
    this block what it gains in that one, and so have any costs behind it.
    """
    return tuple(map(sum, zip(*figures, strict=False)))


def _merge_places(count: int, parts: Sequence[tuple[Block, Solution]]) -> Places:
    """The groups that blocks have formed, over all rows; -1 for who is in none."""
    merged: dict[str, Ints] = {}
    for block, solution in parts:
        for rule, place in solution.places.items():
            if rule not in merged:
                merged[rule] = np.full(count, -1, dtype=np.int64)
            merged[rule][block.rows] = place
    return merged
