"""Variables and rows of an integer program as they are gathered, in plain arrays.

In comments here and in the modules beside, ``x[c,d]`` is the number of remote members of row c on
day d, and ``m[c]`` the size of that row: 1 for an ASN, more for a class. ``Σ x`` is a sum of all
cells that are meant; those that masks decide are constants, which stand in the row's bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rotasi.model.constraints import Flags, Ints
from rotasi.model.problem import Problem

#: An open bound of a row.
INFINITE = 2**62


@dataclass(frozen=True)
class Rows:
    """Linear constraints ``low <= Σ coefficient × variable <= high``, as triplets.

    Parameters
    ----------
    row, variable, coefficient : ndarray of int64, shape (k,)
        One entry per term.
    low, high : ndarray of int64, shape (m,)
        ``±INFINITE`` where open.
    """

    row: Ints
    variable: Ints
    coefficient: Ints
    low: Ints
    high: Ints


@dataclass(frozen=True)
class Sums:
    """Sums of cells, ``Σ x``, such as the remote days of a row in a window.

    Parameters
    ----------
    number, variable : ndarray of int64, shape (k,)
        Entries: which sum, and which variable it counts.
    decided : ndarray of int64, shape (s,)
        What decided cells add to each sum.
    """

    number: Ints
    variable: Ints
    decided: Ints


_Whole = npt.NDArray[np.integer]
#: Terms of some rows: which row, which variable, and its coefficient, which broadcast.
Terms = tuple[_Whole, _Whole, _Whole | int]


class ProgramBuilder:
    """Gathers variables and rows; the first variables are the free cells of a problem.

    Parameters
    ----------
    problem : Problem

    Attributes
    ----------
    cell : ndarray of int64, shape (n, d)
        Variable of each free cell; -1 elsewhere.
    decided : ndarray of int64, shape (n, d)
        Remote members in decided cells; 0 in free ones.
    heads : ndarray of int64, shape (c,)
        Most remote members of each free cell, by its variable.
    seats : dict of str to ndarray of int64, shape (n, parts)
        For each rule whose groups are to be formed, the Boolean that tells whether a row belongs
        to a part; -1 = none.
    switches : dict of str to ndarray of int64, shape (groups, parts, d)
        For the same rules, the Boolean that tells whether a part is remote on a day.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.decided = np.where(problem.free, 0, problem.low * problem.size[:, None])
        self.cell = np.full(problem.shape, -1, dtype=np.int64)
        self.cell[problem.free] = np.arange(problem.free.sum())
        self.seats: dict[str, Ints] = {}
        self.switches: dict[str, Ints] = {}
        self.heads = problem.size[np.nonzero(problem.free)[0]]
        self._upper = [self.heads]
        self._n_variables, self._n_rows = len(self._upper[0]), 0
        self._triplets: list[npt.NDArray[np.int64]] = [np.zeros((3, 0), dtype=np.int64)]
        self._bounds: list[npt.NDArray[np.int64]] = [np.zeros((2, 0), dtype=np.int64)]

    @property
    def upper(self) -> Ints:
        """Upper bounds of all variables, shape (v,); the lower ones are 0."""
        return np.concatenate(self._upper)

    @property
    def rows(self) -> Rows:
        """All rows."""
        return Rows(*np.hstack(self._triplets), *np.hstack(self._bounds))

    def add_variables(self, upper: Ints) -> Ints:
        """Add variables from 0 to `upper`; give their numbers in its shape."""
        first, self._n_variables = self._n_variables, self._n_variables + upper.size
        self._upper.append(upper.ravel())
        return np.arange(first, self._n_variables).reshape(upper.shape)

    def add_rows(self, low: _Whole, high: _Whole, *terms: Terms) -> None:
        """Add rows ``low <= Σ terms <= high``; `low` and `high` have one entry per row."""
        parts = [np.stack(np.broadcast_arrays(*term)) for term in terms]
        triplets = np.hstack(parts).astype(np.int64)
        triplets[0] += self._n_rows
        self._triplets.append(triplets)
        self._bounds.append(np.stack(np.broadcast_arrays(low, high)).astype(np.int64))
        self._n_rows += self._bounds[-1].shape[1]

    def at_least(self, low: _Whole, *terms: Terms) -> None:
        """Add rows ``low <= Σ terms``."""
        self.add_rows(low, np.full_like(low, INFINITE), *terms)

    def bound(self, sums: Sums, low: Ints, high: Ints) -> None:
        """Keep sums between bounds: ``low <= Σ x <= high``."""
        terms = (sums.number, sums.variable, 1)
        self.add_rows(low - sums.decided, high - sums.decided, terms)

    def fill(self, sums: Sums, start: Ints, count: Ints, width: Ints) -> tuple[Ints, Ints, Ints]:
        """Write sums as steps: ``Σ x = start + Σ_k z[k]``, with ``0 <= z[k] <= width``.

        A convex function of the sum becomes linear in the steps: each has the price of its units,
        prices rise with k, and so an optimum takes the steps in their order.

        Parameters
        ----------
        sums : Sums
        start, count, width : ndarray of int64, shape (s,)
            Of each sum: what it never falls below, the number of its steps, and their width.

        Returns
        -------
        tuple of ndarray of int64, shape (z,)
            The variables z, the step k of each, and the sum that it belongs to.
        """
        of = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        variable = self.add_variables(width[of])
        rest = start - sums.decided
        self.add_rows(rest, rest, (sums.number, sums.variable, 1), (of, variable, -1))
        return variable, step, of

    def slack(self, sums: Sums, bound: Ints, sign: int, most: Ints) -> Ints:
        """Measure how far sums are off a bound: ``t >= sign (bound - Σ x)``, ``0 <= t <= most``.

        With a price on t, an optimum has ``t = max(0, sign (bound - Σ x))``. Where `most` is 0 the
        sum is never off, and nothing is added.

        Parameters
        ----------
        sums : Sums
        bound : ndarray of int64, shape (s,)
        sign : int
            1 measures what is short of the bound, -1 what is over.
        most : ndarray of int64, shape (s,)
            How far each can be off at most.

        Returns
        -------
        ndarray of int64
            The variables t.
        """
        (needed,) = np.nonzero(most > 0)
        place = np.full(len(most), -1, dtype=np.int64)
        place[needed] = np.arange(len(needed))
        kept = place[sums.number] >= 0
        slack = self.add_variables(most[needed])
        counted = (place[sums.number[kept]], sums.variable[kept], sign)
        low = sign * (bound[needed] - sums.decided[needed])
        self.at_least(low, counted, (place[needed], slack, 1))
        return slack

    def sum_rows(self, rows: Ints, first: int, last: int) -> Sums:
        """Sums of each of some rows over the days from `first` to `last`."""
        cells = self.cell[rows, first : last + 1]
        number, _ = np.nonzero(cells >= 0)
        decided = self.decided[rows, first : last + 1].sum(axis=1)
        return Sums(number, cells[cells >= 0], decided)

    def sum_groups(self, group: Ints, chosen: Flags) -> Sums:
        """Sums over the members of the chosen group-days, shape (g, d), in their order."""
        return self.sum_cells(number_cells(group, chosen), int(chosen.sum()))

    def sum_cells(self, of: Ints, count: int) -> Sums:
        """So many sums, over the cells of each number, shape (n, d); -1 = in none."""
        free, decided = (of >= 0) & (self.cell >= 0), np.zeros(count, dtype=np.int64)
        np.add.at(decided, of[of >= 0], self.decided[of >= 0])
        return Sums(of[free], self.cell[free], decided)


def number_cells(group: Ints, chosen: Flags) -> Ints:
    """Number of the chosen group-day, shape (g, d), that each cell belongs to; -1 = none."""
    number = np.full((chosen.shape[0] + 1, chosen.shape[1]), -1, dtype=np.int64)
    number[:-1][chosen] = np.arange(chosen.sum())
    found: Ints = number[group]  # group -1 reads the spare last row
    return found
