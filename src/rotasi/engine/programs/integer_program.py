"""A problem as one integer program in plain arrays, which CP-SAT and an LP both read.

The first variables are the cells that masks leave free, ``0 <= x[c,d] <= m[c]``: the remote members
of row c, which has m[c], on day d. Those after them count, price or tie what the cells do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
import numpy.typing as npt

from rotasi.engine.programs.builder import INFINITE, ProgramBuilder, Rows, Sums
from rotasi.engine.programs.indicator_rows import add_indicator
from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Ints,
    Level,
    Places,
    SameStatus,
    Term,
    Window,
)
from rotasi.model.evaluation import binding_cells, binding_rows, head_counts
from rotasi.model.problem import Problem
from rotasi.model.status import Status


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
    """Whole numbers between `lower` and `upper` that keep linear rows, and a cost per tier.

    Parameters
    ----------
    problem : Problem
        Where it comes from. The first variables are its free cells, row by row.
    lower, upper : ndarray of int64, shape (v,)
    rows : Rows
    costs : tuple of Cost
        One per tier.
    seats : dict of str to ndarray of int64, shape (n, parts)
        For each rule whose groups are to be formed, the variable that tells whether a row belongs
        to a part; -1 = none.
    switches : dict of str to ndarray of int64, shape (groups, parts, d)
        For the same rules, the variable that tells whether a part is remote on a day.
    """

    problem: Problem
    lower: Ints
    upper: Ints
    rows: Rows
    costs: tuple[Cost, ...]
    seats: dict[str, Ints]
    switches: dict[str, Ints]

    def read(self, values: npt.NDArray[np.int64]) -> Ints:
        """Remote members of each row and day from the variables' values, shape (n, d)."""
        free = self.problem.free
        remote: Ints = self.problem.low * self.problem.size[:, None]
        remote[free] = values[: int(free.sum())]
        return remote

    def read_places(self, values: Ints) -> Places:
        """The parts of their groups that rows belong to, from the variables' values."""
        spare = np.append(values, 0)
        return {
            rule: np.where(seats[:, 0] < 0, -1, spare[seats].argmax(axis=1))
            for rule, seats in self.seats.items()
        }

    def recall(self, remote: Ints, places: Places) -> tuple[Ints, Ints]:
        """Variables whose values a decision tells, cells and seats, and these values."""
        free = self.problem.free
        variables, values = [np.arange(int(free.sum()))], [remote[free]]
        for rule, seats in self.seats.items():
            seated = seats >= 0
            variables.append(seats[seated])
            sits = np.arange(seats.shape[1]) == places[rule][:, None]
            values.append(sits[seated].astype(np.int64))
        return np.concatenate(variables), np.concatenate(values)

    def keep_switches(self, remote: Ints, places: Places) -> Program:
        """The program in which every part keeps the days that it has in a decision."""
        lower, upper = self.lower.copy(), self.upper.copy()
        for tie in self.problem.draws:
            switch = self.switches[tie.rule]
            known = tie.place(places)
            on = np.zeros(switch.shape, dtype=np.int64).reshape(-1, switch.shape[2])
            rows = np.flatnonzero(known.group >= 0)
            np.maximum.at(on, known.group[rows], np.where(known.cells, remote, 0)[rows])
            lower[switch.ravel()] = upper[switch.ravel()] = on.ravel()
        return replace(self, lower=lower, upper=upper)

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
        """The program with the cells of all rows decided in which an LP's values are whole.

        Only rows with a fraction stay open. What is lost by this is seen from the bound of the
        whole, so that nothing has to be argued here.
        """
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
        """The program with one more row, ``cost <= limit``: a tier keeps its optimum."""
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


@dataclass(frozen=True)
class Answer:
    """What a solver knows of a program under one cost.

    Parameters
    ----------
    status : Status
    values : ndarray of int64, shape (v,), or None
        Of the variables, if a solution was found.
    bound : int or None
        Proven lower bound of the cost, if there is one.
    """

    status: Status
    values: Ints | None = None
    bound: int | None = None


#: Variables, their prices, and a constant.
_Priced = tuple[Ints, Ints, int]


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
    builder = ProgramBuilder(problem)
    for window in problem.windows:
        sums, rows = _sum_window(builder, window)
        size = problem.size[rows]
        # m[c] low[c] <= Σ_{d in window} x[c,d] <= m[c] high[c]
        builder.bound(sums, window.low[rows] * size, window.high[rows] * size)
    for cover in problem.covers:
        binds = binding_cells(problem, cover)
        # low[g,d] <= Σ_{c in g} x[c,d] <= high[g,d]
        builder.bound(builder.sum_groups(cover.group, binds), cover.low[binds], cover.high[binds])
    for indicator in problem.indicators:
        add_indicator(builder, indicator)
    priced = [[_price(builder, term) for term in tier.terms] for tier in problem.tiers]
    upper = builder.upper
    return Program(
        problem=problem,
        lower=np.zeros_like(upper),
        upper=upper,
        rows=builder.rows,
        costs=tuple(_total(parts, len(upper)) for parts in priced),
        seats=builder.seats,
        switches=builder.switches,
    )


def _total(parts: Sequence[_Priced], count: int) -> Cost:
    coefficient = np.zeros(count, dtype=np.int64)
    for variable, price, _ in parts:
        np.add.at(coefficient, variable, price)
    return Cost(coefficient, sum(constant for *_, constant in parts))


def _price(builder: ProgramBuilder, term: Term) -> _Priced:
    match term:
        case CellCost():
            return _price_cells(builder, term)
        case Balance():
            return _price_balance(builder, term)
        case Level():
            return _price_level(builder, term)
        case SameStatus() | CommonDays():
            return _price_units(add_indicator(builder, term), term.penalty)
        case Window():
            sums, rows = _sum_window(builder, term)
            size = builder.problem.size[rows]
            units = _count_deviation(builder, sums, term.low[rows] * size, term.high[rows] * size)
            return _price_units(units, term.penalty)
        case Cover():
            binds = binding_cells(builder.problem, term)
            sums = builder.sum_groups(term.group, binds)
            units = _count_deviation(builder, sums, term.low[binds], term.high[binds])
            return _price_units(units, term.penalty)
        case _:
            assert_never(term)


def _price_units(units: Ints, penalty: int) -> _Priced:
    return units, np.full(len(units), penalty), 0


def _price_cells(builder: ProgramBuilder, term: CellCost) -> _Priced:
    # Σ otherwise (m[c] - x[c,d]) + remote x[c,d]
    free, size = builder.problem.free, builder.problem.size[:, None]
    slope = term.remote - term.otherwise
    constant = (term.otherwise * size + slope * builder.decided).sum()
    return builder.cell[free], slope[free], int(constant)


def _price_balance(builder: ProgramBuilder, term: Balance) -> _Priced:
    """Squares by steps: one more after k remote days costs ``(h + k + 1)² - (h + k)²``.

    That is ``2 (h + k) + 1``, which rises with k. For a class each step is m[c] units wide, so that
    its total costs what it costs spread evenly over the members (`square_total`).
    """
    fewest, most = builder.problem.extreme_totals
    size, history = builder.problem.size, term.history
    constant = int((((history + fewest) ** 2) * size)[term.counted].sum())
    rows = np.flatnonzero(term.counted & (most > fewest))
    first, width = 2 * (history + fewest) + 1, size[rows]
    sums = builder.sum_rows(rows, 0, builder.problem.shape[1] - 1)
    variable, step, of = builder.fill(sums, (fewest * size)[rows], (most - fewest)[rows], width)
    return variable, first[rows][of] + 2 * step, constant


def _price_level(builder: ProgramBuilder, term: Level) -> _Priced:
    """Squares of head counts n by steps of one: ``(n + 1)² - n² = 2 n + 1`` rises with n."""
    least, most = head_counts(builder.problem, term.as_cover(builder.problem.shape[1]))
    open_ = most > least
    sums = builder.sum_groups(term.group, open_)
    low, count = least[open_], (most - least)[open_]
    variable, step, of = builder.fill(sums, low, count, np.ones_like(low))
    return variable, 2 * (low[of] + step) + 1, int((least**2).sum())


def _count_deviation(builder: ProgramBuilder, sums: Sums, low: Ints, high: Ints) -> Ints:
    """``max(0, low - Σ x) + max(0, Σ x - high)``, by a slack for each side that can be off."""
    reach = sums.decided.copy()
    np.add.at(reach, sums.number, builder.heads[sums.variable])
    short = builder.slack(sums, low, 1, np.maximum(low - sums.decided, 0))
    over = builder.slack(sums, high, -1, np.maximum(reach - high, 0))
    return np.append(short, over)


def _sum_window(builder: ProgramBuilder, window: Window) -> tuple[Sums, Ints]:
    """The window's sum for each row on which it binds, and those rows."""
    rows = np.flatnonzero(binding_rows(builder.problem, window))
    return builder.sum_rows(rows, window.first, window.last), rows
