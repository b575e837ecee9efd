"""The way of every problem through the engine, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rotasi.engine.limits import Limits
from rotasi.engine.reductions.decomposition import merge, split
from rotasi.engine.reductions.presolve import simplify
from rotasi.engine.runner import run_in_turn
from rotasi.engine.solution import Solution
from rotasi.model.constraints import Ints
from rotasi.model.problem import Block, Problem

#: Solves blocks: here or elsewhere, one after the other or side by side.
Runner = Callable[[Sequence[Block], Limits], Sequence[Solution]]


def solve(
    problem: Problem, limits: Limits, runner: Runner = run_in_turn, order: Ints | None = None
) -> Solution:
    """Find the lexicographic optimum of a problem, and prove it.

    Parameters
    ----------
    problem : Problem
        As compiled, with one row per ASN.
    limits : Limits
    runner : callable
        Left out: blocks are solved one after the other, in this thread, up to the first that is
        infeasible.
    order : ndarray of int64, shape (n,), optional
        Rows in the order in which solvers see them. Of several optima they take one by it.

    Returns
    -------
    Solution
        The sum of its `parts`: no form couples two blocks, so their optima are the whole's.
    """
    blocks = prepare(problem, order)
    return merge(problem, blocks, runner(blocks, limits))


def prepare(problem: Problem, order: Ints | None = None) -> list[Block]:
    """The blocks of a problem, without what can never bind; parameters as of `solve`."""
    if order is None:
        return split(simplify(problem))
    arranged = problem.take(order, 0, problem.shape[1] - 1)
    return [replace(block, rows=order[block.rows]) for block in split(simplify(arranged))]
