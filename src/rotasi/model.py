"""The only place that builds CP-SAT models, from the arrays of a (folded) problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model

from rotasi.bounds import binding_cells, binding_rows, head_counts, least_and_most
from rotasi.forms import Balance, Cover, Ints, Level, Linear, Term, Tier, Window
from rotasi.problem import Problem


@dataclass
class Cost:
    """A linear cost over variables: ``constant + Σ coefficients × variables``."""

    variables: list[int] = field(default_factory=list)
    coefficients: list[int] = field(default_factory=list)
    constant: int = 0

    def add(self, variables: Sequence[int], coefficients: Sequence[int]) -> None:
        """Add terms."""
        self.variables += variables
        self.coefficients += coefficients


class Model:
    """A CP-SAT model of a problem: one integer per free row and day, and a cost per tier.

    Parameters
    ----------
    problem : Problem
        Without conflicts between its masks.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self._index = np.full(problem.shape, -1, dtype=np.int64)
        self._base = problem.low * problem.size[:, None]
        self._add_cells()
        for window in problem.windows:
            self._add_window(window)
        for cover in problem.covers:
            self._add_cover(cover)
        self.costs = [self._add_tier(tier) for tier in problem.tiers]

    def read(self, solution: Sequence[int]) -> Ints:
        """Remote members of each row and day from a solution's values, shape (n, d)."""
        values = np.array(solution, dtype=np.int64)
        remote = self._base.copy()
        free = self.problem.free
        remote[free] = values[self._index[free]]
        return remote

    def minimise(self, cost: Cost) -> None:
        """Make a cost the objective, instead of any before."""
        self.cp.clear_objective()  # type: ignore[no-untyped-call]
        objective = self.cp.proto.objective
        objective.vars.extend(cost.variables)
        objective.coeffs.extend(cost.coefficients)

    def hold(self, cost: Cost, limit: int) -> None:
        """Demand that a cost stays within a limit from now on."""
        self._bound(cost.variables, cost.coefficients, None, limit - cost.constant)

    def hint(self, solution: Sequence[int]) -> None:
        """Suggest values of all variables to start from; a partial hint would mislead."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        hint = self.cp.proto.solution_hint
        hint.vars.extend(range(len(solution)))
        hint.values.extend(solution)

    def _add_cells(self) -> None:
        rows, days = np.nonzero(self.problem.free)
        self._index[rows, days] = np.arange(len(rows))
        self._variables(self.problem.size[rows].tolist())

    def _variables(self, highest: Iterable[int]) -> list[int]:
        """New integer variables from 0 to `highest`; returns their indices."""
        variables = self.cp.proto.variables
        first = len(variables)
        for high in highest:
            variables.add().domain.extend((0, high))
        return list(range(first, len(variables)))

    def _bound(
        self,
        variables: Sequence[int],
        coefficients: Sequence[int],
        low: int | None,
        high: int | None,
    ) -> None:
        """Add ``low <= Σ coefficients × variables <= high``; None is open."""
        linear = self.cp.proto.constraints.add().linear
        linear.vars.extend(variables)
        linear.coeffs.extend(coefficients)
        linear.domain.extend((_LOWEST if low is None else low, _HIGHEST if high is None else high))

    def _bound_sum(self, cells: list[int], low: int, high: int) -> None:
        self._bound(cells, [1] * len(cells), low, high)

    def _run(self, row: int, window: Window) -> list[int]:
        """Variables of a row inside a window."""
        inside = self._index[row, window.first : window.last + 1]
        return inside[inside >= 0].tolist()  # type: ignore[no-any-return]

    def _add_window(self, window: Window) -> None:
        days = slice(window.first, window.last + 1)
        size = self.problem.size
        decided = np.where(self.problem.free, 0, self._base)[:, days].sum(axis=1)
        low, high = window.low * size - decided, window.high * size - decided
        for row in np.flatnonzero(binding_rows(self.problem, window)).tolist():
            self._bound_sum(self._run(row, window), int(low[row]), int(high[row]))

    def _add_cover(self, cover: Cover) -> None:
        for cells, decided, low, high in self._counts(cover):
            self._bound_sum(cells, low - decided, high - decided)

    def _counts(self, cover: Cover) -> Iterable[tuple[list[int], int, int, int]]:
        """Variables, decided count, low and high of each group-day on which a cover binds."""
        decided = np.where(self.problem.free, 0, self._base)
        binds = binding_cells(self.problem, cover)
        for group in np.flatnonzero(binds.any(axis=1)).tolist():
            rows = np.flatnonzero(cover.group == group)
            for day in np.flatnonzero(binds[group]).tolist():
                inside = self._index[rows, day]
                yield (
                    inside[inside >= 0].tolist(),
                    int(decided[rows, day].sum()),
                    int(cover.low[group, day]),
                    int(cover.high[group, day]),
                )

    def _add_tier(self, tier: Tier) -> Cost:
        cost = Cost()
        for term in tier.terms:
            self._add_term(term, cost)
        return cost

    def _add_term(self, term: Term, cost: Cost) -> None:
        if isinstance(term, Linear):
            self._add_linear(term, cost)
        elif isinstance(term, Balance):
            self._add_balance(term, cost)
        elif isinstance(term, Level):
            self._add_level(term, cost)
        elif isinstance(term, Window):
            self._add_soft_window(term, cost)
        else:
            self._add_soft_cover(term, cost)

    def _add_linear(self, term: Linear, cost: Cost) -> None:
        slope = term.remote - term.otherwise
        chosen = self.problem.free & (slope != 0)
        cost.add(self._index[chosen].tolist(), slope[chosen].tolist())
        decided = np.where(self.problem.free, 0, self._base)
        cost.constant += int((term.otherwise * self.problem.size[:, None]).sum())
        cost.constant += int((slope * decided).sum())

    def _add_balance(self, term: Balance, cost: Cost) -> None:
        """(history + days)² as unit steps: the k-th further day costs 2 (history + k) + 1."""
        least = self.problem.low.sum(axis=1)
        most = self.problem.high.sum(axis=1)
        size = self.problem.size
        cost.constant += int((((term.history + least) ** 2) * size)[term.counted].sum())
        for row in np.flatnonzero(term.counted & (most > least)).tolist():
            before = range(int(term.history[row] + least[row]), int(term.history[row] + most[row]))
            cells = self._index[row]
            self._add_squares(cells[cells >= 0].tolist(), 0, int(size[row]), before, cost)

    def _add_level(self, term: Level, cost: Cost) -> None:
        count = int(term.group.max(initial=-1)) + 1
        shape = (count, self.problem.shape[1])
        nothing = np.zeros(shape, dtype=np.int64)
        cover = Cover("", term.group, np.full(count, "", dtype=object), nothing, nothing)
        least, most = head_counts(self.problem, cover)
        cost.constant += int((least**2).sum())
        for group, day in zip(*(axis.tolist() for axis in np.nonzero(most > least)), strict=True):
            cells = self._index[term.group == group, day]
            before = range(int(least[group, day]), int(most[group, day]))
            self._add_squares(cells[cells >= 0].tolist(), 0, 1, before, cost)

    def _add_squares(
        self, cells: list[int], decided: int, size: int, before: range, cost: Cost
    ) -> None:
        """Price a sum of cells by steps of `size` units whose marginal costs increase."""
        steps = self._variables([size] * len(before))
        cost.add(steps, [2 * days + 1 for days in before])
        signs = [1] * len(cells) + [-1] * len(steps)
        self._bound([*cells, *steps], signs, -decided, -decided)

    def _add_soft_window(self, term: Window, cost: Cost) -> None:
        size, days = self.problem.size, slice(term.first, term.last + 1)
        decided = np.where(self.problem.free, 0, self._base)[:, days].sum(axis=1)
        least, most = least_and_most(self.problem, term)
        short, over = (term.low - least) * size, (most - term.high) * size
        for row in np.flatnonzero(binding_rows(self.problem, term)).tolist():
            low, high = (
                int(bound[row] * size[row] - decided[row]) for bound in (term.low, term.high)
            )
            off = (int(short[row]), int(over[row]))
            self._add_deviation(self._run(row, term), low, high, off, term.penalty, cost)

    def _add_soft_cover(self, term: Cover, cost: Cost) -> None:
        for cells, decided, low, high in self._counts(term):
            reach = decided + int(sum(self._highest(cell) for cell in cells))
            off = (low - decided, reach - high)
            self._add_deviation(cells, low - decided, high - decided, off, term.penalty, cost)

    def _highest(self, variable: int) -> int:
        return int(self.cp.proto.variables[variable].domain[1])

    def _add_deviation(
        self, cells: list[int], low: int, high: int, off: tuple[int, int], penalty: int, cost: Cost
    ) -> None:
        """Price ``max(0, low - Σ cells) + max(0, Σ cells - high)``."""
        for sign, bound, most in ((1, low, off[0]), (-1, -high, off[1])):
            if most > 0:
                (slack,) = self._variables([most])
                cost.add([slack], [penalty])
                self._bound([*cells, slack], [sign] * len(cells) + [1], bound, None)


_LOWEST, _HIGHEST = -(2**62), 2**62
