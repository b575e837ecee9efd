"""A problem as one integer program in plain arrays, which CP-SAT and an LP both read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rotasi.bounds import binding_cells, binding_rows, head_counts
from rotasi.forms import Balance, Ints, Level, Linear, Term, Window
from rotasi.problem import Problem

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
class Cost:
    """A linear cost ``constant + Σ coefficient × variable``.

    Parameters
    ----------
    coefficient : ndarray of int64, shape (v,)
    constant : int
    """

    coefficient: Ints
    constant: int


@dataclass(frozen=True)
class Program:
    """Integer variables between `lower` and `upper`, rows, and a cost per tier.

    Parameters
    ----------
    problem : Problem
        Where it comes from. The first variables are its free cells, row by row.
    lower, upper : ndarray of int64, shape (v,)
    rows : Rows
    costs : tuple of Cost
        One per tier.
    """

    problem: Problem
    lower: Ints
    upper: Ints
    rows: Rows
    costs: tuple[Cost, ...]

    def read(self, values: npt.NDArray[np.int64]) -> Ints:
        """Remote members of each row and day from the variables' values, shape (n, d)."""
        free = self.problem.free
        remote: Ints = self.problem.low * self.problem.size[:, None]
        remote[free] = values[: int(free.sum())]
        return remote

    def allows(self, values: Ints) -> bool:
        """Whether values of the variables keep every bound and row, in exact arithmetic."""
        rows = self.rows
        total = np.zeros(len(rows.low), dtype=np.int64)
        np.add.at(total, rows.row, rows.coefficient * values[rows.variable])
        inside = (values >= self.lower) & (values <= self.upper)
        return bool(inside.all() and (rows.low <= total).all() and (total <= rows.high).all())

    def price(self, cost: Cost, values: Ints) -> int:
        """What values of the variables cost."""
        return int((cost.coefficient * values).sum()) + cost.constant

    def weigh(self, tiers: slice, weights: Sequence[int]) -> Cost:
        """A weighted sum of some tiers' costs."""
        pairs = list(zip(self.costs[tiers], weights, strict=True))
        coefficient = np.zeros(len(self.upper), dtype=np.int64)
        for cost, weight in pairs:
            coefficient += weight * cost.coefficient
        return Cost(coefficient, sum(weight * cost.constant for cost, weight in pairs))

    def settle(self, values: npt.NDArray[np.float64], near: float) -> Program:
        """The program with all cells of a row decided where the row's values are whole numbers."""
        row = np.nonzero(self.problem.free)[0]
        cells = values[: len(row)]
        whole = np.rint(cells).astype(np.int64)
        open_rows = np.unique(row[np.abs(cells - whole) > near])
        settled = ~np.isin(row, open_rows)
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[: len(row)] = np.where(settled, whole, lower[: len(row)])
        upper[: len(row)] = np.where(settled, whole, upper[: len(row)])
        return replace(self, lower=lower, upper=upper)

    def hold(self, cost: Cost, limit: int) -> Program:
        """The program with one more row: a cost stays within a limit."""
        (variable,) = np.nonzero(cost.coefficient)
        rows = self.rows
        more = Rows(
            row=np.append(rows.row, np.full(len(variable), len(rows.low))),
            variable=np.append(rows.variable, variable),
            coefficient=np.append(rows.coefficient, cost.coefficient[variable]),
            low=np.append(rows.low, -INFINITE),
            high=np.append(rows.high, limit - cost.constant),
        )
        return replace(self, rows=more)


def write_program(problem: Problem) -> Program:
    """Write a problem down as an integer program.

    Parameters
    ----------
    problem : Problem
        Without contradictions.

    Returns
    -------
    Program
    """
    return _Writer(problem).finish()


@dataclass(frozen=True)
class _Sums:
    """Sums of cells, such as the remote days of a row in a window.

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


class _Writer:
    """Gathers variables, rows and costs, a form at a time."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._decided = np.where(problem.free, 0, problem.low * problem.size[:, None])
        self._cell = np.full(problem.shape, -1, dtype=np.int64)
        self._cell[problem.free] = np.arange(problem.free.sum())
        self._upper = [problem.size[np.nonzero(problem.free)[0]]]
        self._n_variables, self._n_rows = len(self._upper[0]), 0
        self._triplets: list[npt.NDArray[np.int64]] = [np.zeros((3, 0), dtype=np.int64)]
        self._bounds: list[npt.NDArray[np.int64]] = [np.zeros((2, 0), dtype=np.int64)]

    def finish(self) -> Program:
        """Write every form down."""
        for window in self._problem.windows:
            sums, rows = self._sum_window(window)
            size = self._problem.size[rows]
            self._bound(sums, window.low[rows] * size, window.high[rows] * size)
        for cover in self._problem.covers:
            binds = binding_cells(self._problem, cover)
            self._bound(self._sum_groups(cover.group, binds), cover.low[binds], cover.high[binds])
        priced = [[self._price(term) for term in tier.terms] for tier in self._problem.tiers]
        row, variable, coefficient = np.hstack(self._triplets)
        low, high = np.hstack(self._bounds)
        upper = np.concatenate(self._upper)
        return Program(
            problem=self._problem,
            lower=np.zeros_like(upper),
            upper=upper,
            rows=Rows(row, variable, coefficient, low, high),
            costs=tuple(self._total(parts) for parts in priced),
        )

    def _total(self, parts: Sequence[_Priced]) -> Cost:
        coefficient = np.zeros(self._n_variables, dtype=np.int64)
        for variable, price, _ in parts:
            np.add.at(coefficient, variable, price)
        return Cost(coefficient, sum(constant for *_, constant in parts))

    def _price(self, term: Term) -> _Priced:
        if isinstance(term, Linear):
            return self._price_linear(term)
        if isinstance(term, Balance):
            return self._price_balance(term)
        if isinstance(term, Level):
            return self._price_level(term)
        if isinstance(term, Window):
            sums, rows = self._sum_window(term)
            size = self._problem.size[rows]
            bounds = (term.low[rows] * size, term.high[rows] * size)
            return self._price_deviation(sums, *bounds, term.penalty)
        binds = binding_cells(self._problem, term)
        sums = self._sum_groups(term.group, binds)
        return self._price_deviation(sums, term.low[binds], term.high[binds], term.penalty)

    def _price_linear(self, term: Linear) -> _Priced:
        free, size = self._problem.free, self._problem.size[:, None]
        slope = term.remote - term.otherwise
        constant = (term.otherwise * size + slope * self._decided).sum()
        return self._cell[free], slope[free], int(constant)

    def _price_balance(self, term: Balance) -> _Priced:
        """(history + days)² by steps: the k-th day costs 2 (history + k) + 1 more than before."""
        fewest, most = self._problem.extreme_totals
        size, history = self._problem.size, term.history
        constant = int((((history + fewest) ** 2) * size)[term.counted].sum())
        rows = np.flatnonzero(term.counted & (most > fewest))
        first, width = 2 * (history + fewest) + 1, size[rows]
        sums = self._sum_rows(rows, 0, self._problem.shape[1] - 1)
        variable, step, of = self._steps(sums, (fewest * size)[rows], (most - fewest)[rows], width)
        return variable, first[rows][of] + 2 * step, constant

    def _price_level(self, term: Level) -> _Priced:
        least, most = head_counts(self._problem, term.as_cover(self._problem.shape[1]))
        open_ = most > least
        sums = self._sum_groups(term.group, open_)
        low, count = least[open_], (most - least)[open_]
        variable, step, of = self._steps(sums, low, count, np.ones_like(low))
        return variable, 2 * (low[of] + step) + 1, int((least**2).sum())

    def _price_deviation(self, sums: _Sums, low: Ints, high: Ints, price: int) -> _Priced:
        """max(0, low - Σ) + max(0, Σ - high), by one slack for each side that can be off."""
        reach = sums.decided.copy()
        np.add.at(reach, sums.number, np.concatenate(self._upper)[sums.variable])
        short = self._slack(sums, low, 1, np.maximum(low - sums.decided, 0))
        over = self._slack(sums, high, -1, np.maximum(reach - high, 0))
        slack = np.append(short, over)
        return slack, np.full(len(slack), price), 0

    def _slack(self, sums: _Sums, bound: Ints, sign: int, most: Ints) -> Ints:
        """Rows ``sign Σ + slack >= sign bound`` where a slack can be needed."""
        (needed,) = np.nonzero(most > 0)
        place = np.full(len(most), -1, dtype=np.int64)
        place[needed] = np.arange(len(needed))
        kept = place[sums.number] >= 0
        slack = self._variables(most[needed])
        number = np.append(place[sums.number[kept]], place[needed])
        variable = np.append(sums.variable[kept], slack)
        coefficient = np.append(np.full(int(kept.sum()), sign), np.ones(len(slack), dtype=np.int64))
        low = sign * (bound[needed] - sums.decided[needed])
        self._add_rows(number, variable, coefficient, low, np.full(len(low), INFINITE))
        return slack

    def _steps(self, sums: _Sums, start: Ints, count: Ints, width: Ints) -> tuple[Ints, Ints, Ints]:
        """Variables that fill up a sum from `start`; gives them, their step, and their sum."""
        of = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        variable = self._variables(width[of])
        ones = np.ones(len(sums.variable), dtype=np.int64)
        rest = start - sums.decided
        self._add_rows(
            np.append(sums.number, of),
            np.append(sums.variable, variable),
            np.append(ones, np.full(len(of), -1)),
            rest,
            rest,
        )
        return variable, step, of

    def _sum_window(self, window: Window) -> tuple[_Sums, Ints]:
        """The window's sum for each row on which it binds, and those rows."""
        rows = np.flatnonzero(binding_rows(self._problem, window))
        return self._sum_rows(rows, window.first, window.last), rows

    def _sum_rows(self, rows: Ints, first: int, last: int) -> _Sums:
        cells = self._cell[rows, first : last + 1]
        number, _ = np.nonzero(cells >= 0)
        decided = self._decided[rows, first : last + 1].sum(axis=1)
        return _Sums(number, cells[cells >= 0], decided)

    def _sum_groups(self, group: Ints, chosen: npt.NDArray[np.bool_]) -> _Sums:
        """Sums over the members of the chosen group-days, shape (g, d), in their order."""
        number = np.full((chosen.shape[0] + 1, chosen.shape[1]), -1, dtype=np.int64)
        number[:-1][chosen] = np.arange(chosen.sum())
        of = number[group]  # group -1 reads the spare last row
        free, decided = (of >= 0) & (self._cell >= 0), np.zeros(int(chosen.sum()), dtype=np.int64)
        np.add.at(decided, of[of >= 0], self._decided[of >= 0])
        return _Sums(of[free], self._cell[free], decided)

    def _variables(self, upper: Ints) -> Ints:
        first, self._n_variables = self._n_variables, self._n_variables + len(upper)
        self._upper.append(upper)
        return np.arange(first, self._n_variables)

    def _bound(self, sums: _Sums, low: Ints, high: Ints) -> None:
        ones = np.ones(len(sums.variable), dtype=np.int64)
        bounds = (low - sums.decided, high - sums.decided)
        self._add_rows(sums.number, sums.variable, ones, *bounds)

    def _add_rows(
        self, number: Ints, variable: Ints, coefficient: Ints, low: Ints, high: Ints
    ) -> None:
        self._triplets.append(np.stack([self._n_rows + number, variable, coefficient]))
        self._bounds.append(np.stack([low, high]))
        self._n_rows += len(low)


#: Variables, their prices, and a constant.
_Priced = tuple[Ints, Ints, int]
