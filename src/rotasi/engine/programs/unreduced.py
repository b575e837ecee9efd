"""A problem written down plainly, for second opinions: nothing in it is decided beforehand.

Every cell is a variable, ``0 <= x[c,d] <= m[c]``, and what masks decide is a row like any other. So
a mistake in what is drawn from masks does not reach here. Solvers refuse a row whose lower bound is
above its upper one, instead of calling it infeasible; it stands in two rows here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rotasi.engine.programs.builder import INFINITE, Rows
from rotasi.engine.programs.integer_program import Program, write_program
from rotasi.model.constraints import Ints
from rotasi.model.problem import Problem


def write_unreduced(problem: Problem) -> Program:
    """Write a problem down without using what its masks decide.

    Parameters
    ----------
    problem : Problem
        May contradict itself.

    Returns
    -------
    Program
    """
    anything = replace(problem, low=np.zeros_like(problem.low), high=np.ones_like(problem.high))
    program = write_program(anything)
    heads = np.repeat(problem.size, problem.shape[1])
    least, most = problem.low.ravel() * heads, problem.high.ravel() * heads
    return replace(program, rows=_demand(_part_bounds(program.rows), least, most))


def _demand(rows: Rows, least: Ints, most: Ints) -> Rows:
    """The rows, and two more for each cell: ``x >= least`` and ``x <= most``."""
    cell, first = np.arange(len(least)), len(rows.low)
    return Rows(
        row=np.concatenate([rows.row, first + cell, first + len(cell) + cell]),
        variable=np.concatenate([rows.variable, cell, cell]),
        coefficient=np.concatenate([rows.coefficient, np.ones(2 * len(cell), dtype=np.int64)]),
        low=np.concatenate([rows.low, least, np.full_like(most, -INFINITE)]),
        high=np.concatenate([rows.high, np.full_like(least, INFINITE), most]),
    )


def _part_bounds(rows: Rows) -> Rows:
    """The rows, with two for each of which the bounds cross: ``Σ <= high`` and ``Σ >= low``."""
    (split,) = np.nonzero(rows.low > rows.high)
    if not len(split):
        return rows
    again = np.full(len(rows.low), -1, dtype=np.int64)
    again[split] = len(rows.low) + np.arange(len(split))
    copied = again[rows.row] >= 0
    low, high = rows.low.copy(), rows.high.copy()
    low[split] = -INFINITE
    return Rows(
        row=np.append(rows.row, again[rows.row[copied]]),
        variable=np.append(rows.variable, rows.variable[copied]),
        coefficient=np.append(rows.coefficient, rows.coefficient[copied]),
        low=np.append(low, rows.low[split]),
        high=np.append(high, np.full(len(split), INFINITE)),
    )
